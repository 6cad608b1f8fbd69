//! What people say of a paper.

use chrono::NaiveDate;
use database::documents::Document;
use database::vehicles;
use domain::access::Role;
use domain::document::DocumentKind;
use domain::ids::VehicleId;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use queue::Work;

use super::sent::Uploaded;
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;
use crate::security::Principal;

/// Longest title.
pub(super) const MAX_TITLE: usize = 255;
/// Longest description.
pub(super) const MAX_DESCRIPTION: usize = 4000;

/// What to change about a paper.
#[derive(Debug, Clone, Object)]
pub struct DocumentPatch {
    /// Its title.
    #[oai(validator(max_length = 255))]
    pub title: MaybeUndefined<String>,
    /// What the user says of it.
    #[oai(validator(max_length = 4000))]
    pub description: MaybeUndefined<String>,
    /// What it is; null leaves that to what is read.
    pub document_type: MaybeUndefined<super::view::KindWord>,
    /// The vehicle it hangs on.
    pub vehicle: MaybeUndefined<i64>,
    /// The day printed as its beginning.
    pub issued_on: MaybeUndefined<NaiveDate>,
    /// The day printed as its end.
    pub expires_on: MaybeUndefined<NaiveDate>,
    /// Whether it waits to be sorted; a vehicle or a kind that is given sorts it, too.
    pub is_inbox: MaybeUndefined<bool>,
}

/// All that is said of a paper; what is absent is not known afterwards.
#[derive(Debug, Clone, Object)]
pub struct DocumentForm {
    /// Its title.
    #[oai(validator(max_length = 255))]
    pub title: String,
    /// What the user says of it.
    #[oai(validator(max_length = 4000))]
    pub description: Option<String>,
    /// What it is; absent leaves that to what is read.
    pub document_type: Option<super::view::KindWord>,
    /// The vehicle it hangs on.
    pub vehicle: Option<i64>,
    /// The day printed as its beginning.
    pub issued_on: Option<NaiveDate>,
    /// The day printed as its end.
    pub expires_on: Option<NaiveDate>,
    /// Whether it waits to be sorted.
    pub is_inbox: Option<bool>,
}

impl From<DocumentForm> for DocumentPatch {
    fn from(form: DocumentForm) -> Self {
        let title = MaybeUndefined::Value(form.title);
        Self {
            title,
            description: said(form.description),
            document_type: said(form.document_type),
            vehicle: said(form.vehicle),
            issued_on: said(form.issued_on),
            expires_on: said(form.expires_on),
            is_inbox: MaybeUndefined::Value(form.is_inbox.unwrap_or_default()),
        }
    }
}

fn said<T>(value: Option<T>) -> MaybeUndefined<T> {
    value.map_or(MaybeUndefined::Null, MaybeUndefined::Value)
}

impl DocumentPatch {
    /// What was said beside another file; the rest stays.
    pub(super) fn of(sent: &Uploaded) -> Self {
        let some =
            |text: &Option<String>| text.clone().map_or(MaybeUndefined::Undefined, MaybeUndefined::Value);
        Self {
            title: some(&sent.title),
            description: some(&sent.description),
            document_type: sent
                .kind
                .map_or(MaybeUndefined::Undefined, |kind| MaybeUndefined::Value(kind.into())),
            vehicle: sent.vehicle.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value),
            issued_on: MaybeUndefined::Undefined,
            expires_on: MaybeUndefined::Undefined,
            is_inbox: MaybeUndefined::Undefined,
        }
    }

    /// Writes what was sent into `document`.
    pub(super) async fn apply_to(
        self,
        document: &mut Document,
        work: &mut Work,
        caller: &Principal,
    ) -> Result<(), ApiError> {
        self.words(document)?;
        if !self.document_type.is_undefined() {
            document.said_type = self.document_type.value().copied().map(word);
        }
        if !self.issued_on.is_undefined() {
            document.said_issued_on = self.issued_on.take();
            document.issued_on = document.said_issued_on;
        }
        if !self.expires_on.is_undefined() {
            document.said_expires_on = self.expires_on.take();
            document.expires_on = document.said_expires_on;
        }
        document.is_inbox = self.is_inbox.take().unwrap_or(document.is_inbox && !self.sorts());
        match self.vehicle {
            MaybeUndefined::Undefined => Ok(()),
            MaybeUndefined::Null => hang(document, None, work, caller).await,
            MaybeUndefined::Value(id) => hang(document, Some(id), work, caller).await,
        }
    }
}

impl DocumentPatch {
    /// Whether it says what the paper is, or where it belongs.
    fn sorts(&self) -> bool {
        self.vehicle.value().is_some() || self.document_type.value().is_some()
    }

    /// Writes the title and the description.
    fn words(&self, document: &mut Document) -> Result<(), ApiError> {
        let mut form = Form::default();
        let (title, description) = (self.title.value(), self.description.value());
        if !self.title.is_undefined()
            && let Some(title) = form.require_text("title", title.map(String::as_str), MAX_TITLE)
        {
            document.title = title;
        }
        if !self.description.is_undefined() {
            document.description = form.text("description", description.map(String::as_str), MAX_DESCRIPTION);
        }
        form.finish()
    }
}

impl Meaning for DocumentPatch {}

impl Meaning for DocumentForm {
    fn faults(self) -> Errors {
        let mut form = Form::default();
        form.require_text("title", Some(&self.title), MAX_TITLE);
        form.text("description", self.description.as_deref(), MAX_DESCRIPTION);
        form.into_errors()
    }
}

impl Meaning for AnalyzeForm {
    fn faults(self) -> Errors {
        faults_of(self.read_as())
    }
}

fn word(kind: super::view::KindWord) -> String {
    use poem_openapi::types::ToJSON;
    kind.to_json().and_then(|json| json.as_str().map(str::to_owned)).expect("an enum is written as a word")
}

/// Hangs a paper on a vehicle, or takes it off; only its uploader may.
async fn hang(
    document: &mut Document,
    vehicle: Option<i64>,
    work: &mut Work,
    caller: &Principal,
) -> Result<(), ApiError> {
    if document.vehicle_id == vehicle {
        return Ok(());
    }
    if document.rank != Role::Owner.rank() || document.user_id != caller.user().0 {
        return Err(ApiError::forbidden());
    }
    if let Some(id) = vehicle {
        check_vehicle(work, caller, id).await?;
    }
    document.vehicle_id = vehicle;
    Ok(())
}

/// Refuses a vehicle that the caller may not write to, without telling whether it exists.
pub(super) async fn check_vehicle(work: &mut Work, caller: &Principal, id: i64) -> Result<(), ApiError> {
    match vehicles::get(work, caller.as_editor(), VehicleId(id)).await {
        Ok(_) => Ok(()),
        Err(database::DatabaseError::NotFound | database::DatabaseError::Forbidden) => {
            Err(ApiError::invalid_field(
                "vehicle",
                say!("Ce véhicule n’existe pas.", "There is no such vehicle."),
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// As what a paper is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadAs {
    /// As a person said before; detected when nobody did.
    Before,
    /// As what it is detected to be.
    Detected,
    /// As this.
    Kind(DocumentKind),
}

/// How to read a paper again.
#[derive(Debug, Clone, Default, Object)]
pub struct AnalyzeForm {
    /// What it is; `auto` has it detected. Absent: what a person said of it before, or it is detected.
    #[oai(validator(max_length = 40))]
    pub document_type: Option<String>,
}

impl AnalyzeForm {
    /// As what the paper is to be read.
    pub(super) fn read_as(&self) -> Result<ReadAs, ApiError> {
        match self.document_type.as_deref().map(str::trim) {
            None | Some("") => Ok(ReadAs::Before),
            word => Ok(kind(word)?.map_or(ReadAs::Detected, ReadAs::Kind)),
        }
    }
}

/// A kind of paper from a word; blank and `auto` leave it open.
pub(super) fn kind(word: Option<&str>) -> Result<Option<DocumentKind>, ApiError> {
    match word.map(str::trim) {
        None | Some("" | "auto") => Ok(None),
        Some(word) => DocumentKind::from_word(word).map(Some).ok_or_else(|| {
            let known: Vec<&str> = DocumentKind::ALL.iter().map(|kind| kind.as_str()).collect();
            let message = say!("Choisissez parmi : {}.", "Choose one of: {}.", known.join(", "));
            ApiError::invalid_field("document_type", message)
        }),
    }
}
