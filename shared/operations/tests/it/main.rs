//! What the product does, against a real PostgreSQL.

mod accounts;
mod house;
mod letters;
