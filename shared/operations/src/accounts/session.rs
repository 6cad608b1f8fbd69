//! Beginning and ending sessions.

use chrono::{DateTime, Duration, Utc};
use database::audit::Actor;
use database::sessions::{self, NewSession};
use database::users::{self, User};
use domain::device;
use domain::ids::{SessionId, UserId};
use domain::letter::{Letter, NewDevice};
use queue::Work;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::refresh::{new_token, token_hash};
use super::{AccountError, Authenticated, Origin, access_token};
use crate::Context;
use crate::letters;

/// How long a session lasts for somebody who asks to be remembered.
const REMEMBERED: Duration = Duration::days(30);
/// How long a session lasts for somebody who does not ask to be remembered.
pub const ORDINARY: Duration = Duration::days(7);

/// What a client holds to stay signed in.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Proves who calls, for fifteen minutes.
    pub access: SecretString,
    /// Gets the next pair, once.
    pub refresh: SecretString,
}

/// Somebody who just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// What they hold now.
    pub tokens: Tokens,
}

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    pub(crate) method: &'static str,
    pub(crate) is_remembered: bool,
}

/// Begins a session and says so in the audit log.
pub(crate) async fn begin(
    ctx: &Context,
    work: &mut Work,
    user: UserId,
    proof: Proof,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<SignedIn, AccountError> {
    let device = known_as(origin.user_agent.as_deref());
    let is_new_device = sessions::meet_device(work, user, &device, now).await?;
    let refresh = new_token();
    let lifetime = if proof.is_remembered { REMEMBERED } else { ORDINARY };
    let session = NewSession {
        user,
        refresh_hash: &token_hash(refresh.expose_secret()),
        ip: origin.ip,
        user_agent: origin.user_agent.as_deref(),
        auth_method: proof.method,
        expires_at: now + lifetime,
    };
    let session = sessions::insert(work, &session, now).await?;
    users::mark_login(work, user, now).await?;
    origin.audit(work, Actor::User(user), "login", Some(user), now).await?;
    let tokens = Tokens { access: access(ctx, session, user, now), refresh };
    let user = users::get(work, user).await?;
    if is_new_device {
        tell(work, &user, origin, now).await?;
    }
    Ok(SignedIn { user, tokens })
}

/// What a device is remembered by. A browser stays the same device through its versions.
fn known_as(user_agent: Option<&str>) -> String {
    let Some(user_agent) = user_agent else { return "unknown".to_owned() };
    device::label(user_agent).unwrap_or_else(|| {
        let words: String = user_agent.chars().filter(|c| !c.is_ascii_digit()).collect();
        hex::encode(&Sha256::digest(words)[..8])
    })
}

/// Tells the holder of a sign-in on a device that the account had not seen.
async fn tell(work: &mut Work, user: &User, origin: &Origin, now: DateTime<Utc>) -> Result<(), AccountError> {
    let device = origin.user_agent.as_deref().and_then(device::label);
    let letter = Letter::NewDevice(NewDevice { at: now, device });
    letters::post_to(work, user, &letter, now).await?;
    Ok(())
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// Not found when it is not theirs, or has ended.
pub async fn end_session(
    ctx: &Context,
    caller: &Authenticated,
    session: SessionId,
    origin: &Origin,
) -> Result<(), AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    sessions::revoke_own(&mut work, caller.user, session, "revoked", now).await?;
    origin.audit(&mut work, Actor::User(caller.user), "session_revoked", Some(caller.user), now).await?;
    work.commit().await?;
    Ok(())
}

/// Ends all of the caller's sessions but this one; says how many.
pub async fn end_other_sessions(
    ctx: &Context,
    caller: &Authenticated,
    origin: &Origin,
) -> Result<u64, AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let ended = sessions::revoke_others(&mut work, caller.user, caller.session, "revoke_others", now).await?;
    origin.audit(&mut work, Actor::User(caller.user), "sessions_revoked", Some(caller.user), now).await?;
    work.commit().await?;
    Ok(ended)
}

/// A fresh access token of a session.
pub(crate) fn access(ctx: &Context, session: SessionId, user: UserId, now: DateTime<Utc>) -> SecretString {
    access_token::issue(&ctx.settings, session, user, now).into()
}

/// Ends the caller's session, and that of `refresh` if it is another one of theirs: all their tokens die at once.
pub async fn logout(
    ctx: &Context,
    caller: &Authenticated,
    refresh: Option<&SecretString>,
    origin: &Origin,
) -> Result<(), AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    sessions::revoke(&mut work, caller.session, "logout", now).await?;
    if let Some(refresh) = refresh {
        let hash = token_hash(refresh.expose_secret());
        sessions::revoke_by_token(&mut work, caller.user, &hash, "logout", now).await?;
    }
    origin.audit(&mut work, Actor::User(caller.user), "logout", Some(caller.user), now).await?;
    work.commit().await?;
    Ok(())
}

/// Ends all of the caller's sessions; says how many.
pub async fn logout_everywhere(
    ctx: &Context,
    caller: &Authenticated,
    origin: &Origin,
) -> Result<u64, AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let ended = sessions::revoke_all(&mut work, caller.user, "logout_all", now).await?;
    origin.audit(&mut work, Actor::User(caller.user), "logout_all", Some(caller.user), now).await?;
    work.commit().await?;
    Ok(ended)
}
