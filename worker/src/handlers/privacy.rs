//! Copies of accounts, their erasure, and accounts that nobody uses.

use operations::{Context, privacy};
use queue::kinds::{BuildExport, CheckUnusedAccounts, CleanupExports, EraseAccount, EraseDueAccounts};
use queue::{Finished, JobError, Run};
use tracing::info;

/// Makes the copy of everything that an account holds.
pub async fn build_export(context: Context, run: Run<BuildExport>) -> Result<Finished, JobError> {
    let id = run.job.export_id;
    let built = privacy::build_export(&context, id).await.map_err(JobError::of)?;
    let mut finish = run.finish().await?;
    let Some(built) = built else { return finish.done().await };
    let now = context.clock.now();
    let is_kept = privacy::keep_export(&mut finish, id, &built, now).await.map_err(JobError::of)?;
    let finished = finish.done().await?;
    if !is_kept {
        // Its account was erased meanwhile, and with it the row that named the file.
        context.files.delete(built.key).await.map_err(JobError::of)?;
    }
    info!(export.id = %id, "copy of an account made");
    Ok(finished)
}

/// Removes the files of copies whose time is over.
pub async fn cleanup_exports(context: Context, run: Run<CleanupExports>) -> Result<Finished, JobError> {
    let removed = privacy::remove_expired(&context).await.map_err(JobError::of)?;
    info!(cleanup.exports = removed, "copies whose time is over removed");
    run.finish().await?.done().await
}

/// Asks for the erasure of every account that is due.
pub async fn erase_due_accounts(context: Context, run: Run<EraseDueAccounts>) -> Result<Finished, JobError> {
    let asked = privacy::enqueue_due(&context).await.map_err(JobError::of)?;
    info!(erasure.due = asked, "erasures that are due asked for");
    run.finish().await?.done().await
}

/// Erases an account: its files first, then all its rows with the end of this job.
pub async fn erase_account(context: Context, run: Run<EraseAccount>) -> Result<Finished, JobError> {
    let closing = privacy::close(&context, run.job.user_id).await.map_err(JobError::of)?;
    let mut finish = run.finish().await?;
    if let Some(closing) = closing {
        let now = context.clock.now();
        if !privacy::erase(&mut finish, &closing, now).await.map_err(JobError::of)? {
            return Err(JobError::retry("files were added while the account was erased"));
        }
    }
    finish.done().await
}

/// Warns the holders of accounts that nobody uses, and has those erased that were warned in vain.
pub async fn check_unused_accounts(
    context: Context,
    run: Run<CheckUnusedAccounts>,
) -> Result<Finished, JobError> {
    let (warned, scheduled) = privacy::check_unused(&context).await.map_err(JobError::of)?;
    info!(unused.warned = warned, unused.scheduled = scheduled, "unused accounts looked at");
    run.finish().await?.done().await
}
