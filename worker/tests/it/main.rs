//! The whole house: the real programs, real papers, and what goes wrong in real life.

mod house;
mod reading;
