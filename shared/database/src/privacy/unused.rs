//! Accounts that nobody has used for long. Staff's are left alone.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::locale::Locale;
use sqlx::PgConnection;

use crate::DatabaseError;

/// An account whose holder was just noted as warned.
#[derive(Debug, Clone)]
pub struct Warned {
    /// The account.
    pub user: UserId,
    /// Its address.
    pub email: String,
    /// The language of its letters.
    pub locale: Locale,
    /// When it was used last.
    pub used_at: DateTime<Utc>,
}

/// Notes up to `limit` accounts that were not used since `before` as warned now, and says which.
pub async fn mark_warned(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Warned>, DatabaseError> {
    let rows = sqlx::query!(
        r#"update users
        set inactivity_warned_at = $2
        where id in (
            select id
            from users
            where coalesce(last_seen_at, created_at) < $1 and inactivity_warned_at is null and not is_staff
                and erased_at is null and deletion_due_at is null and email_verified
            order by coalesce(last_seen_at, created_at)
            limit $3
            for update skip locked)
        returning id, email::text as "email!", locale, coalesce(last_seen_at, created_at) as "used_at!""#,
        before,
        now,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Warned {
            user: UserId(row.id),
            email: row.email,
            locale: Locale::from_tag(&row.locale).unwrap_or_default(),
            used_at: row.used_at,
        })
        .collect())
}

/// Schedules up to `limit` accounts for erasure now that were not used since `before` and were warned by
/// `warned_before`; says which.
pub async fn schedule(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    warned_before: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<UserId>, DatabaseError> {
    let ids = sqlx::query_scalar!(
        "update users
        set deletion_requested_at = $3, deletion_due_at = $3, updated_at = $3
        where id in (
            select id
            from users
            where coalesce(last_seen_at, created_at) < $1 and inactivity_warned_at <= $2
                and inactivity_warned_at > coalesce(last_seen_at, created_at) and not is_staff
                and erased_at is null and deletion_due_at is null
            order by id
            limit $4
            for update skip locked)
        returning id",
        before,
        warned_before,
        now,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}
