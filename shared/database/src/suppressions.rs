//! Addresses that refused us for good, and pauses of a mail server that refused us as senders.

use chrono::{DateTime, Utc};
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
