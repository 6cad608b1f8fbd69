//! Receiving a paper: the file is streamed, examined and stored before its row is written.

use database::documents::{NewDocument, find_by_hash};
use domain::document::DocumentKind;
use domain::ids::VehicleId;
use domain::job::Queue;
use files::{FileKey, Paper, Received, Refusal, UploadError};
use futures::TryFutureExt;
use operations::Context;
use poem::web::{Field, Multipart as Parts};
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{MetaRequest, Registry};
use poem_openapi::types::multipart::Upload;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, Multipart, Object};
use tracing::warn;

use super::forms::{self, MAX_DESCRIPTION, MAX_TITLE};
use super::view::DocumentView;
use crate::bounded::is_of_type;
use crate::error::ApiError;
use crate::form::Form;
use crate::idempotency::{self, Begun};
use crate::pressure::Pressure;
use crate::problem::Problem;
use crate::say;
use crate::security::Principal;

/// Most bytes of a text part.
const MAX_TEXT: usize = 16 * 1024;

/// The parts of an upload, as the document shows them.
#[derive(Multipart)]
#[expect(dead_code, reason = "describes the form; the parts are streamed by UploadForm")]
struct UploadShape {
    /// The file: PNG, JPEG or PDF.
    file: Upload,
    /// What it is; otherwise it is detected.
    document_type: Option<String>,
    /// Its title; otherwise the file's name.
    title: Option<String>,
    /// What the user says of it.
    description: Option<String>,
    /// The vehicle it hangs on.
    vehicle: Option<i64>,
}

/// An upload whose file was streamed to a temporary place, limited and hashed on the way.
pub struct UploadForm {
    file: Option<Received>,
    file_name: Option<String>,
    said: Said,
}

/// What was said of the file.
#[derive(Debug, Default, Object)]
struct Said {
    sha256: String,
    document_type: Option<String>,
    title: Option<String>,
    description: Option<String>,
    vehicle: Option<String>,
}

impl<'a> ApiExtractor<'a> for UploadForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        UploadShape::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        UploadShape::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        if !is_of_type(request, "multipart/form-data") {
            let detail =
                say!("Envoyez un formulaire multipart/form-data.", "Send a multipart/form-data form.");
            return Err(ApiError::unsupported(detail).into());
        }
        let context: &Context = request.data().expect("the server puts the context into every request");
        let parts = <Parts as FromRequest>::from_request(request, body).map_err(|_| unreadable()).await?;
        Ok(receive(parts, context.settings.files.upload_limit).await?)
    }
}

async fn receive(mut parts: Parts, limit: u64) -> Result<UploadForm, ApiError> {
    let mut form = UploadForm { file: None, file_name: None, said: Said::default() };
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        match part.name().unwrap_or_default() {
            "file" if form.file.is_some() => {
                let message = say!("Envoyez un seul fichier à la fois.", "Send one file at a time.");
                return Err(ApiError::invalid_field("file", message));
            }
            "file" => {
                form.file_name = part.file_name().map(str::to_owned);
                let received = Received::from_reader(part.into_async_read(), limit).await;
                form.file = Some(received.map_err(|error| refused(&error))?);
            }
            "document_type" => form.said.document_type = Some(text(part).await?),
            "title" => form.said.title = Some(text(part).await?),
            "description" => form.said.description = Some(text(part).await?),
            "vehicle" => form.said.vehicle = Some(text(part).await?),
            _ => {}
        }
    }
    Ok(form)
}

async fn text(part: Field) -> Result<String, ApiError> {
    let name = part.name().unwrap_or_default().to_owned();
    let text = part.text().await.map_err(|_| unreadable())?;
    if text.len() > MAX_TEXT {
        return Err(ApiError::invalid_field(
            &name,
            say!("Ce texte est trop long.", "This text is too long."),
        ));
    }
    Ok(text)
}

/// What is known of a paper once its form was looked through.
struct Checked {
    kind: Option<DocumentKind>,
    title: Option<String>,
    description: Option<String>,
    vehicle: Option<i64>,
    received: Received,
}

impl UploadForm {
    fn check(self) -> Result<(Checked, Said), ApiError> {
        let mut form = Form::default();
        let said = self.said;
        let title = form
            .text("title", said.title.as_deref(), MAX_TITLE)
            .or_else(|| self.file_name.as_deref().and_then(named));
        let description = form.text("description", said.description.as_deref(), MAX_DESCRIPTION);
        let kind = forms::kind(said.document_type.as_deref());
        if kind.is_err() {
            form.refuse("document_type", say!("Type de document inconnu.", "Unknown kind of document."));
        }
        let vehicle =
            said.vehicle.as_deref().filter(|text| !text.trim().is_empty()).map(|text| text.trim().parse());
        if let Some(Err(_)) = vehicle {
            form.refuse("vehicle", say!("Un nombre entier est attendu.", "A whole number is expected."));
        }
        if self.file.is_none() {
            form.refuse("file", say!("Joignez un fichier.", "Attach a file."));
        }
        form.finish()?;
        let received = self.file.expect("a missing file was refused above");
        let kind = kind.unwrap_or_default();
        Ok((Checked { kind, title, description, vehicle: vehicle.and_then(Result::ok), received }, said))
    }
}

/// The file's own name without folders or control characters, as a title.
fn named(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(MAX_TITLE).collect();
    Some(clean.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Stores the paper and has it read. The file goes first: no connection is held while the store is busy.
pub(super) async fn store(
    context: &Context,
    (caller, pressure): (&Principal, &Pressure),
    key: Option<&str>,
    form: UploadForm,
) -> Result<DocumentView, ApiError> {
    caller.writer()?;
    let upload = Uploaded::examine(form).await?;
    if upload.vehicle.is_none() && caller.is_narrowed() {
        let message = say!(
            "Cette clé n’atteint que certains véhicules : indiquez l’un d’eux.",
            "This key reaches certain vehicles only: name one of them."
        );
        return Err(ApiError::invalid_field("vehicle", message));
    }
    if key.is_none() {
        pressure.allow(context, Queue::Ocr).await?;
        let known = find_by_hash(&mut *context.read().await?, caller.user(), &upload.sha256).await?;
        known.map_or(Ok(()), |id| Err(duplicate(id.0)))?;
    }
    let file_key = FileKey::new_document();
    context.files.put(file_key, &upload.paper).await.map_err(|error| ApiError::unavailable(&error))?;
    let written = write(context, (caller, pressure), key, &upload, file_key).await;
    // Only when it is certain that no row points at the file: a broken commit may have been one.
    let is_unused = match &written {
        Ok(Written::Row(_)) | Err(ApiError::Internal(_) | ApiError::Unavailable(..)) => false,
        Ok(Written::Earlier(_)) | Err(_) => true,
    };
    if is_unused && let Err(error) = context.files.delete(file_key).await {
        warn!(error = %error, "an unused file could not be removed");
    }
    written.map(|(Written::Row(view) | Written::Earlier(view))| view)
}

/// What came of an upload.
enum Written {
    /// A new row.
    Row(DocumentView),
    /// The answer to an earlier request with the same key.
    Earlier(DocumentView),
}

/// A file that may be kept, and what was said of it.
struct Uploaded {
    paper: Paper,
    sha256: Vec<u8>,
    sent_bytes: i64,
    original_name: Option<String>,
    kind: Option<DocumentKind>,
    title: String,
    description: Option<String>,
    vehicle: Option<i64>,
    said: Said,
}

impl Uploaded {
    async fn examine(form: UploadForm) -> Result<Self, ApiError> {
        let original_name = form.file_name.as_deref().and_then(named);
        let (checked, mut said) = form.check()?;
        said.sha256.clone_from(&checked.received.sha256);
        let sent_bytes = checked.received.bytes as i64;
        let paper = Paper::examine(checked.received).await.map_err(|error| refused(&error))?;
        Ok(Self {
            sha256: hex::decode(&paper.sha256).expect("a hash is written in hexadecimal"),
            paper,
            sent_bytes,
            original_name,
            kind: checked.kind,
            title: checked.title.unwrap_or_else(|| say!("Document sans titre", "Untitled document")),
            description: checked.description,
            vehicle: checked.vehicle,
            said,
        })
    }
}

async fn write(
    context: &Context,
    (caller, pressure): (&Principal, &Pressure),
    key: Option<&str>,
    upload: &Uploaded,
    file_key: FileKey,
) -> Result<Written, ApiError> {
    let mut creation =
        match idempotency::begin(context, caller.user(), key, "upload_document", &upload.said).await? {
            Begun::Replay(view) => return Ok(Written::Earlier(view)),
            Begun::Fresh(creation) => creation,
        };
    // Only now: an upload that is repeated gets its first answer, however late the queue is.
    pressure.allow(context, Queue::Ocr).await?;
    if let Some(vehicle) = upload.vehicle {
        forms::check_vehicle(&mut creation, caller, vehicle).await?;
    }
    if let Some(existing) = find_by_hash(&mut creation, caller.user(), &upload.sha256).await? {
        return Err(duplicate(existing.0));
    }
    let new = NewDocument {
        user: caller.user(),
        vehicle: upload.vehicle.map(VehicleId),
        title: &upload.title,
        description: upload.description.as_deref(),
        kind: upload.kind,
        storage_key: &file_key.to_string(),
        original_name: upload.original_name.as_deref(),
        file_size: upload.sent_bytes,
        mime_type: upload.paper.file_type.media_type(),
        sha256: &upload.sha256,
    };
    let (id, _) = operations::documents::store(&mut creation, &new).await?;
    let view = DocumentView::from(database::documents::get(&mut creation, caller.as_viewer(), id).await?);
    creation.commit(&view).await?;
    Ok(Written::Row(view))
}

fn duplicate(existing: i64) -> ApiError {
    let detail = say!("Ce document a déjà été envoyé.", "This document was already uploaded.");
    let problem = Problem { existing_id: Some(existing), ..Problem::new(409, "duplicate_document", detail) };
    ApiError::Conflict(poem_openapi::payload::Json(problem))
}

fn unreadable() -> ApiError {
    ApiError::bad_request(say!(
        "Le formulaire multipart n’a pas pu être lu.",
        "The multipart form could not be read."
    ))
}

fn refused(error: &UploadError) -> ApiError {
    match error {
        UploadError::Refused(Refusal::Empty) => {
            ApiError::invalid_field("file", say!("Le fichier est vide.", "The file is empty."))
        }
        UploadError::Refused(Refusal::TooManyBytes { limit }) => ApiError::too_large(*limit).about("file"),
        UploadError::Refused(Refusal::Unsupported) => ApiError::unsupported(say!(
            "Envoyez une image PNG ou JPEG, ou un PDF.",
            "Send a PNG or JPEG image, or a PDF."
        ))
        .about("file"),
        UploadError::Refused(Refusal::Damaged) => {
            ApiError::invalid_field("file", say!("L’image est endommagée.", "The image is damaged."))
        }
        UploadError::Refused(Refusal::TooManyPixels) => {
            let detail =
                say!("L’image dépasse 40 millions de pixels.", "The image has more than 40 million pixels.");
            ApiError::TooLarge(poem_openapi::payload::Json(Problem::new(413, "too_many_pixels", detail)))
                .about("file")
        }
        UploadError::Interrupted(_) => unreadable(),
        UploadError::Local(cause) => ApiError::unavailable(cause),
    }
}
