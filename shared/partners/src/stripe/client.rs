//! The real client, over async-stripe.

use std::{
    fmt,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use config::{ExposeSecret, SecretString, Url};
use stripe::{ClientBuilder, StripeError as Answer};
use stripe_core::balance::RetrieveForMyAccountBalance;

use super::{Mode, Ping, Stripe, StripeError};

/// Longest wait for one answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Talks to Stripe with one key.
pub(super) struct Client(stripe::Client);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client([REDACTED])")
    }
}

impl Client {
    pub(super) fn new(key: &SecretString, other_server: Option<&Url>) -> Result<Self, StripeError> {
        // Fails only when a TLS provider is installed already, and then there is nothing to do.
        drop(rustls::crypto::ring::default_provider().install_default());
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let builder =
            ClientBuilder::new(key.expose_secret()).timeout(PATIENCE).app_info("AutoTrack", version, None);
        let builder = match other_server {
            // The client puts `v1/..` directly behind.
            Some(url) => builder.url(format!("{}/", url.as_str().trim_end_matches('/'))),
            None => builder,
        };
        builder.build().map(Self).map_err(|_| StripeError::Setup)
    }
}

#[async_trait]
impl Stripe for Client {
    async fn ping(&self) -> Result<Ping, StripeError> {
        let asked = Instant::now();
        // The lightest request that every secret key is allowed to make and that proves the key.
        let balance =
            RetrieveForMyAccountBalance::new().send(&self.0).await.map_err(|answer| understood(&answer))?;
        let mode = if balance.livemode { Mode::Live } else { Mode::Test };
        Ok(Ping { mode, latency: asked.elapsed() })
    }
}

fn understood(answer: &Answer) -> StripeError {
    match *answer {
        Answer::Stripe(_, 401 | 403) => StripeError::Unauthorized,
        Answer::Stripe(_, 429) => StripeError::RateLimited,
        Answer::Stripe(_, status @ 500..) => StripeError::Unavailable { status },
        Answer::Stripe(_, status) => StripeError::Refused { status },
        Answer::Timeout => StripeError::Timeout,
        Answer::ClientError(_) => StripeError::Unreachable,
        Answer::JSONDeserialize(_) => StripeError::Unreadable,
        Answer::ConfigError(_) => StripeError::Setup,
    }
}
