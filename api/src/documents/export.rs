//! Sending all papers in one archive.

use database::documents;
use domain::document::DocumentKind;
use operations::Context;
use poem::Body;
use poem_openapi::payload::{Binary, Json, Response};

use super::forms;
use crate::error::ApiError;
use crate::problem::Problem;
use crate::say;
use crate::security::Principal;

/// Most papers of one archive.
const MOST_PAPERS: usize = 1000;
/// Most bytes of their files.
const MOST_BYTES: i64 = 1 << 30;

/// The archive, sent while it is packed; the database is asked once, before.
pub(super) async fn answer(
    context: &Context,
    caller: &Principal,
    vehicle: Option<i64>,
    kind: Option<&str>,
) -> Result<Response<Binary<Body>>, ApiError> {
    let kind = forms::kind(kind).map_err(|error| error.renamed("document_type", "type"))?;
    let most = MOST_PAPERS as i64 + 1;
    let papers = {
        let mut db = context.read().await?;
        let kind = kind.map(DocumentKind::as_str);
        documents::exported(&mut db, caller.as_viewer(), vehicle, kind, most).await?
    };
    let bytes: i64 = papers.iter().map(|paper| paper.file_size).sum();
    if papers.len() > MOST_PAPERS || bytes > MOST_BYTES {
        return Err(too_many());
    }
    let name = format!("autotrack-{}.zip", context.clock.now().format("%Y-%m-%d"));
    let archive = operations::documents::archive(context, papers);
    Ok(Response::new(Binary(Body::from_bytes_stream(archive)))
        .header("Content-Type", "application/zip")
        .header("Content-Disposition", format!("attachment; filename=\"{name}\""))
        .header("Cache-Control", "private, no-store"))
}

fn too_many() -> ApiError {
    let detail = say!(
        "Une archive contient au plus {} documents et 1 Go. Choisissez un véhicule ou un type.",
        "An archive holds at most {} papers and 1 GB. Choose a vehicle or a kind.",
        MOST_PAPERS
    );
    ApiError::TooLarge(Json(Problem::new(413, "export_too_large", detail)))
}
