//! What operators were told by letter, and until when.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// An alert to record.
#[derive(Debug, Clone)]
pub struct NewAlert<'a> {
    /// The hour of the clock that it stands for.
    pub hour: DateTime<Utc>,
    /// Jobs that were given up until then are told about.
    pub told_until: DateTime<Utc>,
    /// What is told, line by line.
    pub lines: &'a Value,
}

/// Records an alert; false if that hour has had its alert.
pub async fn insert(
    db: &mut PgConnection,
    alert: &NewAlert<'_>,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "insert into operator_alerts (hour, told_until, lines, created_at)
        values ($1, $2, $3, $4)
        on conflict (hour) do nothing",
        alert.hour,
        alert.told_until,
        alert.lines,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Until when operators were told of jobs that were given up, if they ever were told anything.
pub async fn told_until(db: &mut PgConnection) -> Result<Option<DateTime<Utc>>, DatabaseError> {
    let until = sqlx::query_scalar!("select max(told_until) from operator_alerts").fetch_one(db).await?;
    Ok(until)
}
