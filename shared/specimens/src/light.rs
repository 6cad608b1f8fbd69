//! What happens to a paper between the printer and the file: the scanner's glass, the desk and the lamp.

mod app;
mod bend;
mod blur;
mod camera;
mod desk;
mod file;
mod grain;
mod lamp;
mod lens;
mod marks;
mod mood;
mod pdf;
mod phone;
mod photo;
mod plane;
mod scan;
mod things;
mod tiff;
mod turn;

use std::path::Path;

use image::RgbImage;
use serde_json::{Map, Value, json};

use self::app::App;
use self::file::{Format, Tone, Writing};
use self::phone::{Phone, Purpose};
use self::scan::Scanner;
use crate::luck::Luck;

/// A page as poppler drew it.
pub struct Drawn {
    /// The picture.
    pub picture: RgbImage,
    /// Pixels an inch.
    pub dpi: f32,
}

impl Drawn {
    fn size_mm(&self) -> (f32, f32) {
        (self.picture.width() as f32 * 25.4 / self.dpi, self.picture.height() as f32 * 25.4 / self.dpi)
    }
}

/// Pages as a file would hold them, with what was done to them.
pub struct Lit {
    pages: Vec<RgbImage>,
    writing: Writing,
    /// What was done, by name.
    pub done: Map<String, Value>,
}

impl Lit {
    /// Writes the file beside `stem`; says its extension.
    pub fn write(&self, stem: &Path) -> anyhow::Result<&'static str> {
        file::write(&self.pages, &self.writing, stem)?;
        Ok(self.writing.format.extension())
    }

    fn note_pages(mut self) -> Self {
        if self.pages.len() > 1 {
            self.done.insert("pages".to_owned(), json!(self.pages.len()));
        }
        if let Some(first) = self.pages.first() {
            self.done.insert("long_side".to_owned(), json!(first.width().max(first.height())));
        }
        self
    }
}

/// As the printer made them: one picture, or a PDF of pictures.
pub fn clean(pages: Vec<Drawn>) -> Lit {
    let format = if pages.len() > 1 { Format::Pdf } else { Format::Png };
    let dpi = pages.first().map_or(300.0, |page| page.dpi);
    let writing = Writing { format, tone: Tone::Colour, quality: 90, dpi, exif: None };
    Lit { pages: pages.into_iter().map(|page| page.picture).collect(), writing, done: Map::new() }
}

/// As a flatbed scanner, a copier or a scanning application sees them.
pub fn scanned(pages: &[Drawn], small: bool, luck: &mut Luck) -> Lit {
    if luck.chance(0.15) {
        return scanned_by_app(pages, small, luck);
    }
    let scanner = Scanner::draw(small, luck);
    let degrees = if luck.chance(0.12) { *luck.pick(&[90, 180, 270]) } else { 0 };
    let mut lit = Lit {
        pages: Vec::new(),
        writing: Writing {
            format: scan_format(pages.len(), &scanner, luck),
            tone: scanner.tone,
            quality: luck.number(40..=90) as u8,
            dpi: scanner.dpi,
            exif: None,
        },
        done: Map::new(),
    };
    for (i, page) in pages.iter().enumerate() {
        let back = &pages[(i ^ 1).min(pages.len() - 1)].picture;
        let size = page.size_mm();
        let (picture, done) = scanner.scan(&page.picture, back, size, &photo::ink(&page.picture, size), luck);
        lit.pages.push(turn::turned(picture, degrees));
        if i == 0 {
            lit.done = done;
        }
    }
    lit.done.insert("rot90".to_owned(), json!(degrees));
    if scanner.tone != Tone::Bilevel
        && !matches!(lit.writing.format, Format::Png | Format::Tiff { lzw: true })
    {
        lit.done.insert("jpeg".to_owned(), json!(lit.writing.quality));
    }
    lit.note_pages()
}

/// By a telephone whose application cuts out the paper and whitens it.
fn scanned_by_app(pages: &[Drawn], small: bool, luck: &mut Luck) -> Lit {
    let (phone, app) = (Phone::draw(pages.len(), luck), App::draw(luck));
    let place = luck.number(0..=i64::MAX) as u64;
    let format = if pages.len() > 1 || luck.chance(0.6) { Format::Pdf } else { Format::Jpeg };
    let writing = Writing { format, tone: app.tone, quality: phone.quality, dpi: 200.0, exif: None };
    let mut lit = Lit { pages: Vec::new(), writing, done: Map::new() };
    for (i, page) in pages.iter().enumerate() {
        let (picture, done) = phone.shoot(page, small, &Purpose::CutOut { place }, luck);
        lit.pages.push(app.whitened(&picture));
        if i == 0 {
            lit.writing.dpi = done.get("dpi").and_then(Value::as_f64).unwrap_or(200.0) as f32;
            lit.done = done;
        }
    }
    let tone = format!("{:?}", app.tone).to_lowercase();
    for (key, value) in [("app", json!(true)), ("tone", json!(tone)), ("jpeg", json!(phone.quality))] {
        lit.done.insert(key.to_owned(), value);
    }
    lit.note_pages()
}

fn scan_format(pages: usize, scanner: &Scanner, luck: &mut Luck) -> Format {
    // LZW swells what is noisy and coloured: only small files are kept so.
    let lzw = match scanner.tone {
        Tone::Bilevel => luck.chance(0.5),
        Tone::Grey => scanner.dpi < 240.0 && luck.chance(0.6),
        Tone::Colour => scanner.dpi < 160.0 && luck.chance(0.6),
    };
    let tiff = Format::Tiff { lzw };
    match (pages, scanner.tone) {
        (2.., _) => *luck.pick(&[Format::Pdf, Format::Pdf, Format::Pdf, tiff]),
        (_, Tone::Bilevel) => *luck.pick(&[Format::Pdf, Format::Pdf, tiff, tiff, Format::Png]),
        _ => *luck.pick(&[
            Format::Jpeg,
            Format::Jpeg,
            Format::Jpeg,
            Format::Jpeg,
            Format::Pdf,
            Format::Pdf,
            Format::Pdf,
            Format::Png,
            tiff,
            Format::Webp,
        ]),
    }
}

/// As a telephone sees them.
pub fn photographed(pages: &[Drawn], small: bool, luck: &mut Luck) -> Lit {
    let phone = Phone::draw(pages.len(), luck);
    // The desk and the lamp stay where they are between two pages.
    let place = luck.number(0..=i64::MAX) as u64;
    let mut lit = Lit { pages: Vec::new(), writing: phone.writing(luck), done: Map::new() };
    let (degrees, orientation) = (phone.degrees, phone.orientation);
    for (i, page) in pages.iter().enumerate() {
        let (picture, done) = phone.shoot(page, small, &Purpose::Sent { place }, luck);
        lit.pages.push(turn::stored(turn::turned(picture, degrees), orientation));
        if i == 0 {
            lit.done = done;
        }
    }
    for (key, value) in
        [("rot90", degrees), ("exif", i64::from(orientation)), ("jpeg", i64::from(phone.quality))]
    {
        lit.done.insert(key.to_owned(), json!(value));
    }
    lit.note_pages()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// A page of bars, 70 x 100 mm.
    fn pages(count: u32) -> Vec<Drawn> {
        let bar = |page: u32| {
            move |x: u32, y: u32| {
                let ink = x > 30 && x < 250 && y > 40 && y < 360 && (y / 6) % 3 == page % 3;
                Rgb([if ink { 20 } else { 255 }; 3])
            }
        };
        (0..count).map(|page| Drawn { picture: RgbImage::from_fn(276, 394, bar(page)), dpi: 100.0 }).collect()
    }

    fn file(lit: &Lit) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let extension = lit.write(&folder.path().join("a.b")).expect("a file");
        std::fs::read(folder.path().join(format!("a.b.{extension}"))).expect("its bytes")
    }

    #[test]
    fn the_same_luck_makes_the_same_file() {
        for light in [scanned, photographed] {
            let lit = || light(&pages(1), true, &mut Luck::of(1, &["light"]));
            let (one, same) = (lit(), lit());
            assert_eq!(one.done, same.done);
            assert_eq!(file(&one), file(&same));
            let long_side = one.pages[0].width().max(one.pages[0].height());
            assert_eq!(one.done["long_side"], json!(long_side));
        }
    }

    #[test]
    fn no_page_gets_lost() {
        let lit = scanned(&pages(2), true, &mut Luck::of(1, &["pages"]));
        assert_eq!((lit.pages.len(), &lit.done["pages"]), (2, &json!(2)));
        assert!(matches!(lit.writing.format, Format::Pdf | Format::Tiff { .. }));
    }
}
