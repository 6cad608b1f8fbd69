//! How a push service looks at a push, and a browser into it.

use std::net::SocketAddr;

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::clock::Clock;
use hyper::http::request::Parts;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, ecdh};
use serde_json::Value;

use super::{Browser, Received};
use crate::web_push::keys;

type Refusal = (u16, &'static str);

/// The push as its browser sees it, or the status and the reason why it does not.
pub(super) fn take(
    head: &Parts,
    body: &[u8],
    addr: SocketAddr,
    browsers: &[Browser],
) -> Result<Received, Refusal> {
    if head.method != hyper::Method::POST {
        return Err((405, "push services are posted to"));
    }
    let number = head.uri.path().strip_prefix("/push/").and_then(|text| text.parse().ok());
    let number: usize = number.ok_or((404, "no such path"))?;
    let browser = browsers.get(number).ok_or((404, "no such browser"))?;
    if browser.is_gone {
        return Err((410, "the browser is gone"));
    }
    let contact = check_signature(head, addr, browser)?;
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    header("TTL").and_then(|ttl| ttl.parse::<u32>().ok()).ok_or((400, "no TTL"))?;
    let topic = header("Topic").unwrap_or_default();
    if topic.len() > 32 || !topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        return Err((400, "a topic that is none"));
    }
    if header("Content-Encoding") != Some("aes128gcm") {
        return Err((415, "not sealed as aes128gcm"));
    }
    if body.len() > 4096 {
        return Err((413, "more than 4096 bytes"));
    }
    Ok(Received {
        browser: number,
        payload: open(body, browser).ok_or((400, "the browser cannot open it"))?,
        topic: topic.to_owned(),
        urgency: header("Urgency").unwrap_or("normal").to_owned(),
        contact,
    })
}

/// Whom the signature names, if it is good for this service and made with the key that the browser was given.
fn check_signature(head: &Parts, addr: SocketAddr, browser: &Browser) -> Result<String, Refusal> {
    let text = head.headers.get("Authorization").and_then(|value| value.to_str().ok());
    let parts = text.and_then(|text| text.strip_prefix("vapid ")).ok_or((401, "no signature"))?;
    let part = |name: &str| parts.split(", ").find_map(|part| part.strip_prefix(name));
    let (token, key) = part("t=").zip(part("k=")).ok_or((401, "no token and key"))?;
    if key != browser.server_key {
        return Err((403, "not the key that the browser was given"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or((401, "no token"))?;
    let (header, claims) = signed.split_once('.').ok_or((401, "no token"))?;
    let bytes = |text: &str| BASE64.decode(text).map_err(|_| (401, "not base64url"));
    let key = VerifyingKey::from_sec1_bytes(&bytes(key)?).map_err(|_| (401, "no key"))?;
    let signature = Signature::from_slice(&bytes(signature)?).map_err(|_| (401, "no signature"))?;
    key.verify(signed.as_bytes(), &signature).map_err(|_| (403, "not signed by this key"))?;
    let json = |text: &str| serde_json::from_slice::<Value>(&bytes(text)?).map_err(|_| (401, "not JSON"));
    let (header, claims) = (json(header)?, json(claims)?);
    if header["alg"] != "ES256" || header["typ"] != "JWT" {
        return Err((401, "not ES256"));
    }
    if claims["aud"] != format!("http://{addr}") {
        return Err((403, "meant for another service"));
    }
    let ends_in = claims["exp"].as_i64().unwrap_or_default() - Clock::system().now().timestamp();
    if !(1..=24 * 3600).contains(&ends_in) {
        return Err((403, "over, or good for more than a day"));
    }
    let contact = claims["sub"].as_str().filter(|contact| contact.starts_with("mailto:"));
    contact.map(str::to_owned).ok_or((403, "nobody to write to"))
}

/// What the browser's worker is given; nothing when it was sealed for somebody else.
fn open(body: &[u8], browser: &Browser) -> Option<Value> {
    let (salt, rest) = body.split_at_checked(16)?;
    let (record, rest) = rest.split_at_checked(4)?;
    let (length, rest) = rest.split_first()?;
    let (sender, sealed) = rest.split_at_checked(usize::from(*length))?;
    if u32::from_be_bytes(record.try_into().ok()?) < 18 || sender.len() != 65 {
        return None;
    }
    let sender_key = PublicKey::from_sec1_bytes(sender).ok()?;
    let shared = ecdh::diffie_hellman(browser.secret.to_nonzero_scalar(), sender_key.as_affine());
    let own = browser.secret.public_key().to_encoded_point(false);
    let (key, nonce) = keys(shared.raw_secret_bytes(), &browser.auth, own.as_bytes(), sender, salt);
    let plain = Aes128Gcm::new_from_slice(&key).ok()?.decrypt(&Nonce::from(nonce), sealed).ok()?;
    // The last record ends in a 2, and then only zeros.
    let end = plain.iter().rposition(|byte| *byte != 0)?;
    let message = plain.get(..end).filter(|_| plain[end] == 2)?;
    serde_json::from_slice(message).ok()
}
