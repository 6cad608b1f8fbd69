//! What a paper says, understood: fields with their confidence and evidence.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// The field with this key, if it was read.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}
