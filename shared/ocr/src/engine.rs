//! The reading itself, inside the child: a file becomes words.

pub(crate) mod frame;

mod failure;
pub(crate) mod kind;
mod page;
mod pdf;
pub(crate) mod picture;
mod text_layer;
mod tiff;
pub(crate) mod tool;
mod tsv;
mod zones;

use std::io;
use std::path::Path;

use domain::document::FailureReason;
use domain::reading::{ReadPage, Reading, Zone, ZoneReading};

use crate::limits::Limits;
use crate::native::{Gray, Tesseract};
use crate::reader::Progress;
use crate::serve::Legibility;
use crate::wire::Frame;
pub(crate) use failure::Failure;
use kind::Kind;
use page::{Again, PageReader, Straightened};
use tiff::Tiff;

/// Pages whose picture is kept for reading zones again. Papers with zones have one or two.
const KEPT_PAGES: usize = 3;

/// Hears of each page before it is read.
pub(crate) type Report<'a> = &'a mut dyn FnMut(Progress) -> io::Result<()>;

/// A picture kept after reading, as it was read.
pub(crate) struct Kept {
    pub(crate) number: u32,
    pub(crate) image: Gray,
    /// Median height of a word's box, in pixels.
    pub(crate) word_height: f32,
    frame: Frame,
    rotation: u16,
    /// How the page can be read once more.
    again: Option<Again>,
}

/// Reads papers, one after another, with warm language models.
pub(crate) struct Engine {
    limits: Limits,
    pages: PageReader,
    zone_reader: Option<Tesseract>,
    kept: Vec<Kept>,
}

impl Engine {
    pub(crate) fn new(limits: Limits, legibility: Legibility) -> Self {
        Self {
            pages: PageReader::new(&limits.languages, legibility),
            limits,
            zone_reader: None,
            kept: Vec::new(),
        }
    }

    /// The words of the paper in this file, and how each page was straightened.
    pub(crate) fn read(&mut self, path: &Path, report: Report<'_>) -> Result<(Reading, Vec<Frame>), Failure> {
        self.kept.clear();
        let (reading, frames) = match kind::sniff(path)? {
            Kind::Pdf => self.read_pdf(path, report)?,
            Kind::Tiff => self.read_tiff(path, report)?,
            Kind::Picture(format) => {
                report(Progress { page: 1, pages: 1 })?;
                let image = picture::load(path, format, self.limits.max_pixels)?;
                let mut read = self.pages.read(&image, 1)?;
                let mut pages = Pages::default();
                self.keep(&mut read);
                pages.push(read);
                pages.finish(None)
            }
        };
        if reading.pages.iter().all(|page| page.words.is_empty()) && reading.attached_xml.is_none() {
            return Err(Failure::Verdict(FailureReason::NothingToRead));
        }
        Ok((reading, frames))
    }

    /// The paper read last, read in another way; its boxes stand on the first reading's pages.
    pub(crate) fn read_again(&mut self) -> Result<Option<Reading>, Failure> {
        let mut pages = Vec::new();
        for kept in &mut self.kept {
            let Some(read) = self.pages.read_again(&mut kept.again, kept.number)? else { continue };
            let frame = read.frame.then(&kept.frame.inverse());
            let mut page = read.page;
            for word in &mut page.words {
                word.bbox = frame::place(&frame, word.bbox);
            }
            (page.width, page.height, page.rotation) =
                (kept.image.width(), kept.image.height(), kept.rotation);
            pages.push(page);
        }
        let is_empty = pages.iter().all(|page| page.words.is_empty());
        let (engine, engine_version) = ("tesseract".to_owned(), Tesseract::version());
        Ok((!is_empty).then_some(Reading { engine, engine_version, pages, attached_xml: None }))
    }

    /// Parts of the paper read last, closer.
    pub(crate) fn read_zones(&mut self, wanted: &[Zone]) -> Result<Vec<ZoneReading>, Failure> {
        let reader = match self.zone_reader.take() {
            Some(reader) => reader,
            None => zones::reader()?,
        };
        let reader = self.zone_reader.insert(reader);
        zones::read(reader, &self.kept, wanted)
    }

    fn read_tiff(&mut self, path: &Path, report: Report<'_>) -> Result<(Reading, Vec<Frame>), Failure> {
        let mut file = Tiff::open(path, &self.limits)?;
        let mut pages = Pages::default();
        for number in 1..=file.pages() {
            report(Progress { page: number, pages: file.pages() })?;
            let image = file.page(number, self.limits.max_pixels)?;
            let mut read = self.pages.read(&image, number)?;
            self.keep(&mut read);
            pages.push(read);
        }
        Ok(pages.finish(None))
    }

    fn read_pdf(&mut self, path: &Path, report: Report<'_>) -> Result<(Reading, Vec<Frame>), Failure> {
        let limits = &self.limits;
        let info = pdf::inspect(path, limits)?;
        report(Progress { page: 1, pages: info.pages })?;
        let layers = pdf::text_layers(path, info.pages, limits)?;
        let xml = pdf::attached_xml(path, limits)?;
        let mut pages = Pages::default();
        for number in 1..=info.pages {
            let layer = layers.get(number as usize - 1).filter(|layer| text_layer::is_readable(layer));
            if let Some(layer) = layer {
                pages.push(Straightened::from_text_layer(layer.clone()));
                continue;
            }
            report(Progress { page: number, pages: info.pages })?;
            let image = pdf::rasterise(path, number, &self.limits)?;
            let mut read = self.pages.read(&image, number)?;
            self.keep(&mut read);
            pages.push(read);
        }
        Ok(pages.finish(xml))
    }

    fn keep(&mut self, read: &mut Straightened) {
        if let Some(image) = read.image.as_ref().filter(|_| self.kept.len() < KEPT_PAGES) {
            let height = read.page.height as f32;
            self.kept.push(Kept {
                number: read.page.number,
                image: image.clone(),
                word_height: median(read.page.words.iter().map(|word| word.bbox.h * height)),
                frame: read.frame,
                rotation: read.page.rotation,
                again: read.again.take(),
            });
        }
    }
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The pages of one paper as they come.
#[derive(Default)]
struct Pages {
    pages: Vec<ReadPage>,
    frames: Vec<Frame>,
}

impl Pages {
    fn push(&mut self, read: Straightened) {
        self.pages.push(read.page);
        self.frames.push(read.frame);
    }

    fn finish(self, attached_xml: Option<String>) -> (Reading, Vec<Frame>) {
        let optical = self.pages.iter().any(|page| page.source == domain::reading::Source::Ocr);
        let (engine, engine_version) = if optical {
            ("tesseract".to_owned(), Tesseract::version())
        } else {
            ("text-layer".to_owned(), env!("CARGO_PKG_VERSION").to_owned())
        };
        (Reading { engine, engine_version, pages: self.pages, attached_xml }, self.frames)
    }
}
