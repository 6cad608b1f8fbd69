//! One picture of a page becomes words: ways of preparing it, tried in order, and the one that reads best is kept.

mod quad;
mod steps;

use domain::reading::{ReadPage, Source};

use super::{Failure, tsv};
use crate::limits;
use crate::native::{Gray, Segmentation, Tesseract};
use crate::serve::Legibility;
use crate::wire::Frame;
use steps::Prepared;

/// A page whose words are this sure on average, and this many, needs no other way.
const GOOD_CONFIDENCE: f32 = 0.62;
const GOOD_WORDS: usize = 25;
/// Below this a page may lie on its side or head.
const POOR_CONFIDENCE: f32 = 0.55;
/// Longest side of the small picture on which turns are tried.
const PROBE_SIDE: f32 = 1800.0;
/// No further way is tried once a page has taken this much processor time.
const PATIENCE_SECONDS: f64 = 4.0;

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
        let started = limits::usage().cpu_seconds;
        let mut best = self.best_way(image, number, started)?;
        if looks_turned(&best.page) {
            let turn = self.upright_turn(image, number)?;
            if turn != 0 {
                let turned = image.turned(turn).ok_or_else(Failure::memory)?;
                let mut upright = self.best_way(&turned, number, started)?;
                upright.page.rotation = turn;
                best = self.better(best, upright);
            }
        }
        Ok(best)
    }

    /// The ways in order, until one reads well; the best of those tried.
    fn best_way(&mut self, image: &Gray, number: u32, started: f64) -> Result<Straightened, Failure> {
        let mut best: Option<Straightened> = None;
        for way in steps::WAYS {
            let Some(prepared) = steps::prepare(image, way)? else { continue };
            let read = self.attempt(prepared, number)?;
            let good = reads_well(&read.page);
            best = Some(match best {
                Some(best) => self.better(best, read),
                None => read,
            });
            if good || limits::usage().cpu_seconds - started > PATIENCE_SECONDS {
                break;
            }
        }
        best.ok_or_else(|| Failure::Fault("no way of reading applies".to_owned()))
    }

    fn attempt(&mut self, prepared: Prepared, number: u32) -> Result<Straightened, Failure> {
        let Prepared { image, frame, mode } = prepared;
        let page = self.words(&image, number, mode)?;
        Ok(Straightened { page, frame, image: Some(image) })
    }

    /// The turn that brings the page upright, found on a small picture.
    fn upright_turn(&mut self, image: &Gray, number: u32) -> Result<u16, Failure> {
        let longest = image.width().max(image.height()) as f32;
        let small = image.scaled((PROBE_SIDE / longest).min(1.0)).ok_or_else(Failure::memory)?;
        let mut best = (0, f32::NEG_INFINITY);
        for turn in [0, 180, 90, 270] {
            let turned = small.turned(turn).ok_or_else(Failure::memory)?;
            let Some(prepared) = steps::prepare(&turned, steps::PROBE)? else { continue };
            let read = self.attempt(prepared, number)?;
            let score = (self.legibility)(&read.page);
            if score > best.1 {
                best = (turn, score);
            }
        }
        Ok(best.0)
    }

    fn better(&self, a: Straightened, b: Straightened) -> Straightened {
        if (self.legibility)(&b.page) > (self.legibility)(&a.page) { b } else { a }
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

fn mean_confidence(page: &ReadPage) -> f32 {
    page.words.iter().map(|word| word.confidence).sum::<f32>() / page.words.len().max(1) as f32
}

fn reads_well(page: &ReadPage) -> bool {
    page.words.len() >= GOOD_WORDS && mean_confidence(page) >= GOOD_CONFIDENCE
}

fn looks_turned(page: &ReadPage) -> bool {
    page.words.len() < GOOD_WORDS || mean_confidence(page) < POOR_CONFIDENCE
}
