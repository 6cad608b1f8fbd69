//! The steps of a paper's reading, as the worker writes them. The job's fence is checked by the transaction around them.

use chrono::NaiveDate;
use domain::document::{DocumentKind, FailureReason};
use domain::ids::{DocumentId, JobId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// What a reader must know of a paper.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Whose it is.
    pub user_id: i64,
    /// The vehicle it hangs on.
    pub vehicle_id: Option<i64>,
    /// Its title.
    pub title: String,
    /// What a person says that it is.
    pub said_type: Option<String>,
    /// Where the file is.
    pub storage_key: String,
    /// The owner's address.
    pub email: String,
    /// The owner's language.
    pub locale: String,
    /// Whether its first page was drawn.
    pub has_thumbnail: bool,
    /// Whether it was taken out of sight since.
    pub is_deleted: bool,
}

/// How a reading ended well.
#[derive(Debug, Clone)]
pub struct Verdict<'a> {
    /// `analyzed` or `needs_review`.
    pub status: &'a str,
    /// The kind, given or detected.
    pub kind: DocumentKind,
    /// Pages read.
    pub pages: i32,
    /// The values under the contract's first words.
    pub analysis_data: &'a Value,
    /// All text, for searching.
    pub text: &'a str,
    /// The day printed as the beginning.
    pub issued_on: Option<NaiveDate>,
    /// The day printed as the end.
    pub expires_on: Option<NaiveDate>,
}

impl Reader {
    /// What a person says that it is.
    pub fn said(&self) -> Option<DocumentKind> {
        self.said_type.as_deref().and_then(DocumentKind::from_word)
    }
}

/// The same as [`reader`], and nobody says anything else of it before this transaction ends.
pub async fn reader_for_update(db: &mut PgConnection, id: DocumentId) -> Result<Reader, DatabaseError> {
    sqlx::query!("select id from documents where id = $1 for update", id.0).fetch_optional(&mut *db).await?;
    reader(db, id).await
}

/// What a reader must know of a paper, or not found when it was purged.
pub async fn reader(db: &mut PgConnection, id: DocumentId) -> Result<Reader, DatabaseError> {
    let row = sqlx::query_as!(
        Reader,
        r#"select d.user_id, d.vehicle_id, d.title, d.said_type, d.storage_key, u.email::text as "email!", u.locale,
                  exists (select from document_thumbnails t where t.document_id = d.id) as "has_thumbnail!",
                  d.deleted_at is not null as "is_deleted!"
           from documents d
           join users u on u.id = d.user_id
           where d.id = $1"#,
        id.0,
    )
    .fetch_one(db)
    .await?;
    Ok(row)
}

/// Puts a paper in line for reading by `job`; a paper that is being read already stays so.
pub async fn mark_queued(db: &mut PgConnection, id: DocumentId, job: JobId) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update documents
         set status = case when status = 'processing' and job_id = $2 then status else 'queued' end,
             failure_reason = null, job_id = $2, updated_at = now()
         where id = $1",
        id.0,
        job.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts a paper whose reading by `job` failed in line again; false if something became of it since, or, for those that
/// failed for a fault of ours `only`, if the paper itself was why.
pub async fn reopen(
    db: &mut PgConnection,
    id: DocumentId,
    job: JobId,
    only_ours: bool,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update documents
        set status = 'queued', failure_reason = null, updated_at = now()
        where id = $1 and job_id = $2 and status = 'failed' and deleted_at is null
            and (not $3 or failure_reason = 'internal')",
        id.0,
        job.0,
        only_ours
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Says that a paper is being read.
pub async fn mark_processing(db: &mut PgConnection, id: DocumentId) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update documents set status = 'processing', updated_at = now() where id = $1 and status = 'queued'",
        id.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes what a person says that a paper is, for its next reading; nothing leaves that to the reading.
pub async fn mark_said(
    db: &mut PgConnection,
    id: DocumentId,
    kind: Option<DocumentKind>,
) -> Result<(), DatabaseError> {
    let word = kind.map(DocumentKind::as_str);
    sqlx::query!("update documents set said_type = $2, updated_at = now() where id = $1", id.0, word)
        .execute(db)
        .await?;
    Ok(())
}

/// Writes what a reading found, over what the one before it found; what a person said stays.
///
/// Said is what stands in the row now: it may have been said while the paper was read.
pub async fn mark_read(
    db: &mut PgConnection,
    id: DocumentId,
    verdict: &Verdict<'_>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update documents
         set status = $2, failure_reason = null, document_type = coalesce(said_type, $3), pages = $4, analysis_data = $5, extracted_text = $6,
             issued_on = coalesce(said_issued_on, $7), expires_on = coalesce(said_expires_on, $8), updated_at = now()
         where id = $1",
        id.0,
        verdict.status,
        verdict.kind.as_str(),
        verdict.pages,
        verdict.analysis_data,
        verdict.text,
        verdict.issued_on,
        verdict.expires_on,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes why a paper could not be read. An earlier analysis stays.
pub async fn mark_failed(
    db: &mut PgConnection,
    id: DocumentId,
    reason: FailureReason,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update documents set status = 'failed', failure_reason = $2, updated_at = now() where id = $1",
        id.0,
        reason.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}
