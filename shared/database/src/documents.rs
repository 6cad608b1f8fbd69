//! Papers: the rows behind uploads, their reading, and what people corrected.

mod analyses;
mod batches;
mod export;
mod groups;
mod list;
mod progress;
mod reading;
mod stats;
mod thumbnails;
mod upkeep;
mod versions;

pub use analyses::{
    AnalysisRow, Correction, NewAnalysis, analyses, corrections, insert_analysis, latest_analysis,
    save_corrections,
};
pub use batches::{
    Batch, Ended, Summary, batch, find_open_batch, insert_batch, is_awaited, mark_ended, summary, unreachable,
};
pub use export::{Exported, exported};
pub use groups::{Group, groups};
pub use list::{DocumentColumn, DocumentFilter, list};
pub use progress::{Progress, progress};
pub use reading::{
    Reader, Verdict, mark_failed, mark_processing, mark_queued, mark_read, mark_said, reader,
    reader_for_update, reopen,
};
pub use stats::{DocumentStats, stats};
pub use thumbnails::{NewThumbnail, Thumbnail, save_thumbnails, thumbnail};
pub use upkeep::{Due, due_for_purge, forget_retired, purge, retired, unused_keys};
pub use versions::{NewVersion, Restored, find_deleted, replace_file, restore};

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Access;
use domain::document::{DocumentKind, DocumentStatus, FailureReason};
use domain::ids::{DocumentId, JobId, UserId, VehicleId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{DatabaseError, access as ranks};

/// A paper as its row tells.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// The vehicle it hangs on, unless that was deleted.
    pub vehicle_id: Option<i64>,
    /// Its title.
    pub title: String,
    /// What the user says of it.
    pub description: Option<String>,
    /// What it is, said or detected.
    pub document_type: Option<String>,
    /// What a person says that it is.
    pub said_type: Option<String>,
    /// Where the file is.
    pub storage_key: String,
    /// What the file was called when it was sent.
    pub original_name: Option<String>,
    /// Bytes of the file as sent.
    pub file_size: i64,
    /// Its media type, found by looking at it.
    pub mime_type: String,
    /// Pages, once known.
    pub pages: Option<i32>,
    /// How far its reading is.
    pub status: String,
    /// Whether there is an analysis to show.
    pub is_analyzed: bool,
    /// Whether it waits to be sorted.
    pub is_inbox: bool,
    /// Whether its first page was drawn.
    pub has_thumbnail: bool,
    /// Why it could not be read.
    pub failure_reason: Option<String>,
    /// The job that reads it.
    pub job_id: Option<Uuid>,
    /// The values read, under the contract's first words.
    pub analysis_data: Value,
    /// The day of its beginning, said or read.
    pub issued_on: Option<NaiveDate>,
    /// The day of its end, said or read.
    pub expires_on: Option<NaiveDate>,
    /// The day that a person says it begins.
    pub said_issued_on: Option<NaiveDate>,
    /// The day that a person says it ends.
    pub said_expires_on: Option<NaiveDate>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The caller's role, 1 (viewer) to 4 (owner).
    pub rank: i16,
    /// Rows of the whole list, when it is one.
    pub total: Option<i64>,
}

impl Document {
    /// How far its reading is.
    pub fn status(&self) -> DocumentStatus {
        DocumentStatus::from_word(&self.status).expect("a check constraint holds the words")
    }

    /// What it is.
    pub fn kind(&self) -> Option<DocumentKind> {
        self.document_type.as_deref().and_then(DocumentKind::from_word)
    }

    /// Why it could not be read.
    pub fn failure(&self) -> Option<FailureReason> {
        self.failure_reason.as_deref().and_then(FailureReason::from_word)
    }
}

/// A paper to be stored.
#[derive(Debug, Clone)]
pub struct NewDocument<'a> {
    /// Whose it is.
    pub user: UserId,
    /// The vehicle it hangs on.
    pub vehicle: Option<VehicleId>,
    /// Its title.
    pub title: &'a str,
    /// What the user says of it.
    pub description: Option<&'a str>,
    /// What it is, if the user says so.
    pub kind: Option<DocumentKind>,
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
    /// Whether it waits to be sorted.
    pub is_inbox: bool,
}

/// One of the papers that `access` reaches, or not found.
pub async fn get(db: &mut PgConnection, access: Access, id: DocumentId) -> Result<Document, DatabaseError> {
    let document = sqlx::query_as!(
        Document,
        r#"select d.id, d.user_id,
                  (select v.id from vehicles v where v.id = d.vehicle_id and v.deleted_at is null) as vehicle_id, d.title, d.description, d.document_type, d.said_type, d.storage_key,
                  d.original_name, d.file_size, d.mime_type, d.pages, d.status, d.is_analyzed, d.is_inbox,
                  exists (select from document_thumbnails t where t.document_id = d.id) as "has_thumbnail!",
                  d.failure_reason, d.job_id, d.analysis_data, d.issued_on, d.expires_on, d.said_issued_on, d.said_expires_on, d.created_at,
                  d.updated_at, a.rank as "rank!", null::bigint as total
           from documents d
           join document_access a on a.document_id = d.id and a.user_id = $2
           where d.id = $1 and d.deleted_at is null"#,
        id.0,
        access.principal(),
    )
    .fetch_optional(db)
    .await?;
    ranks::check(access, document.as_ref().map(|document| document.rank))?;
    document.ok_or(DatabaseError::NotFound)
}

/// The same, and nobody else changes it before this transaction ends.
pub async fn get_for_update(
    db: &mut PgConnection,
    access: Access,
    id: DocumentId,
) -> Result<Document, DatabaseError> {
    lock(db, access, id).await?;
    get(db, access, id).await
}

/// Locks a paper that `access` reaches; strangers wait for nothing. What `access` reaches is looked up again afterwards:
/// whoever held the lock may have changed it.
async fn lock(db: &mut PgConnection, access: Access, id: DocumentId) -> Result<(), DatabaseError> {
    let rank = sqlx::query_scalar!(
        r#"select a.rank as "rank!"
           from documents d
           join document_access a on a.document_id = d.id and a.user_id = $2
           where d.id = $1 and d.deleted_at is null
           for update of d"#,
        id.0,
        access.principal(),
    )
    .fetch_optional(db)
    .await?;
    ranks::check(access, rank)?;
    Ok(())
}

/// The text of a paper that `access` reaches.
pub async fn text(
    db: &mut PgConnection,
    access: Access,
    id: DocumentId,
) -> Result<Option<String>, DatabaseError> {
    let text = sqlx::query_scalar!(
        "select d.extracted_text
         from documents d
         join document_access a on a.document_id = d.id and a.user_id = $2 and a.rank >= $3
         where d.id = $1 and d.deleted_at is null",
        id.0,
        access.principal(),
        access.at_least.rank(),
    )
    .fetch_one(db)
    .await?;
    Ok(text)
}

/// The user's own paper with the same bytes, if there is one.
pub async fn find_by_hash(
    db: &mut PgConnection,
    user: UserId,
    sha256: &[u8],
) -> Result<Option<DocumentId>, DatabaseError> {
    let id = sqlx::query_scalar!(
        "select id from documents where user_id = $1 and sha256 = $2 and deleted_at is null",
        user.0,
        sha256,
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(DocumentId))
}

/// Stores a paper that waits for nothing yet.
pub async fn insert(db: &mut PgConnection, new: &NewDocument<'_>) -> Result<DocumentId, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into documents (user_id, vehicle_id, title, description, document_type, said_type, storage_key,
                                original_name, file_size, mime_type, sha256, is_inbox)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11)
         returning id",
        new.user.0,
        new.vehicle.map(|id| id.0),
        new.title,
        new.description,
        new.kind.map(DocumentKind::as_str),
        new.storage_key,
        new.original_name,
        new.file_size,
        new.mime_type,
        new.sha256,
        new.is_inbox,
    )
    .fetch_one(db)
    .await?;
    Ok(DocumentId(id))
}

/// Writes what a person may change, if `access` reaches the paper; without a said kind it is what was read last.
pub async fn save(db: &mut PgConnection, access: Access, document: &Document) -> Result<(), DatabaseError> {
    let saved = sqlx::query!(
        "update documents d
         set title = $4, description = $5, vehicle_id = $7, issued_on = $8, expires_on = $9, said_type = $6,
             document_type = coalesce($6, (
                 select r.document_type
                 from document_analyses r
                 where r.document_id = d.id
                 order by r.created_at desc, r.id desc
                 limit 1)), said_issued_on = $10, said_expires_on = $11, is_inbox = $12, updated_at = now()
         from document_access a
         where d.id = $1 and d.deleted_at is null and a.document_id = d.id and a.user_id = $2 and a.rank >= $3",
        document.id,
        access.principal(),
        access.at_least.rank(),
        document.title,
        document.description,
        document.said_type,
        document.vehicle_id,
        document.issued_on,
        document.expires_on,
        document.said_issued_on,
        document.said_expires_on,
        document.is_inbox,
    )
    .execute(db)
    .await?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(DatabaseError::NotFound) }
}

/// Takes a paper that `access` reaches out of sight; it is purged after 30 days.
pub async fn delete(db: &mut PgConnection, access: Access, id: DocumentId) -> Result<(), DatabaseError> {
    get_for_update(db, access, id).await?;
    sqlx::query!("update documents set deleted_at = now(), updated_at = now() where id = $1", id.0)
        .execute(db)
        .await?;
    Ok(())
}

/// The paper that `job` reads or read, if `access` reaches it.
pub async fn find_by_job(
    db: &mut PgConnection,
    access: Access,
    job: JobId,
) -> Result<Option<Document>, DatabaseError> {
    let id = sqlx::query_scalar!("select id from documents where job_id = $1 and deleted_at is null", job.0)
        .fetch_optional(&mut *db)
        .await?;
    let Some(id) = id else { return Ok(None) };
    match get(db, access, DocumentId(id)).await {
        Ok(document) => Ok(Some(document)),
        Err(DatabaseError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
