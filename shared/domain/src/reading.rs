//! What the eye saw: the words of a paper with their places, before anything is understood.

use serde::{Deserialize, Serialize};

/// A rectangle in fractions of the upright page: (0, 0) is the top left corner, (1, 1) the bottom right.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct BBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word as read.
    pub text: String,
    /// How sure the reader is, 0 to 1. A text layer is 1.
    pub confidence: f32,
    /// Where it stands.
    pub bbox: BBox,
    /// Number of the line on the page, from 0; words of one printed line share it.
    pub line: u32,
}

/// Where a page's words came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The text that a PDF carries.
    TextLayer,
    /// Optical reading of an image.
    Ocr,
}

/// One page, upright, its words in reading order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadPage {
    /// Number of the page, from 1.
    pub number: u32,
    /// Width of the upright page, in pixels (OCR) or points (text layer).
    pub width: u32,
    /// Height of the upright page, in pixels (OCR) or points (text layer).
    pub height: u32,
    /// Where the words came from.
    pub source: Source,
    /// Clockwise turn that made the page upright: 0, 90, 180 or 270 degrees.
    pub rotation: u16,
    /// The words.
    pub words: Vec<Word>,
}

/// A paper as read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// The reader, such as `tesseract` or `text-layer`.
    pub engine: String,
    /// Its version.
    pub engine_version: String,
    /// The pages, in order.
    pub pages: Vec<ReadPage>,
    /// An invoice in XML (Factur-X, ZUGFeRD) that the PDF carries.
    pub attached_xml: Option<String>,
}

/// What to read once more, closer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// The field it is for, such as `E`; only a label here.
    pub label: String,
    /// Page, from 1.
    pub page: u32,
    /// The part of the page.
    pub bbox: BBox,
    /// The only characters that can stand there; all when absent.
    pub charset: Option<String>,
    /// Height in pixels that capitals shall have when read.
    pub capital_px: u32,
    /// Whether it is one line (else a block).
    pub single_line: bool,
}

/// What a zone said when it was read once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneReading {
    /// The label of the [`Zone`].
    pub label: String,
    /// Page, from 1.
    pub page: u32,
    /// The words, placed on the whole page.
    pub words: Vec<Word>,
}
