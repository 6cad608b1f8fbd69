//! What people do to jobs.

use domain::ids::JobId;
use sqlx::PgConnection;

/// Calls a job off, whether it waits or runs; a running one loses its lease. False when it was over already.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(db: &mut PgConnection, id: JobId) -> Result<bool, sqlx::Error> {
    let cancelled = sqlx::query!(
        "with before as (
            select id, fence from jobs where id = $1 and state in ('ready', 'retry', 'running') for update
        ),
        noted as (
            update job_attempts a
            set ended_at = now(), outcome = 'cancelled'
            from before b
            where a.job_id = b.id and a.fence = b.fence and a.ended_at is null
        )
        update jobs j
        set state = 'cancelled', fence = j.fence + 1, lease_until = null, finished_at = now()
        from before b
        where j.id = b.id",
        id.0,
    )
    .execute(db)
    .await?;
    Ok(cancelled.rows_affected() == 1)
}

/// Gives a dead or waiting job another full set of attempts, at once. False when it runs, is done or was called off,
/// or when another job of its unique key is alive.
///
/// # Errors
/// When the database does not answer.
pub async fn retry_now(db: &mut PgConnection, id: JobId) -> Result<bool, sqlx::Error> {
    let revived = sqlx::query!(
        "update jobs j
        set state = 'retry', dead_reason = null, finished_at = null, attempt = 0, crash_count = 0, refused_at = null,
            run_at = now(), fair_at = now()
        where id = $1 and state in ('dead', 'retry') and not exists (
            select 1
            from jobs other
            where other.kind = j.kind and other.unique_key = j.unique_key and other.id <> j.id
                and other.state in ('ready', 'running', 'retry')
        )",
        id.0,
    )
    .execute(db)
    .await?;
    Ok(revived.rows_affected() == 1)
}
