//! What happens to a paper between the printer and the file: the scanner's glass, the desk and the lamp.

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
mod photo;
mod plane;
mod scan;
mod things;
mod tiff;
mod turn;

use std::path::Path;

use image::RgbImage;
use serde_json::{Map, Value, json};

use self::bend::Sheet;
use self::camera::{Bounds, Camera, Framing};
use self::desk::Desk;
use self::file::{Format, Tone, Writing};
use self::lamp::Lamp;
use self::lens::Lens;
use self::mood::Mood;
use self::photo::Scene;
use self::scan::{Scanner, rounded};
use self::things::Thing;
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
}

/// As the printer made them: one picture, or a PDF of pictures.
pub fn clean(pages: Vec<Drawn>) -> Lit {
    let format = if pages.len() > 1 { Format::Pdf } else { Format::Png };
    let dpi = pages.first().map_or(300.0, |page| page.dpi);
    let writing = Writing { format, tone: Tone::Colour, quality: 90, dpi, exif: None };
    Lit { pages: pages.into_iter().map(|page| page.picture).collect(), writing, done: Map::new() }
}

/// As a flatbed scanner or a copier sees them.
pub fn scanned(pages: &[Drawn], small: bool, luck: &mut Luck) -> Lit {
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
        let (picture, done) = phone.shoot(page, small, place, luck);
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

impl Lit {
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

/// A telephone and the way its pictures are sent, the same for all pages of a paper.
struct Phone {
    long_side: f32,
    aspect: f32,
    quality: u8,
    orientation: u8,
    degrees: i64,
    format: Format,
}

impl Phone {
    fn draw(pages: usize, luck: &mut Luck) -> Self {
        // Messengers make pictures small; what comes straight from the telephone is large.
        let long_side = match luck.number(0..=99) {
            0..25 => 1600.0,
            25..40 => 2048.0,
            40..55 => luck.real(2000.0..=3000.0),
            55..65 => 3264.0,
            _ => 4000.0,
        };
        let format = match (pages, luck.number(0..=99)) {
            (2.., _) | (_, 95..) => Format::Pdf,
            (_, 0..87) => Format::Jpeg,
            (_, 87..91) => Format::Png,
            _ => Format::Webp,
        };
        let orientation = if format == Format::Jpeg { *luck.pick(&[1, 1, 1, 1, 6, 6, 6, 3, 8]) } else { 1 };
        Self {
            long_side,
            aspect: *luck.pick(&[0.75, 0.75, 0.75, 0.75, 0.5625, 0.5625, 0.6667, 1.3333, 1.0]),
            quality: if luck.chance(0.75) { luck.number(68..=92) } else { luck.number(50..=70) } as u8,
            orientation,
            degrees: if luck.chance(0.12) { *luck.pick(&[90, 90, 180, 270, 270]) } else { 0 },
            format,
        }
    }

    fn writing(&self, luck: &mut Luck) -> Writing {
        let tagged = self.format == Format::Jpeg && (self.orientation != 1 || luck.chance(0.6));
        Writing {
            format: self.format,
            tone: Tone::Colour,
            quality: self.quality,
            dpi: if self.format == Format::Pdf { self.long_side / 11.69 } else { 72.0 },
            exif: tagged.then(|| turn::exif(self.orientation, luck.chance(0.5))),
        }
    }

    /// Takes one picture; says what went wrong.
    fn shoot(
        &self,
        page: &Drawn,
        small: bool,
        place: u64,
        luck: &mut Luck,
    ) -> (RgbImage, Map<String, Value>) {
        let size = page.size_mm();
        let mood = Mood::draw(small, luck);
        let sheet = mood.sheet(size, luck);
        let mut framing = self.framing(size, photo::ink(&page.picture, size), luck);
        let (camera, (width, height)) = aim(&mood, &sheet, &mut framing, luck);
        let scale = camera.scale();
        let mut done = mood.tell(&sheet);
        done.insert("fill".to_owned(), rounded(framing.fill));
        done.insert("dpi".to_owned(), json!((scale * 25.4) as u32));
        let room = &mut Luck::of(place, &["room"]);
        let desk = Desk::draw(mood.in_hand, room);
        done.insert("desk".to_owned(), json!(desk.name()));
        let sharp = photo::sharp_enough(&page.picture, size.0, scale);
        let scene = Scene {
            page: &sharp,
            paper: size,
            tint: tint(room),
            things: things(&mood, size, &framing.ink, luck),
            lamp: lamp(&mood, size, room, luck),
            desk,
            sheet,
            camera,
            sleeve: (mood.sleeve > 0.0).then(|| luck.real(3.0..=9.0)),
            in_hand: mood.in_hand,
            vignette: mood.vignette,
            seed: luck.number(0..=0xffff_ffff) as u32,
        };
        let lens = Lens::draw(&mood, scale, luck);
        let gain = plane::linear(mood.white) / scene.white(width, height).max(0.02);
        let balance = scene.lamp.balance.map(|part| part * gain);
        let light = scene.expose(width, height);
        (lens.develop(lens.blur(&light), balance), done)
    }

    fn framing(&self, paper: (f32, f32), ink: Bounds, luck: &mut Luck) -> Framing {
        // A wide paper is taken with the telephone held wide.
        let aspect = if paper.0 > paper.1 { 1.0 / self.aspect } else { self.aspect };
        let off = (luck.real(-0.7..=0.7), luck.real(-0.7..=0.7));
        let (fill, aspect) = match luck.number(0..=99) {
            0..68 => (luck.real(0.84..=0.99), aspect),
            68..84 => (luck.real(0.62..=0.84), aspect),
            84..92 => (luck.real(1.0..=1.06), aspect),
            // Cropped close: the picture's edges run through the paper's margins.
            _ => (luck.real(1.1..=1.3), (ink.size().0 + 8.0) / (ink.size().1 + 8.0)),
        };
        Framing { paper, ink, fill, aspect: aspect.clamp(0.3, 3.0), long_side: self.long_side, off }
    }
}

/// Points the camera; comes nearer, or takes a better telephone, where the print would be too small to read.
fn aim(mood: &Mood, sheet: &Sheet, framing: &mut Framing, luck: &mut Luck) -> (Camera, (usize, usize)) {
    let least_dpi = if luck.chance(0.97) { 118.0 } else { 95.0 };
    // Nearer than this no telephone gets sharp.
    let most_dpi = 620.0;
    let distance = framing.paper.0.max(framing.paper.1) * luck.real(0.9..=1.6);
    let mut camera =
        Camera::new(mood.tilt.to_radians(), mood.azimuth.to_radians(), mood.rot.to_radians(), distance);
    let mut size = camera.frame(sheet, framing);
    let dpi = camera.scale() * 25.4;
    if dpi > most_dpi {
        framing.fill = (framing.fill * most_dpi / dpi).max(0.5);
        size = camera.frame(sheet, framing);
    }
    if dpi < least_dpi {
        framing.long_side = (framing.long_side * least_dpi / dpi).min(4000.0);
        size = camera.frame(sheet, framing);
    }
    if camera.scale() * 25.4 < least_dpi {
        framing.fill = framing.fill.max(0.97);
        size = camera.frame(sheet, framing);
    }
    (camera, size)
}

fn lamp(mood: &Mood, size: (f32, f32), room: &mut Luck, luck: &mut Luck) -> Lamp {
    let mut lamp = Lamp::draw(size, mood.fading, room);
    if mood.shadow > 0.0 {
        lamp = lamp.with_hand(size, mood.shadow, luck);
    }
    if mood.bar > 0.0 {
        lamp = lamp.with_bar(size, mood.bar, luck);
    }
    if mood.glare > 0.0 {
        lamp = lamp.with_glare(size, mood.glare, luck);
    }
    if mood.sleeve > 0.0 {
        lamp = lamp.with_sleeve(size, mood.sleeve, luck);
    }
    lamp
}

fn things(mood: &Mood, size: (f32, f32), ink: &Bounds, luck: &mut Luck) -> Vec<Thing> {
    let half = (size.0 / 2.0, size.1 / 2.0);
    let mut things = Vec::new();
    if !mood.in_hand {
        for _ in 0..if luck.chance(0.25) { luck.number(1..=2) } else { 0 } {
            things.push(Thing::paper(half, luck));
        }
        if luck.chance(0.15) {
            things.push(Thing::pen(half, luck));
        }
    }
    if mood.thumb {
        // Only as far as there is no print.
        let margin = (half.0 - ink.to.0).min(half.0 + ink.from.0).min(half.1 - ink.to.1);
        things.push(Thing::thumb(half, (margin - 2.0).clamp(1.5, 16.0), luck));
    }
    things
}

/// What white paper sends back of red, green and blue.
fn tint(luck: &mut Luck) -> plane::Colour {
    let (white, warm) = (luck.real(0.76..=0.88), luck.real(-0.4..=1.0));
    [white * (1.0 + 0.01 * warm), white, white * (1.0 - 0.05 * warm)]
}
