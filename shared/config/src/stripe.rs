//! Stripe.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{Reader, Section};

/// How to reach Stripe; without a key billing is switched off.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// The secret or restricted key.
    pub key: Option<SecretString>,
    /// Another server than Stripe's, for tests and development.
    pub url: Option<Url>,
}

impl Section for StripeSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        const KEY: &str = "AUTOTRACK_STRIPE_KEY";
        const BASE: &str = "AUTOTRACK_STRIPE_URL";
        let key = reader.secret(KEY);
        if key.as_ref().is_some_and(|key| !looks_secret(key.expose_secret())) {
            reader.problem(KEY, "set a secret or restricted key, which starts with sk_ or rk_");
        }
        let url = reader.text(BASE).unwrap_or_default();
        let url = reader.url(BASE, &url, &["https", "http"]);
        if reader.is_production() && url.is_some() {
            reader.problem(BASE, "sends the key to another server than Stripe's; remove it in production");
        }
        Self { key, url }
    }
}

fn looks_secret(key: &str) -> bool {
    ["sk_test_", "sk_live_", "rk_test_", "rk_live_"].iter().any(|start| key.starts_with(start))
}
