//! Rubric codes on the page: read plainly, or recognised through their look-alikes.

use super::codes::RUBRICS;
use crate::layout::{Row, Token};
use crate::text::{compact, is_small};

/// A code found in a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Anchor {
    /// Its place in [`RUBRICS`].
    pub rubric: usize,
    /// The word that holds it.
    pub word: usize,
    /// Whether it was read plainly.
    pub exact: bool,
}

/// The codes of a row, left to right; a word is at most one code.
pub(crate) fn in_row(row: &Row) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    for (word, token) in row.tokens.iter().enumerate() {
        if is_legend(row, word) {
            continue;
        }
        if let Some(rubric) = exact(token) {
            anchors.push(Anchor { rubric, word, exact: true });
        } else if let Some(rubric) = alike(token) {
            anchors.push(Anchor { rubric, word, exact: false });
        }
    }
    anchors
}

/// The cover explains every code in small letters: `(A) Numéro d'immatriculation`. No value stands there.
fn is_legend(row: &Row, word: usize) -> bool {
    row.tokens.iter().skip(word + 1).take(2).any(|token| is_small(&token.text) && token.text.len() >= 5)
}

/// Place of a code in [`RUBRICS`].
pub(crate) fn position(code: &str) -> Option<usize> {
    RUBRICS.iter().position(|(known, _)| *known == code)
}

/// Whether a code is one of the taxes, `Y.1` to `Y.6`.
pub(crate) fn is_tax(rubric: usize) -> bool {
    RUBRICS[rubric].0.starts_with('Y')
}

fn by_compact(compacted: &str) -> Option<usize> {
    RUBRICS.iter().position(|(code, _)| compact(code).eq_ignore_ascii_case(compacted))
}

fn exact(token: &Token) -> Option<usize> {
    let shape =
        token.text.trim_matches(|c: char| matches!(c, '(' | ')' | '.' | ',' | ':' | '-' | '_' | '\''));
    let separators = shape.chars().filter(|c| !c.is_ascii_alphanumeric()).count();
    if separators > 2 || shape.len() > 5 {
        return None;
    }
    by_compact(&compact(&token.fold))
}

/// A code through look-alikes: a letter and one digit, as `V6` or `¥6` for `Y.6`, `SL` for `S.1`.
fn alike(token: &Token) -> Option<usize> {
    let signs: Vec<char> = token
        .fold
        .chars()
        .filter(|c| !matches!(c, '.' | ',' | '(' | ')' | '-' | ':' | '_' | '\'' | ' '))
        .collect();
    if let [only] = signs.as_slice() {
        return match only {
            '$' => by_compact("E"),
            '8' => by_compact("B"),
            '1' | 'L' | '|' | 'T' => by_compact("I"),
            _ => None,
        };
    }
    let [letter, digit] = signs.as_slice() else { return None };
    let letter = match letter {
        '5' => 'S',
        '6' => 'G',
        c => *c,
    };
    let digit = match digit {
        'I' | 'L' | '|' | 'T' | 'J' | '!' | ']' => '1',
        'Z' => '2',
        'A' => '4',
        'S' => '5',
        'G' => '6',
        '?' => '7',
        c => *c,
    };
    by_compact(&format!("{letter}{digit}")).or_else(|| match letter {
        'V' => by_compact(&format!("Y{digit}")),
        _ => None,
    })
}
