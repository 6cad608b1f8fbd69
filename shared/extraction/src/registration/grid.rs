//! Rubrics whose code could not be read, by their place: codes stand in columns, and rows follow a known order.

use std::ops::Range;

use super::anchors::Anchor;
use super::codes::{self, Content, RUBRICS};
use super::rubrics::Rubric;
use crate::layout::{Row, Sheet};

/// One printed row: codes with the column that each stands in.
type PrintedRow = &'static [(&'static str, usize)];

/// Since 2009: arrêté of 9 February 2009, annex II.
const SIV: &[PrintedRow] = &[
    &[("F.1", 0), ("F.2", 1), ("F.3", 2)],
    &[("G", 0), ("G.1", 1)],
    &[("J", 0), ("J.1", 1), ("J.2", 2), ("J.3", 3)],
    &[("K", 0)],
    &[("P.1", 0), ("P.2", 1), ("P.3", 2), ("P.6", 3)],
    &[("Q", 0), ("S.1", 1), ("S.2", 2), ("U.1", 3)],
    &[("U.2", 0), ("V.7", 1), ("V.9", 2)],
    &[("X.1", 0)],
    &[("Y.1", 0), ("Y.2", 1)],
    &[("Y.3", 0), ("Y.4", 1)],
    &[("Y.5", 0), ("Y.6", 1)],
];

/// From 2004 to 2009, codes in parentheses.
const FNI: &[PrintedRow] = &[
    &[("F.1", 0), ("F.2", 1), ("F.3", 2)],
    &[("G", 0), ("G.1", 1)],
    &[("J", 0), ("J.1", 1), ("J.3", 2)],
    &[("K", 0)],
    &[("P.1", 0), ("P.2", 1), ("P.3", 2), ("P.6", 3)],
    &[("S.1", 0), ("U.1", 1), ("U.2", 2)],
    &[("V.7", 0), ("V.9", 1)],
    &[("X.1", 0)],
];

/// Width of the page within which two codes stand in one column.
const COLUMN: f32 = 0.022;

/// A printed row found on the page.
struct Located {
    row: usize,
    printed: usize,
}

/// Reads the rubrics of the grid whose code was not read plainly.
pub(super) fn read(sheet: &Sheet, anchors: &[Vec<Anchor>]) -> Vec<Rubric> {
    let layout = layout(sheet, anchors);
    let columns = columns(sheet, anchors, layout);
    let located = locate(sheet, anchors, layout);
    let mut rubrics = Vec::new();
    for Located { row, printed } in located {
        for (nth, (code, column)) in layout[printed].iter().enumerate() {
            let is_plain =
                anchors[row].iter().any(|anchor| anchor.exact && RUBRICS[anchor.rubric].0 == *code);
            let next = layout[printed].get(nth + 1).and_then(|(_, column)| columns[*column]);
            if let (false, Some(left)) = (is_plain, columns[*column]) {
                rubrics.extend(between(&sheet.rows[row], code, left, next));
            }
        }
    }
    rubrics
}

fn layout(sheet: &Sheet, anchors: &[Vec<Anchor>]) -> &'static [PrintedRow] {
    let exact =
        anchors.iter().enumerate().flat_map(|(row, found)| found.iter().map(move |anchor| (row, anchor)));
    let exact: Vec<_> = exact.filter(|(_, anchor)| anchor.exact).collect();
    let closed =
        exact.iter().filter(|(row, anchor)| sheet.rows[*row].tokens[anchor.word].text.contains(['(', ')']));
    if closed.count() * 2 > exact.len() { FNI } else { SIV }
}

/// Where each column of codes starts, as far as plain codes tell.
fn columns(sheet: &Sheet, anchors: &[Vec<Anchor>], layout: &[PrintedRow]) -> [Option<f32>; 4] {
    let mut lefts: [Vec<f32>; 4] = Default::default();
    for (row, found) in anchors.iter().enumerate() {
        for anchor in found.iter().filter(|anchor| anchor.exact) {
            let code = RUBRICS[anchor.rubric].0;
            let place = layout.iter().flat_map(|row| row.iter()).find(|(known, _)| *known == code);
            if let Some((_, column)) = place {
                lefts[*column].push(sheet.rows[row].tokens[anchor.word].rect.left);
            }
        }
    }
    lefts.map(|mut lefts| {
        lefts.sort_by(f32::total_cmp);
        lefts.get(lefts.len() / 2).copied()
    })
}

/// Printed rows by their plain codes, and the ones between them by their height on the page.
fn locate(sheet: &Sheet, anchors: &[Vec<Anchor>], layout: &[PrintedRow]) -> Vec<Located> {
    let mut located: Vec<Located> = Vec::new();
    for (row, found) in anchors.iter().enumerate() {
        let exact = || found.iter().filter(|anchor| anchor.exact).map(|anchor| RUBRICS[anchor.rubric].0);
        let count = |printed: &PrintedRow| {
            exact().filter(|code| printed.iter().any(|(known, _)| known == code)).count()
        };
        let best = layout.iter().enumerate().max_by_key(|(at, printed)| (count(printed), usize::MAX - at));
        if let Some((printed, _)) = best.filter(|(_, printed)| count(printed) > 0) {
            let follows = located.last().is_none_or(|last| last.printed < printed);
            if follows {
                located.push(Located { row, printed });
            }
        }
    }
    let between: Vec<Located> = located.windows(2).flat_map(|pair| fill(sheet, &pair[0], &pair[1])).collect();
    located.extend(between);
    located
}

/// Rows evenly spaced between two that are known.
fn fill(sheet: &Sheet, above: &Located, below: &Located) -> Vec<Located> {
    let height = |row: usize| sheet.rows[row].rect(0..sheet.rows[row].tokens.len()).middle();
    let missing = below.printed - above.printed - 1;
    if missing == 0 || missing > 4 || sheet.rows[above.row].page != sheet.rows[below.row].page {
        return Vec::new();
    }
    let step = (height(below.row) - height(above.row)) / (missing + 1) as f32;
    (1..=missing)
        .filter_map(|nth| {
            let expected = height(above.row) + step * nth as f32;
            let rows = above.row + 1..below.row;
            let nearest =
                rows.min_by(|a, b| (height(*a) - expected).abs().total_cmp(&(height(*b) - expected).abs()))?;
            let is_there = (height(nearest) - expected).abs() < step * 0.35;
            is_there.then_some(Located { row: nearest, printed: above.printed + nth })
        })
        .collect()
}

/// What stands from a column of codes to the next, without the misread code itself.
fn between(row: &Row, code: &str, left: f32, next: Option<f32>) -> Option<Rubric> {
    let (code, content) = *RUBRICS.iter().find(|(known, _)| *known == code)?;
    let from = row.tokens.iter().position(|token| token.rect.left > left - COLUMN)?;
    let to = row.tokens.iter().position(|token| next.is_some_and(|next| token.rect.left > next - COLUMN));
    let words = from..to.unwrap_or(row.tokens.len());
    let code_read = row.tokens.get(from).is_some_and(|token| (token.rect.left - left).abs() < COLUMN);
    let words = if code_read { from + 1..words.end.max(from + 1) } else { words };
    one(row, code, content, words)
}

fn one(row: &Row, code: &'static str, content: Content, words: Range<usize>) -> Option<Rubric> {
    let read = codes::read(content, row.tokens.get(words.clone())?)?;
    let mark = row.mark(words.start + read.from..words.start + read.to);
    Some(Rubric { code, value: read.value, mark, exact: false, repairs: read.repairs })
}
