//! Purging papers that were deleted long ago, files first.

use chrono::Duration;
use database::documents::{self, Due};
use files::{FileKey, FilesError};
use tracing::warn;

use crate::Context;

/// How long a deleted paper can be brought back, in days.
const KEPT_DAYS: i64 = 30;
/// Papers purged at once.
const BATCH: i64 = 100;

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
pub async fn purge(context: &Context) -> Result<Purge, database::DatabaseError> {
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

/// A key that is not ours can have no file of ours behind it.
async fn remove(context: &Context, paper: &Due) -> Result<(), FilesError> {
    match FileKey::parse(&paper.storage_key) {
        Some(key) => context.files.delete(key).await,
        None => Ok(()),
    }
}
