//! Ends of a run. Each is guarded by the fence: a run that lost its lease changes nothing.

use std::collections::HashSet;

use domain::ids::JobId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::DeadReason;

/// The fence that a run holds. A later claim has a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Held {
    pub(crate) id: JobId,
    pub(crate) fence: i64,
}

/// Locks the job's row if the run still holds it, so that no rescue comes between.
pub(crate) async fn lock(db: &mut PgConnection, held: Held) -> Result<bool, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select true as "held!" from jobs where id = $1 and fence = $2 and state = 'running' for update"#,
        held.id.0,
        held.fence,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// The job is done.
pub(crate) async fn done(db: &mut PgConnection, held: Held) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with ended as (
            update jobs
            set state = 'done', progress = 100, lease_until = null, finished_at = now(), last_error = null
            where id = $1 and fence = $2 and state = 'running'
            returning id, fence
        )
        update job_attempts a
        set ended_at = now(), outcome = 'done'
        from ended e
        where a.job_id = e.id and a.fence = e.fence",
        held.id.0,
        held.fence,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All these jobs are done, except those that are not held any more; which were.
pub(crate) async fn all_done(db: &PgPool, held: &[Held]) -> Result<HashSet<Held>, sqlx::Error> {
    let ids: Vec<Uuid> = held.iter().map(|held| held.id.0).collect();
    let fences: Vec<i64> = held.iter().map(|held| held.fence).collect();
    let done = sqlx::query!(
        r#"with ended as (
            update jobs j
            set state = 'done', progress = 100, lease_until = null, finished_at = now(), last_error = null
            from unnest($1::uuid[], $2::bigint[]) as held (id, fence)
            where j.id = held.id and j.fence = held.fence and j.state = 'running'
            returning j.id, j.fence
        ),
        noted as (
            update job_attempts a
            set ended_at = now(), outcome = 'done'
            from ended e
            where a.job_id = e.id and a.fence = e.fence
        )
        select id as "id!", fence as "fence!" from ended"#,
        &ids,
        &fences,
    )
    .fetch_all(db)
    .await?;
    Ok(done.into_iter().map(|row| Held { id: JobId(row.id), fence: row.fence }).collect())
}

/// The job is given up; false when it was not held any more.
pub(crate) async fn dead(
    db: &mut PgConnection,
    held: Held,
    reason: DeadReason,
    error: &str,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "with ended as (
            update jobs
            set state = 'dead', dead_reason = $3, lease_until = null, finished_at = now(), last_error = $4
            where id = $1 and fence = $2 and state = 'running'
            returning id, fence
        )
        update job_attempts a
        set ended_at = now(), outcome = 'dead', error = $4
        from ended e
        where a.job_id = e.id and a.fence = e.fence",
        held.id.0,
        held.fence,
        reason.as_str(),
        error,
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// How a job goes back to its queue.
#[derive(Debug, Clone)]
pub(crate) struct Return<'a> {
    pub(crate) outcome: &'static str,
    pub(crate) after_seconds: f64,
    pub(crate) counts: bool,
    pub(crate) is_refusal: bool,
    pub(crate) error: Option<&'a str>,
}

/// The job waits again; false when it was not held any more.
pub(crate) async fn give_back(db: &PgPool, held: Held, how: &Return<'_>) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "with ended as (
            update jobs
            set state = 'retry', lease_until = null, worker = null,
                run_at = now() + make_interval(secs => $4), fair_at = now() + make_interval(secs => $4),
                attempt = attempt - case when $5 then 0 else 1 end,
                refused_at = case when $6 then coalesce(refused_at, now()) end,
                last_error = coalesce($7, last_error)
            where id = $1 and fence = $2 and state = 'running'
            returning id, fence
        )
        update job_attempts a
        set ended_at = now(), outcome = $3, error = $7
        from ended e
        where a.job_id = e.id and a.fence = e.fence",
        held.id.0,
        held.fence,
        how.outcome,
        how.after_seconds,
        how.counts,
        how.is_refusal,
        how.error,
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// How far the run is.
pub(crate) async fn progress(db: &PgPool, held: Held, percent: i16) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update jobs set progress = $3 where id = $1 and fence = $2 and state = 'running'",
        held.id.0,
        held.fence,
        percent,
    )
    .execute(db)
    .await?;
    Ok(())
}
