//! The VIN: rubric, coupon, machine-readable zone and closer readings agree on one.

use domain::analysis::Field;
use domain::vin::Vin;
use serde_json::Value;

use super::{Evidence, machine};
use crate::layout::{Mark, Row};
use crate::registration::mrz::check_digit;
use crate::text::is_small;
use crate::values::makes;
use crate::values::vins::{self, VinReading};
use crate::vote::field;

struct Seen {
    reading: VinReading,
    mark: Mark,
    source: &'static str,
}

/// The VIN that the readings agree on.
pub(super) fn read(evidence: &Evidence<'_>, make: Option<&str>) -> Option<Field> {
    let seen = sightings(evidence);
    let readings: Vec<VinReading> = seen.iter().map(|seen| seen.reading.clone()).collect();
    let Some(agreed) = vins::consensus(&readings) else { return short(evidence) };
    let digits: Vec<char> =
        evidence.machine.parts("vin").into_iter().filter_map(|(part, _, _)| part.digit).collect();
    let mut agreed = agreed;
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
    let mut confidence = agreed.weight;
    if fits {
        notes.push("check:mrz".to_owned());
        confidence = confidence.max(0.93);
    }
    match make.and_then(|make| makes::agrees(&agreed.text, make)) {
        Some(true) => notes.push("check:wmi".to_owned()),
        Some(false) => confidence *= 0.8,
        None => {}
    }
    agreed.text.parse::<Vin>().ok()?;
    Some(field("E", Value::from(agreed.text), &first.mark, confidence, notes))
}

/// Every full-length reading, the rubric's first.
fn sightings(evidence: &Evidence<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for rubric in evidence.rubrics.iter().filter(|rubric| rubric.code == "E") {
        let trust = if rubric.exact { 0.85 } else { 0.7 };
        see(&mut seen, &rubric.value, rubric.mark.clone(), "rubric", trust);
    }
    for row in evidence.closer_rows("E") {
        in_row(&mut seen, row, "zone", 0.8);
    }
    for row in evidence.loose_rows() {
        in_row(&mut seen, row, "coupon", 0.8);
    }
    if !seen.iter().any(|seen| seen.source == "rubric") {
        for row in &evidence.sheet.rows {
            in_row(&mut seen, row, "rubric", 0.7);
        }
    }
    for (part, mark, source) in evidence.machine.parts("vin") {
        let weight = machine::trust(&part);
        seen.push(Seen { reading: VinReading { text: part.value, weight }, mark, source });
    }
    seen
}

fn see(seen: &mut Vec<Seen>, text: &str, mark: Mark, source: &'static str, trust: f32) {
    let (text, trust) = match vins::shorten(text) {
        Some(shorter) => (shorter, trust * 0.7),
        None => (vins::clean(text), trust),
    };
    if vins::looks_full(&text) {
        let weight = trust * (0.5 + 0.5 * mark.confidence);
        seen.push(Seen { reading: VinReading { text, weight }, mark, source });
    }
}

/// Words of a row that are a VIN, alone or joined with their neighbours.
fn in_row(seen: &mut Vec<Seen>, row: &Row, source: &'static str, trust: f32) {
    for from in 0..row.tokens.len() {
        for to in from + 1..=(from + 4).min(row.tokens.len()) {
            let words = &row.tokens[from..to];
            let text: String = words.iter().map(|word| crate::text::compact(&word.fold)).collect();
            // A type approval such as `e13*2001/116*0852*45` has as many signs.
            let is_other =
                words.iter().any(|word| is_small(&word.text) || word.text.contains(['*', '/', '<']));
            let is_long = text.len() == Vin::LENGTH + 1 && to == from + 1;
            if (text.len() == Vin::LENGTH || is_long) && !is_other {
                see(seen, &text, row.mark(from..to), source, trust);
            }
        }
    }
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
