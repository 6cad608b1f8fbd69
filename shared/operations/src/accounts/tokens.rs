//! Tokens of links in letters: minted when their letter is being sent, kept only as a peppered hash, good for one flow.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use config::{Keyring, Settings};
use database::DatabaseError;
use database::challenges;
use domain::ids::{ChallengeId, LetterId};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

/// Random bytes of a token: 256 bits.
const BYTES: usize = 32;

/// Makes the token that `letter` carries and stores its hash.
///
/// Nothing if no token is to be sent: the challenge is a decoy, met, over, or a later letter was asked for.
pub async fn mint_token(
    db: &mut PgConnection,
    settings: &Settings,
    challenge: ChallengeId,
    letter: LetterId,
    now: DateTime<Utc>,
) -> Result<Option<SecretString>, DatabaseError> {
    let Some(kind) = challenges::find_kind(db, challenge).await? else { return Ok(None) };
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>());
    let pepper = settings.keys.pepper.newest();
    let hash = hash(pepper.secret(), &kind, challenge, &token);
    let is_stored = challenges::set_secret(db, challenge, letter, (pepper.kid(), &hash), now).await?;
    Ok(is_stored.then(|| token.into()))
}

/// Whether `token` is the one that the letter of `challenge` carried, in the same time whether one was sent at all.
///
/// `stored` is the challenge's hash and the id of its pepper, as the database has them.
pub fn is_right(
    peppers: &Keyring,
    (kind, challenge): (&str, ChallengeId),
    stored: Option<(&[u8], &str)>,
    token: &str,
) -> bool {
    let named = stored.and_then(|(_, kid)| peppers.find(kid));
    let pepper = named.unwrap_or_else(|| peppers.newest());
    let shown = hash(pepper.secret(), kind, challenge, token);
    let stored = stored.map_or(&[0; 32][..], |(hash, _)| hash);
    let is_same = bool::from(shown.as_slice().ct_eq(stored));
    is_same && named.is_some()
}

/// The challenge and the token of a link that names both in one word, `<challenge>.<token>`.
pub fn split(word: &str) -> Option<(ChallengeId, &str)> {
    let (challenge, token) = word.split_once('.')?;
    Some((ChallengeId(challenge.parse().ok()?), token))
}

/// Bound to its flow and challenge: the hash of the same token for another one is another hash.
pub fn hash(pepper: &[u8], kind: &str, challenge: ChallengeId, token: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper).expect("HMAC takes keys of any length");
    mac.update(b"link ");
    mac.update(kind.as_bytes());
    mac.update(challenge.0.as_bytes());
    mac.update(token.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use config::Key;
    use uuid::Uuid;

    use super::*;

    const FLOW: &str = "password_reset";

    fn ring() -> Keyring {
        Keyring::new(Key::new("new", &[7; 32]), vec![Key::new("old", &[8; 32])])
    }

    #[test]
    fn a_token_opens_its_own_flow_and_challenge_only() {
        let (peppers, challenge) = (ring(), ChallengeId(Uuid::from_u128(1)));
        let stored = hash(&[8; 32], FLOW, challenge, "token");
        let opens = |kind, challenge, kid, token| {
            is_right(&peppers, (kind, challenge), Some((stored.as_slice(), kid)), token)
        };
        assert!(opens(FLOW, challenge, "old", "token"));
        assert!(!opens("email_change", challenge, "old", "token"));
        assert!(!opens(FLOW, ChallengeId(Uuid::from_u128(2)), "old", "token"));
        assert!(!opens(FLOW, challenge, "new", "token"), "another pepper");
        assert!(!opens(FLOW, challenge, "gone", "token"), "a retired pepper");
        assert!(!opens(FLOW, challenge, "old", "tokem") && !opens(FLOW, challenge, "old", ""));
        assert!(!is_right(&peppers, (FLOW, challenge), None, "token"), "none was sent");
    }

    #[test]
    fn a_word_names_challenge_and_token() {
        let challenge = ChallengeId(Uuid::from_u128(42));
        assert_eq!(split(&format!("{challenge}.abc-_")), Some((challenge, "abc-_")));
        for bad in ["", ".", "abc", "x.abc", "42.abc"] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }
}
