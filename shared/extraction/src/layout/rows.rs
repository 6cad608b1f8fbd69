//! Printed rows out of words: the reader's lines, straightened and joined across columns.

use domain::reading::{ReadPage, Source, Word};

use super::{Row, Token, token};

/// The rows of a page, top to bottom.
pub(super) fn of_page(page: &ReadPage) -> Vec<Row> {
    let aspect = if page.width == 0 { 1.0 } else { page.height as f32 / page.width as f32 };
    let optical = page.source == Source::Ocr;
    let words: Vec<&Word> =
        page.words.iter().filter(|word| is_placed(word) && (!optical || is_text(word))).collect();
    let slope = slope(&words, aspect);
    let mut pieces = pieces(words.iter().map(|word| token(word, aspect, slope)).collect());
    pieces.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let mut rows: Vec<Vec<Token>> = Vec::new();
    for piece in pieces {
        match best_row(&rows, &piece) {
            Some(at) => {
                rows[at].extend(piece);
                rows[at].sort_by(|a, b| a.rect.left.total_cmp(&b.rect.left));
            }
            None => rows.push(piece),
        }
    }
    rows.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    rows.into_iter().map(|tokens| Row::new(page.number, tokens)).collect()
}

fn is_placed(word: &Word) -> bool {
    let numbers = [word.bbox.x, word.bbox.y, word.bbox.w, word.bbox.h, word.confidence];
    numbers.iter().all(|number| number.is_finite()) && !word.text.trim().is_empty()
}

/// Rules, dots and dirt, which optical reading takes for words, are none.
fn is_text(word: &Word) -> bool {
    word.text.chars().any(|c| c.is_alphanumeric() || matches!(c, '<' | '«' | '€' | '/' | ':' | '%'))
}

/// Slant of the page: the median over the reader's longer lines.
fn slope(words: &[&Word], aspect: f32) -> f32 {
    let mut slopes = Vec::new();
    let mut start = 0;
    for at in 1..=words.len() {
        if at < words.len() && words[at].line == words[start].line {
            continue;
        }
        let (first, last) = (words[start].bbox, words[at - 1].bbox);
        let run = (last.x + last.w / 2.0) - (first.x + first.w / 2.0);
        if run > 0.15 {
            slopes.push(((last.y + last.h / 2.0) - (first.y + first.h / 2.0)) * aspect / run);
        }
        start = at;
    }
    slopes.sort_by(f32::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or_default().clamp(-0.2, 0.2)
}

/// Runs of words that the reader took for one line and that do stand in one.
fn pieces(tokens: Vec<Token>) -> Vec<Vec<Token>> {
    let mut pieces: Vec<Vec<Token>> = Vec::new();
    for token in tokens {
        match pieces.last_mut() {
            Some(piece) if continues(piece, &token) => piece.push(token),
            _ => pieces.push(vec![token]),
        }
    }
    pieces
}

fn continues(piece: &[Token], token: &Token) -> bool {
    piece.last().is_some_and(|last| {
        last.line == token.line && last.rect.left <= token.rect.left && distance(last, token) < 0.7
    })
}

fn middle(tokens: &[Token]) -> f32 {
    tokens.iter().map(|token| token.rect.middle()).sum::<f32>() / tokens.len().max(1) as f32
}

/// How far two words stand from one line, in heights of the larger.
fn distance(a: &Token, b: &Token) -> f32 {
    let height = a.rect.height().max(b.rect.height()).max(f32::EPSILON);
    (a.rect.middle() - b.rect.middle()).abs() / height
}

/// The row that a piece belongs to: its neighbour there stands level, and nothing overlaps.
fn best_row(rows: &[Vec<Token>], piece: &[Token]) -> Option<usize> {
    let recent = rows.len().saturating_sub(8);
    rows.iter()
        .enumerate()
        .skip(recent)
        .filter(|(_, row)| !collides(row, piece))
        .filter_map(|(at, row)| Some((at, neighbour_distance(row, piece)?)))
        .filter(|(_, distance)| *distance < 0.5)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(at, _)| at)
}

fn collides(row: &[Token], piece: &[Token]) -> bool {
    row.iter().any(|a| {
        piece.iter().any(|b| {
            let overlap = a.rect.right.min(b.rect.right) - a.rect.left.max(b.rect.left);
            overlap > 0.3 * (a.rect.right - a.rect.left).min(b.rect.right - b.rect.left)
        })
    })
}

fn neighbour_distance(row: &[Token], piece: &[Token]) -> Option<f32> {
    let (first, last) = (piece.first()?, piece.last()?);
    let before = row.iter().rfind(|token| token.rect.left < first.rect.left);
    let after = row.iter().find(|token| token.rect.left >= last.rect.left);
    let left = before.map(|token| distance(token, first));
    let right = after.map(|token| distance(token, last));
    left.into_iter().chain(right).min_by(f32::total_cmp)
}
