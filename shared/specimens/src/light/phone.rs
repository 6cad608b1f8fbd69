//! A telephone, how it is held, and how its pictures are sent.

use image::RgbImage;
use serde_json::{Map, Value, json};

use super::bend::Sheet;
use super::camera::{Bounds, Camera, Framing};
use super::desk::Desk;
use super::file::{Format, Tone, Writing};
use super::lamp::Lamp;
use super::lens::Lens;
use super::mood::Mood;
use super::photo::{self, Scene};
use super::plane::{self, Colour};
use super::scan::rounded;
use super::things::Thing;
use super::{Drawn, turn};
use crate::luck::Luck;

/// What a picture is taken for. The desk and the lamp stay as they are for all pictures of one `place`.
pub enum Purpose {
    /// Sent as it is.
    Sent { place: u64 },
    /// An application cuts out the paper and sets it straight, nearly.
    CutOut { place: u64 },
}

/// A telephone and the way its pictures are sent, the same for all pages of a paper.
pub struct Phone {
    long_side: f32,
    aspect: f32,
    /// JPEG quality.
    pub quality: u8,
    /// What the Exif tag says.
    pub orientation: u8,
    /// Turned on purpose or by mistake: what a viewer shows, clockwise.
    pub degrees: i64,
    format: Format,
}

/// Nearer than this no telephone gets sharp.
const MOST_DPI: f32 = 620.0;

impl Phone {
    /// Some telephone, for a paper of so many pages.
    pub fn draw(pages: usize, luck: &mut Luck) -> Self {
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

    /// How its pictures become a file.
    pub fn writing(&self, luck: &mut Luck) -> Writing {
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
    pub fn shoot(
        &self,
        page: &Drawn,
        small: bool,
        purpose: &Purpose,
        luck: &mut Luck,
    ) -> (RgbImage, Map<String, Value>) {
        let (size, mut mood) = (page.size_mm(), Mood::draw(small, luck));
        let ink = photo::ink(&page.picture, size);
        let mut framing = self.framing(size, ink, luck);
        if let Purpose::CutOut { .. } = purpose {
            mood = mood.straightened();
            (framing.fill, framing.aspect) = (luck.real(0.99..=1.04), size.0 / size.1);
            // Applications keep what can be read; of a small paper less is kept, not more of the desk.
            let inches = size.0.max(size.1) / 25.4;
            framing.long_side = framing.long_side.clamp(150.0 * inches, MOST_DPI * inches);
        }
        let sheet = mood.sheet(size, luck);
        let (camera, (width, height)) = aim(&mood, &sheet, &mut framing, luck);
        let mut done = mood.tell(&sheet);
        let scale = camera.scale();
        let sharp = photo::sharp_enough(&page.picture, size.0, scale);
        let scene = scene(&sharp, size, &mood, sheet, camera, &ink, purpose, luck);
        done.insert("fill".to_owned(), rounded(framing.fill));
        done.insert("dpi".to_owned(), json!((scale * 25.4) as u32));
        done.insert("desk".to_owned(), json!(scene.desk.name()));
        let lens = Lens::draw(&mood, scale, luck);
        let gain = plane::linear(mood.white) / scene.white(width, height).max(0.02);
        let light = scene.expose(width, height);
        (lens.develop(lens.blur(&light), scene.lamp.balance.map(|part| part * gain)), done)
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

/// Puts the paper in its place.
fn scene<'a>(
    page: &'a plane::Plane<3>,
    size: (f32, f32),
    mood: &Mood,
    sheet: Sheet,
    camera: Camera,
    ink: &Bounds,
    purpose: &Purpose,
    luck: &mut Luck,
) -> Scene<'a> {
    let (Purpose::Sent { place } | Purpose::CutOut { place }) = purpose;
    let room = &mut Luck::of(*place, &["room"]);
    Scene {
        page,
        paper: size,
        desk: Desk::draw(mood.in_hand, room),
        tint: tint(room),
        things: things(mood, size, ink, luck),
        lamp: lamp(mood, size, room, luck),
        sheet,
        camera,
        sleeve: (mood.sleeve > 0.0).then(|| luck.real(3.0..=9.0)),
        in_hand: mood.in_hand,
        vignette: mood.vignette,
        seed: luck.number(0..=0xffff_ffff) as u32,
    }
}

/// Points the camera; comes nearer, or takes a better telephone, where the print would be too small to read.
fn aim(mood: &Mood, sheet: &Sheet, framing: &mut Framing, luck: &mut Luck) -> (Camera, (usize, usize)) {
    let least_dpi = if luck.chance(0.97) { 118.0 } else { 95.0 };
    let distance = framing.paper.0.max(framing.paper.1) * luck.real(0.9..=1.6);
    let mut camera =
        Camera::new(mood.tilt.to_radians(), mood.azimuth.to_radians(), mood.rot.to_radians(), distance);
    let mut size = camera.frame(sheet, framing);
    let dpi = camera.scale() * 25.4;
    if dpi > MOST_DPI {
        framing.fill = (framing.fill * MOST_DPI / dpi).max(0.5);
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
        let free = [half.0 + ink.from.0, half.0 - ink.to.0, half.1 - ink.to.1];
        things.push(Thing::thumb(half, free, luck));
    }
    things
}

/// What white paper sends back of red, green and blue.
fn tint(luck: &mut Luck) -> Colour {
    let (white, warm) = (luck.real(0.76..=0.88), luck.real(-0.4..=1.0));
    [white * (1.0 + 0.01 * warm), white, white * (1.0 - 0.05 * warm)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_stay_within_what_people_have() {
        for seed in 0..1000 {
            let pages = 1 + seed as usize % 2;
            let phone = Phone::draw(pages, &mut Luck::of(seed, &["phone"]));
            assert!((1600.0..=4000.0).contains(&phone.long_side));
            assert!((50..=92).contains(&phone.quality));
            assert!(phone.orientation == 1 || phone.format == Format::Jpeg);
            assert!([1, 3, 6, 8].contains(&phone.orientation) && phone.degrees % 90 == 0);
            assert!(pages == 1 || phone.format == Format::Pdf);
        }
    }
}
