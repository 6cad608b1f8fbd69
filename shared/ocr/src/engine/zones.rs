//! Parts of a page, read once more without dictionaries.

mod line;

use domain::reading::{BBox, Zone, ZoneReading};

use super::{Failure, Kept, tsv};
use crate::native::{Gray, Segmentation, Tesseract};

/// Share of a word box's height that a capital takes: boxes reach down to descenders now and then.
const CAPITAL_SHARE: f32 = 0.9;
/// White added around a zone, in pixels: Tesseract misses letters at the very edge.
const MARGIN: f32 = 0.004;

/// An engine for codes: no dictionary bends a VIN into a word.
pub(super) fn reader() -> Result<Tesseract, Failure> {
    Tesseract::new("eng", &[("load_system_dawg", "0"), ("load_freq_dawg", "0")])
        .ok_or_else(|| Failure::Fault("tesseract's language model `eng` is missing".to_owned()))
}

/// What the zones say; one whose page is not kept says nothing.
pub(super) fn read(
    reader: &mut Tesseract,
    kept: &[Kept],
    zones: &[Zone],
) -> Result<Vec<ZoneReading>, Failure> {
    let at_hand = |zone: &Zone| kept.iter().find(|page| page.number == zone.page);
    zones.iter().filter_map(|zone| Some(read_one(reader, at_hand(zone)?, zone))).collect()
}

fn read_one(reader: &mut Tesseract, kept: &Kept, zone: &Zone) -> Result<ZoneReading, Failure> {
    let mut area = widened(zone.bbox);
    let mut part = cut(&kept.image, area)?;
    let mut capital = kept.word_height * CAPITAL_SHARE;
    let mut words = Vec::new();
    if zone.single_line {
        match line::find(&part)? {
            Some(found) => {
                capital = found.capital;
                part = cut(&part, found.area)?;
                area = within(found.area, area);
            }
            None => return Ok(ZoneReading { label: zone.label.clone(), page: zone.page, words }),
        }
    }
    let image = enlarged(&part, zone.capital_px as f32 / capital)?;
    reader.set("tessedit_char_whitelist", zone.charset.as_deref().unwrap_or_default());
    let mode = if zone.single_line { Segmentation::Line } else { Segmentation::Block };
    let tsv = reader.read(&image, mode).ok_or_else(Failure::memory)?;
    words.extend(tsv::words(&tsv, image.width(), image.height()));
    for word in &mut words {
        word.bbox = within(word.bbox, area);
    }
    Ok(ZoneReading { label: zone.label.clone(), page: zone.page, words })
}

fn cut(page: &Gray, area: BBox) -> Result<Gray, Failure> {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (x, y) = (area.x * width, area.y * height);
    let (w, h) = ((area.w * width).max(1.0), (area.h * height).max(1.0));
    page.clipped(x as u32, y as u32, w.ceil() as u32, h.ceil() as u32).ok_or_else(Failure::memory)
}

fn enlarged(part: &Gray, factor: f32) -> Result<Gray, Failure> {
    let factor = if factor.is_finite() { factor.clamp(0.25, 4.0) } else { 1.0 };
    part.scaled(factor).ok_or_else(Failure::memory)
}

fn widened(bbox: BBox) -> BBox {
    let x = (bbox.x - MARGIN).clamp(0.0, 1.0);
    let y = (bbox.y - MARGIN).clamp(0.0, 1.0);
    let right = (bbox.x + bbox.w + MARGIN).clamp(x, 1.0);
    let bottom = (bbox.y + bbox.h + MARGIN).clamp(y, 1.0);
    BBox { x, y, w: right - x, h: bottom - y }
}

/// A box that is measured in fractions of an area, in fractions of the page.
fn within(own: BBox, area: BBox) -> BBox {
    BBox { x: area.x + own.x * area.w, y: area.y + own.y * area.h, w: own.w * area.w, h: own.h * area.h }
}
