//! What was read on a paper, with what people corrected beside it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use database::documents::{self, AnalysisRow, Correction, Document};
use domain::analysis::{Field, Warning};
use domain::document::{correction, keys};
use domain::ids::DocumentId;
use poem_openapi::Object;
use queue::Work;
use serde_json::Value;
use sqlx::PgConnection;

use super::view::{KindWord, StatusWord};
use crate::error::ApiError;
use crate::form::Form;
use crate::messages::Explain;
use crate::say;
use crate::security::Principal;

/// Longest corrected value, as JSON.
const MAX_VALUE: usize = 10_000;

/// What a person put right.
#[derive(Debug, Clone, Object)]
pub struct CorrectionView {
    /// The right value; null says that the field is not on the paper.
    pub value: Option<Value>,
    /// When it was corrected.
    pub at: DateTime<Utc>,
}

/// One field of a paper.
#[derive(Debug, Clone, Object)]
pub struct FieldView {
    /// The field's own key: a rubric code (`A`, `D.1`, `E`) or a word such as `total_ttc`.
    pub key: String,
    /// The value as read, normalised; null when nothing was read and a person added it.
    pub value: Option<Value>,
    /// The characters as they stand on the paper.
    pub raw: Option<String>,
    /// How sure the reading is, 0 to 1.
    pub confidence: Option<f32>,
    /// Page, from 1.
    pub page: Option<u32>,
    /// Where it stands: x, y, width, height in fractions of the upright page.
    pub bbox: Option<Vec<f32>>,
    /// Where else it was read and which checks it passed.
    pub evidence: Vec<String>,
    /// What a person put right, if somebody did.
    pub correction: Option<CorrectionView>,
}

/// A doubt that a person should look at.
#[derive(Debug, Clone, Object)]
pub struct WarningView {
    /// Stable code: `missing`, `low_confidence`, `check_failed`, `kind_uncertain`.
    pub code: String,
    /// The field it is about.
    pub field: Option<String>,
}

/// What was read on a paper.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Analysis")]
pub struct AnalysisView {
    /// The paper.
    pub document_id: i64,
    /// How far its reading is.
    pub status: StatusWord,
    /// As what it was read; before it was read, what it is said to be.
    pub document_type: Option<KindWord>,
    /// Mean of the fields' confidences, 0 to 1.
    pub mean_confidence: Option<f32>,
    /// The reader.
    pub engine: Option<String>,
    /// Its version.
    pub engine_version: Option<String>,
    /// Pages read.
    pub pages: Option<i32>,
    /// The fields.
    pub fields: Vec<FieldView>,
    /// The doubts.
    pub warnings: Vec<WarningView>,
    /// How long reading took, in milliseconds.
    pub duration_ms: Option<i32>,
    /// When this reading was written.
    pub read_at: Option<DateTime<Utc>>,
}

/// One reading of a paper.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Reading")]
pub struct ReadingView {
    /// Its id.
    pub id: i64,
    /// As what the paper was read.
    pub document_type: Option<KindWord>,
    /// How it ended: `analyzed` or `needs_review`.
    pub status: StatusWord,
    /// Mean of the fields' confidences, 0 to 1.
    pub mean_confidence: f32,
    /// The reader.
    pub engine: String,
    /// Its version.
    pub engine_version: String,
    /// Pages read.
    pub pages: i32,
    /// How many fields were read.
    pub fields_count: usize,
    /// How long reading took, in milliseconds.
    pub duration_ms: i32,
    /// When it was written.
    pub read_at: DateTime<Utc>,
}

impl From<AnalysisRow> for ReadingView {
    fn from(row: AnalysisRow) -> Self {
        Self {
            id: row.id,
            document_type: row.kind().map(Into::into),
            status: if row.status == "analyzed" { StatusWord::Analyzed } else { StatusWord::NeedsReview },
            mean_confidence: row.mean_confidence,
            engine: row.engine,
            engine_version: row.engine_version,
            pages: row.pages,
            fields_count: row.fields.as_array().map_or(0, Vec::len),
            duration_ms: row.duration_ms,
            read_at: row.created_at,
        }
    }
}

/// Corrections by the fields' keys.
#[derive(Debug, Clone, Object)]
pub struct CorrectionsForm {
    /// The right value for each key; null says that the field is not on the paper.
    pub fields: HashMap<String, Value>,
}

/// The newest reading of a paper.
pub(super) async fn view(
    db: &mut PgConnection,
    caller: &Principal,
    document: &Document,
) -> Result<AnalysisView, ApiError> {
    let (access, id) = (caller.as_viewer(), DocumentId(document.id));
    let row = documents::latest_analysis(db, access, id).await?;
    let corrections = documents::corrections(db, access, id).await?;
    Ok(AnalysisView {
        document_id: document.id,
        status: document.status().into(),
        document_type: row.as_ref().map_or(document.kind(), AnalysisRow::kind).map(Into::into),
        mean_confidence: row.as_ref().map(|row| row.mean_confidence),
        engine: row.as_ref().map(|row| row.engine.clone()),
        engine_version: row.as_ref().map(|row| row.engine_version.clone()),
        pages: row.as_ref().map(|row| row.pages),
        duration_ms: row.as_ref().map(|row| row.duration_ms),
        read_at: row.as_ref().map(|row| row.created_at),
        warnings: row.as_ref().map(warnings).unwrap_or_default(),
        fields: side_by_side(row.as_ref(), corrections),
    })
}

fn warnings(row: &AnalysisRow) -> Vec<WarningView> {
    let warnings: Vec<Warning> = serde_json::from_value(row.warnings.clone()).unwrap_or_default();
    warnings.into_iter().map(|warning| WarningView { code: warning.code, field: warning.field }).collect()
}

fn side_by_side(row: Option<&AnalysisRow>, corrections: Vec<Correction>) -> Vec<FieldView> {
    let read: Vec<Field> =
        row.and_then(|row| serde_json::from_value(row.fields.clone()).ok()).unwrap_or_default();
    let mut corrected: HashMap<String, CorrectionView> = corrections
        .into_iter()
        .map(|correction| (correction.field, CorrectionView { value: correction.value, at: correction.at }))
        .collect();
    let mut fields: Vec<FieldView> = read
        .into_iter()
        .map(|field| FieldView {
            correction: corrected.remove(&field.key),
            key: field.key,
            value: Some(field.value),
            raw: Some(field.raw),
            confidence: Some(field.confidence),
            page: Some(field.page),
            bbox: Some(vec![field.bbox.x, field.bbox.y, field.bbox.w, field.bbox.h]),
            evidence: field.evidence,
        })
        .collect();
    let mut added: Vec<(String, CorrectionView)> = corrected.into_iter().collect();
    added.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields.extend(added.into_iter().map(|(key, correction)| FieldView {
        key,
        value: None,
        raw: None,
        confidence: None,
        page: None,
        bbox: None,
        evidence: Vec::new(),
        correction: Some(correction),
    }));
    fields
}

/// Writes corrections; a key that such a paper does not have is refused.
pub(super) async fn correct(
    work: &mut Work,
    caller: &Principal,
    document: &Document,
    corrections: CorrectionsForm,
) -> Result<(), ApiError> {
    let access = caller.as_viewer();
    let read = documents::latest_analysis(work, access, DocumentId(document.id)).await?;
    let kinds = [document.kind(), read.and_then(|row| row.kind())];
    let mut form = Form::default();
    for (key, value) in &corrections.fields {
        let field = format!("fields.{key}");
        form.check(&field, kinds.iter().any(|kind| keys::is_known(*kind, key)), || {
            say!("Ce champ n’existe pas sur ce type de document.", "This kind of document has no such field.")
        });
        if let Err(reason) = correction::check(key, value) {
            form.refuse(&field, reason.explain());
        }
        // PostgreSQL's JSON holds every character but NUL.
        form.check(&field, !holds_nul(value), || {
            say!("Les caractères de contrôle ne sont pas acceptés.", "Control characters are not accepted.")
        });
        form.check(&field, value.to_string().len() <= MAX_VALUE, || {
            say!("Cette valeur est trop longue.", "This value is too long.")
        });
    }
    form.finish()?;
    let corrections: Vec<(String, Value)> = corrections.fields.into_iter().collect();
    documents::save_corrections(work, caller.as_editor(), DocumentId(document.id), &corrections).await?;
    Ok(())
}

/// Whether a text anywhere inside holds NUL.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

impl crate::meaning::Meaning for CorrectionsForm {}
