//! Asking for the erasure of an account, and calling it off.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use database::audit::Actor;
use database::challenges::{self, NewChallenge};
use database::privacy::erasure::{self, Leaving};
use database::{DatabaseError, sessions};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use domain::letter::{ErasureAsked, ErasureCancelled, Letter, OtpPurpose};
use queue::kinds::EraseAccount;
use queue::{Enqueue, Work};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use crate::Context;
use crate::accounts::codes::{self, Allowance};
use crate::accounts::{self, AccountError, Authenticated, Origin, Verdict};
use crate::letters::{self, NewLetter, To};

/// How long an erasure can be called off.
const GRACE: Duration = Duration::days(30);

/// The flow that confirms the wish.
const DELETE_ACCOUNT: &str = "delete_account";

/// What asking led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A code was sent; it comes with the next asking.
    CodeSent(ChallengeId),
    /// The account is erased then.
    Scheduled(DateTime<Utc>),
}

/// Why an erasure is not asked for or called off.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The password is not the account's.
    #[error("the password is wrong")]
    WrongPassword,
    /// None was asked for, or it has begun.
    #[error("no erasure to call off")]
    NoneAsked,
    /// The account was erased before.
    #[error("the account is erased")]
    Erased,
    /// Nobody would be left who can do what only superusers may.
    #[error("the last superuser")]
    LastSuperuser,
    /// The code is wrong, or none can be sent now.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<DatabaseError> for ErasureError {
    fn from(error: DatabaseError) -> Self {
        Self::Account(error.into())
    }
}

impl From<sqlx::Error> for ErasureError {
    fn from(error: sqlx::Error) -> Self {
        Self::Account(error.into())
    }
}

/// Asks for the erasure of the caller's account: the password alone sends a code, with the code it is scheduled.
///
/// All other sessions end then. Asked again while it is scheduled, the day stays as it is.
///
/// # Errors
/// [`ErasureError::WrongPassword`]; [`AccountError::WrongCode`], [`AccountError::TooSoon`].
pub async fn ask_erasure(
    ctx: &Context,
    caller: &Authenticated,
    password: &SecretString,
    code: Option<&str>,
    reason: Option<&str>,
    origin: &Origin,
) -> Result<Asked, ErasureError> {
    let now = ctx.clock.now();
    let leaving = erasure::get_for_update(&mut *ctx.read().await?, caller.user).await?;
    // No connection is held while hashes are computed.
    let verdict = ctx.passwords.verify(password.expose_secret(), Some(&leaving.password_hash)).await;
    if verdict == Verdict::Wrong {
        let mut db = ctx.read().await?;
        let actor = Actor::User(caller.user);
        origin.audit(&mut db, actor, "erasure_password_failed", Some(caller.user), now).await?;
        return Err(ErasureError::WrongPassword);
    }
    if let Some(due_at) = leaving.due_at {
        return Ok(Asked::Scheduled(due_at));
    }
    match code {
        None => send_code(ctx, caller.user, &leaving, origin, now).await.map(Asked::CodeSent),
        Some(code) => confirm(ctx, caller, &leaving, (code, reason), origin, now).await.map(Asked::Scheduled),
    }
}

async fn send_code(
    ctx: &Context,
    user: UserId,
    leaving: &Leaving,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<ChallengeId, ErasureError> {
    let address = address(leaving);
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, &address).await?;
    if let Allowance::Cooling(wait) | Allowance::Spent(wait) =
        codes::allowance_of_flow(&mut work, user, DELETE_ACCOUNT, now).await?
    {
        let seconds = wait.num_milliseconds().max(0).cast_unsigned().div_ceil(1000);
        return Err(AccountError::TooSoon { retry_after: std::time::Duration::from_secs(seconds) }.into());
    }
    challenges::close(&mut work, &address, DELETE_ACCOUNT, now).await?;
    let id = ChallengeId(Uuid::new_v4());
    let challenge = NewChallenge {
        id,
        user: Some(user),
        email: &address,
        kind: DELETE_ACCOUNT,
        payload: &json!({}),
        expires_at: now + codes::LIFETIME,
    };
    challenges::insert(&mut work, &challenge, now).await?;
    let to = To { user: Some(user), address: &address, locale: leaving.locale };
    letters::send_otp_email(&mut work, to, OtpPurpose::DeleteAccount, id, now).await?;
    origin.audit(&mut work, Actor::User(user), "erasure_code_sent", Some(user), now).await?;
    work.commit().await?;
    Ok(id)
}

async fn confirm(
    ctx: &Context,
    caller: &Authenticated,
    leaving: &Leaving,
    (code, reason): (&str, Option<&str>),
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, ErasureError> {
    let (user, address) = (caller.user, address(leaving));
    let mut db = ctx.read().await?;
    // Committed by itself: a wrong code must stay counted.
    let counted = challenges::count_try(&mut db, &address, DELETE_ACCOUNT, None, now).await?;
    let right = counted.filter(|counted| {
        codes::is_right(&ctx.settings.keys.pepper, counted, code) && counted.challenge.user == Some(user)
    });
    let Some(right) = right else {
        origin.audit(&mut db, Actor::User(user), "otp_failed", Some(user), now).await?;
        return Err(AccountError::WrongCode.into());
    };
    drop(db);
    let mut work = ctx.begin().await?;
    accounts::hold_to(&mut work, user, &leaving.password_hash).await.map_err(|error| match error {
        AccountError::WrongPassword => ErasureError::WrongPassword,
        other => other.into(),
    })?;
    let hash = right.secret_hash.as_deref().unwrap_or_default();
    if !challenges::consume(&mut work, right.challenge.id, hash, now).await? {
        return Err(AccountError::WrongCode.into());
    }
    // As the database keeps it, so that it is answered alike later.
    let until = (now + GRACE).trunc_subsecs(6);
    erasure::schedule(&mut work, user, until, reason, now).await?;
    sessions::revoke_others(&mut work, user, caller.session, "erasure_asked", now).await?;
    tell(&mut work, user, leaving, &Letter::ErasureAsked(ErasureAsked { until }), now).await?;
    origin.audit(&mut work, Actor::User(user), "erasure_asked", Some(user), now).await?;
    work.commit().await?;
    Ok(until)
}

/// Calls the erasure of the caller's account off.
///
/// # Errors
/// [`ErasureError::NoneAsked`].
pub async fn cancel_erasure(
    ctx: &Context,
    caller: &Authenticated,
    origin: &Origin,
) -> Result<(), ErasureError> {
    let (user, now) = (caller.user, ctx.clock.now());
    let mut work = ctx.begin().await?;
    let leaving = erasure::get_for_update(&mut work, user).await?;
    if !erasure::cancel(&mut work, user, now).await? {
        return Err(ErasureError::NoneAsked);
    }
    tell(&mut work, user, &leaving, &Letter::ErasureCancelled(ErasureCancelled { at: now }), now).await?;
    origin.audit(&mut work, Actor::User(user), "erasure_cancelled", Some(user), now).await?;
    work.commit().await?;
    Ok(())
}

/// Erases an account at once, because its holder asked for it by another way; a job does it. Nobody is in it any more.
///
/// # Errors
/// [`ErasureError::Erased`], or not found.
pub async fn erase_now(
    ctx: &Context,
    staff: UserId,
    user: UserId,
    reason: &str,
    origin: &Origin,
) -> Result<domain::ids::JobId, ErasureError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    if erasure::get_for_update(&mut work, user).await?.erased_at.is_some() {
        return Err(ErasureError::Erased);
    }
    if database::admin::is_last_superuser(&mut work, user).await? {
        return Err(ErasureError::LastSuperuser);
    }
    erasure::schedule(&mut work, user, now, None, now).await?;
    erasure::close(&mut work, user, now).await?;
    sessions::revoke_all(&mut work, user, "erased", now).await?;
    let diff = json!({ "reason": reason });
    origin.audit_with(&mut work, Actor::Staff(staff), "erasure_ordered", user, &diff, now).await?;
    let job = enqueue(&mut work, user).await?;
    work.commit().await?;
    Ok(job)
}

/// One job for an account, however often it is asked for; not in its own name, since that is to be forgotten.
pub(super) async fn enqueue(work: &mut Work, user: UserId) -> Result<domain::ids::JobId, DatabaseError> {
    let options = Enqueue::default().unique(format!("account:{user}"));
    Ok(work.enqueue(&EraseAccount { user_id: user }, options).await?)
}

async fn tell(
    work: &mut Work,
    user: UserId,
    leaving: &Leaving,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let address = address(leaving);
    let new =
        NewLetter { user: Some(user), address: &address, locale: leaving.locale, letter, challenge: None };
    letters::post(work, &new, now).await?;
    Ok(())
}

pub(super) fn address(leaving: &Leaving) -> EmailAddress {
    leaving.email.parse().expect("stored addresses were parsed when they came in")
}
