//! Under which key tries on an account are counted.

use std::net::IpAddr;

use database::{DatabaseError, sessions};
use domain::email_address::EmailAddress;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::Context;

/// The key for tries on the account of `email`: one for all strangers, and one for each network that its holder has
/// signed in from. So who guesses slows down other guessers, and not the holder at home.
///
/// The address is not in it, only its peppered hash: keys of limits are seen by many eyes.
pub async fn limit_key(
    ctx: &Context,
    email: &EmailAddress,
    ip: Option<IpAddr>,
    network: &str,
) -> Result<String, DatabaseError> {
    let pepper = ctx.settings.keys.pepper.newest();
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper.secret()).expect("HMAC takes keys of any length");
    mac.update(b"limit");
    mac.update(email.as_str().as_bytes());
    let account = hex::encode(&mac.finalize().into_bytes()[..16]);
    let Some(ip) = ip else { return Ok(account) };
    // What one customer holds: an IPv4 address, or the /64 of an IPv6 address.
    let bits = if ip.is_ipv4() { 32 } else { 64 };
    let mut db = ctx.read().await?;
    let is_known = sessions::is_known_from(&mut db, email, ip, bits).await?;
    Ok(if is_known { format!("{account}:{network}") } else { account })
}
