//! Beginning and ending sessions.

use chrono::{DateTime, Duration, Utc};
use database::audit::Actor;
use database::sessions::{self, NewSession};
use database::users::{self, User};
use domain::ids::{SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;

use super::refresh::{new_token, token_hash};
use super::{AccountError, Authenticated, Origin, access_token};
use crate::Context;

/// How long a session lasts for somebody who asks to be remembered.
const REMEMBERED: Duration = Duration::days(30);
/// How long it lasts for others.
const ORDINARY: Duration = Duration::days(7);

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
    db: &mut PgConnection,
    user: UserId,
    proof: Proof,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<SignedIn, AccountError> {
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
    let session = sessions::insert(db, &session, now).await?;
    users::mark_login(db, user, now).await?;
    origin.audit(db, Actor::User(user), "login", Some(user), now).await?;
    let tokens = Tokens { access: access(ctx, session, user, now), refresh };
    Ok(SignedIn { user: users::get(db, user).await?, tokens })
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
