//! Devices that people signed in on, remembered longer than their sessions.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use sqlx::PgConnection;

use crate::DatabaseError;

/// Notes that a user signs in on a device; whether they know others, and never used this one.
pub async fn meet_device(
    db: &mut PgConnection,
    user: UserId,
    label: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    // Every part sees the table as it was before.
    let is_new = sqlx::query_scalar!(
        r#"with met as (
            insert into known_devices as known (user_id, label, first_seen_at, last_seen_at)
            values ($1, $2, $3, $3)
            on conflict (user_id, label) do update set last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
            returning xmax = 0 as is_first
        )
        select is_first and exists (select from known_devices where user_id = $1) as "is_new!"
        from met"#,
        user.0,
        label,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(is_new)
}
