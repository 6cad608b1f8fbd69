//! An analysis against the truth, field by field, after normalisation.

use domain::analysis::Analysis;
use domain::document::DocumentKind;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::text::{compact, fold};

/// What is known to be true of a paper.
#[derive(Debug, Clone, Deserialize)]
pub struct Truth {
    /// Its kind.
    pub kind: DocumentKind,
    /// How it was made: `clean`, `scan`, `photo`.
    #[serde(default)]
    pub level: String,
    /// Fields by the truth's own keys.
    pub fields: Map<String, Value>,
}

/// How a field came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Equal after normalisation, or rightly absent.
    Right,
    /// Read, but otherwise.
    Wrong,
    /// On the paper, not read.
    Missing,
    /// Read, but not on the paper.
    False,
}

/// One field of a comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The field's own key.
    pub key: String,
    /// How it came out.
    pub mark: Mark,
    /// What is true, if it is on the paper.
    pub expected: Option<Value>,
    /// What was read, if anything.
    pub read: Option<Value>,
    /// How sure the reading was; 0 when nothing was read.
    pub confidence: f32,
}

/// The fields that the product cannot do without, by which accuracy is told.
pub fn core(kind: DocumentKind) -> &'static [&'static str] {
    match kind {
        DocumentKind::Registration => &["A", "B", "D.1", "E"],
        DocumentKind::Invoice => &["total_ttc", "date", "number", "garage_name"],
        DocumentKind::Insurance => &["policy_number", "valid_until", "company"],
        DocumentKind::Inspection => &["plate", "date", "result"],
        DocumentKind::FuelReceipt => &["date", "total_ttc", "litres"],
        _ => &[],
    }
}

const INVOICE: &[&str] = &[
    "total_ttc",
    "date",
    "number",
    "garage_name",
    "total_ht",
    "total_vat",
    "due_date",
    "siret",
    "vat_number",
    "plate",
    "mileage",
    "make",
    "model",
    "vin",
    "lines",
];
const INSURANCE: &[&str] =
    &["policy_number", "valid_until", "company", "valid_from", "plate", "make", "model", "insured", "vin"];
const INSPECTION: &[&str] =
    &["plate", "date", "result", "next_due", "mileage", "vin", "make", "first_registration", "number"];
const FUEL_RECEIPT: &[&str] =
    &["date", "total_ttc", "litres", "station_name", "total_ht", "total_vat", "unit_price", "grade"];

/// All fields that are compared, in the order in which they are told.
pub fn keys(kind: DocumentKind) -> Vec<&'static str> {
    match kind {
        DocumentKind::Registration => {
            let is_compared = |code: &&str| !code.starts_with('Z') && !code.starts_with("C.4");
            crate::registration::codes().filter(is_compared).chain(["formula"]).collect()
        }
        DocumentKind::Invoice => INVOICE.to_vec(),
        DocumentKind::Insurance => INSURANCE.to_vec(),
        DocumentKind::Inspection => INSPECTION.to_vec(),
        DocumentKind::FuelReceipt => FUEL_RECEIPT.to_vec(),
        _ => Vec::new(),
    }
}

/// Our key for a key of the truth files.
fn key(kind: DocumentKind, theirs: &str) -> String {
    if kind == DocumentKind::Registration {
        let dotted = crate::registration::codes().find(|code| compact(code) == theirs);
        return dotted.unwrap_or(theirs).to_owned();
    }
    match theirs {
        "total_tva" => "total_vat",
        "tva_intra" => "vat_number",
        "invoice_number" => "number",
        "line_items" => "lines",
        "holder_name" => "insured",
        "expiry_date" => "valid_until",
        other => other,
    }
    .to_owned()
}

/// Compares every field of the kind.
pub fn compare(truth: &Truth, analysis: &Analysis) -> Vec<Outcome> {
    let truths: Vec<(String, &Value)> = truth
        .fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(theirs, value)| (key(truth.kind, theirs), value))
        .collect();
    let of = |key: &str| truths.iter().find(|(known, _)| known == key).map(|(_, value)| *value);
    keys(truth.kind).into_iter().filter_map(|key| outcome(truth.kind, key, of(key), analysis)).collect()
}

/// `None` when the field is neither on the paper nor read, except for core fields, where that is right.
fn outcome(kind: DocumentKind, key: &str, expected: Option<&Value>, analysis: &Analysis) -> Option<Outcome> {
    let field = analysis.field(key);
    let mark = match (expected, field) {
        (None, None) if core(kind).contains(&key) => Mark::Right,
        (None, None) => return None,
        (None, Some(_)) => Mark::False,
        (Some(_), None) => Mark::Missing,
        (Some(expected), Some(field)) if same(key, expected, &field.value) => Mark::Right,
        (Some(_), Some(_)) => Mark::Wrong,
    };
    Some(Outcome {
        key: key.to_owned(),
        mark,
        expected: expected.cloned(),
        read: field.map(|field| field.value.clone()),
        confidence: field.map_or(0.0, |field| field.confidence),
    })
}

/// Whether two values are the same after normalisation: numbers by value, words by their letters and digits.
fn same(key: &str, expected: &Value, read: &Value) -> bool {
    if key == "lines" {
        return same_lines(expected, read);
    }
    match (number(expected), number(read)) {
        (Some(expected), Some(read)) => expected == read,
        _ => normal(expected) == normal(read),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.len() <= 12 && !text.starts_with('0') || value == "0.00" => {
            value.as_str()?.to_owned()
        }
        _ => return None,
    };
    text.parse().ok()
}

fn normal(value: &Value) -> String {
    match value {
        Value::String(text) => compact(&fold(text)),
        other => compact(&fold(&other.to_string())),
    }
}

fn same_lines(expected: &Value, read: &Value) -> bool {
    let (Some(expected), Some(read)) = (expected.as_array(), read.as_array()) else { return false };
    let same_part = |expected: &Value, theirs: &str, read: &Value, ours: &str| match expected.get(theirs) {
        None | Some(Value::Null) => true,
        Some(value) => read.get(ours).is_some_and(|read| same(ours, value, read)),
    };
    expected.len() == read.len()
        && expected.iter().zip(read).all(|(expected, read)| {
            same_part(expected, "description", read, "description")
                && same_part(expected, "quantity", read, "quantity")
                && same_part(expected, "total_ht", read, "total_ht")
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_the_same_after_normalisation() {
        assert!(same("policy_number", &json!("789 898 417"), &json!("789898417")));
        assert!(same("garage_name", &json!("Garage de l'Éclair"), &json!("GARAGE DE L ECLAIR")));
        assert!(same("Y.1", &json!("150.00"), &json!("150")));
        assert!(!same("number", &json!("0150"), &json!("150")));
        assert!(!same("total_ttc", &json!("12.50"), &json!("125.0")));
    }

    #[test]
    fn keys_of_the_truth_files_are_ours() {
        assert_eq!(key(DocumentKind::Registration, "D21"), "D.2.1");
        assert_eq!(key(DocumentKind::Invoice, "tva_intra"), "vat_number");
        assert_eq!(key(DocumentKind::Insurance, "expiry_date"), "valid_until");
    }
}
