//! Taking jobs: what is due becomes leased.

use chrono::{DateTime, Utc};
use domain::ids::{JobId, UserId};
use domain::job::Queue;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::LEASE_SECONDS;
use super::settle::Held;

/// A job that this process works on.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: JobId,
    pub(crate) fence: i64,
    pub(crate) kind: String,
    pub(crate) payload_version: i16,
    pub(crate) payload: Value,
    pub(crate) queue: Queue,
    pub(crate) user: Option<UserId>,
    pub(crate) attempt: i16,
    pub(crate) max_attempts: i16,
    pub(crate) crash_count: i16,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) waited_seconds: f64,
    pub(crate) trace_context: Option<String>,
    pub(crate) refused_seconds: Option<f64>,
}

impl Claimed {
    pub(crate) fn held(&self) -> Held {
        Held { id: self.id, fence: self.fence }
    }

    /// Attempts that failed of themselves, this one included: a crash has its own count.
    pub(crate) fn failures(&self) -> i16 {
        (self.attempt - self.crash_count).max(1)
    }

    pub(crate) fn is_last_attempt(&self) -> bool {
        self.failures() >= self.max_attempts
    }

    /// Runs that counted neither as failed nor as crashed, this one included.
    pub(crate) fn tries(&self) -> u32 {
        let uncounted = self.fence - i64::from(self.attempt) + 1;
        u32::try_from(uncounted).unwrap_or(1).max(1)
    }

    /// Whether nothing of this job has run before.
    pub(crate) fn is_first_run(&self) -> bool {
        self.fence == 1
    }
}

/// Claims up to `limit` due jobs of `queue` in the order that is fair: priority, then share between users, then age.
///
/// Which ticket woke the worker does not matter: so nobody stands behind tickets that were sent before. Rows that somebody
/// else claims at this moment are passed over.
pub(crate) async fn claim(
    db: &PgPool,
    queue: Queue,
    limit: i64,
    worker: &str,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with due as (
            select id
            from jobs
            where queue = $1 and state in ('ready', 'retry') and run_at <= now()
            order by priority desc, fair_at, id
            limit $2
            for update skip locked
        ),
        claimed as (
            update jobs j
            set state = 'running', attempt = attempt + 1, fence = fence + 1, worker = $3, started_at = now(),
                lease_until = now() + make_interval(secs => $4), progress = 0
            from due
            where j.id = due.id
            returning j.*
        ),
        noted as (
            insert into job_attempts (job_id, attempt, fence, worker)
            select id, attempt, fence, $3
            from claimed
        )
        select id as "id!", fence as "fence!", kind as "kind!", payload_version as "payload_version!",
            payload as "payload!", user_id, attempt as "attempt!",
            max_attempts as "max_attempts!", crash_count as "crash_count!", created_at as "created_at!",
            extract(epoch from now() - run_at)::float8 as "waited_seconds!", trace_context,
            extract(epoch from now() - refused_at)::float8 as refused_seconds
        from claimed
        order by priority desc, fair_at, id"#,
        queue.as_str(),
        limit,
        worker,
        LEASE_SECONDS,
    )
    .fetch_all(db)
    .await?;
    let claimed = rows.into_iter().map(|row| Claimed {
        id: JobId(row.id),
        fence: row.fence,
        kind: row.kind,
        payload_version: row.payload_version,
        payload: row.payload,
        queue,
        user: row.user_id.map(UserId),
        attempt: row.attempt,
        max_attempts: row.max_attempts,
        crash_count: row.crash_count,
        created_at: row.created_at,
        waited_seconds: row.waited_seconds,
        trace_context: row.trace_context,
        refused_seconds: row.refused_seconds,
    });
    Ok(claimed.collect())
}

/// Gives back what a worker claimed of `queue` beyond what it holds: the answers to those claims were lost. How many jobs
/// that were; their attempts do not count, and nobody is thought to have crashed.
pub(crate) async fn disown(
    db: &PgPool,
    queue: Queue,
    worker: &str,
    held: &[Held],
) -> Result<u64, sqlx::Error> {
    let ids: Vec<Uuid> = held.iter().map(|held| held.id.0).collect();
    let fences: Vec<i64> = held.iter().map(|held| held.fence).collect();
    let disowned = sqlx::query!(
        "with disowned as (
            update jobs j
            set state = 'retry', lease_until = null, worker = null, attempt = attempt - 1
            where state = 'running' and queue = $1 and worker = $2
                and not exists (
                    select 1 from unnest($3::uuid[], $4::bigint[]) held (id, fence)
                    where held.id = j.id and held.fence = j.fence
                )
            returning id, fence
        )
        update job_attempts a
        set ended_at = now(), outcome = 'handed_back', error = 'the answer to its claim was lost'
        from disowned d
        where a.job_id = d.id and a.fence = d.fence",
        queue.as_str(),
        worker,
        &ids,
        &fences,
    )
    .execute(db)
    .await?;
    Ok(disowned.rows_affected())
}
