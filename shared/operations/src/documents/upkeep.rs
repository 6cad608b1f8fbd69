//! Purging papers that were deleted long ago, files first.

use chrono::Duration;
use database::DatabaseError;
use database::documents::{self, Due};
use domain::document::KEPT_DAYS;
use files::{FileKey, FilesError};
use futures::TryStreamExt;
use tracing::{error, info, warn};

use crate::Context;

/// How long a file is left alone that its paper has no more use for: somebody may be fetching it.
const RETIRED_DAYS: i64 = 1;
/// Papers purged at once.
const BATCH: i64 = 100;

/// Keys of files looked up at once.
const KEYS: usize = 500;

/// So many unused files are nothing strange, nor is one in so many.
const MOST_UNUSED: usize = 20;
const SHARE_UNUSED: usize = 100;

/// What a purge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purge {
    /// Papers removed, row and file.
    pub removed: u64,
    /// Papers whose file could not be removed; they are tried again next time.
    pub left: u64,
}

/// Removes papers deleted more than 30 days ago. A file that cannot be removed keeps its row, so nothing is forgotten.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(context: &Context) -> Result<Purge, DatabaseError> {
    let before = context.clock.now() - Duration::days(KEPT_DAYS);
    let mut done = Purge::default();
    loop {
        let due =
            documents::due_for_purge(&mut *context.read().await?, before, BATCH + done.left as i64).await?;
        let due: Vec<Due> = due.into_iter().skip(done.left as usize).collect();
        if due.is_empty() {
            return Ok(done);
        }
        let mut gone = Vec::with_capacity(due.len());
        for paper in due {
            match remove(context, &paper).await {
                Ok(()) => gone.push(paper.id),
                Err(error) => {
                    warn!(document.id = paper.id, error = %error, "a file could not be removed");
                    done.left += 1;
                }
            }
        }
        done.removed += documents::purge(&mut *context.read().await?, &gone).await?;
        if gone.is_empty() {
            return Ok(done);
        }
    }
}

/// Removes files that their papers have no more use for: earlier versions, and pictures of them. Says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_retired_files(context: &Context) -> Result<u64, DatabaseError> {
    let before = context.clock.now() - Duration::days(RETIRED_DAYS);
    let mut removed = 0;
    loop {
        let batch = documents::retired(&mut *context.read().await?, before, BATCH).await?;
        let mut gone = Vec::with_capacity(batch.len());
        for key in batch {
            match remove_file(context, &key).await {
                Ok(()) => gone.push(key),
                Err(error) => warn!(file.key = %key, error = %error, "a retired file could not be removed"),
            }
        }
        // What is left is tried again next time, not over and over now.
        if gone.is_empty() {
            return Ok(removed);
        }
        removed += documents::forget_retired(&mut *context.read().await?, &gone).await?;
    }
}

/// Removes files that neither a paper nor a copy of an account names: an upload stores its file first, and may be cut off
/// before its row is written; a copy may be stored while its account is erased.
///
/// Only files as old as papers that are purged, and none at all when many are unused: then it is the database that lacks
/// rows (restored from a copy, or not the one of this store), and files are the last thing to lose. Parts of uploads that
/// were cut off inside a bucket are its own lifecycle rule's.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn remove_unused_files(context: &Context) -> Result<Unused, UpkeepError> {
    let before = context.clock.now() - Duration::days(KEPT_DAYS);
    let mut keys = context.files.stored_before(before).try_ready_chunks(KEYS);
    let (mut seen, mut unused) = (0, Vec::new());
    while let Some(batch) = keys.try_next().await.map_err(|failed| failed.1)? {
        let words: Vec<String> = batch.iter().map(ToString::to_string).collect();
        seen += batch.len();
        let found = documents::unused_keys(&mut *context.read().await?, &words).await?;
        unused.extend(found.iter().filter_map(|key| FileKey::parse(key)));
        if unused.len() > MOST_UNUSED.max(seen / SHARE_UNUSED) {
            error!(
                alert = true,
                cleanup.unused = unused.len(),
                cleanup.seen = seen,
                "many files are of no paper and no copy: none is removed"
            );
            return Ok(Unused { removed: 0, suspicious: unused.len() });
        }
    }
    for key in &unused {
        context.files.delete(*key).await?;
        info!(file.key = %key, "a file of no paper and no copy was removed");
    }
    Ok(Unused { removed: unused.len(), suspicious: 0 })
}

/// What became of files that nothing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unused {
    /// Removed.
    pub removed: usize,
    /// Left alone, because they were too many.
    pub suspicious: usize,
}

/// Why upkeep stopped half-way; it goes on the next time.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The store of papers refused or did not answer.
    #[error("the store of papers")]
    Files(#[from] FilesError),
}

async fn remove(context: &Context, paper: &Due) -> Result<(), FilesError> {
    for key in &paper.storage_keys {
        remove_file(context, key).await?;
    }
    Ok(())
}

/// A key that is not ours can have no file of ours behind it.
async fn remove_file(context: &Context, key: &str) -> Result<(), FilesError> {
    match FileKey::parse(key) {
        Some(key) => context.files.delete(key).await,
        None => Ok(()),
    }
}
