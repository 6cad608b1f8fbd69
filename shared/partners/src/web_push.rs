//! Web Push (RFC 8030): sealed for one browser (RFC 8291), signed by us (RFC 8292), handed to the browser's push service.

mod endpoint;
mod seal;
mod vapid;

pub use endpoint::{Reach, is_allowed};
pub use vapid::VapidKeys;

#[cfg(feature = "fake")]
pub(crate) use seal::keys;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use p256::PublicKey;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a push service keeps a push for a browser that is not there.
const KEPT: Duration = Duration::from_hours(24);
/// The longest pause that a push service may ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(6);

/// A browser that takes pushes.
#[derive(Clone, Copy)]
pub struct Browser<'a> {
    /// Its address at its push service; who knows it can send to it.
    pub endpoint: &'a str,
    /// Its public key, an uncompressed point of P-256.
    pub p256dh: &'a [u8],
    /// The secret that it shares with us, 16 bytes.
    pub auth: &'a [u8],
    /// Which of our keys it was given.
    pub vapid_kid: &'a str,
}

/// What is pushed.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// What the browser's worker gets; at most 3,993 bytes.
    pub payload: &'a [u8],
    /// Replaces an earlier one of the same topic that is still kept; at most 32 letters and digits.
    pub topic: &'a str,
    /// Whether it should wake a sleeping device.
    pub is_urgent: bool,
}

/// Whether this is a public key that a browser can have: an uncompressed point of P-256.
pub fn is_browser_key(bytes: &[u8]) -> bool {
    bytes.len() == 65 && PublicKey::from_sec1_bytes(bytes).is_ok()
}

/// Why a push did not get through. Shows no address: it is a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// A key of ours is none of P-256, or no client can be made.
    #[error("AUTOTRACK_VAPID_KEYS holds a key that is none of P-256")]
    Setup,
    /// The address is none that pushes may be sent to.
    #[error("the push service's address is not allowed")]
    Endpoint,
    /// The browser's keys are none.
    #[error("the browser's keys cannot be used")]
    Keys,
    /// The browser takes no pushes any more: its subscription is to be forgotten.
    #[error("the browser takes no pushes any more")]
    Gone,
    /// The push service understood and refused.
    #[error("the push service refuses with status {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// Not now; worth another try.
    #[error("the push service cannot take it now (status {status})")]
    Later {
        /// The HTTP status.
        status: u16,
        /// The pause that it asked for.
        after: Option<Duration>,
    },
    /// No answer, or no connection; worth another try.
    #[error("the push service cannot be reached")]
    Unreachable,
}

/// Hands pushes to push services; cheap to clone.
#[derive(Debug, Clone)]
pub struct WebPush {
    http: Client,
    keys: Arc<VapidKeys>,
    contact: Arc<str>,
    reach: Reach,
}

impl WebPush {
    /// A client that signs with `keys`, names `contact` (an e-mail address) and goes as far as `reach` allows.
    ///
    /// # Errors
    /// `Setup` when no client can be made.
    pub fn new(keys: VapidKeys, contact: &str, reach: Reach) -> Result<Self, PushError> {
        // Fails only when a TLS provider is installed already, and then there is nothing to do.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(Policy::none())
            // A proxy would look names up by itself, past our check.
            .no_proxy()
            .dns_resolver(endpoint::Resolver(reach))
            .build()
            .map_err(|_| PushError::Setup)?;
        Ok(Self { http, keys: Arc::new(keys), contact: contact.into(), reach })
    }

    /// Seals `parcel` for `browser` and hands it to its push service.
    ///
    /// # Errors
    /// See [`PushError`].
    pub async fn send(
        &self,
        browser: Browser<'_>,
        parcel: Parcel<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), PushError> {
        let url = endpoint::parse(browser.endpoint, self.reach).ok_or(PushError::Endpoint)?;
        let public = PublicKey::from_sec1_bytes(browser.p256dh).map_err(|_| PushError::Keys)?;
        let sealed = seal::for_browser(parcel.payload, &public, browser.auth).ok_or(PushError::Keys)?;
        let signature = self.keys.authorization(browser.vapid_kid, &url, &self.contact, now);
        let request = self
            .http
            .post(url)
            .header("Authorization", signature)
            .header("TTL", KEPT.as_secs())
            .header("Urgency", if parcel.is_urgent { "high" } else { "normal" })
            .header("Topic", parcel.topic)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(sealed);
        let response = request.send().await.map_err(|_| PushError::Unreachable)?;
        understood(&response)
    }
}

fn understood(response: &Response) -> Result<(), PushError> {
    match response.status().as_u16() {
        200..=299 => Ok(()),
        404 | 410 => Err(PushError::Gone),
        status @ (408 | 425 | 429 | 500..) => Err(PushError::Later { status, after: pause(response) }),
        status => Err(PushError::Refused { status }),
    }
}

/// What `Retry-After` asks for, in seconds; a date is not worth reading.
fn pause(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}
