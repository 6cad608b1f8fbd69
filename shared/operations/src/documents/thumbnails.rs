//! Keeping the small pictures that were drawn of a paper.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::documents::{self, NewThumbnail};
use domain::ids::DocumentId;
use files::{FileKey, FilesError};
use queue::Enqueuer;

use crate::Context;

/// Stores pictures by their sizes; they are of no paper before [`keep_thumbnails`].
///
/// # Errors
/// When the store does not answer.
pub async fn store_thumbnails(
    context: &Context,
    drawn: Vec<(i16, Vec<u8>)>,
) -> Result<Vec<NewThumbnail>, FilesError> {
    let mut stored = Vec::with_capacity(drawn.len());
    for (size, picture) in drawn {
        let key = FileKey::new_thumbnail();
        let file_size = i32::try_from(picture.len()).unwrap_or(i32::MAX);
        context.files.put_bytes(key, picture.into()).await?;
        stored.push(NewThumbnail { size, storage_key: key.to_string(), file_size });
    }
    Ok(stored)
}

/// Makes stored pictures those of a paper, in the place of earlier ones.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn keep_thumbnails(
    tx: &mut impl Enqueuer,
    document: DocumentId,
    drawn: &[NewThumbnail],
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    if drawn.is_empty() {
        return Ok(());
    }
    documents::save_thumbnails(tx.work(), document, drawn, now).await
}
