//! Another file for the same paper, and bringing deleted papers back.

use chrono::{DateTime, Utc};
use domain::access::Access;
use domain::ids::{DocumentId, UserId};
use sqlx::PgConnection;

use super::{Document, get};
use crate::{DatabaseError, access as ranks};

/// Another file for the same paper.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// Where the file is.
    pub storage_key: &'a str,
    /// What the file was called.
    pub original_name: Option<&'a str>,
    /// Bytes of the file as sent.
    pub file_size: i64,
    /// Its media type.
    pub mime_type: &'a str,
    /// SHA-256 of the file as sent.
    pub sha256: &'a [u8],
}

/// A deleted paper that can be brought back.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Whose it is.
    pub user: UserId,
    /// Of its file.
    pub sha256: Vec<u8>,
}

/// Puts another file in the place of a paper's, which is retired with the pictures drawn of it. What was read on the old
/// file is no more shown as the paper's; its readings are kept, and what a person said or corrected stays.
///
/// # Errors
/// The constraint `documents_user_sha256_key` when the user has the same bytes already.
pub async fn replace_file(
    db: &mut PgConnection,
    document: &Document,
    new: &NewVersion<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "with drawn as (
            delete from document_thumbnails where document_id = $1 returning storage_key
        ), useless as (
            select storage_key from drawn
            union all
            select storage_key from documents where id = $1
        )
        insert into retired_files (storage_key, document_id, retired_at)
        select storage_key, $1, $2 from useless",
        document.id,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update documents
         set storage_key = $2, original_name = $3, file_size = $4, mime_type = $5, sha256 = $6, pages = null,
             status = 'uploaded', failure_reason = null, analysis_data = '{}', extracted_text = null,
             document_type = said_type, issued_on = said_issued_on, expires_on = said_expires_on, updated_at = now()
         where id = $1",
        document.id,
        new.storage_key,
        new.original_name,
        new.file_size,
        new.mime_type,
        new.sha256,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The deleted paper that `access` reaches, locked; nothing when it is there as ever.
///
/// # Errors
/// Not found when it was never there, or was deleted before `since` and may be purged at any time.
pub async fn find_deleted(
    db: &mut PgConnection,
    access: Access,
    id: DocumentId,
    since: DateTime<Utc>,
) -> Result<Option<Restored>, DatabaseError> {
    let row = sqlx::query!(
        r#"select d.user_id, d.sha256, d.deleted_at, a.rank as "rank!"
           from documents d
           join document_access a on a.document_id = d.id and a.user_id = $2
           where d.id = $1 and (d.deleted_at is null or d.deleted_at > $3)
           for update of d"#,
        id.0,
        access.principal(),
        since,
    )
    .fetch_optional(db)
    .await?;
    ranks::check(access, row.as_ref().map(|row| row.rank))?;
    let row = row.ok_or(DatabaseError::NotFound)?;
    Ok(row.deleted_at.map(|_| Restored { user: UserId(row.user_id), sha256: row.sha256 }))
}

/// Brings a deleted paper that `access` reaches back into sight.
///
/// # Errors
/// The constraint `documents_user_sha256_key` when the same bytes were uploaded meanwhile.
pub async fn restore(
    db: &mut PgConnection,
    access: Access,
    id: DocumentId,
) -> Result<Document, DatabaseError> {
    sqlx::query!(
        "update documents d
         set deleted_at = null, updated_at = now()
         from document_access a
         where d.id = $1 and a.document_id = d.id and a.user_id = $2 and a.rank >= $3",
        id.0,
        access.principal(),
        access.at_least.rank(),
    )
    .execute(&mut *db)
    .await?;
    get(db, access, id).await
}
