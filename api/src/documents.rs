//! Papers over HTTP: upload, list, change, read again, follow, download.

mod analysis;
mod download;
mod events;
mod filter;
mod forms;
mod upload;
mod view;

pub(crate) use view::why;

use database::documents::{self, DocumentColumn};
use domain::document::DocumentKind;
use domain::ids::DocumentId;
use domain::job::Queue;
use domain::paging::OrderBy;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Binary, EventStream, Json, Response};
use telemetry::Shutdown;

use crate::body::{Body, MaybeBody};
use crate::created::{Created, Gone};
use crate::error::ApiError;
use crate::events::{Events, Seats, follow};
use crate::limits::Limiter;
use crate::paging::{self, Page};
use crate::pressure::Pressure;
use crate::security::{Caller, Principal};
use crate::tags::Tag;

use analysis::{AnalysisView, CorrectionsForm};
use events::{DocumentEvent, Reading};
use filter::DocumentFilters;
use forms::{AnalyzeForm, DocumentPatch, ReadAs};
use upload::UploadForm;
use view::{Accepted, DocumentDetail, DocumentView};

/// Papers and their reading.
pub struct DocumentsApi;

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
    /// PNG, JPEG or PDF, at most 20 MB and 50 pages. What it is is found by looking at it; reading starts by itself. The
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

    /// Change what is said of a paper
    ///
    /// What is absent stays; null takes a value away. Only the uploader may hang it on another vehicle.
    #[oai(path = "/:id", method = "patch", operation_id = "update_document")]
    async fn update_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        patch: Body<DocumentPatch>,
    ) -> Result<Json<DocumentView>, ApiError> {
        let mut work = context.begin().await?;
        let mut document = documents::get_for_update(&mut work, caller.as_editor(), DocumentId(id.0)).await?;
        patch.0.apply_to(&mut document, &mut work, &caller).await?;
        documents::save(&mut work, caller.as_editor(), &document).await?;
        let document = documents::get(&mut work, caller.as_viewer(), DocumentId(id.0)).await?;
        work.commit().await?;
        Ok(Json(document.into()))
    }

    /// Delete a paper
    ///
    /// It is out of sight at once and purged, file included, after 30 days.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_document")]
    async fn delete_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        let mut work = context.begin().await?;
        documents::delete(&mut work, caller.as_editor(), DocumentId(id.0)).await?;
        work.commit().await?;
        Ok(Gone::NoContent)
    }

    /// Have a paper read again
    ///
    /// A reading that waits or runs already is answered instead of a second one. Earlier readings and corrections stay;
    /// what only a reading found gives way to what this one finds.
    #[oai(path = "/:id/analyze", method = "post", operation_id = "analyze_document")]
    async fn analyze_document(
        &self,
        context: Data<&Context>,
        pressure: Data<&Pressure>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        form: MaybeBody<AnalyzeForm>,
    ) -> Result<Accepted, ApiError> {
        let read_as = form.0.read_as()?;
        pressure.allow(&context, Queue::Ocr).await?;
        let mut work = context.begin().await?;
        let document = documents::get_for_update(&mut work, caller.as_editor(), DocumentId(id.0)).await?;
        let kind = match read_as {
            ReadAs::Before => document.said_type.as_deref().and_then(DocumentKind::from_word),
            ReadAs::Detected => None,
            ReadAs::Kind(kind) => Some(kind),
        };
        let task =
            operations::documents::read_again(&mut work, DocumentId(id.0), caller.user(), kind).await?;
        work.commit().await?;
        Ok(Accepted::of(id.0, task))
    }

    /// What was read on a paper
    ///
    /// The newest reading, field by field, with what people corrected beside it.
    #[oai(path = "/:id/analysis", method = "get", operation_id = "get_document_analysis")]
    async fn get_document_analysis(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<Json<AnalysisView>, ApiError> {
        let mut db = context.read().await?;
        let document = documents::get(&mut db, caller.as_viewer(), DocumentId(id.0)).await?;
        Ok(Json(analysis::view(&mut db, &caller, &document).await?))
    }

    /// Correct what was read
    ///
    /// Corrections are kept apart from readings, and no later reading overwrites them. Null says that the field is not on
    /// the paper.
    #[oai(path = "/:id/analysis", method = "patch", operation_id = "correct_document_analysis")]
    async fn correct_document_analysis(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        form: Body<CorrectionsForm>,
    ) -> Result<Json<AnalysisView>, ApiError> {
        let mut work = context.begin().await?;
        let document = documents::get_for_update(&mut work, caller.as_editor(), DocumentId(id.0)).await?;
        analysis::correct(&mut work, &caller, &document, form.0).await?;
        let view = analysis::view(&mut work, &caller, &document).await?;
        work.commit().await?;
        Ok(Json(view))
    }

    /// The file of a paper
    ///
    /// As it was sent, but for a photograph's hidden data (place, camera), which is not kept.
    #[oai(path = "/:id/download", method = "get", operation_id = "download_document")]
    async fn download_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<Response<Binary<poem::Body>>, ApiError> {
        let document = {
            let mut db = context.read().await?;
            documents::get(&mut db, caller.as_viewer(), DocumentId(id.0)).await?
        };
        download::answer(&context, &document).await
    }

    /// Follow the reading of a paper
    ///
    /// Server-sent events: one at once, one for each change, and the last when reading has ended. Ends early when the
    /// session is revoked or the server stops; follow again then.
    #[oai(path = "/:id/events", method = "get", operation_id = "follow_document")]
    async fn follow_document(
        &self,
        context: Data<&Context>,
        shutdown: Data<&Shutdown>,
        seats: Data<&Seats>,
        caller: Caller,
        /// The paper's id.
        id: Path<i64>,
    ) -> Result<EventStream<Events<DocumentEvent>>, ApiError> {
        follow(&shutdown, &seats, Reading::of(&context, &caller, DocumentId(id.0))).await
    }
}
