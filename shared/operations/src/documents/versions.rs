//! Another file for a paper, deleting one, and bringing it back.

use chrono::{DateTime, Duration, Utc};
use database::DatabaseError;
use database::documents::{self, Document, NewVersion};
use domain::access::Access;
use domain::document::{BatchOutcome, DocumentStatus, KEPT_DAYS};
use domain::ids::{DocumentId, UserId};
use queue::Work;

use super::{batches, start_reading};

/// Why a deleted paper is not brought back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Its uploader has the same bytes as another paper by now.
    #[error("document {} has the same bytes", .0)]
    Duplicate(DocumentId),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Puts another file in the place of a paper's and has it read, on behalf of `user`. A reading of the old file that is
/// under way reads once more before it ends.
///
/// # Errors
/// The constraint `documents_user_sha256_key` when the paper's uploader has the same bytes already.
pub async fn replace_file(
    work: &mut Work,
    paper: &Document,
    user: UserId,
    new: &NewVersion<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    documents::replace_file(work, paper, new, now).await?;
    start_reading(work, DocumentId(paper.id), user).await?;
    Ok(())
}

/// Takes a paper out of sight; it is purged after 30 days. No batch waits for it any more.
///
/// # Errors
/// Not found or forbidden as ever.
pub async fn delete(
    work: &mut Work,
    access: Access,
    id: DocumentId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    documents::delete(work, access, id).await?;
    batches::ended(work, id, BatchOutcome::Gone, now).await
}

/// Brings a deleted paper back within 30 days, and has it read if that was not done; one that is there stays as it is.
///
/// # Errors
/// Not found or forbidden as ever; the paper that has the same bytes by now.
pub async fn restore(
    work: &mut Work,
    access: Access,
    id: DocumentId,
    now: DateTime<Utc>,
) -> Result<Document, RestoreError> {
    let since = now - Duration::days(KEPT_DAYS);
    let Some(deleted) = documents::find_deleted(work, access, id, since).await? else {
        return Ok(documents::get(work, access, id).await?);
    };
    if let Some(same) = documents::find_by_hash(work, deleted.user, &deleted.sha256).await? {
        return Err(RestoreError::Duplicate(same));
    }
    let paper = documents::restore(work, access, id).await?;
    let is_unread = matches!(
        paper.status(),
        DocumentStatus::Uploaded | DocumentStatus::Queued | DocumentStatus::Processing
    );
    if is_unread {
        start_reading(work, id, access.user).await?;
    }
    Ok(documents::get(work, access, id).await?)
}
