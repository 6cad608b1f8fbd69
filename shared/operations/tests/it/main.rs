//! What the product does, against a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod accounts;
mod alerts;
mod documents;
mod house;
mod letters;
mod notifications;
mod privacy;
