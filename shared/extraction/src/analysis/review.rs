//! Whether a person should look: what must be there, and how sure it is.

use domain::analysis::{Analysis, AnalysisStatus, Warning};
use domain::document::DocumentKind;
use domain::reading::{BBox, Reading, Source, Zone};

use super::Findings;
use crate::layout::Sheet;
use crate::{insurance, invoice, labels};

/// Under this the mean of all fields, or most mandatory ones, are doubtful.
const DOUBTFUL: f32 = 0.7;
/// Under this a detected kind is doubtful.
const UNSURE_KIND: f32 = 0.5;

/// Under this a mandatory field is doubtful. A VIN has no dictionary to lean on: one unproven reading needs to be good.
fn doubtful(key: &str) -> f32 {
    if key == "E" { 0.8 } else { DOUBTFUL }
}

pub(super) struct Verdict {
    pub status: AnalysisStatus,
    pub mean_confidence: f32,
    pub warnings: Vec<Warning>,
}

/// The fields without which a paper of a kind is of no use.
pub(crate) fn mandatory(kind: DocumentKind) -> &'static [&'static str] {
    match kind {
        DocumentKind::Registration => &["A", "B", "D.1", "E"],
        DocumentKind::Invoice => &["total_ttc", "date", "number", "garage_name"],
        DocumentKind::Insurance => &["policy_number", "company", "plate"],
        DocumentKind::Inspection => &["plate", "date", "result"],
        DocumentKind::FuelReceipt => &["date", "total_ttc"],
        _ => &[],
    }
}

/// From here a mandatory field needs no other reading.
const SETTLED: f32 = 0.8;

/// Whether every mandatory field was read with confidence and nothing is doubtful.
pub(super) fn is_settled(analysis: &Analysis) -> bool {
    let sure = |key: &&str| analysis.field(key).is_some_and(|field| field.confidence >= SETTLED);
    analysis.status == AnalysisStatus::Analyzed && mandatory(analysis.document_type).iter().all(sure)
}

/// Judges what was found.
pub(super) fn judge(kind: DocumentKind, sure: f32, is_given: bool, findings: &Findings) -> Verdict {
    let fields = &findings.fields;
    let mut warnings = Vec::new();
    for key in mandatory(kind) {
        match fields.iter().find(|field| field.key == *key) {
            None => warnings.push(warning("missing", Some(key))),
            Some(field) if field.confidence < doubtful(key) => {
                warnings.push(warning("low_confidence", Some(key)));
            }
            Some(_) => {}
        }
    }
    let blocking =
        warnings.len() + findings.failed.iter().filter(|key| mandatory(kind).contains(key)).count();
    warnings.extend(findings.failed.iter().map(|key| warning("check_failed", Some(key))));
    let unsure = !is_given && (sure < UNSURE_KIND || kind == DocumentKind::Other);
    if unsure {
        warnings.push(warning("kind_uncertain", None));
    }
    let mean_confidence = match fields.len() {
        0 => 0.0,
        count => fields.iter().map(|field| field.confidence).sum::<f32>() / count as f32,
    };
    let needs_fields = !mandatory(kind).is_empty();
    let review = blocking > 0 || unsure || (needs_fields && mean_confidence < DOUBTFUL);
    let status = if review { AnalysisStatus::NeedsReview } else { AnalysisStatus::Analyzed };
    Verdict { status, mean_confidence, warnings }
}

fn warning(code: &str, field: Option<&str>) -> Warning {
    Warning { code: code.to_owned(), field: field.map(str::to_owned) }
}

/// Under this a mandatory field is read once more.
const READ_AGAIN: f32 = 0.8;

/// The places of doubtful mandatory fields on pages that were read optically, and where missing ones should stand.
pub(super) fn doubtful_places(
    reading: &Reading,
    sheet: &Sheet,
    kind: DocumentKind,
    analysis: &Analysis,
) -> Vec<Zone> {
    let optical = |page: u32| reading.pages.iter().any(|p| p.number == page && p.source == Source::Ocr);
    let mut zones = Vec::new();
    for key in mandatory(kind) {
        match analysis.field(key) {
            Some(field) if field.confidence >= READ_AGAIN => {}
            Some(field) if field.evidence.iter().any(|note| note == "computed") => {
                zones.extend(missing(sheet, kind, key));
            }
            Some(field) => zones.push(zone(key, field.page, crate::registration::widen(field.bbox, 0.5))),
            None => zones.extend(missing(sheet, kind, key)),
        }
    }
    zones.retain(|zone| optical(zone.page) && zone.bbox.w > 0.0 && zone.bbox.h > 0.0);
    zones
}

fn missing(sheet: &Sheet, kind: DocumentKind, key: &str) -> Vec<Zone> {
    let label = match (kind, key) {
        (DocumentKind::Insurance, "plate") => invoice::vehicle::plate_label(),
        (DocumentKind::Insurance, "policy_number") => insurance::policy::label(),
        (DocumentKind::Invoice, "total_ttc") => invoice::total_label(),
        _ => return Vec::new(),
    };
    let spots = labels::spots(sheet, label).into_iter().take(2);
    let places = spots.flat_map(|spot| labels::expected(sheet, &spot));
    places.map(|(page, bbox)| zone(key, page, bbox)).collect()
}

fn zone(key: &str, page: u32, bbox: BBox) -> Zone {
    Zone { label: key.to_owned(), page, bbox, charset: None, capital_px: 32, single_line: true }
}
