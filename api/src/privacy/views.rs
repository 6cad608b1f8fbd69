//! What one may know about one's account as a whole, on the wire.

use chrono::{DateTime, Utc};
use database::audit::Entry;
use database::privacy::consents::Consent;
use database::privacy::exports::Export;
use domain::consent::ConsentKind;
use operations::privacy::Asked;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object};
use uuid::Uuid;

use crate::say;

/// Something that happened to my account.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Activity")]
pub struct ActivityView {
    /// When.
    pub at: DateTime<Utc>,
    /// What, such as `login`.
    pub action: String,
    /// From which address; null where staff or the product did it.
    pub ip: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// To what, such as `user/42`.
    pub target: Option<String>,
}

impl From<Entry> for ActivityView {
    fn from(entry: Entry) -> Self {
        let target = entry.target_type.zip(entry.target_id);
        Self {
            at: entry.at,
            action: entry.action,
            ip: entry.ip.map(|ip| ip.to_string()),
            user_agent: entry.user_agent,
            target: target.map(|(kind, id)| format!("{kind}/{id}")),
        }
    }
}

/// What can be agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "ConsentKind", rename_all = "snake_case", remote = "ConsentKind")]
pub enum ConsentWord {
    /// News and offers by letter.
    Marketing,
    /// Counting how the product is used.
    Analytics,
    /// Sending what a question needs to a language model.
    AiProcessing,
    /// Using where somebody is.
    Location,
}

/// What I said to one kind.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Consent")]
pub struct ConsentView {
    /// To what.
    pub kind: ConsentWord,
    /// Whether I agree; what I was never asked about I do not agree to.
    pub granted: bool,
    /// The version of the wording that I said it to; null when I have said nothing.
    pub version: Option<String>,
    /// When I said it; null when I have said nothing.
    pub at: Option<DateTime<Utc>>,
}

/// Every kind, those too that nothing was said to.
pub(super) fn consents(said: &[Consent]) -> Vec<ConsentView> {
    let view = |&kind: &ConsentKind| {
        let found = said.iter().find(|consent| consent.kind == kind);
        ConsentView {
            kind: kind.into(),
            granted: found.is_some_and(|consent| consent.granted),
            version: found.map(|consent| consent.version.clone()),
            at: found.map(|consent| consent.at),
        }
    };
    ConsentKind::ALL.iter().map(view).collect()
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "ExportStatus", rename_all = "lowercase")]
pub enum ExportStatus {
    /// Waits to be made, or is being made.
    Queued,
    /// Can be fetched.
    Ready,
    /// Could not be made.
    Failed,
    /// Could be fetched, and is gone.
    Expired,
}

/// A copy of everything that my account holds.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Export")]
pub struct ExportView {
    /// Its number.
    pub id: i64,
    /// How far it is.
    pub status: ExportStatus,
    /// Whether the files of papers are in it.
    pub include_files: bool,
    /// Its size in bytes, once it is made.
    pub size: Option<i64>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when it can be fetched.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<Export> for ExportView {
    fn from(export: Export) -> Self {
        let status = match export.status.as_str() {
            "ready" => ExportStatus::Ready,
            "failed" => ExportStatus::Failed,
            "expired" => ExportStatus::Expired,
            _ => ExportStatus::Queued,
        };
        Self {
            id: export.id.0,
            status,
            include_files: export.include_files,
            size: export.file_size,
            created_at: export.created_at,
            expires_at: export.expires_at.filter(|_| status != ExportStatus::Failed),
        }
    }
}

/// A copy that was asked for.
#[derive(Debug, Object)]
#[oai(rename = "ExportAsked")]
pub struct ExportAskedView {
    /// The copy.
    pub export: ExportView,
}

/// 202 for a copy.
#[derive(ApiResponse)]
pub enum ExportAsked {
    /// It will be made; a letter tells when it can be fetched.
    #[oai(status = 202)]
    Accepted(Json<ExportAskedView>),
}

/// Where a wish to be erased stands.
#[derive(Debug, Object)]
#[oai(rename = "Erasure")]
pub struct ErasureView {
    /// Whether the code of the letter is needed next.
    pub otp_required: bool,
    /// The challenge that the code meets.
    pub challenge_id: Option<Uuid>,
    /// When the account is erased, once that is confirmed.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// What happens next, in the caller's language.
    pub message: String,
}

/// 202 for an erasure.
#[derive(ApiResponse)]
pub enum ErasureAsked {
    /// Noted.
    #[oai(status = 202)]
    Accepted(Json<ErasureView>),
}

impl From<Asked> for ErasureAsked {
    fn from(asked: Asked) -> Self {
        Self::Accepted(Json(match asked {
            Asked::CodeSent(challenge) => ErasureView {
                otp_required: true,
                challenge_id: Some(challenge.0),
                scheduled_for: None,
                message: say!(
                    "Un code vient de vous être envoyé par e-mail : saisissez-le pour confirmer.",
                    "A code has just been sent to you by e-mail: enter it to confirm."
                ),
            },
            Asked::Scheduled(at) => ErasureView {
                otp_required: false,
                challenge_id: None,
                scheduled_for: Some(at),
                message: say!(
                    "Votre compte sera supprimé. D’ici là, vous pouvez encore annuler.",
                    "Your account will be erased. Until then you can call it off."
                ),
            },
        }))
    }
}
