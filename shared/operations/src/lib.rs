//! One function for each thing the product does that is more than one query.

pub mod accounts;
pub mod admin;
pub mod alerts;
pub mod audit;
mod context;
pub mod dead_jobs;
pub mod demo;
pub mod documents;
pub mod feature_flags;
pub mod health;
pub mod jobs;
pub mod letters;
pub mod notifications;
pub mod privacy;
pub mod probes;
pub mod vehicles;

pub use context::{Context, OpenError, open_pool};
