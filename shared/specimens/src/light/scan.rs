//! A paper on the glass of a scanner or through the rollers of a copier.

use image::RgbImage;
use serde_json::{Map, Value, json};

use super::camera::Bounds;
use super::file::Tone;
use super::grain::{bell, blend, cloud, step};
use super::marks::Marks;
use super::plane::{Colour, Plane, brightness, mix};
use crate::luck::Luck;

/// How one machine scans, the same for all pages of a paper.
pub struct Scanner {
    /// Dots an inch.
    pub dpi: f32,
    /// Its colours.
    pub tone: Tone,
    careless: f32,
    fed: bool,
    copied: bool,
    white: f32,
    black: f32,
    tint: Colour,
    lid: f32,
    blur: f32,
    noise: f32,
    sharpen: f32,
    threshold: f32,
    through: f32,
    /// The glass is larger than a small paper and is kept whole.
    whole_glass: bool,
}

const TINTS: &[Colour] = &[
    [1.0, 1.0, 1.0],
    [1.0, 1.0, 1.0],
    [1.0, 0.99, 0.95],
    [0.97, 0.99, 1.0],
    [1.0, 0.97, 0.9],
    [0.98, 0.98, 0.96],
];

impl Scanner {
    /// Some scanner.
    pub fn draw(small: bool, luck: &mut Luck) -> Self {
        let careless = match luck.number(0..=99) {
            0..65 => luck.real(0.0..=0.3),
            65..93 => luck.real(0.3..=0.65),
            _ => luck.real(0.65..=1.0),
        };
        let tone =
            *luck.pick(&[Tone::Colour, Tone::Colour, Tone::Colour, Tone::Grey, Tone::Grey, Tone::Bilevel]);
        let dpi = *luck.pick(if tone == Tone::Bilevel { &[200.0, 204.0, 300.0, 300.0] } else { DPIS });
        let copied = luck.chance(if tone == Tone::Colour { 0.04 } else { 0.3 });
        let pale = tone != Tone::Bilevel && luck.chance(0.12);
        let dark_lid = luck.chance(0.15);
        Self {
            dpi,
            tone,
            careless,
            fed: !small && luck.chance(0.45),
            copied,
            white: if pale { luck.real(0.78..=0.92) } else { luck.real(0.93..=1.02) },
            black: if pale { luck.real(0.2..=0.42) } else { luck.real(0.02..=0.2) },
            tint: *luck.pick(TINTS),
            lid: if dark_lid { luck.real(0.03..=0.3) } else { luck.real(0.75..=1.0) },
            blur: luck.real(0.3..=0.6) + 0.5 * careless * luck.real(0.0..=1.0) * dpi / 200.0,
            noise: luck.real(0.3..=1.5) + 3.5 * careless * luck.real(0.0..=1.0),
            sharpen: luck.real(0.0..=0.9),
            threshold: luck.real(0.52..=0.7),
            through: if luck.chance(0.3) { luck.real(0.02..=0.06 + 0.08 * careless) } else { 0.0 },
            whole_glass: small && luck.chance(0.3),
        }
    }

    /// Scans one page; says what was done to it.
    pub fn scan(
        &self,
        page: &RgbImage,
        back: &RgbImage,
        size: (f32, f32),
        ink: &Bounds,
        luck: &mut Luck,
    ) -> (RgbImage, Map<String, Value>) {
        let lie = Lie::draw(self, size, ink, luck);
        let marks = Marks::draw(lie.glass, self.careless, self.fed, luck);
        let per_mm = self.dpi / 25.4;
        let print = prepared(page, size.0, per_mm);
        let through = (self.through > 0.0).then(|| prepared(back, size.0, per_mm / 4.0));
        let seed = luck.number(0..=0xffff_ffff) as u32;
        let (width, height) =
            ((lie.glass.0 * per_mm).round() as usize, (lie.glass.1 * per_mm).round() as usize);
        let seen = Plane::drawn(width, height, |x, y| {
            let (x, y) = ((x as f32 + 0.5) / per_mm, (y as f32 + 0.5) / per_mm);
            let (u, v) = lie.on_paper(x, y);
            let inside = (size.0 / 2.0 - u.abs()).min(size.1 / 2.0 - v.abs());
            let share = (inside * per_mm + 0.5).clamp(0.0, 1.0);
            let fold =
                if share > 0.0 { marks.fold_at(u / size.0 + 0.5, v / size.1 + 0.5, size) } else { 1.0 };
            let sheet = if share > 0.0 { self.sheet(&print, through.as_ref(), u, v, size) } else { [0.0; 3] };
            let lid = if share < 1.0 { self.lid(seed, x, y, inside, &lie) } else { 0.0 };
            let seen = mix([lid; 3], sheet.map(|part| part * fold), share);
            marks.streaked(seen.map(|part| part * lie.lift(x, y)), x, y)
        });
        let picture = self.finished(&seen, &marks, per_mm, seed);
        let mut done = self.tell();
        done.insert("rot".to_owned(), rounded(lie.skew));
        (picture, done)
    }

    /// What is printed on a place of the paper, with what shines through from the back.
    fn sheet(&self, print: &Plane<3>, back: Option<&Plane<3>>, u: f32, v: f32, size: (f32, f32)) -> Colour {
        let per_mm = print.width as f32 / size.0;
        let own = print.cubic((u + size.0 / 2.0) * per_mm - 0.5, (v + size.1 / 2.0) * per_mm - 0.5);
        let behind = back.map_or(1.0, |back| {
            let per_mm = back.width as f32 / size.0;
            let dark =
                1.0 - brightness(back.between((size.0 / 2.0 - u) * per_mm, (v + size.1 / 2.0) * per_mm));
            1.0 - self.through * dark
        });
        std::array::from_fn(|c| {
            let level = self.black + (self.white - self.black) * own[c].clamp(0.0, 1.0);
            level * behind * self.tint[c]
        })
    }

    /// The lid behind the paper, with the shadow of the paper's edge.
    fn lid(&self, seed: u32, x: f32, y: f32, inside: f32, lie: &Lie) -> f32 {
        let edge = 1.0 - lie.shadow * (1.0 - step(0.0, 1.4, -inside));
        self.lid * edge * (0.985 + 0.03 * (cloud(seed, x / 8.0, y / 8.0, 2) - 0.5))
    }

    fn finished(&self, seen: &Plane<3>, marks: &Marks, per_mm: f32, seed: u32) -> RgbImage {
        let mut scan = seen.blurred(if self.copied { self.blur + 0.09 * per_mm } else { self.blur });
        marks.soil(&mut scan, per_mm);
        let around = scan.blurred(1.2);
        let (width, deviation) = (scan.width, self.noise / 255.0);
        for (i, (pixel, around)) in scan.pixels.iter_mut().zip(&around.pixels).enumerate() {
            let (x, y) = ((i % width) as i32, (i / width) as i32);
            let noise = deviation * bell(seed, x, y);
            let sharp: Colour =
                std::array::from_fn(|c| pixel[c] + self.sharpen * (pixel[c] - around[c]) + noise);
            *pixel = self.toned(sharp, seed, x, y);
        }
        scan.to_picture()
    }

    fn toned(&self, colour: Colour, seed: u32, x: i32, y: i32) -> Colour {
        let mut grey = brightness(colour);
        if self.copied {
            // A copy's copy: steep tones, and toner where nothing was.
            grey = step(0.12, 0.92, grey);
            let toner = 0.0006 * (0.3 + self.careless);
            if bell(seed ^ 0xb, x / 2, y / 2) > 2.93 - 40.0 * toner {
                grey *= 0.45;
            }
        }
        match self.tone {
            Tone::Colour if !self.copied => colour,
            Tone::Bilevel => [f32::from(grey > self.threshold); 3],
            _ => [grey; 3],
        }
    }

    fn tell(&self) -> Map<String, Value> {
        let mut done = Map::new();
        done.insert("dpi".to_owned(), json!(self.dpi as u32));
        done.insert("tone".to_owned(), json!(format!("{:?}", self.tone).to_lowercase()));
        done.insert("careless".to_owned(), rounded(self.careless));
        done.insert("contrast".to_owned(), rounded(self.white - self.black));
        done.insert("blur".to_owned(), rounded(self.blur));
        done.insert("noise".to_owned(), rounded(self.noise));
        for (key, is) in [("copied", self.copied), ("fed", self.fed), ("whole_glass", self.whole_glass)] {
            if is {
                done.insert(key.to_owned(), json!(true));
            }
        }
        if self.through > 0.0 {
            done.insert("through".to_owned(), rounded(self.through));
        }
        done
    }
}

const DPIS: &[f32] = &[150.0, 200.0, 200.0, 240.0, 300.0, 300.0];

/// A number for the truth file.
pub fn rounded(value: f32) -> Value {
    json!((f64::from(value) * 1000.0).round() / 1000.0)
}

/// How a paper lies on the glass.
struct Lie {
    /// Width and height of what is kept.
    glass: (f32, f32),
    middle: (f32, f32),
    skew: f32,
    shadow: f32,
    slip: (f32, f32),
    /// Where the paper stands off the glass, an edge stays dark: which edge, how far in, how dark.
    lifted: (usize, f32, f32),
}

impl Lie {
    fn draw(scanner: &Scanner, size: (f32, f32), ink: &Bounds, luck: &mut Luck) -> Self {
        let most = if scanner.fed { 0.8 } else { 0.5 } + 1.7 * scanner.careless;
        let skew = if luck.chance(0.75) { luck.real(-1.0..=1.0) * most.min(2.5) } else { 0.0 };
        let small = size.0 < 150.0;
        let border = if small { luck.real(2.0..=18.0) } else { luck.real(-0.6..=1.2) };
        let glass = if scanner.whole_glass {
            (210.0, 297.0_f32.max(size.1 + 10.0))
        } else {
            (size.0 + 2.0 * border, size.1 + 2.0 * border)
        };
        let play = if scanner.whole_glass { (glass.0 - size.0) / 2.0 - 4.0 } else { border.abs().max(2.0) };
        let off = (luck.real(-1.0..=1.0) * play, luck.real(-1.0..=1.0) * play.min(12.0));
        let slip = if scanner.fed { (luck.real(0.0..=0.25), luck.real(40.0..=200.0)) } else { (0.0, 100.0) };
        let middle = (glass.0 / 2.0 + off.0, glass.1 / 2.0 + off.1);
        let dark = if luck.chance(0.2) { luck.real(0.08..=0.2 + 0.3 * scanner.careless) } else { 0.0 };
        let lifted = (luck.number(0..=3) as usize, luck.real(4.0..=25.0), dark);
        Self { glass, middle, skew, shadow: luck.real(0.1..=0.5), slip, lifted }.with_all_ink(ink)
    }

    /// How much of the light comes back from where the paper stands off the glass.
    fn lift(&self, x: f32, y: f32) -> f32 {
        let (edge, reach, dark) = self.lifted;
        let far = [x, y, self.glass.0 - x, self.glass.1 - y][edge];
        1.0 - dark * (1.0 - step(0.0, reach, far)).powi(2)
    }

    /// Moves the paper, and at last widens the glass, until no print is cut off.
    fn with_all_ink(mut self, ink: &Bounds) -> Self {
        let (sin, cos) = self.skew.to_radians().sin_cos();
        let corners = [ink.from, (ink.to.0, ink.from.1), (ink.from.0, ink.to.1), ink.to]
            .map(|(u, v)| (u * cos - v * sin, u * sin + v * cos));
        let span = |of: fn(&(f32, f32)) -> f32| {
            let all = corners.iter().map(of);
            (all.clone().fold(f32::MAX, f32::min) - 0.7, all.fold(f32::MIN, f32::max) + 0.7)
        };
        let fit = |glass: &mut f32, middle: &mut f32, (from, to): (f32, f32)| {
            *glass = glass.max(to - from);
            *middle = middle.min(*glass - to).max(-from);
        };
        fit(&mut self.glass.0, &mut self.middle.0, span(|corner| corner.0));
        fit(&mut self.glass.1, &mut self.middle.1, span(|corner| corner.1));
        self
    }

    /// The place of the paper that lies on a place of the glass, from the paper's middle.
    fn on_paper(&self, x: f32, y: f32) -> (f32, f32) {
        let (sin, cos) = self.skew.to_radians().sin_cos();
        let slipped = y + self.slip.0 * (y / self.slip.1 * std::f32::consts::TAU).sin();
        let (dx, dy) = (x - self.middle.0, slipped - self.middle.1);
        (dx * cos + dy * sin, dy * cos - dx * sin)
    }
}

/// The page as written, blurred so far that `per_mm` pixels a millimetre can show it.
fn prepared(picture: &RgbImage, paper_mm: f32, per_mm: f32) -> Plane<3> {
    let mut page = Plane::written(picture);
    while page.width as f32 / paper_mm >= 2.0 * per_mm {
        page = page.halved();
    }
    let ratio = page.width as f32 / paper_mm / per_mm;
    page.blurred(blend(0.0, 0.45, (ratio * ratio - 1.0).max(0.0).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_print_is_cut_off_however_the_paper_lies() {
        let ink = Bounds { from: (-104.0, -147.0), to: (104.0, 147.0) };
        for seed in 0..2000 {
            let mut luck = Luck::of(seed, &["lie"]);
            let scanner = Scanner::draw(false, &mut luck);
            let lie = Lie::draw(&scanner, (210.0, 297.0), &ink, &mut luck);
            assert!(lie.skew.abs() <= 2.5 && lie.glass.0 < 240.0 && lie.glass.1 < 330.0);
            for (x, y) in [(0.0, 0.0), (lie.glass.0, 0.0), (0.0, lie.glass.1), lie.glass] {
                let (u, v) = lie.on_paper(x, y);
                assert!(u.abs() > 103.9 || v.abs() > 146.9, "{u} {v}");
            }
        }
    }
}
