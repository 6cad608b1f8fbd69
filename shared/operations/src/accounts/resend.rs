//! Another code for the one that did not arrive.

use std::time::Duration;

use chrono::{DateTime, Utc};
use database::audit::Actor;
use database::challenges;
use database::users;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use domain::locale::Locale;
use queue::Work;
use serde_json::json;

use super::codes::{self, Allowance, EMAIL_OTP};
use super::register::open_challenge;
use super::{AccountError, Origin};
use crate::Context;
use crate::letters::{self, NewLetter};

/// Sends a new code for the address's open challenge, whose old code is dead from now on; says when the next one may
/// be asked for.
///
/// The challenge keeps its id, and others of the address keep their codes. An address that waits for no code gets a letter too, in the ledger only: it is never
/// sent, but the answer and its cost are the same.
///
/// # Errors
/// [`AccountError::TooSoon`] within a minute of the last code, and after five in an hour;
/// [`AccountError::WhichChallenge`] if several are open and none is named.
pub async fn resend(
    ctx: &Context,
    email: &EmailAddress,
    challenge: Option<ChallengeId>,
    locale: Locale,
    origin: &Origin,
) -> Result<Duration, AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, email).await?;
    if let Allowance::Cooling(wait) | Allowance::Spent(wait) = codes::allowance(&mut work, email, now).await?
    {
        return Err(AccountError::TooSoon { retry_after: whole_seconds(wait) });
    }
    codes::check_named(&mut work, email, challenge).await?;
    let target = find_or_open(&mut work, email, challenge, now).await?;
    if let Some(challenge) = target.challenge {
        challenges::renew(&mut work, challenge, now + codes::LIFETIME).await?;
    }
    let new = NewLetter {
        user: target.user,
        address: email,
        locale: target.locale.unwrap_or(locale),
        letter: &codes::letter(),
        challenge: target.challenge,
    };
    letters::post(&mut work, &new, now).await?;
    origin.audit(&mut work, Actor::Nobody, "otp_resent", target.user, now).await?;
    work.commit().await?;
    Ok(whole_seconds(codes::COOLDOWN))
}

struct Target {
    challenge: Option<ChallengeId>,
    user: Option<UserId>,
    locale: Option<Locale>,
}

/// What the code is for: the open challenge, or a new one, which is a decoy unless the address has to be confirmed.
async fn find_or_open(
    work: &mut Work,
    email: &EmailAddress,
    challenge: Option<ChallengeId>,
    now: DateTime<Utc>,
) -> Result<Target, AccountError> {
    let pending = challenges::find_pending(work, email, EMAIL_OTP, challenge).await?;
    let known = users::find_credentials(work, email).await?;
    let locale = known.as_ref().map(|known| known.locale);
    match (pending, challenge) {
        (Some(pending), _) => Ok(Target { challenge: Some(pending.id), user: pending.user, locale }),
        // Another address's challenge, or an old one: the open ones are left alone.
        (None, Some(_)) => Ok(Target { challenge: None, user: None, locale: None }),
        (None, None) => {
            let user = known.filter(|known| !known.email_verified).map(|known| known.id);
            let challenge = open_challenge(work, email, user, &json!({}), now).await?;
            Ok(Target { challenge: Some(challenge), user, locale })
        }
    }
}

/// Rounded up, so that who waits that long is not too early.
fn whole_seconds(wait: chrono::Duration) -> Duration {
    Duration::from_secs(wait.num_milliseconds().max(0).cast_unsigned().div_ceil(1000))
}
