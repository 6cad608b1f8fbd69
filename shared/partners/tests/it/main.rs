//! Partners over real HTTP.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod stripe;
mod web_push;
