//! One job with everything that is known of it.

use chrono::{DateTime, Utc};
use domain::ids::JobId;
use serde_json::Value;
use sqlx::PgConnection;

use super::list::{Listed, Row};

/// Most runs that are shown of one job, the newest of them.
const MOST_RUNS: i64 = 100;

/// One job with everything that is known of it.
#[derive(Debug, Clone)]
pub struct Detail {
    /// What lists show.
    pub job: Listed,
    /// What it is to do. May hold what not everybody should see.
    pub payload: Value,
    /// Version of the payload's shape.
    pub payload_version: i16,
    /// Higher goes first.
    pub priority: i16,
    /// What no second live job of its kind may have.
    pub unique_key: Option<String>,
    /// The trace of whoever asked for it, as a `traceparent`.
    pub trace_context: Option<String>,
    /// Until when its run counts as alive.
    pub lease_until: Option<DateTime<Utc>>,
    /// Its runs, in order.
    pub attempts: Vec<Attempt>,
}

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number; runs that did not count have the number of the one before.
    pub attempt: i16,
    /// Who ran it.
    pub worker: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How: `done`, `retry`, `dead`, `handed_back`, `snoozed`, `crashed` or `cancelled`.
    pub outcome: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
}

impl Detail {
    /// The trace's id in its context `00-<trace>-<span>-<flags>`.
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_context.as_deref()?.split('-').nth(1).filter(|id| id.len() == 32)
    }
}

/// The job, if there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn detail(db: &mut PgConnection, id: JobId) -> Result<Option<Detail>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "select id, kind, queue, state, dead_reason, user_id, attempt, max_attempts, crash_count, progress, worker,
            last_error, run_at, created_at, started_at, finished_at, null::bigint as total
        from jobs
        where id = $1",
        id.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let more = sqlx::query!(
        "select payload, payload_version, priority, unique_key, trace_context, lease_until from jobs where id = $1",
        id.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(more) = more else { return Ok(None) };
    Ok(Some(Detail {
        job: row.into(),
        payload: more.payload,
        payload_version: more.payload_version,
        priority: more.priority,
        unique_key: more.unique_key,
        trace_context: more.trace_context,
        lease_until: more.lease_until,
        attempts: attempts(db, id).await?,
    }))
}

async fn attempts(db: &mut PgConnection, id: JobId) -> Result<Vec<Attempt>, sqlx::Error> {
    let mut newest = sqlx::query_as!(
        Attempt,
        "select attempt, worker, started_at, ended_at, outcome, error
        from job_attempts
        where job_id = $1
        order by fence desc
        limit $2",
        id.0,
        MOST_RUNS,
    )
    .fetch_all(db)
    .await?;
    newest.reverse();
    Ok(newest)
}
