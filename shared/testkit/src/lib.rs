//! What tests have at hand: a database of their own, the API on a free port, people to call it, and papers.

mod app;
mod client;
mod database;
mod person;
pub mod specimens;
mod vehicles;

pub use app::{Overrides, TestApp};
pub use client::{Answer, Client, send};
pub use database::{TestDatabase, redis_url};
pub use person::{PASSWORD, Person};
pub use vehicles::share;
