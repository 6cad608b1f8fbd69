//! Labels and the values that belong to them: on the same row to the right, or under them in their column.

use std::ops::Range;

use domain::reading::BBox;
use regex::Regex;

use crate::analysis::Closer;
use crate::layout::{Mark, Row, Sheet};
use crate::values::{Found, amounts, dates};

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

/// The words that say what a value is: before it in its cell; else the cell before and the heading above, a line each.
pub(crate) fn context(sheet: &Sheet, value: &Spot) -> String {
    let row = &sheet.rows[value.row];
    let before = row.text.get(..value.bytes.start).unwrap_or_default();
    let mut cells = before.rsplit('\t').map(str::trim).filter(|cell| !cell.is_empty());
    let own = before.rsplit('\t').next().map(str::trim).filter(|own| is_label(own));
    if let Some(own) = own {
        return own.to_owned();
    }
    let left = cells.find(|cell| has_letters(cell)).filter(|cell| is_label(cell));
    let heading = heading(sheet, value).filter(|heading| is_label(heading));
    left.map(str::to_owned).into_iter().chain(heading).collect::<Vec<_>>().join("\n")
}

fn has_letters(text: &str) -> bool {
    text.chars().filter(char::is_ascii_alphabetic).count() >= 2
}

/// Words without a value among them.
fn is_label(text: &str) -> bool {
    has_letters(text) && dates::find(text).is_empty() && amounts::find(text).is_empty()
}

/// The nearest cell with letters above a value, in its column.
pub(crate) fn heading(sheet: &Sheet, value: &Spot) -> Option<String> {
    let row = &sheet.rows[value.row];
    let place = row.rect(row.touched(&value.bytes));
    let above = sheet.rows[..value.row].iter().rev().take(3).filter(|above| above.page == row.page);
    above
        .flat_map(|above| above.cells().into_iter().map(move |cell| (above, cell)))
        .filter(|(above, cell)| {
            let rect = above.rect(cell.clone());
            rect.shares_column(place) && place.top - rect.bottom < 5.0 * place.height()
        })
        .map(|(above, cell)| above.text[above.bytes(cell)].to_owned())
        .find(|text| has_letters(text))
}

/// Rows of the zones that were read once more under a label.
pub(crate) fn closer_rows<'a>(closer: &'a [Closer], label: &'a str) -> impl Iterator<Item = &'a Row> {
    closer.iter().filter(move |(known, _)| known == label).flat_map(|(_, rows)| rows)
}

/// Where a value that was not read should stand: right of its label, and under it.
pub(crate) fn expected(sheet: &Sheet, label: &Spot) -> Vec<(u32, BBox)> {
    let row = &sheet.rows[label.row];
    let words = row.touched(&label.bytes);
    let place = row.mark(words.clone()).bbox;
    let left = place.x + place.w;
    let next = row.tokens.get(words.end).map_or(1.0, |token| token.bbox.x);
    let mut places = Vec::new();
    if next - left > 0.08 {
        let width = (next - left).min(0.4);
        places.push(BBox { x: left, y: place.y - 0.5 * place.h, w: width, h: 2.0 * place.h });
    }
    places.push(BBox { x: place.x, y: place.y + place.h, w: place.w.max(0.2), h: 4.0 * place.h });
    places.into_iter().map(|place| (row.page, on_page(place))).collect()
}

fn on_page(place: BBox) -> BBox {
    let clamp = |number: f32| number.clamp(0.0, 1.0);
    let (x, y) = (clamp(place.x), clamp(place.y));
    BBox { x, y, w: (clamp(place.x + place.w) - x).max(0.0), h: (clamp(place.y + place.h) - y).max(0.0) }
}
