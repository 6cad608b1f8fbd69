//! Papers: storing them, having them read, and writing down how the reading ended.

mod applying;
mod batches;
mod ended;
mod export;
mod thumbnails;
mod upkeep;
mod versions;
mod words;

pub use applying::{ApplyError, Choice, apply_to_vehicle};
pub use batches::read_all;
pub use ended::{Ended, failed, given_up, gone, read};
pub use export::archive;
pub use thumbnails::{keep_thumbnails, store_thumbnails};
pub use upkeep::{Purge, Unused, UpkeepError, purge, remove_retired_files, remove_unused_files};
pub use versions::{RestoreError, delete, replace_file, restore};
pub use words::reason;

use database::DatabaseError;
use database::documents::{self, NewDocument};
use domain::document::DocumentKind;
use domain::ids::{DocumentId, JobId, UserId};
use queue::kinds::AnalyzeDocument;
use queue::{Enqueue, Work};

/// Stores a paper whose file is in its place already, and has it read.
///
/// # Errors
/// The constraint `documents_user_sha256_key` when the user has the same bytes already.
pub async fn store(work: &mut Work, new: &NewDocument<'_>) -> Result<(DocumentId, JobId), DatabaseError> {
    let id = documents::insert(work, new).await?;
    let job = start_reading(work, id, new.user).await?;
    Ok((id, job))
}

/// Has a paper read again, as what a person says that it is; nothing has its kind detected.
///
/// A reading that waits takes it up, and one that runs reads once more before it ends.
///
/// # Errors
/// When the database refuses.
pub async fn read_again(
    work: &mut Work,
    id: DocumentId,
    user: UserId,
    said: Option<DocumentKind>,
) -> Result<JobId, DatabaseError> {
    documents::mark_said(work, id, said).await?;
    start_reading(work, id, user).await
}

/// Has a paper read, on behalf of `user`; a reading that waits or runs already is the answer then.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn start_reading(
    work: &mut Work,
    id: DocumentId,
    user: UserId,
) -> Result<JobId, DatabaseError> {
    let options = Enqueue::default().by(user).unique(format!("document:{id}"));
    let job = work.enqueue(&AnalyzeDocument { document_id: id }, options).await?;
    documents::mark_queued(work, id, job).await?;
    Ok(job)
}
