//! The queries against a real PostgreSQL; a database of its own for each test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod notifications;
mod people;
mod vehicles;
