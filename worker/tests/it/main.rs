//! The whole house: the real programs, real papers, and what goes wrong in real life.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod batch;
mod drain;
mod faults;
mod hostile;
mod house;
mod kill;
mod made;
mod notices;
mod outage;
mod reading;
mod reminders;
mod smtp;
mod start;
mod trace;
