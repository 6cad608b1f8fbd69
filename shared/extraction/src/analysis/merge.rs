//! Two readings of one paper become one: what agrees is surer, what differs less sure.

use domain::analysis::Field;

use super::Findings;
use crate::vote::MOST;

/// The second reading comes from the same eye: it counts less than the first.
const SECOND: f32 = 0.7;
/// Note in a field's evidence that the second reading said the same.
const AGREED: &str = "second";
/// Amounts that prove each other stay together.
const TOTALS: [&str; 4] = ["total_ttc", "total_ht", "total_vat", "vat_rates"];

/// The fields of both.
pub(super) fn merge(first: Findings, second: Findings) -> Findings {
    let totals_of_second = !adds_up(&first.fields) && adds_up(&second.fields);
    let mut failed = first.failed.clone();
    let mut fields = Vec::new();
    for field in first.fields {
        let other = second.fields.iter().find(|other| other.key == field.key);
        if TOTALS.contains(&field.key.as_str()) && totals_of_second {
            continue;
        }
        let won = match other {
            Some(other) => both(field, other),
            None => field,
        };
        if other.is_some_and(|other| other.value == won.value) && !second.failed.contains(&won.key.as_str()) {
            failed.retain(|key| *key != won.key);
        }
        fields.push(won);
    }
    let known: Vec<String> = fields.iter().map(|field| field.key.clone()).collect();
    for mut field in second.fields.into_iter().filter(|field| !known.contains(&field.key)) {
        field.confidence *= 0.95;
        failed.retain(|key| *key != field.key);
        fields.push(field);
    }
    Findings { fields, failed }
}

fn adds_up(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.key == "total_ttc" && is_checked(field))
}

fn is_checked(field: &Field) -> bool {
    field.evidence.iter().any(|note| note.starts_with("check:"))
}

fn both(first: Field, second: &Field) -> Field {
    if first.value == second.value {
        let mut field = first;
        field.confidence = (1.0 - (1.0 - field.confidence) * (1.0 - SECOND * second.confidence)).min(MOST);
        field.evidence.push(AGREED.to_owned());
        return field;
    }
    let score = |field: &Field| field.confidence + if is_checked(field) { 0.1 } else { 0.0 };
    let (mut winner, loser) =
        if score(second) > score(&first) { (second.clone(), first) } else { (first, second.clone()) };
    winner.confidence *= 1.0 - 0.3 * loser.confidence;
    winner
}

#[cfg(test)]
mod tests {
    use domain::reading::BBox;
    use serde_json::Value;

    use super::*;

    fn field(key: &str, value: &str, confidence: f32) -> Field {
        Field {
            key: key.into(),
            value: Value::from(value),
            raw: value.into(),
            confidence,
            page: 1,
            bbox: BBox::default(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn what_two_readings_agree_on_is_surer_and_what_one_saw_is_kept() {
        let first = Findings { fields: vec![field("a", "1", 0.6), field("b", "2", 0.6)], failed: vec!["a"] };
        let second = Findings {
            fields: vec![field("a", "1", 0.6), field("b", "3", 0.8), field("c", "4", 0.5)],
            failed: vec![],
        };
        let merged = merge(first, second);
        let of = |key: &str| merged.fields.iter().find(|field| field.key == key).unwrap();
        assert!(of("a").confidence > 0.7 && of("a").evidence == [AGREED]);
        assert_eq!(of("b").value, "3");
        assert!(of("b").confidence < 0.8);
        assert_eq!(of("c").value, "4");
        assert!(merged.failed.is_empty());
    }
}
