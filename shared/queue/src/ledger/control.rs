//! What people do to jobs.

use domain::ids::{JobId, UserId};
use domain::job::{JobState, Queue};
use sqlx::PgConnection;

use crate::{DeadJob, DeadReason};

/// Calls a job off, whether it waits or runs; a running one loses its lease. False when it was over already.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(db: &mut PgConnection, id: JobId) -> Result<bool, sqlx::Error> {
    Ok(call_off(db, id).await?.is_some())
}

/// The same; gives the job, so that those who wait for it can be told. Nothing when it was over already.
///
/// # Errors
/// When the database does not answer.
pub async fn call_off(db: &mut PgConnection, id: JobId) -> Result<Option<DeadJob>, sqlx::Error> {
    let row = sqlx::query!(
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
        where j.id = b.id
        returning j.kind, j.payload, j.payload_version, j.user_id",
        id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| DeadJob {
        id,
        kind: row.kind,
        version: row.payload_version,
        payload: row.payload,
        user: row.user_id.map(UserId),
        reason: DeadReason::Failed,
        error: "called off".to_owned(),
    }))
}

/// What came of asking for another set of attempts.
#[derive(Debug, Clone)]
pub enum Revival {
    /// The job waits again.
    Revived(DeadJob),
    /// There is no such job.
    Missing,
    /// It waits, runs, or is done.
    NotOver(JobState),
    /// Another job of its unique key waits or runs.
    KeyTaken,
}

/// Gives a dead or cancelled job another full set of attempts, at once. Its ticket is the caller's.
pub(crate) async fn revive(
    db: &mut PgConnection,
    id: JobId,
) -> Result<(Revival, Option<Queue>), sqlx::Error> {
    let revived = sqlx::query!(
        "update jobs j
        set state = 'retry', dead_reason = null, finished_at = null, attempt = 0, crash_count = 0, refused_at = null,
            progress = 0, worker = null, run_at = now(),
            -- Behind what its person waits for already, as a new one.
            fair_at = greatest(now(), (
                select max(f.fair_at) + interval '10 seconds'
                from jobs f
                where f.user_id = j.user_id and f.queue = j.queue and f.state in ('ready', 'retry') and f.run_at <= now()
            ))
        where id = $1 and state in ('dead', 'cancelled') and not exists (
            select 1
            from jobs other
            where other.kind = j.kind and other.unique_key = j.unique_key and other.id <> j.id
                and other.state in ('ready', 'running', 'retry')
        )
        returning kind, queue, payload, payload_version, user_id, last_error",
        id.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(row) = revived {
        let job = DeadJob {
            id,
            kind: row.kind,
            version: row.payload_version,
            payload: row.payload,
            user: row.user_id.map(UserId),
            reason: DeadReason::Failed,
            error: row.last_error.unwrap_or_default(),
        };
        return Ok((Revival::Revived(job), Queue::from_word(&row.queue)));
    }
    let state = sqlx::query_scalar!("select state from jobs where id = $1", id.0).fetch_optional(db).await?;
    let why = match state.as_deref().and_then(JobState::from_word) {
        None => Revival::Missing,
        Some(JobState::Dead | JobState::Cancelled) => Revival::KeyTaken,
        Some(state) => Revival::NotOver(state),
    };
    Ok((why, None))
}

/// Lays a job aside whose work was superseded: somebody has done it since, or there is nothing left to do it with.
///
/// # Errors
/// When the database does not answer.
pub async fn lay_aside(db: &mut PgConnection, id: JobId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update jobs
        set state = 'cancelled', dead_reason = null, finished_at = now()
        where id = $1 and state in ('dead', 'retry', 'cancelled')",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Dead jobs of a kind that may be given another chance: one for each unique key, and none whose key a live job has;
/// locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn retryable(
    db: &mut PgConnection,
    kind: &str,
    given_up_before: chrono::DateTime<chrono::Utc>,
    most: i64,
) -> Result<Vec<JobId>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "select id
        from jobs j
        where kind = $1 and state = 'dead' and finished_at <= $2
            and not exists (
                select 1
                from jobs live
                where live.kind = j.kind and live.unique_key = j.unique_key and live.state in ('ready', 'running', 'retry')
            )
            and not exists (
                select 1
                from jobs younger
                where younger.kind = j.kind and younger.unique_key = j.unique_key and younger.state = 'dead'
                    and younger.unique_key is not null and younger.id > j.id
            )
        order by id
        limit $3
        for update skip locked",
        kind,
        given_up_before,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(JobId).collect())
}
