//! The body of every error: RFC 9457 `application/problem+json` with a stable code.

use std::collections::BTreeMap;

use poem_openapi::Object;

use crate::say;

/// Messages for each bad field, by the field's name on the wire.
pub type Errors = BTreeMap<String, Vec<String>>;

/// What went wrong, for people and for programs.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Problem {
    /// Identifies the kind of problem; `about:blank` means that the status says it all (RFC 9457 section 4.2.1).
    #[oai(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words, in the caller's language.
    pub title: String,
    /// The HTTP status, once more.
    pub status: u16,
    /// What happened and what to do about it, in the caller's language.
    pub detail: String,
    /// Stable code for programs, such as `invalid` or `not_found`.
    pub code: String,
    /// Messages for each bad field.
    pub errors: Option<Errors>,
    /// Id of the thing that stands in the way, where one does.
    pub existing_id: Option<i64>,
}

impl Problem {
    /// A problem with a title that fits its status.
    pub fn new(status: u16, code: &str, detail: String) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: title(status),
            status,
            detail,
            code: code.to_owned(),
            errors: None,
            existing_id: None,
        }
    }

    /// The same, naming the bad fields.
    pub fn with_errors(mut self, errors: Errors) -> Self {
        self.errors = Some(errors);
        self
    }
}

fn title(status: u16) -> String {
    match status {
        400 => say!("Requête invalide", "Invalid request"),
        401 => say!("Authentification requise", "Authentication required"),
        403 => say!("Accès refusé", "Access denied"),
        404 => say!("Introuvable", "Not found"),
        405 => say!("Méthode non autorisée", "Method not allowed"),
        409 => say!("Conflit", "Conflict"),
        412 => say!("Version dépassée", "Precondition failed"),
        413 => say!("Trop volumineux", "Too large"),
        415 => say!("Format non pris en charge", "Unsupported format"),
        429 => say!("Trop de requêtes", "Too many requests"),
        503 => say!("Service momentanément indisponible", "Service temporarily unavailable"),
        _ => say!("Erreur interne", "Internal error"),
    }
}
