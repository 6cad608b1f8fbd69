//! The VIN: rubric, coupon, machine-readable zone and closer readings agree on one.

use domain::analysis::Field;
use domain::vin::Vin;
use serde_json::Value;

use super::{Evidence, sightings};
use crate::registration::mrz::check_digit;
use crate::values::makes;
use crate::values::vins::{self, VinReading};
use crate::vote::field;

/// The VIN that the readings agree on.
pub(super) fn read(evidence: &Evidence<'_>, make: Option<&str>) -> Option<Field> {
    let seen = sightings::collect(evidence, make);
    let readings: Vec<VinReading> = seen.iter().map(|seen| seen.reading.clone()).collect();
    let Some(mut agreed) = vins::consensus(&readings) else { return short(evidence) };
    let digits: Vec<char> =
        evidence.machine.parts("vin").into_iter().filter_map(|(part, _, _)| part.digit).collect();
    if agreed.weight < 0.9 {
        agreed.text = proven(&readings, &agreed.text, &digits, make);
    }
    let fits = digits.iter().any(|digit| check_digit(&agreed.text) == Some(*digit));
    let first = seen.iter().find(|seen| seen.reading.text == agreed.text).or_else(|| seen.first())?;
    let mut notes: Vec<String> = Vec::new();
    for other in seen.iter().filter(|other| other.reading.text == agreed.text && other.source != first.source)
    {
        if !notes.iter().any(|note| note == other.source) {
            notes.push(other.source.to_owned());
        }
    }
    let dissent = readings.iter().any(|reading| reading.text != agreed.text);
    let mut confidence = agreed.weight * if dissent { 0.9 } else { 1.0 };
    if fits {
        notes.push("check:mrz".to_owned());
        confidence = confidence.max(0.93);
    }
    match make.and_then(|make| makes::agrees(&agreed.text, make)) {
        Some(true) => notes.push("check:wmi".to_owned()),
        Some(false) => confidence *= 0.8,
        None => {}
    }
    if let Some(printed) = as_printed(evidence, &agreed.text).filter(|_| !fits) {
        return Some(field("E", Value::from(printed), &first.mark, 0.9, vec!["check:mrz".to_owned()]));
    }
    agreed.text.parse::<Vin>().ok()?;
    Some(field("E", Value::from(agreed.text), &first.mark, confidence, notes))
}

/// The number with letters that no VIN has, when only so it passes its check digit in the machine-readable zone.
fn as_printed(evidence: &Evidence<'_>, agreed: &str) -> Option<String> {
    let parts = evidence.machine.parts("vin").into_iter().filter(|(part, _, _)| part.fits);
    let mut printed = parts.map(|(part, _, _)| part.value).filter(|value| value.parse::<Vin>().is_err());
    printed.find(|value| vins::clean(value) == vins::clean(agreed))
}

/// A combination of what was read that passes a check digit, else the agreed text with its known places mended.
fn proven(readings: &[VinReading], agreed: &str, digits: &[char], make: Option<&str>) -> String {
    let mended = vins::mend(agreed, make);
    let mut choices = vec![mended.clone(), agreed.to_owned()];
    choices.extend(readings.iter().map(|reading| vins::mend(&reading.text, make)));
    let fitting = choices.iter().find(|text| digits.iter().any(|digit| check_digit(text) == Some(*digit)));
    fitting.unwrap_or(&mended).clone()
}

/// Cars from before 1981 have shorter numbers; only the rubric itself is believed then.
fn short(evidence: &Evidence<'_>) -> Option<Field> {
    let rubric = evidence.rubrics.iter().find(|rubric| rubric.code == "E" && rubric.exact)?;
    let first_year =
        evidence.rubrics.iter().find(|rubric| rubric.code == "B").and_then(|rubric| rubric.value.get(..4));
    let is_old = first_year.is_none_or(|year| year < "1990");
    if !is_old || rubric.mark.confidence < 0.6 {
        return None;
    }
    let text = vins::clean(&rubric.value);
    text.parse::<Vin>().ok()?;
    Some(field("E", Value::from(text), &rubric.mark, rubric.mark.confidence * 0.6, Vec::new()))
}
