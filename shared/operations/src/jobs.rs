//! What staff do to jobs. Each deed is in the audit log with who did it.

mod schedules;

pub use schedules::{Schedule, run_now, schedule, schedules, set_enabled};

use chrono::{DateTime, Utc};
use database::audit::{self, Actor, Event};
use database::privacy::exports;
use database::{DatabaseError, documents, letters};
use domain::ids::{JobId, UserId};
use domain::job::JobState;
use domain::letter::LetterState;
use queue::kinds::{AnalyzeDocument, BuildExport, DeliverNotification, SendLetter};
use queue::ledger::{self, Revival};
use queue::{DeadJob, Work};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::accounts::Origin;
use crate::{Context, dead_jobs};

/// Jobs that one transaction revives: short, so that no lock lasts.
const BATCH: i64 = 200;
/// Batches of one request.
const MOST_BATCHES: u32 = 50;
/// How often a batch is begun again when somebody asked for the same work at that moment.
const TRIES: u32 = 3;

/// Why a deed on a job is refused.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// There is no such job, or no such task.
    #[error("there is no such job")]
    Missing,
    /// It waits, runs, or is done: only what was given up or called off is tried again.
    #[error("the job is {0}")]
    NotRetryable(JobState),
    /// A job for the same thing waits or runs.
    #[error("another job of its unique key is alive")]
    KeyTaken,
    /// It was done since, or can not be done any more.
    #[error("the job is superseded")]
    Superseded,
    /// It is over already.
    #[error("the job is over")]
    Over,
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for JobsError {
    fn from(error: sqlx::Error) -> Self {
        match DatabaseError::from(error) {
            DatabaseError::Constraint { constraint, .. } if constraint == "jobs_unique_key" => Self::KeyTaken,
            error => Self::Database(error),
        }
    }
}

/// Gives a job that was given up or called off another full set of attempts, at once.
///
/// # Errors
/// [`JobsError`].
pub async fn retry(ctx: &Context, staff: UserId, id: JobId, origin: &Origin) -> Result<(), JobsError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    revive(&mut work, id, false, now).await?;
    note(&mut work, staff, "job_retried", ("job", id.to_string()), None, origin, now).await?;
    Ok(work.commit().await?)
}

/// Calls a job off, whether it waits or runs. Who waits for it is told as if it had been given up.
///
/// # Errors
/// [`JobsError`].
pub async fn cancel(ctx: &Context, staff: UserId, id: JobId, origin: &Origin) -> Result<(), JobsError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let Some(job) = ledger::call_off(&mut work, id).await? else {
        let is_known = ledger::task(&mut work, id).await?.is_some();
        return Err(if is_known { JobsError::Over } else { JobsError::Missing });
    };
    dead_jobs::bury(&mut work, &job, now).await?;
    note(&mut work, staff, "job_cancelled", ("job", id.to_string()), None, origin, now).await?;
    Ok(work.commit().await?)
}

/// Tries every job of a kind again that was given up until now, as far as its unique key is free; says how many.
///
/// In batches of their own transactions: what was revived stays so when a later batch fails.
///
/// # Errors
/// When the database does not answer.
pub async fn retry_failed(
    ctx: &Context,
    staff: UserId,
    kind: &str,
    origin: &Origin,
) -> Result<u64, JobsError> {
    // By the ledger's clock: one that fails at once again is not taken twice.
    let until = ledger::now(&mut *ctx.read().await?).await?;
    let mut count = 0;
    let mut tries = 0;
    for _ in 0..MOST_BATCHES {
        match retry_batch(ctx, staff, (kind, until), origin).await {
            Ok(None) => break,
            Ok(Some(revived)) => count += revived,
            Err(JobsError::KeyTaken) if tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

async fn retry_batch(
    ctx: &Context,
    staff: UserId,
    (kind, until): (&str, DateTime<Utc>),
    origin: &Origin,
) -> Result<Option<u64>, JobsError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let ids = ledger::retryable(&mut work, kind, until, BATCH).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut count = 0;
    for id in ids {
        match revive(&mut work, id, true, now).await {
            Ok(()) => count += 1,
            Err(JobsError::Superseded) => ledger::lay_aside(&mut work, id).await?,
            // Revived or superseded since it was found.
            Err(JobsError::KeyTaken | JobsError::NotRetryable(_) | JobsError::Missing)
                if !is_broken(&mut work).await => {}
            Err(error) => return Err(error),
        }
    }
    if count > 0 {
        let diff = json!({ "count": count });
        note(&mut work, staff, "jobs_retried", ("job_kind", kind.to_owned()), Some(&diff), origin, now)
            .await?;
    }
    work.commit().await?;
    Ok(Some(count))
}

/// Whether a statement of the transaction failed, so that nothing more can be done in it.
async fn is_broken(work: &mut Work) -> bool {
    ledger::now(work).await.is_err()
}

async fn revive(work: &mut Work, id: JobId, is_bulk: bool, now: DateTime<Utc>) -> Result<(), JobsError> {
    match work.retry(id).await? {
        Revival::Revived(job) if wait_again(work, &job, is_bulk, now).await? => Ok(()),
        Revival::Revived(_) => Err(JobsError::Superseded),
        Revival::Missing => Err(JobsError::Missing),
        Revival::NotOver(state) => Err(JobsError::NotRetryable(state)),
        Revival::KeyTaken => Err(JobsError::KeyTaken),
    }
}

/// What was written off with the job waits with it again: else its next run would find nothing to do. False when that
/// has been done since, or can not be done any more.
async fn wait_again(
    work: &mut Work,
    job: &DeadJob,
    is_bulk: bool,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    if let Some(AnalyzeDocument { document_id }) = job.decode() {
        return documents::reopen(work, document_id, job.id, is_bulk).await;
    }
    if let Some(DeliverNotification { .. }) = job.decode() {
        // What it would have said was forgotten with it.
        return Ok(false);
    }
    if let Some(BuildExport { export_id }) = job.decode() {
        exports::reopen(work, export_id).await?;
    }
    if let Some(SendLetter { letter_id }) = job.decode() {
        let letter = match letters::get_for_update(work, letter_id).await {
            Ok(letter) => letter,
            Err(DatabaseError::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        };
        if letter.state == LetterState::Failed.as_str() {
            letters::set_state(work, letter_id, LetterState::Queued, "tried again by staff", now).await?;
        }
    }
    Ok(true)
}

pub(crate) async fn note(
    db: &mut PgConnection,
    staff: UserId,
    action: &str,
    target: (&str, String),
    diff: Option<&Value>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let event = Event {
        actor: Actor::Staff(staff),
        action,
        target: Some(target),
        ip: origin.ip,
        user_agent: origin.user_agent.as_deref(),
        request_id: origin.request_id,
        diff,
    };
    audit::insert(db, &event, now).await
}
