//! Labels and the values that belong to them: on the same row to the right, or under them in their column.

use std::ops::Range;

use regex::Regex;

use crate::layout::{Mark, Row, Sheet};
use crate::values::Found;

/// A part of one row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    pub row: usize,
    /// Part of the row's text.
    pub bytes: Range<usize>,
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub value: T,
    pub mark: Mark,
    pub spot: Spot,
    pub repairs: usize,
}

/// Rows under a label in which its value is looked for.
const ROWS_BELOW: usize = 3;

/// Every place where a pattern stands.
pub(crate) fn spots(sheet: &Sheet, pattern: &Regex) -> Vec<Spot> {
    let rows = sheet.rows.iter().enumerate();
    rows.flat_map(|(row, found)| {
        pattern.find_iter(&found.text).map(move |at| Spot { row, bytes: at.range() })
    })
    .collect()
}

/// All values of a sort on the sheet.
pub(crate) fn everywhere<T>(sheet: &Sheet, find: impl Fn(&str) -> Vec<Found<T>>) -> Vec<Placed<T>> {
    let mut placed = Vec::new();
    for (row, found) in sheet.rows.iter().enumerate() {
        placed.extend(find(&found.text).into_iter().map(|value| place(found, row, 0, value)));
    }
    placed
}

/// The values behind a label on its row, nearest first.
pub(crate) fn right<T>(sheet: &Sheet, label: &Spot, find: impl Fn(&str) -> Vec<Found<T>>) -> Vec<Placed<T>> {
    let row = &sheet.rows[label.row];
    let rest = row.text.get(label.bytes.end..).unwrap_or_default();
    find(rest).into_iter().map(|value| place(row, label.row, label.bytes.end, value)).collect()
}

/// The values under a label, in the cells that share its column, nearest first.
pub(crate) fn below<T>(sheet: &Sheet, label: &Spot, find: impl Fn(&str) -> Vec<Found<T>>) -> Vec<Placed<T>> {
    let mut placed = Vec::new();
    for (row, cell) in cells_below(sheet, label) {
        let bytes = sheet.rows[row].bytes(cell);
        let text = &sheet.rows[row].text[bytes.clone()];
        placed.extend(find(text).into_iter().map(|value| place(&sheet.rows[row], row, bytes.start, value)));
    }
    placed
}

/// The cells under a label that share its column.
pub(crate) fn cells_below(sheet: &Sheet, label: &Spot) -> Vec<(usize, Range<usize>)> {
    let row = &sheet.rows[label.row];
    let place = row.rect(row.touched(&label.bytes));
    let near = sheet.below(label.row, ROWS_BELOW).filter(|(_, next)| {
        next.tokens.first().is_some_and(|token| token.rect.top - place.bottom < 5.0 * place.height())
    });
    near.flat_map(|(at, next)| next.cells().into_iter().map(move |cell| (at, cell)))
        .filter(|(at, cell)| sheet.rows[*at].rect(cell.clone()).shares_column(place))
        .collect()
}

fn place<T>(row: &Row, at: usize, offset: usize, found: Found<T>) -> Placed<T> {
    let bytes = found.at.start + offset..found.at.end + offset;
    Placed {
        value: found.value,
        mark: row.mark_text(&bytes),
        repairs: found.repairs,
        spot: Spot { row: at, bytes },
    }
}

/// The words that say what a value is: before it in its row, else the heading above its column.
pub(crate) fn context(sheet: &Sheet, value: &Spot) -> String {
    let row = &sheet.rows[value.row];
    let before = row.text.get(..value.bytes.start).unwrap_or_default();
    let cell = before.rsplit('\t').find(|cell| cell.chars().filter(|c| c.is_ascii_alphabetic()).count() >= 2);
    let is_near = cell.is_some_and(|cell| before.trim_end().ends_with(cell.trim_end()) && !cell.is_empty());
    if let (true, Some(cell)) = (is_near, cell) {
        return cell.trim().to_owned();
    }
    heading(sheet, value).or(cell.map(|cell| cell.trim().to_owned())).unwrap_or_default()
}

/// The nearest cell with letters above a value, in its column.
pub(crate) fn heading(sheet: &Sheet, value: &Spot) -> Option<String> {
    let row = &sheet.rows[value.row];
    let place = row.rect(row.touched(&value.bytes));
    let above = sheet.rows[..value.row].iter().rev().take(2).filter(|above| above.page == row.page);
    above
        .flat_map(|above| above.cells().into_iter().map(move |cell| (above, cell)))
        .filter(|(above, cell)| {
            let rect = above.rect(cell.clone());
            rect.shares_column(place) && place.top - rect.bottom < 5.0 * place.height()
        })
        .map(|(above, cell)| above.text[above.bytes(cell)].to_owned())
        .find(|text| text.chars().filter(|c| c.is_ascii_alphabetic()).count() >= 2)
}
