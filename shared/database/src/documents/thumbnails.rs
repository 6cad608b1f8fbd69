//! The small pictures of papers.

use chrono::{DateTime, Utc};
use domain::access::Access;
use domain::ids::DocumentId;
use sqlx::PgConnection;

use super::get;
use crate::DatabaseError;

/// A small picture of a paper's first page.
#[derive(Debug, Clone)]
pub struct Thumbnail {
    /// Where its file is.
    pub storage_key: String,
    /// Bytes of its file.
    pub file_size: i32,
}

/// A small picture that was drawn and stored.
#[derive(Debug, Clone)]
pub struct NewThumbnail {
    /// Pixels of its longer side.
    pub size: i16,
    /// Where its file is.
    pub storage_key: String,
    /// Bytes of its file.
    pub file_size: i32,
}

/// The picture of this size of a paper that `access` reaches, if one was drawn.
pub async fn thumbnail(
    db: &mut PgConnection,
    access: Access,
    id: DocumentId,
    size: i16,
) -> Result<Option<Thumbnail>, DatabaseError> {
    let document = get(db, access, id).await?;
    let drawn = sqlx::query_as!(
        Thumbnail,
        "select storage_key, file_size from document_thumbnails where document_id = $1 and size = $2",
        document.id,
        size,
    )
    .fetch_optional(db)
    .await?;
    Ok(drawn)
}

/// Keeps what was drawn of a paper, and retires what was drawn before; the worker's, in the transaction of its reading.
pub async fn save_thumbnails(
    db: &mut PgConnection,
    id: DocumentId,
    drawn: &[NewThumbnail],
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let sizes: Vec<i16> = drawn.iter().map(|one| one.size).collect();
    let keys: Vec<String> = drawn.iter().map(|one| one.storage_key.clone()).collect();
    let bytes: Vec<i32> = drawn.iter().map(|one| one.file_size).collect();
    sqlx::query!(
        "insert into retired_files (storage_key, document_id, retired_at)
         select storage_key, document_id, $2 from document_thumbnails where document_id = $1",
        id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into document_thumbnails (document_id, size, storage_key, file_size, drawn_at)
         select $1, n.size, n.storage_key, n.file_size, $5
         from unnest($2::smallint[], $3::text[], $4::int[]) n (size, storage_key, file_size)
         on conflict (document_id, size) do update
         set storage_key = excluded.storage_key, file_size = excluded.file_size, drawn_at = excluded.drawn_at",
        id.0,
        &sizes,
        &keys,
        &bytes,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
