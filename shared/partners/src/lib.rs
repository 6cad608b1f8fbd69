//! Outside services: a trait each, the real client, and a faithful fake.
//!
//! The only crate that names `async-stripe`. Push services need no trait: whose they are is said by each browser, so
//! the real client meets the fake as it meets all others.

#[cfg(feature = "fake")]
pub mod fake;
mod stripe;
pub mod web_push;

pub use stripe::{Mode, Ping, Stripe, StripeError, stripe};
