//! The car that an invoice is about.

use std::sync::LazyLock;

use domain::analysis::Field;
use domain::plate::{Plate, PlateFormat};
use regex::Regex;
use serde_json::Value;

use crate::analysis::Closer;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::{Found, makes, plates, vins};
use crate::vote::{Vote, elect, field};

static PLATE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bIMMAT[A-Z]*\b").expect("a valid pattern"));
static DISTANCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9.,])(\d{1,3}(?:[ .]\d{3})+|\d{3,7})\s?KMS?\b").expect("a valid pattern")
});
static COUNTER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bKILOMETRAGE\b|\bCOMPTEUR\b|\bKMS?\b").expect("a valid pattern"));
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9.,/])(\d{1,3}(?:[ .]\d{3})+|\d{3,7})(?:$|[^0-9,/])").expect("a valid pattern")
});
static MAKE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bMARQUE\b(\s+(ET|/)\s*MODELE\b)?\W*|\bVEHICULE\b(\s+ASSUREE?\b)?\W*|\bVOTRE\s")
        .expect("a valid pattern")
});
static MODEL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bMODELE\b\W*").expect("a valid pattern"));

/// Reads `plate`, `mileage`, `make`, `model` and `vin`.
pub(crate) fn read(sheet: &Sheet, closer: &[Closer]) -> Vec<Field> {
    let mut fields: Vec<Field> = plate(sheet, closer).into_iter().chain(mileage(sheet)).collect();
    fields.extend(make_and_model(sheet));
    fields.extend(vin(sheet));
    fields
}

/// Plates by their label, any new-style plate, and what was read closer, vote: the old ones look like too much else.
pub(crate) fn plate(sheet: &Sheet, closer: &[Closer]) -> Option<Field> {
    let vote = |plate: &Placed<Plate>, source, trust: f32| {
        let trust = trust - 0.15 * plate.repairs as f32;
        Vote::new(plate.value.to_string(), plate.mark.clone(), source, trust)
    };
    let spots = labels::spots(sheet, &PLATE);
    let labelled = spots.iter().filter_map(|spot| {
        let right = labels::right(sheet, spot, plates::find).into_iter();
        right.chain(labels::below(sheet, spot, plates::find)).min_by_key(|plate| plate.repairs)
    });
    let labelled: Vec<Placed<Plate>> = labelled.collect();
    let mut votes: Vec<Vote> = labelled.iter().map(|plate| vote(plate, "label", 0.97)).collect();
    let loose = labels::everywhere(sheet, plates::find).into_iter();
    let loose = loose.filter(|plate| plate.value.format() == PlateFormat::Siv && plate.repairs <= 1);
    // Trailers "de 750 kg" stand on every insurance paper.
    let loose = loose.filter(|plate| !plate.mark.raw.contains(char::is_lowercase));
    let loose = loose.filter(|plate| !labelled.iter().any(|known| known.spot == plate.spot));
    votes.extend(loose.map(|plate| vote(&plate, "elsewhere", 0.85)));
    let again = Sheet { rows: labels::closer_rows(closer, "plate").cloned().collect() };
    votes.extend(labels::everywhere(&again, plates::find).iter().map(|plate| vote(plate, "zone", 0.9)));
    elect("plate", &votes)
}

/// What heads or precedes a plate.
pub(crate) fn plate_label() -> &'static Regex {
    &PLATE
}

/// Kilometres on the counter.
pub(crate) fn mileage(sheet: &Sheet) -> Option<Field> {
    let with_unit = labels::everywhere(sheet, |text| counts(&DISTANCE, text)).into_iter().next();
    let by_label = || {
        labels::spots(sheet, &COUNTER).iter().find_map(|spot| {
            let right = labels::right(sheet, spot, |text| counts(&COUNT, text)).into_iter();
            right.chain(labels::below(sheet, spot, |text| counts(&COUNT, text))).next()
        })
    };
    let found = with_unit.or_else(by_label)?;
    Some(field(
        "mileage",
        Value::from(found.value.to_string()),
        &found.mark,
        0.93 * found.mark.confidence,
        Vec::new(),
    ))
}

fn counts(pattern: &Regex, text: &str) -> Vec<Found<u32>> {
    let found = pattern.captures_iter(text).filter_map(|captures| {
        let number = captures.get(1)?;
        let digits: String = number.as_str().chars().filter(char::is_ascii_digit).collect();
        Some(Found { value: digits.parse().ok()?, at: number.range(), repairs: 0 })
    });
    found.filter(|count| count.value < 2_000_000).collect()
}

/// A known make behind its label or at the start of a cell, and the word or two behind it.
pub(crate) fn make_and_model(sheet: &Sheet) -> Vec<Field> {
    let mut fields = Vec::new();
    let Some((row, at, make, end)) = find_make(sheet) else { return fields };
    let found = &sheet.rows[row];
    let mark = found.mark_text(&(at..end));
    fields.push(field("make", Value::from(make), &mark, 0.93 * mark.confidence, Vec::new()));
    let labelled = labels::spots(sheet, &MODEL).into_iter().find_map(|spot| {
        let end = spot.bytes.end;
        model_at(sheet, spot.row, end).or_else(|| {
            let (row, cell) = labels::cells_below(sheet, &spot).into_iter().next()?;
            model_at(sheet, row, sheet.rows[row].bytes(cell).start)
        })
    });
    fields.extend(labelled.or_else(|| model_at(sheet, row, end)));
    fields
}

/// Row, start, make and end of the make's name.
fn find_make(sheet: &Sheet) -> Option<(usize, usize, &'static str, usize)> {
    for spot in labels::spots(sheet, &MAKE) {
        let start = spot.bytes.end;
        let rest = sheet.rows[spot.row].text.get(start..)?;
        let skipped = rest.len() - rest.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        if let Some((make, length)) = makes::leading(&rest[skipped..]) {
            return Some((spot.row, start + skipped, make, start + skipped + length));
        }
        for (row, cell) in labels::cells_below(sheet, &spot) {
            let bytes = sheet.rows[row].bytes(cell);
            if let Some((make, length)) = makes::leading(&sheet.rows[row].text[bytes.clone()]) {
                return Some((row, bytes.start, make, bytes.start + length));
            }
        }
    }
    sheet.rows.iter().enumerate().find_map(|(row, found)| {
        let bytes = found.bytes(found.cells().first()?.clone());
        let (make, length) =
            makes::leading(&found.text[bytes.clone()]).filter(|(make, _)| make.len() >= 3)?;
        Some((row, bytes.start, make, bytes.start + length))
    })
}

/// The words from here to the end of the cell, at most two, up to a comma.
fn model_at(sheet: &Sheet, row: usize, from: usize) -> Option<Field> {
    let found = &sheet.rows[row];
    let cell = found.text.get(from..)?.trim_start_matches([' ', ':', '\t']);
    let cell = makes::leading(cell).map_or(cell, |(_, length)| cell[length..].trim_start());
    let start = found.text.len() - cell.len();
    let cell = cell.split(['\t', ',', '(', ':']).next()?;
    let words: Vec<&str> = cell.split(' ').filter(|word| !word.is_empty()).take(2).collect();
    let model = words.join(" ");
    let is_model = model.len() >= 2 && !model.contains("IMMATRIC") && !model.contains("SERIE:");
    let mark = found.mark_text(&(start..start + model.len().min(found.text.len() - start)));
    is_model.then(|| field("model", Value::from(model), &mark, 0.85 * mark.confidence, Vec::new()))
}

/// A full VIN of a known maker.
pub(crate) fn vin(sheet: &Sheet) -> Option<Field> {
    let words = sheet.rows.iter().flat_map(|row| (0..row.tokens.len()).map(move |at| (row, at)));
    let mut found = words.filter_map(|(row, at)| {
        let raw = crate::text::compact(&row.tokens[at].fold);
        let vin = vins::clean(&raw);
        (vins::looks_full(&vin) && !makes::of_vin(&vin).is_empty()).then(|| (vin, row.mark(at..at + 1)))
    });
    let (vin, mark) = found.next()?;
    Some(field("vin", Value::from(vin), &mark, 0.9 * mark.confidence, vec!["check:wmi".to_owned()]))
}
