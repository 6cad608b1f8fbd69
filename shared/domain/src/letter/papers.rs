//! What letters about papers say.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::analysis::Analysis;
use crate::document::{DocumentKind, FailureReason};
use crate::ids::DocumentId;

/// A paper was read and nothing is doubtful.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRead {
    /// The paper.
    pub document_id: DocumentId,
    /// Its title, or the name of its file.
    pub title: String,
    /// What it is.
    pub kind: DocumentKind,
    /// How many fields were read.
    pub field_count: u32,
    /// The few that a letter may show.
    #[serde(default)]
    pub fields: Vec<ShownField>,
}

/// A paper was read, but something needs a look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentNeedsReview {
    /// The paper.
    pub document_id: DocumentId,
    /// Its title, or the name of its file.
    pub title: String,
    /// What it is.
    pub kind: DocumentKind,
    /// How many fields were read.
    pub field_count: u32,
    /// The keys of the fields that are missing or doubtful.
    #[serde(default)]
    pub doubtful: Vec<String>,
}

/// A paper could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentFailed {
    /// The paper.
    pub document_id: DocumentId,
    /// Its title, or the name of its file.
    pub title: String,
    /// Why.
    pub reason: FailureReason,
}

/// A field as a letter shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownField {
    /// The field's own key, such as `D.1` or `total_ttc`.
    pub key: String,
    /// Its value after normalisation.
    pub value: String,
}

/// The fields of a paper that a letter may show, in this order.
///
/// No plate, VIN, name, address or policy number: letters travel and are kept in the clear.
pub const SHOWN_FIELDS: &[(DocumentKind, &[&str])] = &[
    (DocumentKind::Registration, &["D.1", "D.3", "B", "P.3"]),
    (DocumentKind::Invoice, &["garage_name", "date", "total_ttc"]),
    (DocumentKind::Insurance, &["company", "valid_from", "valid_until"]),
    (DocumentKind::Inspection, &["date", "result", "next_due"]),
    (DocumentKind::FuelReceipt, &["station_name", "date", "total_ttc"]),
];

impl DocumentRead {
    /// The letter about this reading of a paper.
    pub fn of(document_id: DocumentId, title: &str, analysis: &Analysis) -> Self {
        Self {
            document_id,
            title: title.to_owned(),
            kind: analysis.document_type,
            field_count: analysis.fields.len() as u32,
            fields: shown_fields(analysis),
        }
    }
}

impl DocumentNeedsReview {
    /// The letter about this reading of a paper.
    pub fn of(document_id: DocumentId, title: &str, analysis: &Analysis) -> Self {
        let mut doubtful: Vec<String> = Vec::new();
        for field in analysis.warnings.iter().filter_map(|warning| warning.field.as_ref()) {
            if !doubtful.contains(field) {
                doubtful.push(field.clone());
            }
        }
        Self {
            document_id,
            title: title.to_owned(),
            kind: analysis.document_type,
            field_count: analysis.fields.len() as u32,
            doubtful,
        }
    }
}

fn shown_fields(analysis: &Analysis) -> Vec<ShownField> {
    let keys = SHOWN_FIELDS.iter().find(|(kind, _)| *kind == analysis.document_type).map(|(_, keys)| *keys);
    let shown = |key: &&str| {
        let value = match &analysis.field(key)?.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(ShownField { key: (*key).to_owned(), value })
    };
    keys.unwrap_or_default().iter().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{AnalysisStatus, Field, Warning};
    use crate::reading::BBox;

    fn registration() -> Analysis {
        let field = |key: &str, value: &str| Field {
            key: key.to_owned(),
            value: value.into(),
            raw: value.to_owned(),
            confidence: 1.0,
            page: 1,
            bbox: BBox::default(),
            evidence: vec![],
        };
        let warning = |field: &str| Warning { code: "missing".into(), field: Some(field.into()) };
        Analysis {
            status: AnalysisStatus::NeedsReview,
            document_type: DocumentKind::Registration,
            mean_confidence: 1.0,
            engine: "text-layer".into(),
            engine_version: "1".into(),
            pages: 1,
            fields: vec![
                field("A", "AB-123-CD"),
                field("B", "2019-03-14"),
                field("E", "VF1RFB00X61234567"),
                field("D.1", "RENAULT"),
            ],
            warnings: vec![warning("D.3"), warning("P.3"), warning("D.3")],
            text: String::new(),
        }
    }

    #[test]
    fn a_letter_shows_neither_plate_nor_vin() {
        let letter = DocumentRead::of(DocumentId(7), "Carte grise", &registration());
        assert_eq!(letter.field_count, 4);
        let shown: Vec<_> =
            letter.fields.iter().map(|field| (field.key.as_str(), field.value.as_str())).collect();
        assert_eq!(shown, [("D.1", "RENAULT"), ("B", "2019-03-14")]);
        for secret in ["A", "E", "C.1", "C.3", "plate", "vin", "insured", "policy_number"] {
            assert!(SHOWN_FIELDS.iter().all(|(_, keys)| !keys.contains(&secret)), "{secret}");
        }
    }

    #[test]
    fn doubtful_fields_are_named_once() {
        let letter = DocumentNeedsReview::of(DocumentId(7), "Carte grise", &registration());
        assert_eq!(letter.doubtful, ["D.3", "P.3"]);
    }
}
