//! What a paper says, understood: fields with their confidence and evidence.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::DocumentKind;
use crate::reading::BBox;

/// One field of a paper. A field that is not on the paper is not in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The field's own key: a rubric code (`A`, `D.1`, `E`) or a word such as `total_ttc`.
    pub key: String,
    /// The value after normalisation: a string (dates `YYYY-MM-DD`, amounts with a decimal point), or objects for `lines`.
    pub value: Value,
    /// The characters as they stand on the paper.
    pub raw: String,
    /// How sure we are, 0 to 1.
    pub confidence: f32,
    /// Page, from 1.
    pub page: u32,
    /// Where it stands.
    pub bbox: BBox,
    /// Where else it was read and which checks it passed, such as `mrz`, `coupon`, `check:luhn`, `check:total`.
    pub evidence: Vec<String>,
}

/// How an analysis ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisStatus {
    /// Everything that must be there was read with confidence.
    Analyzed,
    /// A mandatory field is missing, doubtful or fails its check.
    NeedsReview,
}

/// A doubt that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable code: `missing`, `low_confidence`, `check_failed`, `kind_uncertain`.
    pub code: String,
    /// The field it is about, if one.
    pub field: Option<String>,
}

/// The result of reading one paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// How it ended.
    pub status: AnalysisStatus,
    /// The kind given, or the kind detected.
    pub document_type: DocumentKind,
    /// Mean of the fields' confidences, 0 to 1.
    pub mean_confidence: f32,
    /// The reader.
    pub engine: String,
    /// Its version.
    pub engine_version: String,
    /// Pages read.
    pub pages: u32,
    /// The fields.
    pub fields: Vec<Field>,
    /// The doubts.
    pub warnings: Vec<Warning>,
    /// All text, page by page, for searching.
    #[serde(default)]
    pub text: String,
}

impl Analysis {
    /// The values under the first words of the contract, flat: `license_plate`, `total_amount` and their like.
    pub fn first_words(&self) -> Map<String, Value> {
        let words = FIRST_WORDS.iter().filter(|(kind, _, _)| *kind == self.document_type);
        words
            .filter_map(|(_, key, word)| Some(((*word).to_owned(), self.field(key)?.value.clone())))
            .collect()
    }

    /// The day printed as the paper's beginning.
    pub fn issued_on(&self) -> Option<chrono::NaiveDate> {
        self.day(match self.document_type {
            DocumentKind::Registration => "I",
            DocumentKind::Insurance => "valid_from",
            _ => "date",
        })
    }

    /// The day printed as the paper's end.
    pub fn expires_on(&self) -> Option<chrono::NaiveDate> {
        self.day(match self.document_type {
            DocumentKind::Insurance => "valid_until",
            DocumentKind::Inspection => "next_due",
            _ => return None,
        })
    }

    fn day(&self, key: &str) -> Option<chrono::NaiveDate> {
        self.field(key)?.value.as_str()?.parse().ok()
    }

    /// The field with this key, if it was read.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// What the first words of the contract are called on each kind of paper.
const FIRST_WORDS: &[(DocumentKind, &str, &str)] = &[
    (DocumentKind::Registration, "A", "license_plate"),
    (DocumentKind::Registration, "E", "vin"),
    (DocumentKind::Registration, "D.1", "make"),
    (DocumentKind::Registration, "B", "first_registration_date"),
    (DocumentKind::Invoice, "total_ttc", "total_amount"),
    (DocumentKind::Invoice, "date", "invoice_date"),
    (DocumentKind::Invoice, "number", "invoice_number"),
    (DocumentKind::Invoice, "garage_name", "garage_name"),
    (DocumentKind::Invoice, "plate", "license_plate"),
    (DocumentKind::Insurance, "policy_number", "policy_number"),
    (DocumentKind::Insurance, "valid_until", "expiry_date"),
    (DocumentKind::Insurance, "company", "company"),
    (DocumentKind::Insurance, "plate", "license_plate"),
    (DocumentKind::Insurance, "make", "make"),
    (DocumentKind::Inspection, "plate", "license_plate"),
    (DocumentKind::Inspection, "vin", "vin"),
    (DocumentKind::Inspection, "make", "make"),
    (DocumentKind::Inspection, "first_registration", "first_registration_date"),
    (DocumentKind::FuelReceipt, "total_ttc", "total_amount"),
];
