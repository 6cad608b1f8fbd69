//! Saying to a push service who we are (VAPID, RFC 8292).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use config::Keyring;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;
use url::Url;

use super::PushError;

/// How long a signature is good; a push service takes none of more than a day.
const LIFETIME: TimeDelta = TimeDelta::hours(12);

/// Our keys, newest first.
pub struct VapidKeys(Vec<(String, SigningKey)>);

impl VapidKeys {
    /// The private keys of the ring.
    ///
    /// # Errors
    /// `Setup` when one of them is no private key of P-256.
    pub fn new(ring: &Keyring) -> Result<Self, PushError> {
        let keys = ring.all().iter().map(|key| {
            let signing = SigningKey::from_slice(key.secret()).map_err(|_| PushError::Setup)?;
            Ok((key.kid().to_owned(), signing))
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// The id of the key that browsers are given now.
    pub fn newest_kid(&self) -> &str {
        &self.newest().0
    }

    /// The public key that browsers are given now, as their `applicationServerKey`.
    pub fn public_key(&self) -> String {
        public_key(&self.newest().1)
    }

    fn newest(&self) -> &(String, SigningKey) {
        self.0.first().expect("a keyring has at least one key")
    }

    /// The header that proves to the push service of `url` that it is us, for a browser that was given the key `kid`.
    pub(super) fn authorization(&self, kid: &str, url: &Url, contact: &str, now: DateTime<Utc>) -> String {
        // Without the key that the browser knows the push service will refuse: it says so better than we could.
        let (_, key) = self.0.iter().find(|(known, _)| known == kid).unwrap_or_else(|| self.newest());
        let claims = json!({
            "aud": url.origin().ascii_serialization(),
            "exp": (now + LIFETIME).timestamp(),
            "sub": format!("mailto:{contact}"),
        });
        let header = BASE64.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{header}.{}", BASE64.encode(claims.to_string()));
        let signature: Signature = key.sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", BASE64.encode(signature.to_bytes()), public_key(key))
    }
}

impl fmt::Debug for VapidKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VapidKeys({}, [REDACTED])", self.newest_kid())
    }
}

fn public_key(key: &SigningKey) -> String {
    BASE64.encode(key.verifying_key().to_encoded_point(false).as_bytes())
}
