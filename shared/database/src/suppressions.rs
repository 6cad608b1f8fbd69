//! Addresses that refused us for good, and pauses of a mail server that refused us as senders.

use chrono::{DateTime, Utc};
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;

use crate::DatabaseError;

/// Whether nothing may be sent to the address any more.
pub async fn contains(db: &mut PgConnection, address: &str) -> Result<bool, DatabaseError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from suppressions where address = $1::text::citext) as "found!""#,
        address
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// Stops all sending to the address; the first reason stays.
pub async fn insert(
    db: &mut PgConnection,
    address: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into suppressions (address, reason, created_at)
        values ($1::text::citext, $2, $3)
        on conflict (address) do nothing",
        address,
        reason,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An address that nothing is sent to any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Its number.
    pub id: i64,
    /// The address.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

struct Row {
    id: i64,
    address: String,
    reason: String,
    created_at: DateTime<Utc>,
    total: Option<i64>,
}

/// A page of the list, the newest first.
pub async fn list(db: &mut PgConnection, page: PageRequest) -> Result<Page<Suppression>, DatabaseError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, address::text as "address!", reason, created_at, count(*) over () as total
        from suppressions
        order by created_at desc, id desc
        limit $1 offset $2"#,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    let rows = rows.into_iter().map(|row| Suppression {
        id: row.id,
        address: row.address,
        reason: row.reason,
        created_at: row.created_at,
    });
    Ok(Page { count, rows: rows.collect() })
}

/// Lets letters go to the address again, or not found.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), DatabaseError> {
    let done = sqlx::query!("delete from suppressions where id = $1", id).execute(db).await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(DatabaseError::NotFound) }
}

/// Until when the transport pauses, if it does.
pub async fn find_pause(
    db: &mut PgConnection,
    transport: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, DatabaseError> {
    let until = sqlx::query_scalar!(
        "select until from mail_pauses where transport = $1 and until > $2",
        transport,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(until)
}

/// Pauses the transport, or prolongs its pause.
pub async fn pause(
    db: &mut PgConnection,
    transport: &str,
    until: DateTime<Utc>,
    reason: &str,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into mail_pauses (transport, until, reason)
        values ($1, $2, $3)
        on conflict (transport) do update
        set until = greatest(mail_pauses.until, excluded.until), reason = excluded.reason",
        transport,
        until,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}
