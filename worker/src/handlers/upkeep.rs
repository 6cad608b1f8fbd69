//! What runs by the clock: forgetting what is over, and looking after the parts.
//!
//! Each is a selection by state or age, in small statements of their own: run twice, or cut off, it does no harm.

use std::time::Duration;

use chrono::TimeDelta;
use database::{audit, idempotency, notifications, push_subscriptions};
use operations::{Context, accounts, alerts, documents, letters};
use queue::kinds::{
    CheckSystemHealth, CleanupInactiveSessions, CleanupOldDocuments, CleanupOldNotifications, PruneJobs,
    PurgeLetterBodies, VerifyAuditLog,
};
use queue::{Finished, JobError, Run, ledger};
use tracing::{error, info};

/// Notifications that were read this long ago go.
const NOTIFICATIONS_KEPT: TimeDelta = TimeDelta::days(90);
/// A browser to which so many pushes in a row failed, and that took none for so long, is given up.
const PUSHES_FAILED: i32 = 10;
const BROWSERS_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows removed by one statement.
const BATCH: i64 = 1000;
/// How long finished jobs can be looked up, and how long dead ones can be tried again.
const JOBS_KEPT: Duration = Duration::from_hours(7 * 24);
const DEAD_JOBS_KEPT: Duration = Duration::from_hours(90 * 24);

/// Ends what is over: sessions, codes, unfinished registrations, answers kept for repeated requests.
pub async fn cleanup_inactive_sessions(
    context: Context,
    run: Run<CleanupInactiveSessions>,
) -> Result<Finished, JobError> {
    let now = context.clock.now();
    let mut db = run.db().acquire().await?;
    while !run.token().is_cancelled() {
        let forgotten = accounts::forget_ended(&mut db, now).await.map_err(JobError::of)?;
        info!(
            cleanup.sessions = forgotten.sessions,
            cleanup.challenges = forgotten.challenges,
            cleanup.accounts = forgotten.accounts,
            "ended sessions and codes removed"
        );
        if forgotten.is_all() {
            break;
        }
    }
    idempotency::prune(&mut db).await.map_err(JobError::of)?;
    drop(db);
    run.done().await
}

/// Removes papers deleted more than 30 days ago, files first, and files that never became papers.
pub async fn cleanup_old_documents(
    context: Context,
    run: Run<CleanupOldDocuments>,
) -> Result<Finished, JobError> {
    let purge = documents::purge(&context).await.map_err(JobError::of)?;
    let retired = documents::remove_retired_files(&context).await.map_err(JobError::of)?;
    let files = documents::remove_unused_files(&context).await.map_err(JobError::of)?;
    info!(
        cleanup.documents = purge.removed,
        cleanup.left = purge.left,
        cleanup.retired = retired,
        cleanup.files = files.removed,
        "deleted papers and files of no paper removed"
    );
    run.done().await
}

/// Removes notifications that were read more than 90 days ago, those of that age that were never shown, and browsers
/// that take no pushes any more.
pub async fn cleanup_old_notifications(
    context: Context,
    run: Run<CleanupOldNotifications>,
) -> Result<Finished, JobError> {
    let now = context.clock.now();
    let before = now - NOTIFICATIONS_KEPT;
    let mut db = run.db().acquire().await?;
    let mut removed = 0;
    while !run.token().is_cancelled() {
        let batch = notifications::delete_read(&mut db, before, BATCH).await.map_err(JobError::of)?;
        removed += batch;
        if batch < BATCH.unsigned_abs() {
            break;
        }
    }
    let silent = now - BROWSERS_KEPT;
    let browsers =
        push_subscriptions::delete_dead(&mut db, PUSHES_FAILED, silent).await.map_err(JobError::of)?;
    drop(db);
    info!(
        cleanup.notifications = removed,
        cleanup.browsers = browsers,
        "read notifications and dead browsers removed"
    );
    run.done().await
}

/// Forgets what letters older than 30 days said.
pub async fn purge_letter_bodies(
    context: Context,
    run: Run<PurgeLetterBodies>,
) -> Result<Finished, JobError> {
    let now = context.clock.now();
    let mut db = run.db().acquire().await?;
    let mut forgotten = 0;
    while !run.token().is_cancelled() {
        let batch = letters::blank_old(&mut db, BATCH, now).await.map_err(JobError::of)?;
        forgotten += batch;
        if batch < BATCH.unsigned_abs() {
            break;
        }
    }
    drop(db);
    info!(cleanup.letters = forgotten, "contents of old letters forgotten");
    run.done().await
}

/// Looks at database, Redis and Stripe; what is not well raises an alarm by log, metric, and letter to the operators.
pub async fn check_system_health(
    context: Context,
    run: Run<CheckSystemHealth>,
) -> Result<Finished, JobError> {
    let unwell = alerts::look(&context).await;
    alerts::tell(&context, &unwell).await.map_err(JobError::of)?;
    run.done().await
}

/// Forgets where security events of more than a year ago came from, and looks whether the log is whole.
///
/// Its end goes into the log of the process, which is kept elsewhere: so nobody who may write to the database rewrites
/// the whole chain unseen. A broken chain fails this job for good, of which the operators are told by letter.
pub async fn verify_audit_log(context: Context, run: Run<VerifyAuditLog>) -> Result<Finished, JobError> {
    let mut db = run.db().acquire().await?;
    let mut forgotten = 0;
    while !run.token().is_cancelled() {
        let batch = audit::forget_origins(&mut db, BATCH).await.map_err(JobError::of)?;
        forgotten += batch;
        if batch < BATCH.unsigned_abs() {
            break;
        }
    }
    drop(db);
    let verdict = operations::audit::verify(&context.db).await.map_err(JobError::of)?;
    if let Some(found) = verdict.first_break {
        error!(audit.links = verdict.links, alert = true, "the audit log is broken: {found}");
        return Err(JobError::discard("the audit log is broken"));
    }
    let last = hex::encode(&verdict.last_hash);
    info!(
        audit.links = verdict.links,
        audit.last_hash = last,
        cleanup.origins = forgotten,
        "the audit log is whole"
    );
    run.done().await
}

/// Removes what the ledger needs no more.
pub async fn prune_jobs(run: Run<PruneJobs>) -> Result<Finished, JobError> {
    let pruned = ledger::prune(run.db(), JOBS_KEPT, DEAD_JOBS_KEPT).await?;
    info!(
        cleanup.finished = pruned.finished,
        cleanup.dead = pruned.dead,
        cleanup.ticks = pruned.ticks,
        cleanup.workers = pruned.workers,
        "old jobs removed"
    );
    run.done().await
}
