//! The certificat d'immatriculation: rubrics, coupon and machine-readable zone read the same things and vote.

mod anchors;
mod cells;
mod codes;
mod core;
mod grid;
mod mrz;
mod patterns;
mod rubrics;
mod taxes;
mod zones;

use domain::analysis::Field;

use crate::analysis::{Closer, Findings};
use crate::labels;
use crate::layout::Sheet;
use crate::vote::{Vote, elect};

pub(crate) use zones::{widen, zones};

/// Reads the fields of a certificate, what was read once more included.
pub(crate) fn read(sheet: &Sheet, closer: &[Closer]) -> Findings {
    let rubrics = rubrics::read(sheet);
    let lines = core::machine_lines(sheet, closer);
    let mut fields = core::fields(sheet, closer, &rubrics, &lines);
    for (code, _) in codes::RUBRICS {
        if fields.iter().any(|field| field.key == *code) || core::CORE.contains(code) {
            continue;
        }
        fields.extend(single(code, &rubrics, closer));
    }
    fields.sort_by_key(|field| anchors::position(&field.key).unwrap_or(usize::MAX));
    taxes::check(&mut fields);
    let failed = lines.contradicted(&fields);
    Findings { fields, failed }
}

/// How much a page looks like a certificate beyond its words: its codes in their rows, its machine-readable lines.
pub(crate) fn likeness(sheet: &Sheet) -> f32 {
    let codes = sheet.rows.iter().flat_map(anchors::in_row).filter(|anchor| anchor.exact);
    let mut codes: Vec<usize> = codes.map(|anchor| anchor.rubric).collect();
    codes.sort_unstable();
    codes.dedup();
    let lines = core::machine_lines(sheet, &[]).marks().count();
    // Single letters stand anywhere; a handful of codes says nothing yet.
    codes.len().saturating_sub(6) as f32 * 0.4 + lines as f32 * 2.0
}

/// Under this what was read is noise, and better left empty than offered.
const NOISE: f32 = 0.1;

/// A rubric that stands once: its first reading, plain codes first, and what its cell said when it was read closer.
fn single(code: &str, rubrics: &[rubrics::Rubric], closer: &[Closer]) -> Option<Field> {
    let on_page = rubrics.iter().find(|rubric| rubric.code == code).map(|rubric| {
        let trust = if rubric.exact { 0.95 } else { 0.75 } - 0.1 * rubric.repairs as f32;
        Vote::new(rubric.value.clone(), rubric.mark.clone(), "rubric", trust)
    });
    let votes: Vec<Vote> = on_page.into_iter().chain(in_cell(code, closer)).collect();
    let field = elect(code, &votes)?;
    (field.confidence >= NOISE).then_some(field)
}

/// What the cell of a rubric said on its own.
fn in_cell<'a>(code: &'a str, closer: &'a [Closer]) -> impl Iterator<Item = Vote> + 'a {
    labels::closer_rows(closer, code).filter_map(move |row| {
        let (_, content) = codes::RUBRICS.iter().find(|(known, _)| *known == code)?;
        let read = codes::read(*content, &row.tokens)?;
        let trust = 0.85 - 0.1 * read.repairs as f32;
        Some(Vote::new(read.value, row.mark(read.from..read.to), "zone", trust))
    })
}

/// Every rubric code, in the order of the paper.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    codes::RUBRICS.iter().map(|(code, _)| *code)
}
