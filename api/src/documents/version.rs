//! Another file for a paper that is there already: a better photograph, the page that was missing.

use database::documents::{self, NewVersion, find_by_hash};
use domain::ids::{DocumentId, UserId};
use domain::job::Queue;
use files::FileKey;
use operations::Context;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaRequest, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::forms::DocumentPatch;
use super::sent::{UploadForm, Uploaded};
use super::upload::{discard, duplicate, unused_after};
use super::view::DocumentView;
use crate::body::Body;
use crate::bounded::is_of_type;
use crate::error::ApiError;
use crate::pressure::Pressure;
use crate::security::Principal;

/// What to change about a paper: what is said of it (JSON), or its file (a form).
pub enum DocumentChange {
    /// What is said of it.
    Said(DocumentPatch),
    /// Another file, and perhaps what is said of it.
    File(UploadForm),
}

impl<'a> ApiExtractor<'a> for DocumentChange {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Body<DocumentPatch> as ApiExtractor>::register(registry);
        <UploadForm as ApiExtractor>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let said = <Body<DocumentPatch> as ApiExtractor>::request_meta()?;
        let file = <UploadForm as ApiExtractor>::request_meta()?;
        let content = said.content.into_iter().chain(file.content).collect();
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        if is_of_type(request, "multipart/form-data") {
            return UploadForm::from_request(request, body, options).await.map(Self::File);
        }
        let said = <Body<DocumentPatch> as ApiExtractor>::from_request(request, body, options).await?;
        Ok(Self::Said(said.0))
    }
}

/// Puts another file in the place of a paper's and has it read. The same file again changes nothing but what is said.
pub(super) async fn replace(
    context: &Context,
    (caller, pressure): (&Principal, &Pressure),
    id: DocumentId,
    form: UploadForm,
) -> Result<DocumentView, ApiError> {
    // Who may not change it shall not fill the store.
    documents::get(&mut *context.read().await?, caller.as_editor(), id).await?;
    let sent = Uploaded::examine(form).await?;
    pressure.allow(context, Queue::Ocr).await?;
    let file = FileKey::new_document();
    context.files.put(file, &sent.paper).await.map_err(|error| ApiError::unavailable(&error))?;
    match write(context, caller, id, &sent, file).await {
        Ok((view, true)) => Ok(view),
        Ok((view, false)) => {
            discard(context, file).await;
            Ok(view)
        }
        Err(error) => Err(unused_after(context, file, error).await),
    }
}

/// The paper as it is afterwards, and whether the file is its own now.
async fn write(
    context: &Context,
    caller: &Principal,
    id: DocumentId,
    sent: &Uploaded,
    file: FileKey,
) -> Result<(DocumentView, bool), ApiError> {
    let mut work = context.begin().await?;
    let mut paper = documents::get_for_update(&mut work, caller.as_editor(), id).await?;
    let owner = UserId(paper.user_id);
    let same = find_by_hash(&mut work, owner, &sent.sha256).await?;
    if let Some(other) = same.filter(|same| *same != id) {
        // Of somebody else's papers nothing is told but that there is one.
        return Err(duplicate((owner == caller.user()).then_some(other.0)));
    }
    let patch = DocumentPatch::of(sent);
    patch.apply_to(&mut paper, &mut work, caller).await?;
    documents::save(&mut work, caller.as_editor(), &paper).await?;
    if same.is_none() {
        let new = NewVersion {
            storage_key: &file.to_string(),
            original_name: sent.original_name.as_deref(),
            file_size: sent.sent_bytes,
            mime_type: sent.paper.file_type.media_type(),
            sha256: &sent.sha256,
        };
        let now = context.clock.now();
        operations::documents::replace_file(&mut work, &paper, caller.user(), &new, now).await?;
    }
    let view = documents::get(&mut work, caller.as_viewer(), id).await?;
    work.commit().await?;
    Ok((view.into(), same.is_none()))
}
