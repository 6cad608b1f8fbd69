//! One picture of a page becomes words: ways of preparing it, tried in order, and the one that reads best is kept.

mod quad;
mod steps;

use domain::reading::{ReadPage, Source};

use super::{Failure, tsv};
use crate::limits;
use crate::native::{Gray, Segmentation, Tesseract};
use crate::serve::Legibility;
use crate::wire::Frame;
use steps::{Prepared, Way};

/// A page whose words are this sure on average, and this many, needs no other way.
const GOOD_CONFIDENCE: f32 = 0.62;
const GOOD_WORDS: usize = 25;
/// Below this a page may lie on its side or head.
const POOR_CONFIDENCE: f32 = 0.55;
/// Longest side of the small picture on which turns are tried.
const PROBE_SIDE: f32 = 1500.0;
/// No further way is tried once a page has taken this much processor time.
const PATIENCE_SECONDS: f64 = 4.0;

/// A page as read, and how it was straightened for it.
pub(super) struct Straightened {
    pub(super) page: ReadPage,
    pub(super) frame: Frame,
    /// The picture that was read; a text layer has none.
    pub(super) image: Option<Gray>,
    /// How it can be read once more.
    pub(super) again: Option<Again>,
}

/// Another reading of a page: one that lost against the first, or a way that was not tried.
pub(super) enum Again {
    /// Read already.
    Read(Box<Straightened>),
    /// The upright picture, not read in this way yet.
    Untried(Gray, &'static [Way]),
}

impl Straightened {
    pub(super) fn from_text_layer(page: ReadPage) -> Self {
        Self { page, frame: Frame::IDENTITY, image: None, again: None }
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
        let mut ways = steps::WAYS.iter().copied();
        let mut upright = image.clone();
        let mut turn = 0;
        let mut best = self.first_of(&mut ways, image, number)?;
        if looks_turned(&best.page) {
            turn = self.upright_turn(&best, number)?;
            if turn != 0 {
                upright = image.turned(turn).ok_or_else(Failure::memory)?;
                ways = steps::WAYS.iter().copied();
                best = self.first_of(&mut ways, &upright, number)?;
            }
        }
        for way in ways {
            if reads_well(&best.page) || limits::usage().cpu_seconds - started > PATIENCE_SECONDS {
                break;
            }
            if let Some(prepared) = steps::prepare(&upright, way)? {
                let other = self.attempt(prepared, number)?;
                best = self.better(best, other);
            }
        }
        best.again = best.again.or(Some(Again::Untried(upright, steps::SECOND)));
        best.page.rotation = turn;
        Ok(best)
    }

    /// The page once more, in another way.
    pub(super) fn read_again(
        &mut self,
        again: &mut Option<Again>,
        number: u32,
    ) -> Result<Option<Straightened>, Failure> {
        match again.take() {
            None => Ok(None),
            Some(Again::Read(read)) => Ok(Some(*read)),
            Some(Again::Untried(image, ways)) => {
                for way in ways {
                    if let Some(prepared) = steps::prepare(&image, *way)? {
                        return self.attempt(prepared, number).map(Some);
                    }
                }
                Ok(None)
            }
        }
    }

    /// The page, read in the first way that applies to it.
    fn first_of(
        &mut self,
        ways: &mut impl Iterator<Item = Way>,
        image: &Gray,
        number: u32,
    ) -> Result<Straightened, Failure> {
        for way in ways {
            if let Some(prepared) = steps::prepare(image, way)? {
                return self.attempt(prepared, number);
            }
        }
        Err(Failure::Fault("no way of reading applies".to_owned()))
    }

    fn attempt(&mut self, prepared: Prepared, number: u32) -> Result<Straightened, Failure> {
        let Prepared { image, frame, mode } = prepared;
        let page = self.words(&image, number, mode)?;
        Ok(Straightened { page, frame, image: Some(image), again: None })
    }

    /// The turn that brings a page upright that was read with little success, found on a small picture.
    fn upright_turn(&mut self, read: &Straightened, number: u32) -> Result<u16, Failure> {
        let Some(image) = &read.image else { return Ok(0) };
        let longest = image.width().max(image.height()) as f32;
        let small = image.scaled((PROBE_SIDE / longest).min(1.0)).ok_or_else(Failure::memory)?;
        let mut best = (0, (self.legibility)(&read.page));
        for turn in [180, 90, 270] {
            let turned = small.turned(turn).ok_or_else(Failure::memory)?;
            let Some(prepared) = steps::prepare(&turned, steps::PROBE)? else { continue };
            let read = self.attempt(prepared, number)?;
            if reads_well(&read.page) {
                return Ok(turn);
            }
            let score = (self.legibility)(&read.page);
            if score > best.1 {
                best = (turn, score);
            }
        }
        Ok(best.0)
    }

    fn better(&self, a: Straightened, b: Straightened) -> Straightened {
        let (mut winner, loser) =
            if (self.legibility)(&b.page) > (self.legibility)(&a.page) { (b, a) } else { (a, b) };
        winner.again = Some(Again::Read(Box::new(loser)));
        winner
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
