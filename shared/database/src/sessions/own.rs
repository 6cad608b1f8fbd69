//! A person's own sessions, as they see and end them.

use chrono::{DateTime, Utc};
use domain::ids::{SessionId, UserId};
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A live session as its holder sees it.
#[derive(Debug, Clone)]
pub struct LiveSession {
    /// Its number.
    pub id: i64,
    /// From where it was begun.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// How it was begun: `password`, `email_otp`, `totp`, `recovery`.
    pub auth_method: String,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// When it was used last, to within the life of an access token.
    pub last_seen_at: DateTime<Utc>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Live sessions in all.
    pub total: i64,
}

/// One page of a user's live sessions, the one used last first.
pub async fn list_live(
    db: &mut PgConnection,
    user: UserId,
    page: PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<LiveSession>, DatabaseError> {
    let rows = sqlx::query_as!(
        LiveSession,
        r#"select id, host(ip_address) as ip_address, user_agent, auth_method, expires_at, last_seen_at, created_at,
            count(*) over () as "total!"
        from sessions
        where user_id = $1 and is_active and expires_at > $2
        order by last_seen_at desc, id desc
        limit $3 offset $4"#,
        user.0,
        now,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await?;
    Ok(Page { count: rows.first().map_or(0, |row| row.total), rows })
}

/// Ends one of a user's sessions.
///
/// # Errors
/// Not found when it is another's, or has ended.
pub async fn revoke_own(
    db: &mut PgConnection,
    user: UserId,
    session: SessionId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let done = sqlx::query!(
        "update sessions
        set is_active = false, revoked_reason = $3, revoked_at = $4
        where user_id = $1 and id = $2 and is_active and expires_at > $4",
        user.0,
        session.0,
        reason,
        now
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(DatabaseError::NotFound) }
}
