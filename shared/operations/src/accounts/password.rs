//! Another password: by the old one, or by a link that is sent to the address.

use chrono::{DateTime, Duration, Utc};
use database::audit::Actor;
use database::challenges::{self, LiveChallenge, NewChallenge};
use database::{sessions, users};
use domain::device;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use domain::letter::{Letter, LetterKind, PasswordChanged};
use domain::locale::Locale;
use domain::password::NewPassword;
use queue::Work;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::codes::{self, Allowance};
use super::passwords::Verdict;
use super::{AccountError, Authenticated, Origin, tokens};
use crate::Context;
use crate::letters::{self, NewLetter, To};

/// The flow of links that lead to a new password.
pub(crate) const PASSWORD_RESET: &str = "password_reset";
/// How long such a link is good.
const LINK_LIFETIME: Duration = Duration::minutes(30);

/// Gives the caller another password; all other sessions end, and open links are dead.
///
/// # Errors
/// [`AccountError::WrongPassword`] unless `old` is the one that holds; [`AccountError::BadPassword`].
pub async fn change_password(
    ctx: &Context,
    caller: &Authenticated,
    old: &SecretString,
    new: &SecretString,
    origin: &Origin,
) -> Result<(), AccountError> {
    let (email, known) = proved(ctx, caller.user, old, origin).await?;
    let new = NewPassword::choose(new.expose_secret(), &email)?;
    let hash = ctx.passwords.hash(new.expose()).await;
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    if !users::replace_password(&mut work, caller.user, &known, &hash, now).await? {
        return Err(AccountError::WrongPassword);
    }
    sessions::revoke_others(&mut work, caller.user, caller.session, "password_change", now).await?;
    settle(&mut work, caller.user, &email, "password_changed", origin, now).await?;
    work.commit().await?;
    Ok(())
}

/// The caller's address and hash, if `password` is theirs: asked for once more before what matters most.
///
/// # Errors
/// [`AccountError::WrongPassword`].
pub(crate) async fn prove_password(
    ctx: &Context,
    user: UserId,
    password: &SecretString,
    origin: &Origin,
) -> Result<Proved, AccountError> {
    let (address, hash) = proved(ctx, user, password, origin).await?;
    Ok(Proved { address, hash })
}

/// A password that was right a moment ago; see [`hold_to`].
pub(crate) struct Proved {
    pub(crate) address: EmailAddress,
    pub(crate) hash: String,
}

/// How long after signing in nobody asks for the password once more.
const FRESH: Duration = Duration::minutes(15);

/// Lets a caller on who signed in just now, or who shows their password once more: what opens the account for good is
/// not given to whoever found a token or an unlocked telephone.
///
/// # Errors
/// [`AccountError::PasswordNeeded`], [`AccountError::WrongPassword`].
pub async fn prove_presence(
    ctx: &Context,
    caller: &Authenticated,
    password: Option<&SecretString>,
    origin: &Origin,
) -> Result<(), AccountError> {
    match password {
        Some(password) => prove_password(ctx, caller.user, password, origin).await.map(drop),
        None if caller.begun_at + FRESH > ctx.clock.now() => Ok(()),
        None => Err(AccountError::PasswordNeeded),
    }
}

/// Locks the account until the transaction ends, and holds it to the password that was proved before: another one, or a
/// suspension, may have come in between.
///
/// # Errors
/// [`AccountError::WrongPassword`].
pub(crate) async fn hold_to(work: &mut Work, user: UserId, hash: &str) -> Result<(), AccountError> {
    users::lock(work, user).await?;
    let (_, now) = users::get_credentials(work, user).await?;
    if now.is_active && now.password_hash == hash { Ok(()) } else { Err(AccountError::WrongPassword) }
}

/// The account's address and the hash that `password` was held against.
async fn proved(
    ctx: &Context,
    user: UserId,
    password: &SecretString,
    origin: &Origin,
) -> Result<(EmailAddress, String), AccountError> {
    let (email, known) = users::get_credentials(&mut *ctx.read().await?, user).await?;
    // No connection is held while the hash is computed.
    match ctx.passwords.verify(password.expose_secret(), Some(&known.password_hash)).await {
        Verdict::Right | Verdict::RightButOld => Ok((email, known.password_hash)),
        Verdict::Wrong => {
            let mut db = ctx.read().await?;
            origin.audit(&mut db, Actor::User(user), "password_refused", Some(user), ctx.clock.now()).await?;
            Err(AccountError::WrongPassword)
        }
    }
}

/// Sends a link to choose a new password with. An address without an account gets a letter too, in the ledger only: it
/// is never sent, but the answer and its cost are the same.
pub async fn forgot_password(
    ctx: &Context,
    email: &EmailAddress,
    locale: Locale,
    origin: &Origin,
) -> Result<(), AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, email).await?;
    let allowance = codes::allowance_of(&mut work, email, &[LetterKind::PasswordReset], now).await?;
    let known = users::find_credentials(&mut work, email).await?.filter(|known| known.is_active);
    let (user, locale) = (known.as_ref().map(|known| known.id), known.map_or(locale, |known| known.locale));
    if allowance == Allowance::Free {
        // One link at a time: a newer letter kills the links of those before.
        challenges::close(&mut work, email, PASSWORD_RESET, now).await?;
        let id = ChallengeId(Uuid::new_v4());
        let expires_at = now + LINK_LIFETIME;
        let kind = PASSWORD_RESET;
        let challenge = NewChallenge { id, user, email, kind, payload: &json!({}), expires_at };
        challenges::insert(&mut work, &challenge, now).await?;
        letters::send_password_reset_email(&mut work, To { user, address: email, locale }, id, now).await?;
    }
    origin.audit(&mut work, Actor::Nobody, "password_reset_asked", user, now).await?;
    work.commit().await?;
    Ok(())
}

/// The account that a link gives a new password to.
///
/// # Errors
/// [`AccountError::WrongLink`], whatever is wrong with it.
pub async fn check_reset_link(ctx: &Context, uid: ChallengeId, token: &str) -> Result<(), AccountError> {
    find_link(ctx, uid, token).await.map(drop)
}

async fn find_link(
    ctx: &Context,
    uid: ChallengeId,
    token: &str,
) -> Result<(LiveChallenge, UserId), AccountError> {
    let now = ctx.clock.now();
    let found = challenges::find_live(&mut *ctx.read().await?, uid, PASSWORD_RESET, now).await?;
    let secret = found.as_ref().and_then(|found| found.secret.as_ref());
    let stored = secret.map(|(hash, kid)| (hash.as_slice(), kid.as_str()));
    let is_right = tokens::is_right(&ctx.settings.keys.pepper, (PASSWORD_RESET, uid), stored, token);
    let found = found.filter(|_| is_right).ok_or(AccountError::WrongLink)?;
    let user = found.challenge.user.ok_or(AccountError::WrongLink)?;
    Ok((found, user))
}

/// Gives the account of a link its new password. The link proves the address; all sessions end.
///
/// # Errors
/// [`AccountError::WrongLink`] when it was used meanwhile or is over; [`AccountError::BadPassword`].
pub async fn reset_password(
    ctx: &Context,
    (uid, token): (ChallengeId, &str),
    new: &SecretString,
    origin: &Origin,
) -> Result<(), AccountError> {
    let (link, user) = find_link(ctx, uid, token).await?;
    let new = NewPassword::choose(new.expose_secret(), &link.email)?;
    let hash = ctx.passwords.hash(new.expose()).await;
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, &link.email).await?;
    users::lock(&mut work, user).await?;
    let secret = link.secret.map(|(hash, _)| hash).unwrap_or_default();
    if !challenges::consume(&mut work, uid, &secret, now).await? {
        return Err(AccountError::WrongLink);
    }
    users::set_password(&mut work, user, &hash, now).await?;
    if users::confirm(&mut work, user, now).await? {
        origin.audit(&mut work, Actor::User(user), "email_verified", Some(user), now).await?;
        // Whoever else registered the address does not have it.
        challenges::close(&mut work, &link.email, codes::EMAIL_OTP, now).await?;
    }
    sessions::revoke_all(&mut work, user, "password_reset", now).await?;
    settle(&mut work, user, &link.email, "password_reset", origin, now).await?;
    work.commit().await?;
    Ok(())
}

/// What every change of a password ends with: dead links and half-finished sign-ins, a line in the log, and word to the holder.
async fn settle(
    work: &mut Work,
    user: UserId,
    email: &EmailAddress,
    action: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    challenges::close_of_user(work, user, challenges::ALL_OF_A_USER, now).await?;
    origin.audit(work, Actor::User(user), action, Some(user), now).await?;
    let locale = users::get(work, user).await?.locale;
    let device = origin.user_agent.as_deref().and_then(device::label);
    let letter = Letter::PasswordChanged(PasswordChanged { at: now, device });
    let new = NewLetter { user: Some(user), address: email, locale, letter: &letter, challenge: None };
    letters::post(work, &new, now).await?;
    Ok(())
}
