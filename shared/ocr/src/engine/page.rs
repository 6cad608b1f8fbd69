//! One picture of a page becomes words: a row of steps, each kept only if the page reads better for it.

use domain::reading::{ReadPage, Source};

use super::{Failure, tsv};
use crate::native::{Gray, Segmentation, Tesseract};
use crate::serve::Legibility;
use crate::wire::Frame;

/// Leans smaller than this, in degrees, do not disturb Tesseract.
const LEAST_SKEW: f32 = 0.25;
/// Leptonica's confidence from which a lean is believed.
const SURE_SKEW: f32 = 3.0;

/// A page as read, and how it was straightened for it.
pub(super) struct Straightened {
    pub(super) page: ReadPage,
    pub(super) frame: Frame,
    /// The picture that was read; a text layer has none.
    pub(super) image: Option<Gray>,
}

impl Straightened {
    pub(super) fn from_text_layer(page: ReadPage) -> Self {
        Self { page, frame: Frame::IDENTITY, image: None }
    }
}

/// Reads pages with one warm engine.
pub(super) struct PageReader {
    languages: String,
    tesseract: Option<Tesseract>,
    legibility: Legibility,
}

impl PageReader {
    pub(super) fn new(languages: &str, legibility: Legibility) -> Self {
        let tesseract = Tesseract::new(languages, &[]);
        Self { languages: languages.to_owned(), tesseract, legibility }
    }

    /// The words of one page.
    pub(super) fn read(&mut self, image: &Gray, number: u32) -> Result<Straightened, Failure> {
        let flat = image.background_normalised().ok_or_else(Failure::memory)?;
        let (level, frame) = levelled(&flat)?;
        let page = self.words(&level, number, Segmentation::Column)?;
        Ok(Straightened { page, frame, image: Some(level) })
    }

    fn words(&mut self, image: &Gray, number: u32, mode: Segmentation) -> Result<ReadPage, Failure> {
        let languages = &self.languages;
        let engine = self.tesseract.as_mut().ok_or_else(|| {
            Failure::Fault(format!("tesseract's language models `{languages}` are missing"))
        })?;
        let report = engine.read(image, mode).ok_or_else(Failure::memory)?;
        let (width, height) = (image.width(), image.height());
        let words = tsv::words(&report, width, height);
        Ok(ReadPage { number, width, height, source: Source::Ocr, rotation: 0, words })
    }
}

fn levelled(image: &Gray) -> Result<(Gray, Frame), Failure> {
    match image.skew() {
        Some((degrees, confidence)) if degrees.abs() >= LEAST_SKEW && confidence >= SURE_SKEW => {
            let radians = degrees.to_radians();
            let level = image.rotated(radians).ok_or_else(Failure::memory)?;
            let frame = Frame::rotation(radians, image.width(), image.height());
            Ok((level, frame))
        }
        _ => Ok((image.clone(), Frame::IDENTITY)),
    }
}
