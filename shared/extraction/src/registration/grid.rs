//! Rubrics whose code could not be read, by their place: codes stand in columns, and rows follow a known order.

use std::ops::Range;

use super::anchors::{self, Anchor};
use super::codes::{self, Content, RUBRICS};
use super::rubrics::Rubric;
use crate::layout::{Row, Sheet};
use crate::values::dates;

/// One printed row: codes with the column that each stands in.
pub(super) type PrintedRow = &'static [(&'static str, usize)];

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
/// Width of the page from which a code does not stand in its column: three columns are two tenths apart.
const FAR: f32 = 0.08;

/// The codes of every row, without those that stand far from the column of their code: `P.2` misread as `P.1`.
pub(super) fn anchors(sheet: &Sheet) -> Vec<Vec<Anchor>> {
    let mut found: Vec<Vec<Anchor>> = sheet.rows.iter().map(anchors::in_row).collect();
    let layout = if is_closed(sheet, &found) { FNI } else { SIV };
    let columns = columns(sheet, &found, layout);
    for (row, anchors) in found.iter_mut().enumerate() {
        anchors.retain(|anchor| {
            let left = sheet.rows[row].tokens[anchor.word].rect.left;
            let column = column(layout, anchor).and_then(|column| columns[column]);
            column.is_none_or(|column| (column - left).abs() < FAR)
        });
    }
    found
}

fn column(layout: &[PrintedRow], anchor: &Anchor) -> Option<usize> {
    let code = RUBRICS[anchor.rubric].0;
    layout.iter().flat_map(|row| row.iter()).find(|(known, _)| *known == code).map(|(_, column)| *column)
}

/// A printed row found on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Located {
    pub row: usize,
    pub printed: usize,
}

/// The grid of a certificate as it lies on the page.
pub(super) struct Grid {
    pub layout: &'static [PrintedRow],
    /// Where each column of codes starts, as far as plain codes tell.
    pub columns: [Option<f32>; 4],
    /// Printed rows that were found, from the top.
    pub located: Vec<Located>,
    /// Width of one sign of a code, in widths of the page.
    sign: f32,
    /// Whether codes stand in parentheses.
    closed: bool,
}

impl Grid {
    pub(super) fn find(sheet: &Sheet, anchors: &[Vec<Anchor>]) -> Self {
        let closed = is_closed(sheet, anchors);
        let layout = if closed { FNI } else { SIV };
        let mut located = locate(sheet, anchors, layout);
        located.sort_by_key(|located| located.printed);
        let columns = columns(sheet, anchors, layout);
        located.extend(tax_rows(sheet, layout, &located));
        Self { layout, columns, located, sign: sign(sheet, anchors), closed }
    }

    /// Where a code that starts here ends.
    pub(super) fn end_of(&self, code: &str, left: f32) -> f32 {
        let signs = code.len() + if self.closed { 2 } else { 0 };
        left + self.sign * (signs as f32 + 0.5)
    }

    /// The codes of a printed row with where each stands and where the next one does.
    pub(super) fn cells(&self, printed: usize) -> impl Iterator<Item = (&'static str, f32, Option<f32>)> {
        let row = self.layout[printed];
        row.iter().enumerate().filter_map(move |(nth, (code, column))| {
            let next = row.get(nth + 1).and_then(|(_, column)| self.columns[*column]);
            Some((*code, self.columns[*column]?, next))
        })
    }
}

/// Reads the rubrics of the grid whose code was not read plainly.
pub(super) fn read(sheet: &Sheet, anchors: &[Vec<Anchor>]) -> Vec<Rubric> {
    let grid = Grid::find(sheet, anchors);
    let mut rubrics = Vec::new();
    for Located { row, printed } in &grid.located {
        for (code, left, next) in grid.cells(*printed) {
            let is_plain =
                anchors[*row].iter().any(|anchor| anchor.exact && RUBRICS[anchor.rubric].0 == code);
            if !is_plain {
                rubrics.extend(between(&sheet.rows[*row], code, left, next));
            }
        }
    }
    rubrics
}

/// Whether most plain codes stand in parentheses.
fn is_closed(sheet: &Sheet, anchors: &[Vec<Anchor>]) -> bool {
    let exact: Vec<&str> = plain(sheet, anchors).map(|(_, text)| text).collect();
    exact.iter().filter(|text| text.contains(['(', ')'])).count() * 2 > exact.len()
}

/// Median width of a sign of the plain codes.
fn sign(sheet: &Sheet, anchors: &[Vec<Anchor>]) -> f32 {
    let mut widths: Vec<f32> =
        plain(sheet, anchors).map(|(width, text)| width / text.chars().count().max(1) as f32).collect();
    widths.sort_by(f32::total_cmp);
    widths.get(widths.len() / 2).copied().unwrap_or(0.01)
}

/// The plain codes of the grid with their widths.
fn plain<'a>(sheet: &'a Sheet, anchors: &'a [Vec<Anchor>]) -> impl Iterator<Item = (f32, &'a str)> {
    let all = anchors.iter().enumerate().flat_map(|(row, found)| found.iter().map(move |one| (row, one)));
    all.filter(|(_, anchor)| anchor.exact).map(|(row, anchor)| {
        let token = &sheet.rows[row].tokens[anchor.word];
        (token.rect.right - token.rect.left, token.text.as_str())
    })
}

/// Where each column of codes starts, as far as plain codes tell.
fn columns(sheet: &Sheet, anchors: &[Vec<Anchor>], layout: &[PrintedRow]) -> [Option<f32>; 4] {
    let mut lefts: [Vec<f32>; 4] = Default::default();
    for (row, found) in anchors.iter().enumerate() {
        for anchor in found.iter().filter(|anchor| anchor.exact) {
            if let Some(column) = column(layout, anchor) {
                lefts[column].push(sheet.rows[row].tokens[anchor.word].rect.left);
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
    let mut seen: Vec<(Located, usize)> = Vec::new();
    for (row, found) in anchors.iter().enumerate() {
        let exact = || found.iter().filter(|anchor| anchor.exact).map(|anchor| RUBRICS[anchor.rubric].0);
        for (printed, codes) in layout.iter().enumerate() {
            let count = exact().filter(|code| codes.iter().any(|(known, _)| known == code)).count();
            if count > 0 {
                seen.push((Located { row, printed }, count));
            }
        }
    }
    let mut located = in_order(&seen);
    let between: Vec<Located> = located.windows(2).flat_map(|pair| fill(sheet, &pair[0], &pair[1])).collect();
    located.extend(between);
    located
}

/// The sightings that follow the order of the paper and have the most codes together: a stray letter at the top must not
/// hide all that stands above its own row.
fn in_order(seen: &[(Located, usize)]) -> Vec<Located> {
    // For each sighting: the weight of the best chain that ends there, and the sighting before it.
    let mut chains: Vec<(usize, Option<usize>)> = Vec::with_capacity(seen.len());
    for (at, (located, count)) in seen.iter().enumerate() {
        let follows =
            |before: &usize| seen[*before].0.row < located.row && seen[*before].0.printed < located.printed;
        let best = (0..at).filter(follows).max_by_key(|before| chains[*before].0);
        chains.push((count + best.map_or(0, |before| chains[before].0), best));
    }
    let mut at = (0..chains.len()).max_by_key(|at| chains[*at].0);
    let mut chain = Vec::new();
    while let Some(here) = at {
        chain.push(seen[here].0);
        at = chains[here].1;
    }
    chain.reverse();
    chain
}

/// The three rows of taxes follow the technical ones; their codes are read worst of all.
fn tax_rows(sheet: &Sheet, layout: &[PrintedRow], located: &[Located]) -> Vec<Located> {
    let Some(first) = layout.iter().position(|row| row[0].0 == "Y.1") else { return Vec::new() };
    let Some(last) = located.last().filter(|last| (first - 2..first).contains(&last.printed)) else {
        return Vec::new();
    };
    let is_tax = |row: &Row| {
        let amounts = row.tokens.iter().skip(1).filter(|token| is_number(&token.text)).count();
        (1..=3).contains(&amounts) && dates::find_noisy(&row.text).is_empty()
    };
    let rows = sheet.below(last.row, 6).filter(|(_, row)| is_tax(row)).map(|(row, _)| row);
    let rows: Vec<usize> = rows.collect();
    if rows.len() != 3 {
        return Vec::new();
    }
    rows.into_iter().enumerate().map(|(nth, row)| Located { row, printed: first + nth }).collect()
}

/// Digits with at most a comma.
fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        && text.contains(|c: char| c.is_ascii_digit())
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
