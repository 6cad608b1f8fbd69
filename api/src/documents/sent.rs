//! What was sent as a paper: the parts of the form, the file streamed, limited and hashed, then examined.

use domain::document::DocumentKind;
use files::{Paper, Received, Refusal, UploadError};
use futures::TryFutureExt;
use operations::Context;
use poem::web::{Field, Multipart as Parts};
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{MetaRequest, Registry};
use poem_openapi::types::multipart::Upload;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, Multipart, Object};

use super::forms::{self, MAX_DESCRIPTION, MAX_TITLE};
use crate::bounded::is_of_type;
use crate::error::ApiError;
use crate::form::Form;
use crate::problem::Problem;
use crate::say;

/// Most bytes of a text part.
const MAX_TEXT: usize = 16 * 1024;

/// The parts of an upload, as the document shows them.
#[derive(Multipart)]
#[expect(dead_code, reason = "describes the form; the parts are streamed by UploadForm")]
struct UploadShape {
    /// The file: PNG, JPEG, WebP, TIFF or PDF.
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

/// The parts of a capture, as the document shows them.
#[derive(Multipart)]
#[expect(dead_code, reason = "describes the form; the parts are streamed by CaptureForm")]
struct CaptureShape {
    /// The photograph or file: PNG, JPEG, WebP, TIFF or PDF.
    file: Upload,
    /// The vehicle it hangs on.
    vehicle: Option<i64>,
    /// What one wants to remember of it.
    note: Option<String>,
}

/// A paper that is photographed now and sorted later: the same as an upload, with a note.
pub struct CaptureForm(pub(super) UploadForm);

/// An upload whose file was streamed to a temporary place, limited and hashed on the way.
pub struct UploadForm {
    file: Option<Received>,
    file_name: Option<String>,
    said: Said,
    is_capture: bool,
}

/// What was said of the file.
#[derive(Debug, Default, Object)]
pub(super) struct Said {
    sha256: String,
    document_type: Option<String>,
    title: Option<String>,
    description: Option<String>,
    vehicle: Option<String>,
    note: Option<String>,
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

impl<'a> ApiExtractor<'a> for CaptureForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        CaptureShape::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        CaptureShape::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let form = <UploadForm as ApiExtractor>::from_request(request, body, options).await?;
        Ok(Self(UploadForm { is_capture: true, ..form }))
    }
}

async fn receive(mut parts: Parts, limit: u64) -> Result<UploadForm, ApiError> {
    let mut form = UploadForm { file: None, file_name: None, said: Said::default(), is_capture: false };
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
            "note" => form.said.note = Some(text(part).await?),
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
        let (title, description) = if self.is_capture {
            let note = form.text("note", said.note.as_deref(), MAX_DESCRIPTION);
            (Some(captured(note.as_deref())), note)
        } else {
            let title = form.text("title", said.title.as_deref(), MAX_TITLE);
            (title, form.text("description", said.description.as_deref(), MAX_DESCRIPTION))
        };
        let kind = forms::kind(said.document_type.as_deref().filter(|_| !self.is_capture));
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

/// The title of a paper that is sorted later: the first line of its note.
fn captured(note: Option<&str>) -> String {
    let first: Option<String> =
        note.and_then(|note| note.lines().next()).map(|l| l.chars().take(80).collect());
    first.unwrap_or_else(|| say!("Photo à classer", "Photo to sort"))
}

/// The file's own name without folders or control characters, as a title.
fn named(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(MAX_TITLE).collect();
    Some(clean.trim().to_owned()).filter(|name| !name.is_empty())
}

/// A file that may be kept, and what was said of it.
pub(super) struct Uploaded {
    pub paper: Paper,
    pub sha256: Vec<u8>,
    pub sent_bytes: i64,
    pub original_name: Option<String>,
    pub kind: Option<DocumentKind>,
    /// What a person called it.
    pub title: Option<String>,
    pub description: Option<String>,
    pub vehicle: Option<i64>,
    /// Whether it is sorted later.
    pub is_capture: bool,
    pub said: Said,
}

impl Uploaded {
    pub(super) async fn examine(form: UploadForm) -> Result<Self, ApiError> {
        let (original_name, is_capture) = (form.file_name.as_deref().and_then(named), form.is_capture);
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
            title: checked.title,
            description: checked.description,
            vehicle: checked.vehicle,
            is_capture,
            said,
        })
    }
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
            "Envoyez une image PNG, JPEG, WebP ou TIFF, ou un PDF.",
            "Send a PNG, JPEG, WebP or TIFF image, or a PDF."
        ))
        .about("file"),
        UploadError::Refused(Refusal::Damaged) => {
            ApiError::invalid_field("file", say!("L’image est endommagée.", "The image is damaged."))
        }
        UploadError::Refused(Refusal::TooManyPages) => {
            let detail = say!("Le document dépasse 50 pages.", "The document has more than 50 pages.");
            ApiError::TooLarge(poem_openapi::payload::Json(Problem::new(413, "too_many_pages", detail)))
                .about("file")
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
