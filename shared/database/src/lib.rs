//! Every line of SQL that is not the job ledger's, as plain functions over `&mut PgConnection`.
//!
//! A module per table or slice, named as on every other floor. No business decisions: what a row means is decided
//! above, what can be reached is decided by the [`domain::access::Access`] that each owned query takes.

mod access;
pub mod admin;
pub mod api_keys;
pub mod audit;
pub mod challenges;
pub mod documents;
pub mod error;
pub mod factors;
pub mod feature_flags;
pub mod idempotency;
pub mod letters;
pub mod notifications;
pub mod operator_alerts;
pub mod order;
pub mod pool;
pub mod privacy;
pub mod push_subscriptions;
pub mod schema;
pub mod sessions;
pub mod settings;
pub mod suppressions;
pub mod users;
pub mod vehicles;

pub use error::DatabaseError;
