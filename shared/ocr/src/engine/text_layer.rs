//! The words that a PDF carries, from `pdftotext -bbox-layout`.

use domain::reading::{BBox, ReadPage, Source, Word};

/// Fewer words than this are a stamp on a scanned page, not its text.
const FEWEST_WORDS: usize = 12;
/// Share of letters and digits that a readable text has at least; broken fonts give signs and private characters.
const READABLE_SHARE: f32 = 0.7;

/// Whether this text can be trusted to be what the page shows.
pub(super) fn is_readable(page: &ReadPage) -> bool {
    let characters = || page.words.iter().flat_map(|word| word.text.chars());
    let readable = characters().filter(|&c| c.is_alphanumeric() || ".,-/:€%()'’".contains(c)).count();
    page.words.len() >= FEWEST_WORDS && readable as f32 >= READABLE_SHARE * characters().count() as f32
}

/// The pages in what the tool wrote: one element a line.
pub(super) fn parse(xml: &str) -> Vec<ReadPage> {
    let mut pages: Vec<ReadPage> = Vec::new();
    for line in xml.lines().map(str::trim_start) {
        if line.starts_with("<page ") {
            pages.push(empty_page(pages.len() as u32 + 1, line));
        } else if let (Some(rest), Some(page)) = (line.strip_prefix("<word "), pages.last_mut()) {
            page.words.extend(word(rest, page.width as f32, page.height as f32));
        }
    }
    for page in &mut pages {
        number_lines(&mut page.words);
    }
    pages
}

fn empty_page(number: u32, line: &str) -> ReadPage {
    let side = |name| attribute(line, name).unwrap_or(1.0).max(1.0).round() as u32;
    let (width, height) = (side("width"), side("height"));
    ReadPage { number, width, height, source: Source::TextLayer, rotation: 0, words: Vec::new() }
}

fn word(line: &str, width: f32, height: f32) -> Option<Word> {
    let (attributes, rest) = line.split_once('>')?;
    let text = unescape(rest.strip_suffix("</word>")?);
    let side = |name| attribute(attributes, name);
    let (left, top, right, bottom) = (side("xMin")?, side("yMin")?, side("xMax")?, side("yMax")?);
    let bbox = BBox {
        x: left / width,
        y: top / height,
        w: (right - left).max(0.0) / width,
        h: (bottom - top).max(0.0) / height,
    };
    (!text.trim().is_empty()).then_some(Word { text, confidence: 1.0, bbox, line: 0 })
}

fn attribute(line: &str, name: &str) -> Option<f32> {
    let (_, rest) = line.split_once(&format!("{name}=\""))?;
    rest.split_once('"')?.0.parse().ok()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Words whose middles stand on one height share a printed line, whatever block the tool put them in: a label and its amount are
/// often blocks apart.
fn number_lines(words: &mut [Word]) {
    let middle = |word: &Word| word.bbox.y + word.bbox.h / 2.0;
    words.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let mut line = 0;
    let mut band = (f32::NEG_INFINITY, 0.0);
    for word in words.iter_mut() {
        let (at, reach) = (middle(word), word.bbox.h / 2.0);
        if at - band.0 > reach.min(band.1) && band.0.is_finite() {
            line += 1;
            band = (at, reach);
        } else if !band.0.is_finite() {
            band = (at, reach);
        }
        word.line = line;
    }
    words.sort_by(|a, b| a.line.cmp(&b.line).then(a.bbox.x.total_cmp(&b.bbox.x)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = r#"<page width="200.0" height="100.0">
      <word xMin="10" yMin="20" xMax="50" yMax="30">Total</word>
      <word xMin="10" yMin="40" xMax="50" yMax="50">TVA</word>
      <word xMin="150" yMin="21" xMax="190" yMax="31">12,00&amp;</word>
    </page>
    <page width="100" height="100">
    </page>"#;

    #[test]
    fn a_label_and_its_amount_share_a_line_across_blocks() {
        let pages = parse(SAID);
        let words: Vec<_> = pages[0].words.iter().map(|word| (word.text.as_str(), word.line)).collect();
        assert_eq!(words, [("Total", 0), ("12,00&", 0), ("TVA", 1)]);
        assert_eq!(pages[0].words[0].bbox, BBox { x: 0.05, y: 0.2, w: 0.2, h: 0.1 });
        assert_eq!((pages.len(), pages[1].number), (2, 2));
    }

    #[test]
    fn a_stamp_or_a_broken_font_is_no_text() {
        let mut page = parse(SAID).remove(0);
        assert!(!is_readable(&page), "three words are a stamp");
        page.words = vec![page.words[0].clone(); 20];
        assert!(is_readable(&page));
        page.words.iter_mut().for_each(|word| word.text = "\u{f0b7}\u{f0a7}".to_owned());
        assert!(!is_readable(&page), "private characters are a broken font");
    }
}
