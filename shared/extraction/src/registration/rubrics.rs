//! Values beside their codes, by code and by the order in which codes stand on the paper.

use std::ops::Range;

use super::anchors::{self, Anchor};
use super::codes::{self, Content, FAMILIES, RUBRICS};
use super::{grid, patterns};
use crate::layout::{Mark, Rect, Row, Sheet, join, mark};
use crate::text::{compact, is_small};

/// A rubric with its value.
#[derive(Debug, Clone)]
pub(crate) struct Rubric {
    pub code: &'static str,
    pub value: String,
    pub mark: Mark,
    /// Whether its code was read plainly.
    pub exact: bool,
    pub repairs: usize,
}

/// Every rubric that could be read, plain codes before guessed ones.
pub(crate) fn read(sheet: &Sheet) -> Vec<Rubric> {
    let anchors = grid::anchors(sheet);
    let (mut rubrics, mut guesses) = (Vec::new(), Vec::new());
    for (at, row) in sheet.rows.iter().enumerate() {
        let trusted: Vec<Anchor> = anchors[at]
            .iter()
            .filter(|anchor| anchor.exact || fits_neighbours(row, &anchors, at, **anchor))
            .copied()
            .collect();
        for (nth, anchor) in trusted.iter().enumerate() {
            let end = trusted.get(nth + 1).map_or(row.tokens.len(), |next| next.word);
            rubrics.extend(behind(sheet, at, *anchor, anchor.word + 1..end));
        }
        guesses.extend(unlabelled(row, &trusted));
    }
    rubrics.extend(grid::read(sheet, &anchors));
    rubrics.extend(guesses);
    rubrics.extend(patterns::read(sheet));
    rubrics.sort_by_key(|rubric| !rubric.exact);
    rubrics
}

/// A guessed code counts when it stands in the right order between the plain codes around it.
fn fits_neighbours(words: &Row, anchors: &[Vec<Anchor>], row: usize, guess: Anchor) -> bool {
    let plain =
        |row: &Vec<Anchor>| row.iter().filter(|anchor| anchor.exact).map(|a| a.rubric).collect::<Vec<_>>();
    let above = anchors[..row].iter().rev().take(4).flat_map(plain).max();
    let below = anchors[row + 1..].iter().take(4).flat_map(plain).min();
    let beside = plain(&anchors[row])
        .iter()
        .any(|rubric| family(*rubric).is_some() && family(*rubric) == family(guess.rubric));
    let in_order =
        above.is_some_and(|above| above < guess.rubric) && below.is_none_or(|below| guess.rubric < below);
    // Two digits are a value more often than a code: only a brother in the row makes a code of them.
    let is_number = words.tokens[guess.word].text.len() > 1
        && words.tokens[guess.word].text.bytes().all(|b| b.is_ascii_digit());
    beside || (in_order && !is_number)
}

fn family(rubric: usize) -> Option<usize> {
    FAMILIES.iter().position(|family| family.contains(&RUBRICS[rubric].0))
}

/// What stands behind one code.
fn behind(sheet: &Sheet, at: usize, anchor: Anchor, words: Range<usize>) -> Option<Rubric> {
    let row = &sheet.rows[at];
    let (code, content) = RUBRICS[anchor.rubric];
    match content {
        Content::Names => block(sheet, at, anchor, words, 1)
            .map(|(value, mark)| plain(code, &strip_title(before_number(&value)), mark, anchor)),
        Content::Address => block(sheet, at, anchor, words, 4)
            .map(|(value, mark)| plain(code, &strip_country(&value), mark, anchor)),
        content => {
            one(row, code, content, words.clone(), anchor.exact).or_else(|| lower(sheet, at, anchor, words))
        }
    }
}

fn one(row: &Row, code: &'static str, content: Content, words: Range<usize>, exact: bool) -> Option<Rubric> {
    let read = codes::read(content, row.tokens.get(words.clone())?)?;
    let mark = row.mark(words.start + read.from..words.start + read.to);
    Some(Rubric { code, value: read.value, mark, exact, repairs: read.repairs })
}

/// The core values of old and tilted papers stand under their code; only what cannot be mistaken is looked for there.
fn lower(sheet: &Sheet, at: usize, anchor: Anchor, words: Range<usize>) -> Option<Rubric> {
    let (code, content) = RUBRICS[anchor.rubric];
    if !matches!(content, Content::Plate | Content::Vin) || !words.is_empty() {
        return None;
    }
    let place = sheet.rows[at].rect(anchor.word..anchor.word + 1);
    let (_, next) = sheet.below(at, 1).next()?;
    let start = next.tokens.iter().position(|token| token.rect.right > place.left)?;
    if next.tokens[start].rect.top - place.bottom > 2.0 * place.height() {
        return None;
    }
    one(next, code, content, start..next.tokens.len(), anchor.exact)
}

fn plain(code: &'static str, value: &str, mark: Mark, anchor: Anchor) -> Rubric {
    Rubric { code, value: value.to_owned(), mark, exact: anchor.exact, repairs: 0 }
}

/// Capitals behind a code and in the next rows, at most so many more, until another code stands at the left.
fn block(
    sheet: &Sheet,
    at: usize,
    anchor: Anchor,
    words: Range<usize>,
    more: usize,
) -> Option<(String, Mark)> {
    let row = &sheet.rows[at];
    let code = row.rect(anchor.word..anchor.word + 1);
    let mut tokens = row.tokens[capitals(row, words)].to_vec();
    let mut left = tokens.first().map(|token| token.rect.left);
    let mut added = 0;
    for (_, next) in sheet.below(at, more + 3) {
        if added >= more || ends_block(next, anchor, code) {
            break;
        }
        let from = next.tokens.iter().position(|token| token.rect.left > code.left + code.height());
        let Some(from) = from else { continue };
        let found = &next.tokens[capitals(next, from..next.tokens.len())];
        let aligned = found.first().is_some_and(|token| {
            left.map_or(token.rect.left - code.right < 0.12, |left| (token.rect.left - left).abs() < 0.04)
        });
        if aligned && compact(&join(found)).len() >= 2 {
            left = left.or(found.first().map(|token| token.rect.left));
            added += usize::from(!tokens.is_empty());
            tokens.extend_from_slice(found);
        }
    }
    (compact(&join(&tokens)).len() >= 3).then(|| (join(&tokens).to_uppercase(), mark(row.page, &tokens)))
}

/// Whether a row starts the next rubric, or stands too far below.
fn ends_block(row: &Row, anchor: Anchor, code: Rect) -> bool {
    let at_left = |word: usize| (row.rect(word..word + 1).left - code.left).abs() < 0.05;
    let mut anchors = anchors::in_row(row).into_iter();
    let starts = anchors.any(|other| other.exact && other.rubric > anchor.rubric && at_left(other.word));
    let far = row.tokens.first().is_some_and(|token| token.rect.top - code.bottom > 14.0 * code.height());
    starts || far || row.text.contains("PROPRIETAIRE")
}

/// The words up to small letters, a wide gap or dirt.
fn capitals(row: &Row, words: Range<usize>) -> Range<usize> {
    let mut end = words.start;
    for at in words.clone() {
        let token = &row.tokens[at];
        let gap =
            at > words.start && token.rect.left - row.tokens[at - 1].rect.right > 5.0 * token.rect.height();
        if gap || is_small(&token.text) || compact(&token.fold).is_empty() {
            break;
        }
        end = at + 1;
    }
    words.start..end
}

/// No name has a number: what starts with one is the address under a code that was not read.
fn before_number(name: &str) -> &str {
    let digit = name.find(|c: char| c.is_ascii_digit()).filter(|at| *at >= 3);
    digit.map_or(name, |at| name[..at].trim_end())
}

fn strip_title(name: &str) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.first().is_some_and(|word| {
        matches!(compact(word).as_str(), "M" | "MR" | "MME" | "MLLE" | "MONSIEUR" | "MADAME")
    }) {
        words.remove(0);
    }
    words.join(" ")
}

fn strip_country(address: &str) -> String {
    address.strip_suffix("FRANCE").unwrap_or(address).trim().to_owned()
}

/// Values whose code could not be read, in a row where the codes around it could: `J2 AC CI` lacks `J.3`.
fn unlabelled(row: &Row, anchors: &[Anchor]) -> Vec<Rubric> {
    let Some(family) = anchors.iter().filter(|a| a.exact).find_map(|anchor| family(anchor.rubric)) else {
        return Vec::new();
    };
    let codes = FAMILIES[family];
    let nth = |anchor: &Anchor| codes.iter().position(|code| *code == RUBRICS[anchor.rubric].0);
    let mut rubrics = Vec::new();
    let mut gap_start = 0;
    let mut next_code = 0;
    for at in 0..=anchors.len() {
        let (end, upto) = match anchors.get(at) {
            Some(anchor) => match nth(anchor) {
                Some(nth) => (anchor.word, nth),
                None => continue,
            },
            None => (row.tokens.len(), codes.len()),
        };
        if upto == next_code + 1 && gap_start < end {
            rubrics.extend(in_gap(row, codes[next_code], gap_start..end));
        }
        gap_start = anchors.get(at).map_or(end, |anchor| anchor.word + 1 + taken(row, *anchor));
        next_code = upto + 1;
    }
    rubrics
}

/// Words that the value behind a code takes.
fn taken(row: &Row, anchor: Anchor) -> usize {
    let tokens = row.tokens.get(anchor.word + 1..).unwrap_or_default();
    codes::read(RUBRICS[anchor.rubric].1, tokens).map_or(0, |read| read.to)
}

fn in_gap(row: &Row, code: &str, words: Range<usize>) -> Option<Rubric> {
    let (code, content) = RUBRICS[anchors::position(code)?];
    if matches!(content, Content::Text | Content::Word) {
        return None;
    }
    let skipped = one(row, code, content, words.start + 1..words.end.max(words.start + 1), false);
    skipped.or_else(|| one(row, code, content, words, false))
}
