//! Papers as the API shows them.

use chrono::{DateTime, NaiveDate, Utc};
use database::documents::Document;
use domain::access::Role;
use domain::document::{DocumentKind, DocumentStatus, FailureReason};
use domain::ids::JobId;
use domain::locale::Locale;
use poem_openapi::payload::Json;
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiResponse, Enum, Object};
use uuid::Uuid;

use crate::locale;
use crate::roles::RoleWord;
use crate::say;

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "DocumentType", rename_all = "snake_case")]
pub enum KindWord {
    /// Certificat d'immatriculation (carte grise).
    Registration,
    /// Invoice of a garage or a shop.
    Invoice,
    /// Green card, mémo véhicule assuré or attestation.
    Insurance,
    /// Report of a contrôle technique.
    Inspection,
    /// Receipt of a filling station.
    FuelReceipt,
    /// Service booklet page or work order.
    Maintenance,
    /// Deed or declaration of sale.
    Sale,
    /// Fine.
    Fine,
    /// Warranty.
    Warranty,
    /// Photograph that is no paper.
    Photo,
    /// Anything else.
    Other,
}

impl From<DocumentKind> for KindWord {
    fn from(kind: DocumentKind) -> Self {
        Self::parse_from_json(Some(kind.as_str().into())).expect("both enums have the same words")
    }
}

/// How far the reading of a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "DocumentStatus", rename_all = "snake_case")]
pub enum StatusWord {
    /// Stored; nobody asked to read it.
    Uploaded,
    /// Waits for a reader.
    Queued,
    /// Is being read.
    Processing,
    /// Read, nothing doubtful.
    Analyzed,
    /// Read, something to check.
    NeedsReview,
    /// Could not be read; `error` says why.
    Failed,
}

impl From<DocumentStatus> for StatusWord {
    fn from(status: DocumentStatus) -> Self {
        Self::parse_from_json(Some(status.as_str().into())).expect("both enums have the same words")
    }
}

/// The values read, under their first words; null for what is not on the paper.
#[derive(Debug, Clone, Default, Object)]
pub struct AnalysisData {
    /// Number plate.
    pub license_plate: Option<String>,
    /// Vehicle identification number.
    pub vin: Option<String>,
    /// Make of the vehicle.
    pub make: Option<String>,
    /// Day of the first registration.
    pub first_registration_date: Option<String>,
    /// Total, taxes included.
    pub total_amount: Option<String>,
    /// Day of the invoice.
    pub invoice_date: Option<String>,
    /// Number of the invoice.
    pub invoice_number: Option<String>,
    /// Name of the garage or shop.
    pub garage_name: Option<String>,
    /// Number of the insurance policy.
    pub policy_number: Option<String>,
    /// Day on which the paper ends.
    pub expiry_date: Option<String>,
    /// Insurance company.
    pub company: Option<String>,
}

/// A paper.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Document")]
pub struct DocumentView {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// What the user says of it.
    pub description: Option<String>,
    /// What it is, given or detected.
    pub document_type: Option<KindWord>,
    /// The vehicle it hangs on.
    pub vehicle: Option<i64>,
    /// How far its reading is.
    pub status: StatusWord,
    /// Whether there is an analysis.
    pub is_analyzed: bool,
    /// Why it could not be read, in the caller's language.
    pub error: Option<String>,
    /// The task that reads or read it.
    pub task_id: Option<Uuid>,
    /// Whether it waits to be sorted: captured, and neither vehicle nor kind given since.
    pub is_inbox: bool,
    /// Where its file can be downloaded.
    pub file_url: String,
    /// Where a small picture of its first page is, once it is drawn.
    pub thumbnail_url: Option<String>,
    /// Bytes of the file as sent.
    pub file_size: i64,
    /// Its media type, found by looking at it.
    pub mime_type: String,
    /// What the file was called.
    pub original_name: Option<String>,
    /// Pages, once known.
    pub pages: Option<i32>,
    /// The values read, under their first words.
    pub analysis_data: AnalysisData,
    /// The day printed as its beginning.
    pub issued_on: Option<NaiveDate>,
    /// The day printed as its end.
    pub expires_on: Option<NaiveDate>,
    /// What the caller may do with it.
    pub role: RoleWord,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<Document> for DocumentView {
    fn from(row: Document) -> Self {
        let failure = row.failure();
        Self {
            id: row.id,
            document_type: row.kind().map(Into::into),
            status: row.status().into(),
            role: Role::from_rank(row.rank).unwrap_or(Role::Viewer).into(),
            title: row.title,
            description: row.description,
            vehicle: row.vehicle_id,
            is_analyzed: row.is_analyzed,
            error: failure.map(|reason| why(reason, locale::current())),
            task_id: row.job_id,
            is_inbox: row.is_inbox,
            file_url: format!("/api/documents/{}/download/", row.id),
            thumbnail_url: row.has_thumbnail.then(|| format!("/api/documents/{}/thumbnail/", row.id)),
            file_size: row.file_size,
            mime_type: row.mime_type,
            original_name: row.original_name,
            pages: row.pages,
            analysis_data: AnalysisData::parse_from_json(Some(row.analysis_data)).unwrap_or_default(),
            issued_on: row.issued_on,
            expires_on: row.expires_on,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A paper with its text.
#[derive(Debug, Clone, Object)]
pub struct DocumentDetail {
    /// The paper.
    #[oai(flatten)]
    pub document: DocumentView,
    /// All text that was read on it.
    pub extracted_text: Option<String>,
}

/// Why a paper could not be read, as a sentence.
pub(crate) fn why(reason: FailureReason, locale: Locale) -> String {
    let text = operations::documents::reason(reason, locale);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Work was put in line.
#[derive(Debug, Clone, Object)]
pub struct TaskAccepted {
    /// What happens now, in the caller's language.
    pub message: String,
    /// The paper.
    pub document_id: i64,
    /// The task to follow at `/api/tasks/{task_id}/`.
    pub task_id: Uuid,
}

/// 202: it will be done.
#[derive(Debug, ApiResponse)]
pub enum Accepted {
    /// It waits for its turn.
    #[oai(status = 202)]
    Accepted(Json<TaskAccepted>),
}

impl Accepted {
    /// The paper `document_id` will be read by `task`.
    pub fn of(document_id: i64, task: JobId) -> Self {
        let message = say!("La lecture du document est demandée.", "The document will be read.");
        Self::Accepted(Json(TaskAccepted { message, document_id, task_id: task.0 }))
    }
}
