//! What a browser says about itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use operations::notifications::{Reach, is_browser_key, is_endpoint_allowed};
use poem_openapi::Object;

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Longest address.
const MAX_ENDPOINT: usize = 1000;
/// Longest name.
const MAX_USER_AGENT: usize = 300;

/// What a browser's `PushSubscription` says.
#[derive(Debug, Clone, Object)]
pub struct SubscriptionForm {
    /// The address at the push service; `https` and not in a private network.
    #[oai(validator(max_length = 1000))]
    pub endpoint: String,
    /// The browser's keys.
    pub keys: SubscriptionKeys,
    /// What the browser calls itself.
    #[oai(validator(max_length = 300))]
    pub user_agent: Option<String>,
}

/// The keys of a browser.
#[derive(Debug, Clone, Object)]
pub struct SubscriptionKeys {
    /// Its public key, a point of P-256, base64url.
    #[oai(validator(max_length = 120))]
    pub p256dh: String,
    /// The secret that it shares with the product, 16 bytes, base64url.
    #[oai(validator(max_length = 40))]
    pub auth: String,
}

/// A browser that was understood.
pub(super) struct Browser {
    pub endpoint: String,
    pub p256dh: Vec<u8>,
    pub auth: Vec<u8>,
    pub user_agent: Option<String>,
}

impl SubscriptionForm {
    /// The browser, or everything that is wrong with it.
    pub(super) fn parse(self, reach: Reach) -> Result<Browser, ApiError> {
        let mut form = Form::default();
        let endpoint = form.require_text("endpoint", Some(&self.endpoint), MAX_ENDPOINT);
        let is_allowed = endpoint.as_ref().is_none_or(|endpoint| is_endpoint_allowed(endpoint, reach));
        form.check("endpoint", is_allowed, || {
            say!(
                "Indiquez l’adresse https d’un service de notifications public.",
                "Give the https address of a public push service."
            )
        });
        let p256dh = bytes(&self.keys.p256dh).filter(|key| is_browser_key(key));
        form.check("keys.p256dh", p256dh.is_some(), || {
            say!(
                "Une clé publique P-256 en base64url est attendue.",
                "A public key of P-256 in base64url is expected."
            )
        });
        let auth = bytes(&self.keys.auth).filter(|secret| secret.len() == 16);
        form.check("keys.auth", auth.is_some(), || {
            say!("16 octets en base64url sont attendus.", "16 bytes in base64url are expected.")
        });
        let user_agent = form.text("user_agent", self.user_agent.as_deref(), MAX_USER_AGENT);
        form.finish()?;
        let sound = "a clean form has all its required fields";
        Ok(Browser {
            endpoint: endpoint.expect(sound),
            p256dh: p256dh.expect(sound),
            auth: auth.expect(sound),
            user_agent,
        })
    }
}

/// Browsers leave the padding away; libraries do not.
fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

impl Meaning for SubscriptionForm {
    fn faults(self) -> Errors {
        faults_of(self.parse(Reach::Public))
    }
}
