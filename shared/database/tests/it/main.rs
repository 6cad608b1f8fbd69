//! The queries against a real PostgreSQL; a database of its own for each test.

mod notifications;
mod people;
mod vehicles;
