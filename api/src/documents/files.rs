//! The files of papers over HTTP: one, its small picture, or all in one archive.

use database::documents;
use domain::ids::DocumentId;
use operations::Context;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Binary, Response};

use super::{download, export, thumbnail};
use crate::error::ApiError;
use crate::limits::Limiter;
use crate::security::Principal;
use crate::tags::Tag;

/// The files of papers.
pub struct DocumentFilesApi;

#[OpenApi(prefix_path = "/api/documents", tag = "Tag::Documents")]
impl DocumentFilesApi {
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

    /// A small picture of a paper
    ///
    /// Its first page, upright, as WebP. Not found while none is drawn: see `thumbnail_url`.
    #[oai(path = "/:id/thumbnail", method = "get", operation_id = "get_document_thumbnail")]
    async fn get_document_thumbnail(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The paper's id.
        id: Path<i64>,
        /// Pixels of its longer side: 128, 256 (when absent) or 512.
        size: Query<Option<i16>>,
        /// `ETag` of the picture that one has; nothing is sent when it is still the one.
        #[oai(name = "If-None-Match")]
        if_none_match: Header<Option<String>>,
    ) -> Result<Response<Binary<poem::Body>>, ApiError> {
        thumbnail::answer(&context, &caller, DocumentId(id.0), size.0, if_none_match.0.as_deref()).await
    }

    /// My papers in one archive
    ///
    /// A ZIP of the files of the papers that one uploaded, in the order of time and named by day, kind and title, with a table
    /// of them in `papers.csv`. At most 1000 papers and 1 GB at once: narrow it down by vehicle or kind.
    #[oai(path = "/export", method = "get", operation_id = "export_documents")]
    async fn export_documents(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Principal,
        /// Only papers of this vehicle.
        vehicle: Query<Option<i64>>,
        /// Only papers of this kind.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
    ) -> Result<Response<Binary<poem::Body>>, ApiError> {
        limiter.account(crate::limits::ARCHIVES_PER_USER, &caller.user().to_string()).await?;
        export::answer(&context, &caller, vehicle.0, kind.0.as_deref()).await
    }
}
