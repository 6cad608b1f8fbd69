//! Bytes -> words -> fields -> other looks, while something is doubtful -> fields.

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
    let mut looks = Looks { readings: vec![reader.read(paper, progress).await?], closer: Vec::new() };
    let mut analysis;
    (looks, analysis) = understand(looks, kind).await?;
    if look_closer(reader, &mut looks, &analysis).await {
        (looks, analysis) = understand(looks, kind).await?;
    }
    if !extraction::is_settled(&analysis) && look_again(reader, &mut looks).await {
        (_, analysis) = understand(looks, kind).await?;
    }
    for field in &mut analysis.fields {
        field.bbox = reader.place(field.page, field.bbox);
    }
    Ok(analysis)
}

/// All that was seen of a paper.
struct Looks {
    readings: Vec<Reading>,
    closer: Vec<ZoneReading>,
}

/// Reads doubtful places once more; says whether that gave anything. Another look may only add: what was read stays.
async fn look_closer(reader: &mut dyn Reader, looks: &mut Looks, analysis: &Analysis) -> bool {
    let Some(first) = looks.readings.first() else { return false };
    let zones = extraction::zones(first, analysis.document_type, analysis);
    match reader.read_zones(&zones).await {
        Ok(closer) => looks.closer = closer,
        Err(error) => warn!(%error, "the closer look failed"),
    }
    !looks.closer.is_empty()
}

/// Reads the pages in another way; says whether there was one.
async fn look_again(reader: &mut dyn Reader, looks: &mut Looks) -> bool {
    match reader.read_again().await {
        Ok(reading) => looks.readings.extend(reading),
        Err(error) => warn!(%error, "the second look failed"),
    }
    looks.readings.len() > 1
}

/// Extraction is pure computing: off the async threads.
async fn understand(looks: Looks, kind: Option<DocumentKind>) -> Result<(Looks, Analysis), ReadError> {
    spawn_blocking(move || {
        let analysis = extraction::analyze(&looks.readings, kind, &looks.closer);
        (looks, analysis)
    })
    .await
    .map_err(|error| ReadError::Crashed(error.to_string()))
}
