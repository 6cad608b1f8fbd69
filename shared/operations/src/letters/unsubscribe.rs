//! Tokens of the one-click address in reminders (RFC 8058): whose letters of which kind, signed by us.
//!
//! They hold nothing secret and never run out: who keeps a letter for years can still decline its kind.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use config::{Key, Keyring};
use database::DatabaseError;
use domain::ids::UserId;
use domain::letter::LetterKind;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

/// Bytes of the signature that stand in the token: 128 bits.
const SIGNATURE: usize = 16;

/// The token for somebody's letters of this kind: `<key>.<user>.<kind>.<signature>`.
pub fn token(keys: &Keyring, user: UserId, kind: LetterKind) -> String {
    let key = keys.newest();
    let signature = URL_SAFE_NO_PAD.encode(sign(key, user, kind));
    format!("{}.{user}.{kind}.{signature}", key.kid())
}

/// Whose letters of which kind a token is for; nothing if we did not make it, or with a key that is retired.
pub fn open(keys: &Keyring, token: &str) -> Option<(UserId, LetterKind)> {
    let mut parts = token.split('.');
    let key = keys.find(parts.next()?)?;
    let user = UserId(parts.next()?.parse().ok()?);
    let kind = LetterKind::from_word(parts.next()?)?;
    let signature = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    let is_ours = bool::from(sign(key, user, kind).as_slice().ct_eq(&signature));
    (is_ours && parts.next().is_none()).then_some((user, kind))
}

/// Notes that somebody wants no more letters of this kind. A second time changes nothing.
pub async fn decline(
    db: &mut PgConnection,
    user: UserId,
    kind: LetterKind,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    database::letters::decline(db, user, kind, now).await
}

fn sign(key: &Key, user: UserId, kind: LetterKind) -> [u8; SIGNATURE] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret()).expect("HMAC takes keys of any length");
    mac.update(b"unsubscribe ");
    mac.update(&user.0.to_be_bytes());
    mac.update(kind.as_str().as_bytes());
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    let mut start = [0; SIGNATURE];
    start.copy_from_slice(&whole[..SIGNATURE]);
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(kids: &[&str]) -> Keyring {
        let key = |kid: &&str| Key::new(*kid, &[kid.len() as u8; 32]);
        Keyring::new(key(&kids[0]), kids[1..].iter().map(key).collect())
    }

    #[test]
    fn a_token_tells_whose_letters_of_which_kind_and_nothing_else_opens() {
        let ring = keys(&["2026-11", "old"]);
        let made = token(&ring, UserId(42), LetterKind::MaintenanceReminder);
        assert_eq!(open(&ring, &made), Some((UserId(42), LetterKind::MaintenanceReminder)));
        assert!(made.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{made}");
        for forged in [
            made.replace(".42.", ".43."),
            made.replace("maintenance-reminder", "notification-digest"),
            made.replace("2026-11", "old"),
            made.replace("2026-11", "new"),
            format!("{made}."),
            made[..made.len() - 1].to_owned(),
            String::new(),
            "...".to_owned(),
        ] {
            assert_eq!(open(&ring, &forged), None, "{forged}");
        }
    }

    #[test]
    fn a_token_outlives_its_key_being_replaced_but_not_retired() {
        let made = token(&keys(&["old"]), UserId(1), LetterKind::NotificationDigest);
        assert!(open(&keys(&["2026-11", "old"]), &made).is_some());
        assert!(open(&keys(&["2026-11"]), &made).is_none());
    }
}
