//! One-time codes: minted when their letter is being sent, kept only as a peppered hash, good for one flow.

use chrono::{DateTime, Duration, Utc};
use config::{Keyring, Settings};
use database::DatabaseError;
use database::challenges::{self, CountedTry};
use database::letters::Sends;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, LetterId, UserId};
use domain::letter::{Letter, LetterKind, Otp, OtpPurpose};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

use super::AccountError;

/// How long a code is good.
pub(crate) const LIFETIME: Duration = Duration::minutes(10);

/// How long after a code the next one may be asked for.
pub(crate) const COOLDOWN: Duration = Duration::seconds(60);

/// Codes an address gets in an hour: the first and five more.
const PER_HOUR: i64 = 6;
const HOUR: Duration = Duration::hours(1);

/// The flow that confirms an address.
pub(crate) const EMAIL_OTP: &str = "email_otp";

/// Whether an address may be sent another code now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// Yes.
    Free,
    /// The last one was sent less than a minute ago.
    Cooling(Duration),
    /// It had its share of this hour.
    Spent(Duration),
}

/// Makes the code that `letter` carries and stores its hash.
///
/// Nothing if no code is to be sent: the challenge is a decoy, met, over, or a later letter was asked for.
pub async fn mint_code(
    db: &mut PgConnection,
    settings: &Settings,
    challenge: ChallengeId,
    letter: LetterId,
    now: DateTime<Utc>,
) -> Result<Option<SecretString>, DatabaseError> {
    let Some(kind) = challenges::find_kind(db, challenge).await? else { return Ok(None) };
    let code = format!("{:06}", rand::random_range(0..1_000_000));
    let pepper = settings.keys.pepper.newest();
    let hash = hash(pepper.secret(), &kind, challenge, &code);
    let is_stored = challenges::set_secret(db, challenge, letter, (pepper.kid(), &hash), now).await?;
    Ok(is_stored.then(|| code.into()))
}

/// Whether `code` is the one that was sent, in the same time whether one was sent at all.
pub(crate) fn is_right(peppers: &Keyring, counted: &CountedTry, code: &str) -> bool {
    let named = counted.secret_kid.as_deref().and_then(|kid| peppers.find(kid));
    let pepper = named.unwrap_or_else(|| peppers.newest());
    let typed = hash(pepper.secret(), &counted.challenge.kind, counted.challenge.id, code);
    let stored = counted.secret_hash.as_deref().unwrap_or(&[0; 32]);
    let is_same = bool::from(typed.as_slice().ct_eq(stored));
    is_same && named.is_some()
}

/// Letters that a stranger can have sent to an address, whatever way they ask: all count as one.
const KINDS: &[LetterKind] =
    &[LetterKind::Otp, LetterKind::AlreadyRegistered, LetterKind::EmailChangeConfirm];

/// How soon the address may be sent another code. Letters that stand in for codes count as well.
pub(crate) async fn allowance(
    db: &mut PgConnection,
    email: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<Allowance, DatabaseError> {
    allowance_of(db, email, KINDS, now).await
}

/// How soon the address may be sent another letter of these kinds.
pub(crate) async fn allowance_of(
    db: &mut PgConnection,
    email: &EmailAddress,
    kinds: &[LetterKind],
    now: DateTime<Utc>,
) -> Result<Allowance, DatabaseError> {
    Ok(allow(database::letters::count_since(db, email, kinds, now - HOUR).await?, now))
}

/// How soon somebody who is signed in may ask for another code of this flow: what strangers ask for in the name of their
/// address does not count.
pub(crate) async fn allowance_of_flow(
    db: &mut PgConnection,
    user: UserId,
    flow: &str,
    now: DateTime<Utc>,
) -> Result<Allowance, DatabaseError> {
    Ok(allow(challenges::count_since(db, user, flow, now - HOUR).await?, now))
}

fn allow(sends: Sends, now: DateTime<Utc>) -> Allowance {
    if sends.count >= PER_HOUR {
        return Allowance::Spent(sends.oldest.map_or(HOUR, |oldest| oldest + HOUR - now));
    }
    match sends.newest.map(|newest| newest + COOLDOWN - now) {
        Some(wait) if wait > Duration::zero() => Allowance::Cooling(wait),
        _ => Allowance::Free,
    }
}

/// Refuses to guess which of several open challenges of the address is meant.
pub(crate) async fn check_named(
    db: &mut PgConnection,
    email: &EmailAddress,
    named: Option<ChallengeId>,
) -> Result<(), AccountError> {
    if named.is_none() && challenges::are_several_open(db, email, EMAIL_OTP).await? {
        return Err(AccountError::WhichChallenge);
    }
    Ok(())
}

/// What the letter says that carries a code. The code itself is not in it.
pub(crate) fn letter() -> Letter {
    Letter::Otp(Otp { purpose: OtpPurpose::SignUp, expires_minutes: LIFETIME.num_minutes() as u32 })
}

/// Bound to its flow and challenge: the hash of the same code for another one is another hash.
fn hash(pepper: &[u8], kind: &str, challenge: ChallengeId, code: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper).expect("HMAC takes keys of any length");
    mac.update(kind.as_bytes());
    mac.update(challenge.0.as_bytes());
    mac.update(code.as_bytes());
    mac.finalize().into_bytes().into()
}
