//! Stripe, as far as the product asks of it.

mod client;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use config::StripeSettings;

use client::Client;

/// Whether a key moves real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real money.
    Live,
    /// Play money.
    Test,
}

impl Mode {
    /// The word that health pages show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

/// Stripe answered and knows the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ping {
    /// Whether the key moves real money.
    pub mode: Mode,
    /// How long the answer took.
    pub latency: Duration,
}

/// What Stripe, or the way to it, said instead of an answer. Shows no key and no answer's text, which may hold parts of
/// one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StripeError {
    /// The setting cannot be used as a key.
    #[error("the Stripe key or address cannot be used")]
    Setup,
    /// The key is wrong, expired or may not do this.
    #[error("Stripe refuses the key")]
    Unauthorized,
    /// Too many requests; worth another try later.
    #[error("Stripe asks for fewer requests")]
    RateLimited,
    /// Stripe understood and refused.
    #[error("Stripe refuses the request with status {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// Stripe's own trouble; worth another try later.
    #[error("Stripe has trouble of its own (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// No answer in time; worth another try later.
    #[error("Stripe did not answer within {} s", client::PATIENCE.as_secs())]
    Timeout,
    /// No connection; worth another try later.
    #[error("Stripe cannot be reached")]
    Unreachable,
    /// An answer that is none of Stripe's.
    #[error("Stripe's answer cannot be understood")]
    Unreadable,
}

/// What the product asks of Stripe.
#[async_trait]
pub trait Stripe: Send + Sync {
    /// Asks whether Stripe answers and knows our key, changing nothing.
    async fn ping(&self) -> Result<Ping, StripeError>;
}

/// The real client, or nothing when no key is set and billing is switched off.
///
/// # Errors
/// When the key or the address cannot be used in a request.
pub fn stripe(settings: &StripeSettings) -> Result<Option<Arc<dyn Stripe>>, StripeError> {
    let Some(key) = &settings.key else { return Ok(None) };
    Ok(Some(Arc::new(Client::new(key, settings.url.as_ref())?)))
}
