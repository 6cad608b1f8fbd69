//! Signed-in sessions and the refresh tokens that keep them.

mod devices;
mod own;

pub use devices::meet_device;
pub use own::{LiveSession, list_live, revoke_own};

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::ids::{SessionId, UserId};
use domain::locale::Locale;
use sqlx::PgConnection;

use crate::DatabaseError;

/// A session to begin.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Who signed in.
    pub user: UserId,
    /// Hash of the first refresh token.
    pub refresh_hash: &'a [u8],
    /// From where.
    pub ip: Option<IpAddr>,
    /// With what.
    pub user_agent: Option<&'a str>,
    /// How: `password`, `email_otp`.
    pub auth_method: &'a str,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

/// Who is behind a live session.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own that a request asks")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The session.
    pub session: SessionId,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// Whose it is.
    pub user: UserId,
    /// Their language.
    pub locale: Locale,
    /// Whether they may use the staff's routes.
    pub is_staff: bool,
    /// Whether they may use the superusers' routes.
    pub is_superuser: bool,
    /// Whether the session was begun with a second factor.
    pub is_second_factor: bool,
    /// Whether their account is to be erased.
    pub is_leaving: bool,
}

/// A refresh token that was rotated away.
#[derive(Debug, Clone)]
pub struct SpentToken {
    /// The session it belonged to.
    pub session: SessionId,
    /// Whose session.
    pub user: UserId,
    /// The key that derives its successor.
    pub successor_kid: String,
    /// When it was replaced.
    pub spent_at: DateTime<Utc>,
    /// Whether the session and its holder are still good.
    pub is_live: bool,
}

/// Begins a session.
pub async fn insert(
    db: &mut PgConnection,
    session: &NewSession<'_>,
    now: DateTime<Utc>,
) -> Result<SessionId, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into sessions
            (user_id, refresh_hash, ip_address, user_agent, auth_method, expires_at, rotated_at, last_seen_at, created_at)
        values ($1, $2, $3::text::inet, $4, $5, $6, $7, $7, $7)
        returning id",
        session.user.0,
        session.refresh_hash,
        session.ip.map(|ip| ip.to_string()),
        session.user_agent,
        session.auth_method,
        session.expires_at,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(SessionId(id))
}

/// Who is behind the session, if it is neither revoked nor over and its holder not suspended.
pub async fn find_holder(
    db: &mut PgConnection,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Holder>, DatabaseError> {
    let row = sqlx::query!(
        r#"select s.created_at, u.locale, u.is_staff, u.is_superuser, s.auth_method in ('totp', 'recovery') as "is_second_factor!",
            u.deletion_due_at is not null as "is_leaving!"
        from sessions s
        join users u on u.id = s.user_id
        where s.id = $1 and u.id = $2 and s.is_active and s.expires_at > $3 and u.is_active"#,
        session.0,
        user.0,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Holder {
        session,
        begun_at: row.created_at,
        user,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        is_staff: row.is_staff,
        is_superuser: row.is_superuser,
        is_second_factor: row.is_second_factor,
        is_leaving: row.is_leaving,
    }))
}

/// Whether the holder of an address ever signed in from within `network`, as far as sessions are remembered.
pub async fn is_known_from(
    db: &mut PgConnection,
    email: &EmailAddress,
    network: IpAddr,
    bits: i32,
) -> Result<bool, DatabaseError> {
    let is_known = sqlx::query_scalar!(
        r#"select exists (
            select
            from sessions s
            join users u on u.id = s.user_id
            where u.email = $1::text::citext and s.ip_address <<= set_masklen($2::text::inet, $3)
        ) as "is_known!""#,
        email.as_str(),
        network.to_string(),
        bits
    )
    .fetch_one(db)
    .await?;
    Ok(is_known)
}

/// Takes what a second factor gave from all sessions of a user: they were begun with one that is no more.
pub async fn forget_second_factor(db: &mut PgConnection, user: UserId) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update sessions set auth_method = 'password' where user_id = $1 and auth_method in ('totp', 'recovery')",
        user.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Replaces a live session's refresh token by its successor, in one statement; nothing if it is not the current one.
pub async fn rotate(
    db: &mut PgConnection,
    presented: &[u8],
    successor: &[u8],
    successor_kid: &str,
    now: DateTime<Utc>,
) -> Result<Option<(SessionId, UserId)>, DatabaseError> {
    let row = sqlx::query!(
        r#"with rotated as (
            update sessions s
            set refresh_hash = $2, rotated_at = $4, last_seen_at = $4
            from users u
            where s.refresh_hash = $1 and s.is_active and s.expires_at > $4 and u.id = s.user_id and u.is_active
            returning s.id, s.user_id
        ), spent as (
            insert into spent_refresh_tokens (token_hash, session_id, successor_kid, spent_at)
            select $1, id, $3, $4 from rotated
        )
        select id as "id!", user_id as "user_id!" from rotated"#,
        presented,
        successor,
        successor_kid,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (SessionId(row.id), UserId(row.user_id))))
}

/// What is known of a token that was rotated away.
pub async fn find_spent(
    db: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<SpentToken>, DatabaseError> {
    let row = sqlx::query!(
        r#"select t.session_id, s.user_id, t.successor_kid, t.spent_at,
            s.is_active and s.expires_at > $2 and u.is_active as "is_live!"
        from spent_refresh_tokens t
        join sessions s on s.id = t.session_id
        join users u on u.id = s.user_id
        where t.token_hash = $1"#,
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| SpentToken {
        session: SessionId(row.session_id),
        user: UserId(row.user_id),
        successor_kid: row.successor_kid,
        spent_at: row.spent_at,
        is_live: row.is_live,
    }))
}

/// Ends a session; false if it had already ended.
pub async fn revoke(
    db: &mut PgConnection,
    session: SessionId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update sessions
        set is_active = false, revoked_reason = $2, revoked_at = $3
        where id = $1 and is_active",
        session.0,
        reason,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the user's session that a refresh token, current or spent, belongs to.
pub async fn revoke_by_token(
    db: &mut PgConnection,
    user: UserId,
    token_hash: &[u8],
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "update sessions
        set is_active = false, revoked_reason = $3, revoked_at = $4
        where user_id = $1 and is_active
            and (refresh_hash = $2 or id in (select session_id from spent_refresh_tokens where token_hash = $2))",
        user.0,
        token_hash,
        reason,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Ends all of a user's sessions; says how many.
pub async fn revoke_all(
    db: &mut PgConnection,
    user: UserId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    end(db, user, None, reason, now).await
}

/// Ends all of a user's sessions but one; says how many.
pub async fn revoke_others(
    db: &mut PgConnection,
    user: UserId,
    kept: SessionId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    end(db, user, Some(kept), reason, now).await
}

async fn end(
    db: &mut PgConnection,
    user: UserId,
    kept: Option<SessionId>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "update sessions
        set is_active = false, revoked_reason = $3, revoked_at = $4
        where user_id = $1 and id is distinct from $2 and is_active",
        user.0,
        kept.map(|kept| kept.0),
        reason,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Deletes up to `limit` sessions that ended before `before`, with their spent tokens; says how many.
pub async fn delete_ended(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "delete from sessions
        where id in (
            select id
            from sessions
            where expires_at < $1 or revoked_at < $1
            limit $2
            for update skip locked)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Notes how the holder of a session showed who they are.
pub async fn set_method(
    db: &mut PgConnection,
    session: SessionId,
    method: &str,
) -> Result<(), DatabaseError> {
    sqlx::query!("update sessions set auth_method = $2 where id = $1", session.0, method).execute(db).await?;
    Ok(())
}
