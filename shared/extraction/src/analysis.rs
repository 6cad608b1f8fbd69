//! A reading becomes an analysis: the kind decides who reads it, then the result is judged.

mod merge;
mod review;

use domain::analysis::{Analysis, Field};
use domain::document::DocumentKind;
use domain::reading::{Reading, Zone, ZoneReading};

use crate::layout::{Row, Sheet, rows_of_words};
use crate::{fuel_receipt, inspection, insurance, invoice, kind, registration};

/// What a reader of one kind found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub fields: Vec<Field>,
    /// Keys whose check failed.
    pub failed: Vec<&'static str>,
}

/// A zone read once more: its label and its rows.
pub(crate) type Closer = (String, Vec<Row>);

/// Reads the fields of a paper. The kind is detected when it is not given; zones that were read once more vote, and so do
/// further readings of the same pages.
///
/// No reading at all is an empty paper.
pub fn analyze(readings: &[Reading], given: Option<DocumentKind>, zones: &[ZoneReading]) -> Analysis {
    let empty = Reading::default();
    let reading = readings.first().unwrap_or(&empty);
    let sheet = Sheet::new(reading);
    let (kind, sure) = match given {
        Some(kind) => (kind, 1.0),
        None => kind::of_sheet(&sheet, reading.attached_xml.is_some()),
    };
    let closer = closer(reading, zones);
    let first = findings(reading, &sheet, kind, &closer);
    let findings = readings
        .iter()
        .skip(1)
        .fold(first, |known, other| merge::merge(known, findings(other, &Sheet::new(other), kind, &closer)));
    let verdict = review::judge(kind, sure, given.is_some(), &findings);
    Analysis {
        status: verdict.status,
        document_type: kind,
        mean_confidence: verdict.mean_confidence,
        engine: reading.engine.clone(),
        engine_version: reading.engine_version.clone(),
        pages: reading.pages.len() as u32,
        fields: findings.fields,
        warnings: verdict.warnings,
        text: sheet.text(),
    }
}

/// Whether everything that such a paper must say was read with confidence: nothing needs to be read once more.
pub fn is_settled(analysis: &Analysis) -> bool {
    review::is_settled(analysis)
}

/// What should be read once more, closer, before the analysis is final. A clean page asks for nothing.
pub fn zones(reading: &Reading, kind: DocumentKind, analysis: &Analysis) -> Vec<Zone> {
    let sheet = Sheet::new(reading);
    match kind {
        DocumentKind::Registration => registration::zones(reading, &sheet, analysis),
        _ => review::doubtful_places(reading, &sheet, kind, analysis),
    }
}

fn findings(reading: &Reading, sheet: &Sheet, kind: DocumentKind, closer: &[Closer]) -> Findings {
    match kind {
        DocumentKind::Registration => registration::read(sheet, closer),
        DocumentKind::Invoice => invoice::read(sheet, reading.attached_xml.as_deref(), closer),
        DocumentKind::Insurance => insurance::read(sheet, closer),
        DocumentKind::Inspection => inspection::read(sheet),
        DocumentKind::FuelReceipt => fuel_receipt::read(sheet),
        _ => Findings::default(),
    }
}

fn closer(reading: &Reading, zones: &[ZoneReading]) -> Vec<Closer> {
    zones
        .iter()
        .filter_map(|zone| {
            let page = reading.pages.iter().find(|page| page.number == zone.page)?;
            Some((zone.label.clone(), rows_of_words(page, &zone.words)))
        })
        .collect()
}
