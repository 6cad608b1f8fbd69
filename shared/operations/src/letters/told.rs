//! What the provider tells about letters that it took over: delivered, come back, unwanted.

use chrono::{DateTime, Utc};
use config::{ExposeSecret, SecretString};
use database::letters::{self, Event};
use database::{DatabaseError, suppressions};
use domain::letter::LetterState;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::PgConnection;

/// Longest reason kept, in characters.
const MAX_REASON: usize = 500;

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The reader's own mail server has it.
    Delivered,
    /// It came back.
    Bounced,
    /// Its reader called it unwanted.
    Complained,
}

impl Told {
    fn state(self) -> LetterState {
        match self {
            Self::Delivered => LetterState::Delivered,
            Self::Bounced => LetterState::Bounced,
            Self::Complained => LetterState::Complained,
        }
    }
}

/// One thing that the provider tells.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// What became of the letter.
    pub told: Told,
    /// Its Message-ID, with or without angle brackets.
    pub message_id: &'a str,
    /// Where it went.
    pub address: &'a str,
    /// Why, in the words of a mail server.
    pub reason: Option<&'a str>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It was written down.
    Noted,
    /// It was known already.
    Known,
    /// We wrote no such letter to that address.
    Foreign,
}

/// Writes down what the provider tells. An address that does not exist, or whose reader calls us unwanted, is written
/// to no more.
///
/// Only for a letter of ours to that very address: nobody else's address can be suppressed by a mistaken event.
pub async fn tell(
    db: &mut PgConnection,
    report: &Report<'_>,
    now: DateTime<Utc>,
) -> Result<Heard, DatabaseError> {
    let message_id = report.message_id.trim().trim_start_matches('<').trim_end_matches('>');
    let Some(letter) = letters::find_told(db, message_id, report.address).await? else {
        return Ok(Heard::Foreign);
    };
    let state = report.told.state();
    let reason = report.reason.map(shortened);
    let event = Event { at: report.at.min(now), kind: state.as_str().to_owned(), detail: reason.clone() };
    if !letters::insert_event(db, letter, &event).await? {
        return Ok(Heard::Known);
    }
    letters::mark_told(db, letter, state).await?;
    match report.told {
        Told::Bounced if is_bad_address(reason.as_deref().unwrap_or_default()) => {
            suppressions::insert(db, report.address, "unknown to its mail server", now).await?;
        }
        Told::Complained => suppressions::insert(db, report.address, "its reader complained", now).await?,
        Told::Bounced | Told::Delivered => {}
    }
    Ok(Heard::Noted)
}

/// Whether `signature` is `sha256=` and the HMAC-SHA256 of `body` in hexadecimal, under the key that the provider has.
pub fn is_signed(key: &SecretString, body: &[u8], signature: &str) -> bool {
    let Some(claimed) = signature.trim().strip_prefix("sha256=").and_then(|hex| hex::decode(hex).ok()) else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    mac.verify_slice(&claimed).is_ok()
}

/// The codes of RFC 3463 and RFC 7505 that say that the address is none; 5.1.7 and 5.1.8 speak of the sender.
fn is_bad_address(reason: &str) -> bool {
    const CODES: [&str; 6] = ["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"];
    let is_none_of_code = |c: char| !c.is_ascii_digit() && c != '.';
    reason.split(is_none_of_code).any(|word| CODES.contains(&word))
}

/// On one line, bounded: it goes into the ledger.
fn shortened(reason: &str) -> String {
    reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_about_the_recipient_condemn_the_address() {
        for bad in ["550 5.1.1 no such user", "5.1.1", "smtp;550-5.1.10 null MX", "(5.1.2)"] {
            assert!(is_bad_address(bad), "{bad}");
        }
        for other in [
            "",
            "550 5.1.8 sender unknown",
            "552 5.2.2 mailbox full",
            "4.1.1",
            "15.1.1",
            "5.1.11",
            "mailbox unavailable",
        ] {
            assert!(!is_bad_address(other), "{other}");
        }
    }

    #[test]
    fn a_signature_is_of_this_body_under_this_key() {
        let key = SecretString::from("key");
        // RFC 2104 HMAC-SHA256 of the pangram under "key", as Wikipedia's article on HMAC gives it.
        let body = b"The quick brown fox jumps over the lazy dog";
        let good = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert!(
            is_signed(&key, body, good)
                && is_signed(&key, body, &good.replace('f', "F").replace("sha256=F", "sha256=f"))
        );
        assert!(!is_signed(&key, b"other", good) && !is_signed(&"other".into(), body, good));
        for bad in ["", "sha256=", "sha256=zz", &good[7..], &good[..good.len() - 2]] {
            assert!(!is_signed(&key, body, bad), "{bad}");
        }
    }
}
