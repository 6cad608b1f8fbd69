//! Proving an address with the code that was sent to it.

use chrono::{DateTime, Utc};
use database::audit::Actor;
use database::challenges::{self, CountedTry};
use database::users;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use domain::letter::{Letter, Welcome};
use queue::Work;

use super::codes::{self, EMAIL_OTP};
use super::factor::{self, LOGIN_OTP};
use super::register::Pending;
use super::session::{self, Proof, SignedIn};
use super::{AccountError, Origin};
use crate::Context;
use crate::letters::{self, NewLetter};

/// Signs in whoever has the code: confirms the address, and lets the registration take effect.
///
/// Without `challenge` the address's only one is meant. Every call counts as a try before the code is looked at. Once
/// the address is confirmed, all its other registrations are over.
///
/// # Errors
/// [`AccountError::WrongCode`], whatever is wrong with it; [`AccountError::WhichChallenge`] if several are open and none
/// is named.
pub async fn verify_code(
    ctx: &Context,
    email: &EmailAddress,
    code: &str,
    challenge: Option<ChallengeId>,
    origin: &Origin,
) -> Result<SignedIn, AccountError> {
    let now = ctx.clock.now();
    let mut db = ctx.read().await?;
    if let Some(step) = challenge
        && challenges::find_kind(&mut db, step).await?.as_deref() == Some(LOGIN_OTP)
    {
        drop(db);
        return second_factor(ctx, email, code, step, origin).await;
    }
    codes::check_named(&mut db, email, challenge).await?;
    // Committed by itself: a wrong code must stay counted.
    let counted = challenges::count_try(&mut db, email, EMAIL_OTP, challenge, now).await?;
    let right = counted.as_ref().filter(|counted| codes::is_right(&ctx.settings.keys.pepper, counted, code));
    let Some((right, user)) = right.and_then(|right| Some((right, right.challenge.user?))) else {
        let action = if counted.as_ref().is_some_and(|counted| counted.was_last) {
            "otp_exhausted"
        } else {
            "otp_failed"
        };
        let subject = counted.and_then(|counted| counted.challenge.user);
        origin.audit(&mut db, Actor::Nobody, action, subject, now).await?;
        return Err(AccountError::WrongCode);
    };
    drop(db);
    let mut work = ctx.begin().await?;
    meet(&mut work, email, user, right, now).await?;
    if factor::is_on(&mut work, user).await? {
        // A code by letter is no second factor; a link to choose a new password confirms the address, too.
        return Err(AccountError::WrongCode);
    }
    if users::confirm(&mut work, user, now).await? {
        origin.audit(&mut work, Actor::User(user), "email_verified", Some(user), now).await?;
        welcome(&mut work, email, user, now).await?;
    }
    let proof = Proof { method: EMAIL_OTP, is_remembered: false };
    let signed_in = session::begin(ctx, &mut work, user, proof, origin, now).await?;
    work.commit().await?;
    Ok(signed_in)
}

/// Signs in whoever knew the password and shows the second factor.
async fn second_factor(
    ctx: &Context,
    email: &EmailAddress,
    code: &str,
    step: ChallengeId,
    origin: &Origin,
) -> Result<SignedIn, AccountError> {
    let now = ctx.clock.now();
    // Committed by itself: a wrong code must stay counted.
    let mut db = ctx.read().await?;
    let counted = challenges::count_try(&mut db, email, LOGIN_OTP, Some(step), now).await?;
    let subject = counted.as_ref().and_then(|counted| counted.challenge.user);
    drop(db);
    let mut work = ctx.begin().await?;
    let shown = match subject {
        Some(user) => {
            users::lock(&mut work, user).await?;
            factor::prove(ctx, &mut work, user, code, now).await?.map(|method| (user, method))
        }
        None => None,
    };
    let Some((user, method)) = shown else {
        origin.audit(&mut work, Actor::Nobody, "second_factor_failed", subject, now).await?;
        work.commit().await?;
        return Err(AccountError::WrongCode);
    };
    // One step begins one session, and none for who was suspended meanwhile.
    let is_first = challenges::take(&mut work, step, now).await?;
    if !is_first || !users::get_credentials(&mut work, user).await?.1.is_active {
        return Err(AccountError::WrongCode);
    }
    let is_remembered = counted.is_some_and(|counted| counted.challenge.payload["remember"] == true);
    challenges::close_of_user(&mut work, user, &[LOGIN_OTP], now).await?;
    let proof = Proof { method, is_remembered };
    let signed_in = session::begin(ctx, &mut work, user, proof, origin, now).await?;
    work.commit().await?;
    Ok(signed_in)
}

/// Uses the challenge up, and closes the address's others; of two who have a right code at once, one gets in.
async fn meet(
    work: &mut Work,
    email: &EmailAddress,
    user: UserId,
    right: &CountedTry,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    challenges::lock_address(work, email).await?;
    users::lock(work, user).await?;
    let hash = right.secret_hash.as_deref().unwrap_or_default();
    let is_first = challenges::consume(work, right.challenge.id, hash, now).await?;
    let is_active = users::find_credentials(work, email).await?.is_some_and(|known| known.is_active);
    if !is_first || !is_active {
        return Err(AccountError::WrongCode);
    }
    if let Some(pending) = Pending::of(&right.challenge.payload) {
        users::apply_registration(work, user, &pending.user(email), now).await?;
    }
    challenges::close(work, email, EMAIL_OTP, now).await?;
    Ok(())
}

async fn welcome(
    work: &mut Work,
    email: &EmailAddress,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let user = users::get(work, user).await?;
    let letter = Letter::Welcome(Welcome { first_name: user.first_name });
    let new = NewLetter {
        user: Some(user.id),
        address: email,
        locale: user.locale,
        letter: &letter,
        challenge: None,
    };
    letters::post(work, &new, now).await?;
    Ok(())
}
