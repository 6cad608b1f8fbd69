//! Taking a job: a ticket becomes a lease.

use chrono::{DateTime, Utc};
use domain::ids::{JobId, UserId};
use domain::job::Queue;
use serde_json::Value;
use sqlx::PgPool;

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

    /// Whether nothing of this job has run before.
    pub(crate) fn is_first_run(&self) -> bool {
        self.fence == 1
    }
}

/// Claims the job of a ticket; nothing if the ticket is a duplicate, too early, or its job was called off.
pub(crate) async fn claim(db: &PgPool, id: JobId, worker: &str) -> Result<Option<Claimed>, sqlx::Error> {
    let row = sqlx::query!(
        r#"with claimed as (
            update jobs
            set state = 'running', attempt = attempt + 1, fence = fence + 1, worker = $2, started_at = now(),
                lease_until = now() + make_interval(secs => $3), ticketed_at = null, progress = 0
            where id = $1 and state in ('ready', 'retry') and run_at <= now()
            returning *
        ),
        noted as (
            insert into job_attempts (job_id, attempt, fence, worker)
            select id, attempt, fence, $2
            from claimed
        )
        select id as "id!", fence as "fence!", kind as "kind!", payload_version as "payload_version!",
            payload as "payload!", queue as "queue!", user_id, attempt as "attempt!",
            max_attempts as "max_attempts!", crash_count as "crash_count!", created_at as "created_at!",
            extract(epoch from now() - run_at)::float8 as "waited_seconds!", trace_context,
            extract(epoch from now() - refused_at)::float8 as refused_seconds
        from claimed"#,
        id.0,
        worker,
        LEASE_SECONDS,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Claimed {
        id: JobId(row.id),
        fence: row.fence,
        kind: row.kind,
        payload_version: row.payload_version,
        payload: row.payload,
        queue: Queue::from_word(&row.queue).expect("the schema allows only known queues"),
        user: row.user_id.map(UserId),
        attempt: row.attempt,
        max_attempts: row.max_attempts,
        crash_count: row.crash_count,
        created_at: row.created_at,
        waited_seconds: row.waited_seconds,
        trace_context: row.trace_context,
        refused_seconds: row.refused_seconds,
    }))
}
