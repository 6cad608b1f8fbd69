//! What staff do to accounts. Each deed is in the audit log with who did it.

use chrono::{DateTime, Utc};
use database::admin::{self, Standing};
use database::audit::Actor;
use database::{DatabaseError, challenges, sessions, users};
use domain::ids::UserId;
use domain::letter::{AccountSuspended, Letter};
use queue::Work;
use serde_json::{Map, Value, json};

use crate::Context;
use crate::accounts::{self, Authenticated, Origin};
use crate::letters;

/// The role that goes with being staff.
const ADMIN: &str = "admin";

/// Why a deed on an account is refused.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// It is the caller's own account.
    #[error("one's own account")]
    OwnAccount,
    /// It is a colleague's account, or would become one: for superusers.
    #[error("for superusers")]
    ForSuperusers,
    /// The account is erased, or its erasure has begun.
    #[error("the account is erased")]
    Erased,
    /// Nobody would be left who can do what only superusers may.
    #[error("the last superuser")]
    LastSuperuser,
    /// The account has no second factor.
    #[error("the second factor is off")]
    NoFactor,
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for AdminError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What is to be changed of an account; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What it is.
    pub roles: Option<Vec<String>>,
    /// Whether it may sign in.
    pub is_active: Option<bool>,
    /// Whether its address is confirmed.
    pub email_verified: Option<bool>,
}

/// Changes an account. Who loses their staff's role, or may not sign in any more, is signed out.
///
/// # Errors
/// [`AdminError`].
pub async fn change(
    ctx: &Context,
    staff: &Authenticated,
    user: UserId,
    change: Change,
    origin: &Origin,
) -> Result<(), AdminError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let before = admin::get_standing_for_update(&mut work, user).await?;
    let mut after = before.clone();
    if let Some(roles) = change.roles {
        after.is_staff = roles.iter().any(|role| role == ADMIN);
        after.roles = roles;
    }
    after.is_active = change.is_active.unwrap_or(after.is_active);
    after.email_verified = change.email_verified.unwrap_or(after.email_verified);
    // A staff account made by hand may lack the role: whoever does not speak of roles changes nothing about that.
    if before == after {
        return Ok(());
    }
    check(staff, user, (&before, &after), now)?;
    if !after.is_active || !after.is_staff {
        keep_a_superuser(&mut work, user).await?;
    }
    admin::save_standing(&mut work, user, &after, now).await?;
    if (before.is_staff && !after.is_staff) || (before.is_active && !after.is_active) {
        sessions::revoke_all(&mut work, user, "changed_by_staff", now).await?;
        challenges::close_of_user(&mut work, user, challenges::ALL_OF_A_USER, now).await?;
    }
    if before.is_active && !after.is_active {
        tell_suspended(&mut work, user, None, now).await?;
    }
    let diff = diff(&before, &after);
    origin.audit_with(&mut work, Actor::Staff(staff.user), "user_changed", user, &diff, now).await?;
    work.commit().await?;
    Ok(())
}

/// Suspends an account: its sessions end at once, and its holder is told by letter.
///
/// # Errors
/// [`AdminError`].
pub async fn suspend(
    ctx: &Context,
    staff: &Authenticated,
    user: UserId,
    reason: &str,
    origin: &Origin,
) -> Result<(), AdminError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let before = admin::get_standing_for_update(&mut work, user).await?;
    let after = Standing { is_active: false, ..before.clone() };
    check(staff, user, (&before, &after), now)?;
    keep_a_superuser(&mut work, user).await?;
    if before.is_active {
        admin::save_standing(&mut work, user, &after, now).await?;
        tell_suspended(&mut work, user, Some(reason), now).await?;
    }
    sessions::revoke_all(&mut work, user, "suspended", now).await?;
    challenges::close_of_user(&mut work, user, challenges::ALL_OF_A_USER, now).await?;
    let diff = json!({ "reason": reason });
    origin.audit_with(&mut work, Actor::Staff(staff.user), "user_suspended", user, &diff, now).await?;
    work.commit().await?;
    Ok(())
}

/// Lets a suspended account in again.
///
/// # Errors
/// [`AdminError`].
pub async fn reactivate(
    ctx: &Context,
    staff: &Authenticated,
    user: UserId,
    origin: &Origin,
) -> Result<(), AdminError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let before = admin::get_standing_for_update(&mut work, user).await?;
    let after = Standing { is_active: true, ..before.clone() };
    check(staff, user, (&before, &after), now)?;
    admin::save_standing(&mut work, user, &after, now).await?;
    origin.audit(&mut work, Actor::Staff(staff.user), "user_reactivated", Some(user), now).await?;
    work.commit().await?;
    Ok(())
}

/// Takes the second factor off an account whose holder lost it; they are told by letter.
///
/// # Errors
/// [`AdminError`].
pub async fn reset_second_factor(
    ctx: &Context,
    staff: &Authenticated,
    user: UserId,
    reason: &str,
    origin: &Origin,
) -> Result<(), AdminError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let standing = admin::get_standing_for_update(&mut work, user).await?;
    check(staff, user, (&standing, &standing), now)?;
    if !accounts::take_off(&mut work, user, now).await? {
        return Err(AdminError::NoFactor);
    }
    let diff = json!({ "reason": reason });
    origin.audit_with(&mut work, Actor::Staff(staff.user), "two_factor_reset", user, &diff, now).await?;
    work.commit().await?;
    Ok(())
}

/// Nobody changes their own standing, and only superusers that of colleagues.
fn check(
    staff: &Authenticated,
    user: UserId,
    (before, after): (&Standing, &Standing),
    now: DateTime<Utc>,
) -> Result<(), AdminError> {
    if staff.user == user {
        return Err(AdminError::OwnAccount);
    }
    let is_closed = !before.is_active && before.deletion_due_at.is_some_and(|due_at| due_at <= now);
    if before.erased_at.is_some() || (is_closed && after.is_active) {
        return Err(AdminError::Erased);
    }
    if (before.is_staff || after.is_staff) && !staff.is_superuser {
        return Err(AdminError::ForSuperusers);
    }
    Ok(())
}

/// Refuses what would leave nobody who can do what only superusers may.
pub(crate) async fn keep_a_superuser(work: &mut Work, user: UserId) -> Result<(), AdminError> {
    if admin::is_last_superuser(work, user).await? { Err(AdminError::LastSuperuser) } else { Ok(()) }
}

/// What changed, each as `[before, after]`.
fn diff(before: &Standing, after: &Standing) -> Value {
    let pairs = [
        ("roles", json!(before.roles), json!(after.roles)),
        ("is_active", json!(before.is_active), json!(after.is_active)),
        ("email_verified", json!(before.email_verified), json!(after.email_verified)),
        ("is_staff", json!(before.is_staff), json!(after.is_staff)),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    Value::Object(
        changed.map(|(name, before, after)| (name.to_owned(), json!([before, after]))).collect::<Map<_, _>>(),
    )
}

async fn tell_suspended(
    work: &mut Work,
    user: UserId,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let user = users::get(work, user).await?;
    let letter = Letter::AccountSuspended(AccountSuspended { at: now, reason: reason.map(str::to_owned) });
    letters::post_to(work, &user, &letter, now).await?;
    Ok(())
}
