//! The page as printed rows: words brought back to one line across columns, slant taken out.

mod rows;

use std::ops::Range;

use domain::reading::{BBox, ReadPage, Reading, Source, Word};

use crate::text::{fold, snap};

/// A rectangle in units of the page's width, slant taken out; for comparing places only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Rect {
    pub(crate) fn middle(self) -> f32 {
        f32::midpoint(self.top, self.bottom)
    }

    pub(crate) fn height(self) -> f32 {
        self.bottom - self.top
    }

    /// Whether both stand in one column.
    pub(crate) fn shares_column(self, other: Self) -> bool {
        self.left.max(other.left) < self.right.min(other.right)
    }
}

/// A word with its comparable forms.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// As read.
    pub text: String,
    /// Folded.
    pub fold: String,
    pub confidence: f32,
    pub bbox: BBox,
    pub rect: Rect,
    /// The reader's own line number, a hint for the rows.
    line: u32,
}

/// One printed row across the whole page.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub page: u32,
    pub tokens: Vec<Token>,
    /// The folded words with label words mended, a space between neighbours and a tab across a wide gap.
    pub text: String,
    starts: Vec<usize>,
}

/// Where a value was found and how it looked there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    pub raw: String,
    pub confidence: f32,
    pub page: u32,
    pub bbox: BBox,
}

/// Gap between words, in widths of the row's average sign, from which they belong to different cells.
///
/// A space is half a sign in print and one in typewriting; heights do not serve, since a text layer gives the font's and
/// a reader the letters'.
const CELL_GAP: f32 = 2.2;

impl Row {
    fn new(page: u32, mut tokens: Vec<Token>) -> Self {
        tokens.sort_by(|a, b| a.rect.left.total_cmp(&b.rect.left));
        let signs: usize = tokens.iter().map(|token| token.text.chars().count()).sum();
        let width: f32 = tokens.iter().map(|token| token.rect.right - token.rect.left).sum();
        let gap = CELL_GAP * width / signs.max(1) as f32;
        let (mut text, mut starts) = (String::new(), Vec::new());
        let mut right: Option<f32> = None;
        for token in &tokens {
            if let Some(right) = right {
                text.push(if token.rect.left - right > gap { '\t' } else { ' ' });
            }
            starts.push(text.len());
            text.push_str(&snap(&token.fold));
            right = Some(token.rect.right);
        }
        Self { page, tokens, text, starts }
    }

    /// The words that a part of the row's text touches.
    pub(crate) fn touched(&self, bytes: &Range<usize>) -> Range<usize> {
        if bytes.is_empty() {
            return 0..0;
        }
        let first = self.starts.partition_point(|start| *start <= bytes.start).saturating_sub(1);
        let end = self.starts.partition_point(|start| *start < bytes.end);
        first..end.max(first)
    }

    /// The mark of some of its words.
    pub(crate) fn mark(&self, words: Range<usize>) -> Mark {
        mark(self.page, self.tokens.get(words).unwrap_or_default())
    }

    /// The mark of a part of the row's text.
    pub(crate) fn mark_text(&self, bytes: &Range<usize>) -> Mark {
        self.mark(self.touched(bytes))
    }

    /// The place of some of its words.
    pub(crate) fn rect(&self, words: Range<usize>) -> Rect {
        enclose(self.tokens.get(words).unwrap_or_default().iter().map(|token| token.rect))
    }

    /// Word ranges of the cells between wide gaps.
    pub(crate) fn cells(&self) -> Vec<Range<usize>> {
        let mut cells = Vec::new();
        let mut at = 0;
        for cell in self.text.split('\t') {
            cells.push(self.touched(&(at..at + cell.len())));
            at += cell.len() + 1;
        }
        cells.retain(|cell| !cell.is_empty());
        cells
    }

    /// The part of the row's text that some of its words take.
    pub(crate) fn bytes(&self, words: Range<usize>) -> Range<usize> {
        let start = self.starts.get(words.start).copied().unwrap_or(self.text.len());
        let end = self.starts.get(words.end).map_or(self.text.len(), |next| next - 1);
        start..end.max(start)
    }

    /// The words as read, joined.
    pub(crate) fn raw(&self, words: Range<usize>) -> String {
        join(self.tokens.get(words).unwrap_or_default())
    }
}

/// The words as read, joined by spaces.
pub(crate) fn join(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The mark of some words of one page.
pub(crate) fn mark(page: u32, tokens: &[Token]) -> Mark {
    let letters: usize = tokens.iter().map(|token| token.text.len()).sum();
    let sum: f32 = tokens.iter().map(|token| token.confidence * token.text.len() as f32).sum();
    Mark {
        raw: join(tokens),
        confidence: if letters == 0 { 0.0 } else { sum / letters as f32 },
        page,
        bbox: around(tokens.iter().map(|token| token.bbox)),
    }
}

/// The smallest box around some boxes.
pub(crate) fn around(boxes: impl Iterator<Item = BBox>) -> BBox {
    boxes
        .reduce(|a, b| {
            let (x, y) = (a.x.min(b.x), a.y.min(b.y));
            BBox { x, y, w: (a.x + a.w).max(b.x + b.w) - x, h: (a.y + a.h).max(b.y + b.h) - y }
        })
        .unwrap_or_default()
}

fn enclose(rects: impl Iterator<Item = Rect>) -> Rect {
    rects
        .reduce(|a, b| Rect {
            left: a.left.min(b.left),
            right: a.right.max(b.right),
            top: a.top.min(b.top),
            bottom: a.bottom.max(b.bottom),
        })
        .unwrap_or(Rect { left: 0.0, right: 0.0, top: 0.0, bottom: 0.0 })
}

/// A whole paper as rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    pub rows: Vec<Row>,
}

impl Sheet {
    pub(crate) fn new(reading: &Reading) -> Self {
        Self { rows: reading.pages.iter().flat_map(rows::of_page).collect() }
    }

    /// All text as read, page by page, row by row.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (at, row) in self.rows.iter().enumerate() {
            if at > 0 {
                text.push(if self.rows[at - 1].page == row.page { '\n' } else { '\u{c}' });
            }
            text.push_str(&row.raw(0..row.tokens.len()));
        }
        text
    }

    /// The next rows of the same page, nearest first.
    pub(crate) fn below(&self, row: usize, count: usize) -> impl Iterator<Item = (usize, &Row)> {
        let page = self.rows.get(row).map(|row| row.page);
        self.rows
            .iter()
            .enumerate()
            .skip(row + 1)
            .take(count)
            .filter(move |(_, next)| Some(next.page) == page)
    }
}

/// Rows of loose words, such as a zone read once more.
pub(crate) fn rows_of_words(page: &ReadPage, words: &[Word]) -> Vec<Row> {
    rows::of_page(&ReadPage { words: words.to_vec(), source: Source::Ocr, ..page.clone() })
}

fn token(word: &Word, aspect: f32, slope: f32) -> Token {
    let BBox { x, y, w, h } = word.bbox;
    let lift = slope * (x + w / 2.0);
    Token {
        text: word.text.trim().to_owned(),
        fold: fold(word.text.trim()),
        confidence: word.confidence.clamp(0.0, 1.0),
        bbox: word.bbox,
        rect: Rect { left: x, right: x + w, top: y * aspect - lift, bottom: (y + h) * aspect - lift },
        line: word.line,
    }
}
