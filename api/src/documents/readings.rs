//! Reading papers over HTTP: asking for it, following it, what came of it, and using that.

use database::documents;
use domain::document::DocumentKind;
use domain::ids::DocumentId;
use domain::job::Queue;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{EventStream, Json};
use telemetry::Shutdown;

use super::analysis::{self, AnalysisView, CorrectionsForm, ReadingView};
use super::applying::{self, AppliedView, ApplyForm};
use super::batches::{self, BatchAccepted, BatchForm};
use super::events::{DocumentEvent, Reading};
use super::forms::{AnalyzeForm, ReadAs};
use super::view::Accepted;
use crate::body::{Body, MaybeBody};
use crate::error::ApiError;
use crate::events::{Events, Seats, follow};
use crate::paging::{self, Page};
use crate::pressure::Pressure;
use crate::security::{Caller, Principal};
use crate::tags::Tag;

/// Reading papers, and using what was read.
pub struct ReadingsApi;

#[OpenApi(prefix_path = "/api/documents", tag = "Tag::Documents")]
impl ReadingsApi {
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
        read_again(&context, (&caller, &pressure), id.0, &form.0).await
    }

    /// Have a paper read once more
    ///
    /// The same as `analyze/`: what was read before is kept, see `analyses/`.
    #[oai(path = "/:id/reprocess_ocr", method = "post", operation_id = "reprocess_document")]
    async fn reprocess_document(
        &self,
        context: Data<&Context>,
        pressure: Data<&Pressure>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        form: MaybeBody<AnalyzeForm>,
    ) -> Result<Accepted, ApiError> {
        read_again(&context, (&caller, &pressure), id.0, &form.0).await
    }

    /// Have several papers read as one task
    ///
    /// At most 50. The task shows how far all of them are; one notification at the end counts how many were read, are to be
    /// checked, and could not be read. The same papers asked for again while they are read are the same task.
    #[oai(path = "/batch-analyze", method = "post", operation_id = "batch_analyze_documents")]
    async fn batch_analyze_documents(
        &self,
        context: Data<&Context>,
        pressure: Data<&Pressure>,
        caller: Principal,
        /// Repeating a request with the same key gets the first answer.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: Body<BatchForm>,
    ) -> Result<BatchAccepted, ApiError> {
        batches::read_all(&context, (&caller, &pressure), key.0.as_deref(), &form.0).await
    }

    /// Earlier and later readings of a paper
    ///
    /// Every one is kept; the newest comes first and is the one that `analysis/` shows.
    #[oai(path = "/:id/analyses", method = "get", operation_id = "list_document_analyses")]
    async fn list_document_analyses(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<ReadingView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let mut db = context.read().await?;
        documents::get(&mut db, caller.as_viewer(), DocumentId(id.0)).await?;
        let found = documents::analyses(&mut db, caller.as_viewer(), DocumentId(id.0), wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, found)?))
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

    /// Write what was read to a vehicle
    ///
    /// The fields that are named in `fields`, by their key on the paper (`A`, `plate`) or by the column of the vehicle
    /// (`license_plate`), whatever stands there. Without names: what was read with a confidence of 0.9 or more, or corrected by a
    /// person, where nothing stands yet. Corrections win over readings; one to null says that there is nothing. Doing it again
    /// changes nothing.
    #[oai(path = "/:id/apply", method = "post", operation_id = "apply_document")]
    async fn apply_document(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        form: Body<ApplyForm>,
    ) -> Result<Json<AppliedView>, ApiError> {
        applying::apply(&context, &caller, DocumentId(id.0), &form.0).await.map(Json)
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

/// Has a paper read again, as what the form says that it is.
async fn read_again(
    context: &Context,
    (caller, pressure): (&Principal, &Pressure),
    id: i64,
    form: &AnalyzeForm,
) -> Result<Accepted, ApiError> {
    let read_as = form.read_as()?;
    pressure.allow(context, Queue::Ocr).await?;
    let mut work = context.begin().await?;
    let document = documents::get_for_update(&mut work, caller.as_editor(), DocumentId(id)).await?;
    let kind = match read_as {
        ReadAs::Before => document.said_type.as_deref().and_then(DocumentKind::from_word),
        ReadAs::Detected => None,
        ReadAs::Kind(kind) => Some(kind),
    };
    let task = operations::documents::read_again(&mut work, DocumentId(id), caller.user(), kind).await?;
    work.commit().await?;
    Ok(Accepted::of(id, task))
}
