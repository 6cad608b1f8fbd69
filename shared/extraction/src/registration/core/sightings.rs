//! Every place where the VIN was read.

use domain::vin::Vin;
use strsim::levenshtein;

use super::{Evidence, machine};
use crate::layout::{Mark, Row};
use crate::text::{compact, is_small};
use crate::values::makes;
use crate::values::vins::{self, VinReading};

/// A full-length reading with its place.
pub(super) struct Seen {
    pub reading: VinReading,
    pub mark: Mark,
    pub source: &'static str,
}

/// Every reading, the rubric's first. Known places are mended before they vote.
pub(super) fn collect(evidence: &Evidence<'_>, make: Option<&str>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for rubric in evidence.rubrics.iter().filter(|rubric| rubric.code == "E") {
        let trust = if rubric.exact { 0.85 } else { 0.7 };
        seen.extend(see(&rubric.value, rubric.mark.clone(), "rubric", trust));
    }
    for row in evidence.closer_rows("E") {
        in_row(&mut seen, row, "zone", 0.76);
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
    settle(seen, make)
}

/// Mends the full readings; one that is a sign too long or short supports the full one that it nearly is.
fn settle(seen: Vec<Seen>, make: Option<&str>) -> Vec<Seen> {
    let (mut full, odd): (Vec<Seen>, Vec<Seen>) =
        seen.into_iter().partition(|seen| seen.reading.text.len() == Vin::LENGTH);
    for one in &mut full {
        one.reading.text = vins::mend(&one.reading.text, make);
    }
    lend_maker(&mut full, make);
    for mut one in odd {
        let meant = full.iter().find(|known| levenshtein(&known.reading.text, &one.reading.text) == 1);
        let meant =
            meant.map(|known| known.reading.text.clone()).or_else(|| vins::shorten(&one.reading.text));
        if let Some(meant) = meant {
            one.reading = VinReading { text: vins::mend(&meant, make), weight: one.reading.weight * 0.7 };
            full.push(one);
        }
    }
    full
}

/// A reading whose first three signs are no maker's of this make takes those of one that are.
fn lend_maker(full: &mut [Seen], make: Option<&str>) {
    let fits = |text: &str| make.and_then(|make| makes::agrees(text, make)) == Some(true);
    let Some(maker) =
        full.iter().map(|seen| &seen.reading.text).find(|text| fits(text)).map(|text| text[..3].to_owned())
    else {
        return;
    };
    for one in full.iter_mut().filter(|one| !fits(&one.reading.text)) {
        one.reading.text.replace_range(..3, &maker);
        one.reading.weight *= 0.95;
    }
}

fn see(text: &str, mark: Mark, source: &'static str, trust: f32) -> Option<Seen> {
    let raw = compact(text);
    // With a list of signs and no dictionary the reader's own confidence says nothing of a closer reading.
    let sure = if source == "zone" { 1.0 } else { 0.5 + 0.5 * mark.confidence };
    let clean = vins::clean(&raw);
    let text = match clean.len() {
        Vin::LENGTH if vins::looks_full(&clean) => clean,
        // Kept as read: which stroke is one too many shows in the letters that no VIN has.
        16 | 18 => raw,
        _ => return None,
    };
    Some(Seen { reading: VinReading { text, weight: trust * sure }, mark, source })
}

/// Words of a row that are a VIN, alone or joined with their neighbours.
fn in_row(seen: &mut Vec<Seen>, row: &Row, source: &'static str, trust: f32) {
    for from in 0..row.tokens.len() {
        for to in from + 1..=(from + 4).min(row.tokens.len()) {
            let words = &row.tokens[from..to];
            let text: String = words.iter().map(|word| compact(&word.fold)).collect();
            // A type approval such as `e13*2001/116*0852*45` has as many signs.
            let is_other =
                words.iter().any(|word| is_small(&word.text) || word.text.contains(['*', '/', '<']));
            let is_odd = matches!(text.len(), 16 | 18) && to == from + 1;
            if (text.len() == Vin::LENGTH || is_odd) && !is_other {
                seen.extend(see(&text, row.mark(from..to), source, trust));
            }
        }
    }
}
