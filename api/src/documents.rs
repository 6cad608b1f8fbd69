//! Papers over HTTP: upload, list, change, read again, follow, download.

mod analysis;
mod applying;
mod batches;
mod download;
mod events;
mod export;
mod files;
mod filter;
mod forms;
mod groups;
mod lists;
mod readings;
mod sent;
mod thumbnail;
mod upload;
mod version;
mod view;

pub(crate) use view::why;

use database::documents::{self, DocumentColumn};
use domain::ids::DocumentId;
use domain::paging::OrderBy;
use operations::Context;
use operations::documents::RestoreError;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;

use crate::body::Body;
use crate::created::{Created, Gone};
use crate::error::ApiError;
use crate::limits::Limiter;
use crate::paging::{self, Page};
use crate::pressure::Pressure;
use crate::security::Principal;
use crate::tags::Tag;

use filter::DocumentFilters;
use forms::{DocumentForm, DocumentPatch};
use sent::{CaptureForm, UploadForm};
use version::DocumentChange;
use view::{DocumentDetail, DocumentView};

/// Papers, what is read on them, and lists of them.
pub(crate) fn apis() -> impl OpenApi {
    (
        DocumentsApi,
        readings::ReadingsApi,
        lists::DocumentListsApi,
        lists::VehicleDocumentsApi,
        files::DocumentFilesApi,
    )
}

/// Papers.
struct DocumentsApi;

#[OpenApi(prefix_path = "/api/documents", tag = "Tag::Documents")]
impl DocumentsApi {
    /// My papers
    ///
    /// Those that one uploaded, and those on vehicles that are shared with one.
    #[oai(path = "/", method = "get", operation_id = "list_documents")]
    async fn list_documents(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
        /// Up to two of `created_at`, `updated_at`, `title`, `document_type`, `expires_on`, `file_size`; `-` for descending.
        ordering: Query<Option<String>>,
        /// All of these words, in title, description, file name or text; without regard to accents and case.
        search: Query<Option<String>>,
        /// Only papers of this vehicle.
        vehicle: Query<Option<i64>>,
        /// Only papers of this kind.
        document_type: Query<Option<String>>,
        /// Only papers of one of these kinds, separated by commas.
        #[oai(name = "document_type__in")]
        document_type_in: Query<Option<String>>,
        /// Only papers in this state.
        status: Query<Option<String>>,
        /// Only papers in one of these states, separated by commas.
        #[oai(name = "status__in")]
        status_in: Query<Option<String>>,
        /// Only papers with an analysis, or without.
        is_analyzed: Query<Option<bool>>,
        /// Only papers that wait to be sorted, or that do not.
        is_inbox: Query<Option<bool>>,
        /// Only papers that end on this day or before.
        #[oai(name = "expires_on__lte")]
        expires_until: Query<Option<chrono::NaiveDate>>,
        /// Only papers that end on this day or after.
        #[oai(name = "expires_on__gte")]
        expires_from: Query<Option<chrono::NaiveDate>>,
    ) -> Result<Json<Page<DocumentView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let newest = OrderBy { column: DocumentColumn::CreatedAt, descending: true };
        let order = paging::ordering(ordering.0.as_deref(), DocumentColumn::ALL, newest)?;
        let filter = DocumentFilters {
            vehicle: vehicle.0,
            kind: document_type.0,
            kinds: document_type_in.0,
            status: status.0,
            statuses: status_in.0,
            is_analyzed: is_analyzed.0,
            is_inbox: is_inbox.0,
            expires_until: expires_until.0,
            expires_from: expires_from.0,
            search: search.0,
        };
        let filter = filter.parse()?;
        let mut db = context.read().await?;
        let found = documents::list(&mut db, caller.as_viewer(), &filter, &order, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, found)?))
    }

    /// Upload a paper
    ///
    /// PNG, JPEG, WebP, TIFF or PDF, at most 20 MB and 50 pages. What it is is found by looking at it; reading starts by itself. The
    /// same file a second time is a conflict that names the first.
    #[oai(path = "/", method = "post", operation_id = "upload_document")]
    async fn upload_document(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        pressure: Data<&Pressure>,
        caller: Principal,
        /// Repeating a request with the same key gets the first answer.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        form: UploadForm,
    ) -> Result<Created<DocumentView>, ApiError> {
        limiter.account(crate::limits::UPLOADS_PER_USER, &caller.user().to_string()).await?;
        let view = upload::store(&context, (&caller, &pressure), idempotency_key.0.as_deref(), form).await?;
        Ok(Created::at(format!("/api/documents/{}/", view.id), view))
    }

    /// Photograph now, sort later
    ///
    /// The pump's display, a receipt: the paper waits in the inbox (`is_inbox`) until it is given a vehicle or a kind. It is
    /// read like any other.
    #[oai(path = "/quick-capture", method = "post", operation_id = "capture_document")]
    async fn capture_document(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        pressure: Data<&Pressure>,
        caller: Principal,
        /// Repeating a request with the same key gets the first answer.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        form: CaptureForm,
    ) -> Result<Created<DocumentView>, ApiError> {
        limiter.account(crate::limits::UPLOADS_PER_USER, &caller.user().to_string()).await?;
        let view =
            upload::store(&context, (&caller, &pressure), idempotency_key.0.as_deref(), form.0).await?;
        Ok(Created::at(format!("/api/documents/{}/", view.id), view))
    }

    /// One of my papers
    #[oai(path = "/:id", method = "get", operation_id = "get_document")]
    async fn get_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<Json<DocumentDetail>, ApiError> {
        let mut db = context.read().await?;
        let document = documents::get(&mut db, caller.as_viewer(), DocumentId(id.0)).await?;
        let text = documents::text(&mut db, caller.as_viewer(), DocumentId(id.0)).await?;
        Ok(Json(DocumentDetail { document: document.into(), extracted_text: text }))
    }

    /// Replace what is said of a paper
    ///
    /// What is absent is not known afterwards. Only the uploader may hang it on another vehicle, or on none.
    #[oai(path = "/:id", method = "put", operation_id = "replace_document")]
    async fn replace_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        form: Body<DocumentForm>,
    ) -> Result<Json<DocumentView>, ApiError> {
        change(&context, &caller, DocumentId(id.0), form.0.into()).await
    }

    /// Change what is said of a paper, or its file
    ///
    /// JSON changes what is said: what is absent stays; null takes a value away. A form with a `file` puts another file in the
    /// place of the paper's, a better photograph say: it is read anew, corrections stay. Only the uploader may hang the paper
    /// on another vehicle.
    #[oai(path = "/:id", method = "patch", operation_id = "update_document")]
    async fn update_document(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        pressure: Data<&Pressure>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        request: DocumentChange,
    ) -> Result<Json<DocumentView>, ApiError> {
        match request {
            DocumentChange::Said(patch) => change(&context, &caller, DocumentId(id.0), patch).await,
            DocumentChange::File(form) => {
                limiter.account(crate::limits::UPLOADS_PER_USER, &caller.user().to_string()).await?;
                version::replace(&context, (&caller, &pressure), DocumentId(id.0), form).await.map(Json)
            }
        }
    }

    /// Delete a paper
    ///
    /// It is out of sight at once and purged, file included, after 30 days; until then it can be restored.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_document")]
    async fn delete_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        let mut work = context.begin().await?;
        let now = context.clock.now();
        operations::documents::delete(&mut work, caller.as_editor(), DocumentId(id.0), now).await?;
        work.commit().await?;
        Ok(Gone::NoContent)
    }

    /// Bring a deleted paper back
    ///
    /// Within 30 days. One that is there stays as it is. The same file uploaded meanwhile is a conflict that names it.
    #[oai(path = "/:id/restore", method = "post", operation_id = "restore_document")]
    async fn restore_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<Json<DocumentView>, ApiError> {
        let mut work = context.begin().await?;
        let now = context.clock.now();
        let restored =
            operations::documents::restore(&mut work, caller.as_editor(), DocumentId(id.0), now).await;
        let document = restored.map_err(|error| match error {
            RestoreError::Duplicate(other) => upload::duplicate(Some(other.0)),
            RestoreError::Database(error) => error.into(),
        })?;
        work.commit().await?;
        Ok(Json(document.into()))
    }
}

/// Changes what is said of a paper.
async fn change(
    context: &Context,
    caller: &Principal,
    id: DocumentId,
    patch: DocumentPatch,
) -> Result<Json<DocumentView>, ApiError> {
    let mut work = context.begin().await?;
    let mut document = documents::get_for_update(&mut work, caller.as_editor(), id).await?;
    patch.apply_to(&mut document, &mut work, caller).await?;
    documents::save(&mut work, caller.as_editor(), &document).await?;
    let document = documents::get(&mut work, caller.as_viewer(), id).await?;
    work.commit().await?;
    Ok(Json(document.into()))
}
