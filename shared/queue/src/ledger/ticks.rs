//! The ledger of ticks: what ran when, whoever saw the time come.

use chrono::{DateTime, Utc};
use domain::ids::JobId;
use sqlx::PgConnection;

/// What is known of a task of the timetable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    pub(crate) enabled: bool,
    /// The last tick, or when the task was first seen.
    pub(crate) last: DateTime<Utc>,
}

/// The task's schedule; one never seen before starts from `now`.
pub(crate) async fn schedule(
    db: &mut PgConnection,
    task: &str,
    now: DateTime<Utc>,
) -> Result<Schedule, sqlx::Error> {
    sqlx::query!("insert into schedules (task, since) values ($1, $2) on conflict do nothing", task, now)
        .execute(&mut *db)
        .await?;
    sqlx::query_as!(
        Schedule,
        r#"select s.enabled,
            coalesce((select max(tick_at) from cron_ticks t where t.task = s.task), s.since) as "last!"
        from schedules s
        where s.task = $1"#,
        task,
    )
    .fetch_one(db)
    .await
}

/// Takes a tick; false when somebody has it already.
pub(crate) async fn take(
    db: &mut PgConnection,
    task: &str,
    tick: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query!(
        "insert into cron_ticks (task, tick_at) values ($1, $2) on conflict do nothing",
        task,
        tick,
    )
    .execute(db)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Writes down which job a tick became.
pub(crate) async fn became(
    db: &mut PgConnection,
    task: &str,
    tick: DateTime<Utc>,
    job: JobId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update cron_ticks set job_id = $3 where task = $1 and tick_at = $2", task, tick, job.0)
        .execute(db)
        .await?;
    Ok(())
}
