//! Papers drawn as text: one sign is one hundredth of the page's width, one line one fiftieth of its height.

use domain::analysis::Analysis;
use domain::document::DocumentKind;
use domain::reading::{BBox, ReadPage, Reading, Source, Word};
use extraction::analyze;

/// A page of one drawing, read surely.
pub fn drawn(text: &str) -> Reading {
    read_with(text, 0.95)
}

/// A page of one drawing, read with a confidence.
pub fn read_with(text: &str, confidence: f32) -> Reading {
    let lines = text.lines().enumerate();
    let words = lines.flat_map(|(line, text)| words(line as u32, text, confidence)).collect();
    let page = ReadPage { number: 1, width: 1000, height: 1414, source: Source::Ocr, rotation: 0, words };
    Reading { engine: "drawing".into(), engine_version: "1".into(), pages: vec![page], attached_xml: None }
}

fn words(line: u32, text: &str, confidence: f32) -> Vec<Word> {
    let mut words = Vec::new();
    let signs: Vec<char> = text.chars().collect();
    let mut start = None;
    for at in 0..=signs.len() {
        let is_gap = signs.get(at).is_none_or(|c| *c == ' ');
        match (start, is_gap) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                let bbox = BBox {
                    x: from as f32 / 100.0,
                    y: line as f32 / 50.0,
                    w: (at - from) as f32 / 100.0,
                    h: 0.012,
                };
                words.push(Word { text: signs[from..at].iter().collect(), confidence, bbox, line });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Reads a drawing as a kind.
pub fn analysis(kind: DocumentKind, text: &str) -> Analysis {
    analyze(&[drawn(text)], Some(kind), &[])
}

/// The value of a field as a string; empty when it was not read.
pub fn value(analysis: &Analysis, key: &str) -> String {
    let value = analysis.field(key).map(|field| &field.value);
    value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default()
}

/// Asserts several fields at once.
#[track_caller]
pub fn assert_fields(analysis: &Analysis, expected: &[(&str, &str)]) {
    for (key, expected) in expected {
        assert_eq!(value(analysis, key), *expected, "{key}");
    }
}
