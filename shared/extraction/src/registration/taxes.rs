//! Taxes of a certificate: Y.6 is the sum of Y.1 to Y.5.

use domain::analysis::Field;
use domain::money::Cents;

const PARTS: [&str; 5] = ["Y.1", "Y.2", "Y.3", "Y.4", "Y.5"];
const TOTAL: &str = "Y.6";

/// A sum that fits proves every part of it; one that does not makes all of them doubtful.
pub(super) fn check(fields: &mut [Field]) {
    let amount = |field: &Field| field.value.as_str().and_then(|text| text.parse::<Cents>().ok());
    let Some(total) = fields.iter().find(|field| field.key == TOTAL).and_then(amount) else { return };
    let sum: i64 = fields
        .iter()
        .filter(|field| PARTS.contains(&field.key.as_str()))
        .filter_map(amount)
        .map(|part| part.0)
        .sum();
    for field in fields.iter_mut().filter(|field| field.key == TOTAL || PARTS.contains(&field.key.as_str())) {
        if sum == total.0 {
            field.confidence = field.confidence.max(0.95);
            field.evidence.push("check:total".to_owned());
        } else {
            field.confidence *= 0.8;
        }
    }
}
