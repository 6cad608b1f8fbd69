//! Words from Tesseract's tab-separated report.

use domain::reading::{BBox, Word};

/// The level of a row that is a word.
const WORD_LEVEL: &str = "5";

/// The words of a picture of this size.
pub(super) fn words(tsv: &str, width: u32, height: u32) -> Vec<Word> {
    let mut words = Vec::new();
    let mut line = 0;
    let mut last = None;
    for row in tsv.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [level, _, block, paragraph, row_line, _, left, top, w, h, confidence, text] = columns[..] else {
            continue;
        };
        if level != WORD_LEVEL || text.trim().is_empty() {
            continue;
        }
        let place = (block.to_owned(), paragraph.to_owned(), row_line.to_owned());
        if last.as_ref().is_some_and(|last| *last != place) {
            line += 1;
        }
        last = Some(place);
        let number = |text: &str| text.parse::<f32>().unwrap_or(0.0);
        let (width, height) = (width as f32, height as f32);
        let bbox = BBox {
            x: number(left) / width,
            y: number(top) / height,
            w: number(w) / width,
            h: number(h) / height,
        };
        let confidence = (number(confidence) / 100.0).clamp(0.0, 1.0);
        words.push(Word { text: text.to_owned(), confidence, bbox, line });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_line_share_its_number() {
        let tsv = "1\t1\t0\t0\t0\t0\t0\t0\t200\t100\t-1\t\n\
                   5\t1\t1\t1\t1\t1\t20\t10\t40\t10\t96.5\tCARTE\n\
                   5\t1\t1\t1\t1\t2\t70\t10\t40\t10\t90\tGRISE\n\
                   5\t1\t1\t1\t2\t1\t20\t30\t40\t10\t50\tA\n";
        let read = words(tsv, 200, 100);
        let lines: Vec<_> = read.iter().map(|word| (word.text.as_str(), word.line)).collect();
        assert_eq!(lines, [("CARTE", 0), ("GRISE", 0), ("A", 1)]);
        assert_eq!(read[0].bbox, BBox { x: 0.1, y: 0.1, w: 0.2, h: 0.1 });
        assert!((read[0].confidence - 0.965).abs() < 1e-6);
    }
}
