//! Jobs on the wire.

use chrono::{DateTime, Utc};
use domain::job::TaskStatus;
use domain::masked;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use queue::ledger::{Attempt, Detail, Listed};
use serde_json::Value;
use uuid::Uuid;

use super::words::{QueueWord, StateWord};
use crate::tasks::TaskStatusWord;

/// A job in the ledger.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Job")]
pub struct JobView {
    /// Its id.
    pub id: Uuid,
    /// What it does, such as `send_letter`.
    pub kind: String,
    /// Where it waits.
    pub queue: QueueWord,
    /// Its state in the ledger.
    pub status: StateWord,
    /// The same as the person who started it sees it.
    pub task_status: TaskStatusWord,
    /// Why it was given up: `failed`, `undecodable` or `poison`.
    pub dead_reason: Option<String>,
    /// Number of the account that asked for it.
    pub user: Option<i64>,
    /// Runs that counted so far.
    pub attempt: i16,
    /// Runs that may fail before it is given up.
    pub max_attempts: i16,
    /// How often its worker died.
    pub crash_count: i16,
    /// How far its run is, in per cent.
    pub progress: i16,
    /// The worker that runs it, or ran it last.
    pub worker: Option<String>,
    /// What went wrong last; addresses are masked.
    pub error: Option<String>,
    /// Not before this.
    pub run_at: DateTime<Utc>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its last run began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl From<Listed> for JobView {
    fn from(job: Listed) -> Self {
        Self {
            id: job.id.0,
            kind: job.kind,
            queue: job.queue.into(),
            status: job.state.into(),
            task_status: TaskStatus::from(job.state).into(),
            dead_reason: job.dead_reason,
            user: job.user.map(|user| user.0),
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            crash_count: job.crash_count,
            progress: job.progress,
            worker: job.worker,
            error: job.last_error.as_deref().map(masked::text),
            run_at: job.run_at,
            created_at: job.created_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
        }
    }
}

/// One run of a job.
#[derive(Debug, Clone, Object)]
#[oai(rename = "JobAttempt")]
pub struct AttemptView {
    /// Its number. A run that did not count has the number of the one before.
    pub attempt: i16,
    /// The worker.
    pub worker: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How: `done`, `retry`, `dead`, `handed_back`, `snoozed`, `crashed` or `cancelled`; null while it runs.
    pub outcome: Option<String>,
    /// What went wrong; addresses are masked.
    pub error: Option<String>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            attempt: attempt.attempt,
            worker: attempt.worker,
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            outcome: attempt.outcome,
            error: attempt.error.as_deref().map(masked::text),
        }
    }
}

/// A job with its runs and what it is to do.
#[derive(Debug, Clone, Object)]
#[oai(rename = "JobDetail")]
pub struct JobDetail {
    #[oai(flatten)]
    job: JobView,
    /// What it is to do; secrets and addresses are masked.
    payload: Value,
    /// Version of the payload's shape.
    payload_version: i16,
    /// Higher goes first within its queue.
    priority: i16,
    /// What no second waiting or running job of its kind may have.
    unique_key: Option<String>,
    /// The trace of the request or tick that asked for it.
    trace_id: Option<String>,
    /// Until when its run counts as alive.
    lease_until: Option<DateTime<Utc>>,
    /// Its runs in order, the newest hundred.
    attempts: Vec<AttemptView>,
}

impl From<Detail> for JobDetail {
    fn from(detail: Detail) -> Self {
        Self {
            trace_id: detail.trace_id().map(str::to_owned),
            payload: masked::value(&detail.payload),
            payload_version: detail.payload_version,
            priority: detail.priority,
            unique_key: detail.unique_key.as_deref().map(masked::text),
            lease_until: detail.lease_until,
            attempts: detail.attempts.into_iter().map(Into::into).collect(),
            job: detail.job.into(),
        }
    }
}

/// 202: the job waits for a worker.
#[derive(Debug, ApiResponse)]
pub enum Queued {
    /// It waits for a worker; here it is.
    #[oai(status = 202)]
    Accepted(Json<JobView>),
}

/// How many jobs wait again.
#[derive(Debug, Clone, Object)]
#[oai(rename = "JobsRetried")]
pub struct Retried {
    /// How many; at most 10,000 at once.
    pub count: i64,
}
