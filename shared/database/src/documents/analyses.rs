//! What was read on a paper, reading by reading, and what people corrected.

use chrono::{DateTime, Utc};
use domain::ids::{AnalysisId, DocumentId, UserId};
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

/// The newest reading of a paper, if there is one. The paper itself was reached before.
pub async fn latest_analysis(
    db: &mut PgConnection,
    document: DocumentId,
) -> Result<Option<AnalysisRow>, DatabaseError> {
    let row = sqlx::query_as!(
        AnalysisRow,
        "select id, engine, engine_version, document_type, status, mean_confidence, pages, fields, warnings, duration_ms,
                created_at
         from document_analyses
         where document_id = $1
         order by created_at desc, id desc
         limit 1",
        document.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// What people corrected on a paper. The paper itself was reached before.
pub async fn corrections(
    db: &mut PgConnection,
    document: DocumentId,
) -> Result<Vec<Correction>, DatabaseError> {
    let rows = sqlx::query_as!(
        Correction,
        "select field, value, at from document_corrections where document_id = $1 order by field",
        document.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes one correction over an earlier one of the same field.
pub async fn save_correction(
    db: &mut PgConnection,
    document: DocumentId,
    by: UserId,
    field: &str,
    value: Option<&Value>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into document_corrections (document_id, field, value, corrected_by)
         values ($1, $2, $3, $4)
         on conflict (document_id, field) do update
         set value = excluded.value, corrected_by = excluded.corrected_by, at = now()",
        document.0,
        field,
        value,
        by.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
