//! What was read on a paper, reading by reading, and what people corrected.

use chrono::{DateTime, Utc};
use domain::access::Access;
use domain::document::DocumentKind;
use domain::ids::{AnalysisId, DocumentId};
use domain::paging::{Page, PageRequest};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// One reading of a paper.
#[derive(Debug, Clone)]
pub struct AnalysisRow {
    /// Its id.
    pub id: i64,
    /// The reader.
    pub engine: String,
    /// Its version.
    pub engine_version: String,
    /// The kind, given or detected.
    pub document_type: String,
    /// `analyzed` or `needs_review`.
    pub status: String,
    /// Mean of the fields' confidences, 0 to 1.
    pub mean_confidence: f32,
    /// Pages read.
    pub pages: i32,
    /// `[domain::analysis::Field]`.
    pub fields: Value,
    /// `[domain::analysis::Warning]`.
    pub warnings: Value,
    /// How long reading took, in milliseconds.
    pub duration_ms: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl AnalysisRow {
    /// As what it was read.
    pub fn kind(&self) -> Option<DocumentKind> {
        DocumentKind::from_word(&self.document_type)
    }
}

/// A reading to be stored.
#[derive(Debug, Clone)]
pub struct NewAnalysis<'a> {
    /// The reader.
    pub engine: &'a str,
    /// Its version.
    pub engine_version: &'a str,
    /// The kind, given or detected.
    pub document_type: &'a str,
    /// `analyzed` or `needs_review`.
    pub status: &'a str,
    /// Mean of the fields' confidences, 0 to 1.
    pub mean_confidence: f32,
    /// Pages read.
    pub pages: i32,
    /// `[domain::analysis::Field]`.
    pub fields: &'a Value,
    /// `[domain::analysis::Warning]`.
    pub warnings: &'a Value,
    /// How long reading took, in milliseconds.
    pub duration_ms: i32,
}

/// A field that a person put right.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The field's key.
    pub field: String,
    /// The right value; null means that the field is not on the paper.
    pub value: Option<Value>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Stores a reading; earlier ones are kept.
pub async fn insert_analysis(
    db: &mut PgConnection,
    document: DocumentId,
    new: &NewAnalysis<'_>,
) -> Result<AnalysisId, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into document_analyses (document_id, engine, engine_version, document_type, status, mean_confidence,
                                        pages, fields, warnings, duration_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         returning id",
        document.0,
        new.engine,
        new.engine_version,
        new.document_type,
        new.status,
        new.mean_confidence,
        new.pages,
        new.fields,
        new.warnings,
        new.duration_ms,
    )
    .fetch_one(db)
    .await?;
    Ok(AnalysisId(id))
}

/// The newest reading of a paper that `access` reaches, if there is one.
pub async fn latest_analysis(
    db: &mut PgConnection,
    access: Access,
    document: DocumentId,
) -> Result<Option<AnalysisRow>, DatabaseError> {
    let row = sqlx::query_as!(
        AnalysisRow,
        "select r.id, r.engine, r.engine_version, r.document_type, r.status, r.mean_confidence, r.pages, r.fields,
                r.warnings, r.duration_ms, r.created_at
         from document_analyses r
         join document_access a on a.document_id = r.document_id and a.user_id = $2 and a.rank >= $3
         where r.document_id = $1
         order by r.created_at desc, r.id desc
         limit 1",
        document.0,
        access.principal(),
        access.at_least.rank(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// One page of the readings of a paper that `access` reaches, the newest first.
pub async fn analyses(
    db: &mut PgConnection,
    access: Access,
    document: DocumentId,
    page: PageRequest,
) -> Result<Page<AnalysisRow>, DatabaseError> {
    let rows = sqlx::query!(
        r#"select r.id, r.engine, r.engine_version, r.document_type, r.status, r.mean_confidence, r.pages, r.fields,
                r.warnings, r.duration_ms, r.created_at, count(*) over () as "total!"
         from document_analyses r
         join document_access a on a.document_id = r.document_id and a.user_id = $2 and a.rank >= $3
         where r.document_id = $1
         order by r.created_at desc, r.id desc
         limit $4 offset $5"#,
        document.0,
        access.principal(),
        access.at_least.rank(),
        page.limit(),
        page.offset(),
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().map_or(0, |row| row.total);
    let rows = rows.into_iter().map(|row| AnalysisRow {
        id: row.id,
        engine: row.engine,
        engine_version: row.engine_version,
        document_type: row.document_type,
        status: row.status,
        mean_confidence: row.mean_confidence,
        pages: row.pages,
        fields: row.fields,
        warnings: row.warnings,
        duration_ms: row.duration_ms,
        created_at: row.created_at,
    });
    Ok(Page { count, rows: rows.collect() })
}

/// What people corrected on a paper that `access` reaches.
pub async fn corrections(
    db: &mut PgConnection,
    access: Access,
    document: DocumentId,
) -> Result<Vec<Correction>, DatabaseError> {
    let rows = sqlx::query_as!(
        Correction,
        "select c.field, c.value, c.at
         from document_corrections c
         join document_access a on a.document_id = c.document_id and a.user_id = $2 and a.rank >= $3
         where c.document_id = $1
         order by c.field",
        document.0,
        access.principal(),
        access.at_least.rank(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes corrections, over earlier ones of the same fields, on a paper that `access` reaches; each field once.
///
/// A value that is null says that the field is not on the paper.
///
/// # Errors
/// Not found when `access` does not reach it.
pub async fn save_corrections(
    db: &mut PgConnection,
    access: Access,
    document: DocumentId,
    corrections: &[(String, Value)],
) -> Result<(), DatabaseError> {
    let wanted = corrections.len() as u64;
    let (fields, values): (Vec<String>, Vec<Value>) = corrections.iter().cloned().unzip();
    let saved = sqlx::query!(
        "insert into document_corrections (document_id, field, value, corrected_by)
         select a.document_id, c.field, nullif(c.value, 'null'::jsonb), a.user_id
         from document_access a
         cross join unnest($4::text[], $5::jsonb[]) c (field, value)
         where a.document_id = $1 and a.user_id = $2 and a.rank >= $3
         on conflict (document_id, field) do update
         set value = excluded.value, corrected_by = excluded.corrected_by, at = now()",
        document.0,
        access.principal(),
        access.at_least.rank(),
        &fields,
        &values,
    )
    .execute(db)
    .await?;
    if saved.rows_affected() == wanted { Ok(()) } else { Err(DatabaseError::NotFound) }
}
