//! Outside services: a trait each, the real client, and a faithful fake.
//!
//! The only crate that names `async-stripe`.

#[cfg(feature = "fake")]
pub mod fake;
mod stripe;

pub use stripe::{Mode, Ping, Stripe, StripeError, stripe};
