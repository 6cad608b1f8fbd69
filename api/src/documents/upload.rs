//! Receiving a paper: the file is stored before its row is written.

use database::documents::{NewDocument, find_by_hash};
use domain::ids::VehicleId;
use domain::job::Queue;
use files::FileKey;
use operations::Context;
use tracing::warn;

use super::forms;
use super::sent::{UploadForm, Uploaded};
use super::view::DocumentView;
use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::pressure::Pressure;
use crate::problem::Problem;
use crate::say;
use crate::security::Principal;

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
        known.map_or(Ok(()), |id| Err(duplicate(Some(id.0))))?;
    }
    let file_key = FileKey::new_document();
    context.files.put(file_key, &upload.paper).await.map_err(|error| ApiError::unavailable(&error))?;
    let written = write(context, (caller, pressure), key, &upload, file_key).await;
    match written {
        Ok(Written::Row(view)) => Ok(view),
        Ok(Written::Earlier(view)) => {
            discard(context, file_key).await;
            Ok(view)
        }
        Err(error) => Err(unused_after(context, file_key, error).await),
    }
}

/// Removes a file that no row names because of `error`; only when that is certain: a broken commit may have been one.
pub(super) async fn unused_after(context: &Context, file: FileKey, error: ApiError) -> ApiError {
    if !matches!(error, ApiError::Internal(_) | ApiError::Unavailable(..)) {
        discard(context, file).await;
    }
    error
}

/// Removes a file that no row names.
pub(super) async fn discard(context: &Context, file: FileKey) {
    if let Err(error) = context.files.delete(file).await {
        warn!(error = %error, "an unused file could not be removed");
    }
}

/// What came of an upload.
enum Written {
    /// A new row.
    Row(DocumentView),
    /// The answer to an earlier request with the same key.
    Earlier(DocumentView),
}

async fn write(
    context: &Context,
    (caller, pressure): (&Principal, &Pressure),
    key: Option<&str>,
    upload: &Uploaded,
    file_key: FileKey,
) -> Result<Written, ApiError> {
    let operation = if upload.is_capture { "capture_document" } else { "upload_document" };
    let mut creation = match idempotency::begin(context, caller.user(), key, operation, &upload.said).await? {
        Begun::Replay(view) => return Ok(Written::Earlier(view)),
        Begun::Fresh(creation) => creation,
    };
    // Only now: an upload that is repeated gets its first answer, however late the queue is.
    pressure.allow(context, Queue::Ocr).await?;
    if let Some(vehicle) = upload.vehicle {
        forms::check_vehicle(&mut creation, caller, vehicle).await?;
    }
    if let Some(existing) = find_by_hash(&mut creation, caller.user(), &upload.sha256).await? {
        return Err(duplicate(Some(existing.0)));
    }
    let title = upload.title.as_ref().or(upload.original_name.as_ref()).cloned();
    let new = NewDocument {
        user: caller.user(),
        vehicle: upload.vehicle.map(VehicleId),
        title: &title.unwrap_or_else(|| say!("Document sans titre", "Untitled document")),
        description: upload.description.as_deref(),
        kind: upload.kind,
        storage_key: &file_key.to_string(),
        original_name: upload.original_name.as_deref(),
        file_size: upload.sent_bytes,
        mime_type: upload.paper.file_type.media_type(),
        sha256: &upload.sha256,
        is_inbox: upload.is_capture,
    };
    let (id, _) = operations::documents::store(&mut creation, &new).await?;
    let view = DocumentView::from(database::documents::get(&mut creation, caller.as_viewer(), id).await?);
    creation.commit(&view).await?;
    Ok(Written::Row(view))
}

pub(super) fn duplicate(existing: Option<i64>) -> ApiError {
    let detail = say!("Ce document a déjà été envoyé.", "This document was already uploaded.");
    let problem = Problem { existing_id: existing, ..Problem::new(409, "duplicate_document", detail) };
    ApiError::Conflict(poem_openapi::payload::Json(problem))
}
