//! Keeping a lease, and taking back those that were not kept.

use domain::ids::{JobId, UserId};
use domain::job::Queue;
use sqlx::{PgConnection, PgPool};

use super::LEASE_SECONDS;
use super::settle::Held;
use crate::{DeadJob, DeadReason};

/// Most jobs that one rescue takes back.
pub(crate) const MOST: usize = 500;

/// Prolongs the lease; false when the job is somebody else's, finished or called off.
pub(crate) async fn renew(db: &PgPool, held: Held) -> Result<bool, sqlx::Error> {
    let renewed = sqlx::query!(
        "update jobs
        set lease_until = now() + make_interval(secs => $3)
        where id = $1 and fence = $2 and state = 'running'",
        held.id.0,
        held.fence,
        LEASE_SECONDS,
    )
    .execute(db)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// A job whose lease ran out.
#[derive(Debug)]
pub(crate) struct Rescued {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    pub(crate) queue: Queue,
    pub(crate) worker: String,
    pub(crate) crash_count: i16,
}

/// Gives every job whose lease ran out back to its queue, except those with `poison - 1` crashes when crashes count.
///
/// Rows that are being finished right now are locked, and so left alone.
pub(crate) async fn rescue(db: &PgPool, counts: bool, poison: i32) -> Result<Vec<Rescued>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with expired as (
            select id, fence, worker
            from jobs
            where state = 'running' and lease_until < now() and (not $1 or crash_count + 1 < $2)
            order by lease_until
            limit $3
            for update skip locked
        ),
        noted as (
            update job_attempts a
            set ended_at = now(), outcome = 'crashed', error = 'the lease ran out'
            from expired e
            where a.job_id = e.id and a.fence = e.fence
        )
        update jobs j
        set state = 'retry', run_at = now(), fair_at = now(), lease_until = null, worker = null,
            crash_count = j.crash_count + case when $1 then 1 else 0 end,
            attempt = j.attempt - case when $1 then 0 else 1 end,
            last_error = 'the lease ran out'
        from expired e
        where j.id = e.id
        returning j.id, j.kind, j.queue, j.crash_count, coalesce(e.worker, '') as "worker!""#,
        counts,
        poison,
        MOST as i64,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Rescued {
            id: JobId(row.id),
            kind: row.kind,
            queue: Queue::from_word(&row.queue).expect("the schema allows only known queues"),
            worker: row.worker,
            crash_count: row.crash_count,
        })
        .collect())
}

/// Parks one job that took its worker down too often, if there is one; the caller's transaction tells others.
pub(crate) async fn park_poison(
    db: &mut PgConnection,
    poison: i32,
) -> Result<Option<(Queue, DeadJob)>, sqlx::Error> {
    let row = sqlx::query!(
        "with expired as (
            select id, fence
            from jobs
            where state = 'running' and lease_until < now() and crash_count + 1 >= $1
            limit 1
            for update skip locked
        ),
        noted as (
            update job_attempts a
            set ended_at = now(), outcome = 'crashed', error = 'the lease ran out'
            from expired e
            where a.job_id = e.id and a.fence = e.fence
        )
        update jobs j
        set state = 'dead', dead_reason = 'poison', crash_count = j.crash_count + 1, lease_until = null,
            finished_at = now(), last_error = 'its worker died ' || j.crash_count + 1 || ' times'
        from expired e
        where j.id = e.id
        returning j.id, j.kind, j.payload_version, j.payload, j.queue, j.user_id, j.last_error",
        poison,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let queue = Queue::from_word(&row.queue).expect("the schema allows only known queues");
        let dead = DeadJob {
            id: JobId(row.id),
            kind: row.kind,
            version: row.payload_version,
            payload: row.payload,
            user: row.user_id.map(UserId),
            reason: DeadReason::Poison,
            error: row.last_error.unwrap_or_default(),
        };
        (queue, dead)
    }))
}

/// How long ago PostgreSQL started: soon after, leases have run out that nobody could have renewed.
pub(crate) async fn database_uptime_seconds(db: &PgPool) -> Result<f64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select extract(epoch from clock_timestamp() - pg_postmaster_start_time())::float8 as "uptime!""#
    )
    .fetch_one(db)
    .await
}
