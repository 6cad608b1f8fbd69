//! Rubrics that are recognised by their value alone, wherever their code went.

use std::sync::LazyLock;

use regex::Regex;

use super::rubrics::Rubric;
use crate::layout::{Row, Sheet, Token, mark};
use crate::values::dates;

static APPROVAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\s)([E$]\d{1,2}[*.X]\d{2,4}/\d{1,4}[*.X]{1,2}\d{3,5}[*.X]{1,2}\d{1,2})(?:$|\s)")
        .expect("a valid pattern")
});
static VISIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bAVANT\s+LE\b|\bVISITE\s+\S+\s+\S+").expect("a valid pattern"));
static EMISSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\s)((?:\d{2,4}/\d{2,4}\S*)?EURO[1-6][A-Z]?)(?:$|\s)").expect("a valid pattern")
});

static TOWN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\t)(\d{5} [A-Z][A-Z' -]{2,})(?:$|\t)").expect("a valid pattern"));

/// Reads `K`, `X.1`, `V.9` and `C.3` by their look.
pub(super) fn read(sheet: &Sheet) -> Vec<Rubric> {
    let by_row = |row| approval(row).into_iter().chain(visit(row)).chain(emission(row));
    sheet.rows.iter().flat_map(by_row).chain(address(sheet)).collect()
}

fn found(
    code: &'static str,
    value: String,
    row: &Row,
    bytes: &std::ops::Range<usize>,
    repairs: usize,
) -> Rubric {
    Rubric { code, value, mark: row.mark_text(bytes), exact: false, repairs }
}

fn approval(row: &Row) -> Option<Rubric> {
    let approval = APPROVAL.captures(&row.text)?.get(1)?;
    let value = format!("e{}", approval.as_str()[1..].replace(['.', 'X'], "*").replace("**", "*"));
    Some(found("K", value, row, &approval.range(), 0))
}

fn visit(row: &Row) -> Option<Rubric> {
    let label = VISIT.find(&row.text)?;
    let date = dates::find_noisy(&row.text[label.start()..]).into_iter().next()?;
    let bytes = label.start() + date.at.start..label.start() + date.at.end;
    Some(found("X.1", date.value.to_string(), row, &bytes, date.repairs))
}

fn emission(row: &Row) -> Option<Rubric> {
    let class = EMISSION.captures(&row.text)?.get(1)?;
    Some(found("V.9", class.as_str().to_owned(), row, &class.range(), 0))
}

/// A postal code with its town, and the street in capitals above it.
fn address(sheet: &Sheet) -> Option<Rubric> {
    sheet.rows.iter().enumerate().find_map(|(at, row)| {
        let town = TOWN.captures(&row.text)?.get(1)?;
        let words = row.touched(&town.range());
        let place = row.rect(words.clone());
        let mut above = sheet.rows[..at].iter().rev().take(3).filter(|above| above.page == row.page);
        let street = above.find_map(|above| {
            let cells = above.cells().into_iter();
            let mut aligned = cells.filter(|cell| (above.rect(cell.clone()).left - place.left).abs() < 0.04);
            let cell = aligned.next()?;
            let text = &above.text[above.bytes(cell.clone())];
            (text.len() >= 5 && text.chars().any(char::is_alphabetic)).then(|| above.tokens[cell].to_vec())
        })?;
        let tokens: Vec<Token> = street.into_iter().chain(row.tokens[words].iter().cloned()).collect();
        let mark = mark(row.page, &tokens);
        Some(Rubric { code: "C.3", value: mark.raw.to_uppercase(), mark, exact: false, repairs: 1 })
    })
}
