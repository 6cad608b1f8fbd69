//! Bytes -> words -> fields -> a closer look -> fields.

use std::sync::Arc;

use domain::analysis::Analysis;
use domain::document::DocumentKind;
use domain::reading::{Reading, ZoneReading};
use ocr::{Paper, Progress, ReadError, Reader};
use tokio::task::spawn_blocking;
use tracing::warn;

/// What the paper says. Boxes of fields stand on the upright page of the file, as a person sees it.
///
/// # Errors
/// A verdict on the paper, or a crash of the reader, which is worth one more try.
pub async fn analyze(
    reader: &mut dyn Reader,
    paper: Paper<'_>,
    kind: Option<DocumentKind>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Analysis, ReadError> {
    let reading = Arc::new(reader.read(paper, progress).await?);
    let first = understand(&reading, kind, Vec::new()).await?;
    let zones = extraction::zones(&reading, first.document_type, &first);
    let mut analysis = match reader.read_zones(&zones).await {
        Ok(closer) if closer.is_empty() => first,
        Ok(closer) => understand(&reading, kind, closer).await?,
        // A closer look may only add: what was read stays.
        Err(error) => {
            warn!(%error, "the closer look failed");
            first
        }
    };
    for field in &mut analysis.fields {
        field.bbox = reader.place(field.page, field.bbox);
    }
    Ok(analysis)
}

/// Extraction is pure computing: off the async threads.
async fn understand(
    reading: &Arc<Reading>,
    kind: Option<DocumentKind>,
    closer: Vec<ZoneReading>,
) -> Result<Analysis, ReadError> {
    let reading = Arc::clone(reading);
    spawn_blocking(move || extraction::analyze(&reading, kind, &closer))
        .await
        .map_err(|error| ReadError::Crashed(error.to_string()))
}
