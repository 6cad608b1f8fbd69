//! What staff see of accounts and of the whole, and what they change.

mod list;
mod overview;

pub use list::{Account, Column, Filter, list};
pub use overview::{Overview, StateCount, overview};

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use sqlx::PgConnection;

use crate::DatabaseError;
use list::Row;

/// How much an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Vehicles, without deleted ones.
    pub vehicles: i64,
    /// Papers, without deleted ones.
    pub documents: i64,
    /// Bytes of their files.
    pub document_bytes: i64,
    /// Sessions that are alive.
    pub sessions: i64,
    /// Letters that were asked for.
    pub letters: i64,
    /// Notifications.
    pub notifications: i64,
}

/// What staff may change of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What it is: `user`, `garage_owner`, `admin`.
    pub roles: Vec<String>,
    /// Whether it may sign in at all.
    pub is_active: bool,
    /// Whether its address is confirmed.
    pub email_verified: bool,
    /// Whether it belongs to staff.
    pub is_staff: bool,
    /// When it was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// When its erasure is due.
    pub deletion_due_at: Option<DateTime<Utc>>,
}

/// The account `id`, or not found.
pub async fn get(db: &mut PgConnection, id: UserId) -> Result<Account, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, email::text as "email!", first_name, last_name, locale, roles, email_verified, is_active, is_staff,
            is_superuser, last_login, last_seen_at, deletion_due_at, erased_at, created_at, null::bigint as total
        from users
        where id = $1"#,
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}

/// How much the account `id` holds.
pub async fn counters(
    db: &mut PgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<Counters, DatabaseError> {
    let counters = sqlx::query_as!(
        Counters,
        r#"select
            (select count(*) from vehicles where owner_id = $1 and deleted_at is null) as "vehicles!",
            (select count(*) from documents where user_id = $1 and deleted_at is null) as "documents!",
            (select coalesce(sum(file_size), 0)::bigint from documents where user_id = $1 and deleted_at is null)
                as "document_bytes!",
            (select count(*) from sessions where user_id = $1 and is_active and expires_at > $2) as "sessions!",
            (select count(*) from letters where user_id = $1) as "letters!",
            (select count(*) from notifications where user_id = $1) as "notifications!""#,
        id.0,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(counters)
}

/// What staff may change of the account `id`, locked until the transaction ends.
pub async fn get_standing_for_update(db: &mut PgConnection, id: UserId) -> Result<Standing, DatabaseError> {
    let standing = sqlx::query_as!(
        Standing,
        "select roles, is_active, email_verified, is_staff, erased_at, deletion_due_at
        from users
        where id = $1
        for update",
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(standing)
}

/// Whether an account is the only superuser who may sign in. Of two who ask at once, the second waits for what the first
/// makes of it.
pub async fn is_last_superuser(db: &mut PgConnection, id: UserId) -> Result<bool, DatabaseError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('superusers', 0))").execute(&mut *db).await?;
    let is_last = sqlx::query_scalar!(
        r#"select exists (select from users where id = $1 and is_superuser and is_active)
            and not exists (
                select
                from users
                where id <> $1 and is_superuser and is_staff and is_active and deletion_due_at is null) as "is_last!""#,
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(is_last)
}

/// Changes what staff may change.
pub async fn save_standing(
    db: &mut PgConnection,
    id: UserId,
    standing: &Standing,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users
        set roles = $2, is_active = $3, email_verified = $4, is_staff = $5, is_superuser = is_superuser and $5, updated_at = $6
        where id = $1",
        id.0,
        &standing.roles,
        standing.is_active,
        standing.email_verified,
        standing.is_staff,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
