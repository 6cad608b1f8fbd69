//! What else lies in the picture: another paper, a pen, the thumb that holds the paper down.

use super::grain::{blend, cloud, smooth, speck, step};
use super::plane::{Colour, hex, mix, times};
use crate::luck::Luck;

/// A thing on the desk, under the paper or over its edge.
pub struct Thing {
    what: What,
    at: (f32, f32),
    turn: (f32, f32),
    size: (f32, f32),
    colour: Colour,
    seed: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Paper,
    Pen,
    Thumb,
}

const SKINS: &[u32] = &[0x00e0_b090, 0x00c9_9270, 0x00a8_7350, 0x0070_4a34, 0x00e8_bfa4, 0x004e_3426];

impl Thing {
    /// Another paper that looks out from under this one, of half size `half`.
    pub fn paper(half: (f32, f32), luck: &mut Luck) -> Self {
        let angle: f32 = luck.real(-0.5..=0.5);
        let side = if luck.chance(0.5) { 1.0 } else { -1.0 };
        let at = (side * (half.0 + luck.real(20.0..=70.0)), half.1 * luck.real(-0.9..=0.9));
        let colour = hex(*luck.pick(&[0x00f0_efea, 0x00e9_edf2, 0x00f2_e9d0, 0x00dc_e8d8, 0x00f4_f4f4]));
        Self::new(What::Paper, at, angle, (luck.real(55.0..=105.0), luck.real(75.0..=148.0)), colour, luck)
    }

    /// A pen beside the paper.
    pub fn pen(half: (f32, f32), luck: &mut Luck) -> Self {
        let side = if luck.chance(0.6) { 1.0 } else { -1.0 };
        let at = (side * (half.0 + luck.real(12.0..=30.0)), half.1 * luck.real(-0.6..=0.8));
        let colour = hex(*luck.pick(&[0x0018_2f78, 0x0020_2020, 0x00a0_1c20, 0x00d8_d8da, 0x00e8_a020]));
        Self::new(What::Pen, at, 1.57 + luck.real(-0.25..=0.25), (70.0, 4.5), colour, luck)
    }

    /// A thumb over the edge of the paper, as far as the margin on its side allows: `free` is left, right, below.
    pub fn thumb(half: (f32, f32), free: [f32; 3], luck: &mut Luck) -> Self {
        let size = (38.0, luck.real(9.0..=11.5));
        let side = (luck.number(0..=3) as usize).min(2);
        let outside = size.0 - (free[side] - 2.0).clamp(1.5, 16.0);
        let lean = luck.real(-0.4..=0.4);
        let (at, angle) = match side {
            0 => ((-half.0 - outside, half.1 * luck.real(-0.2..=0.9)), lean),
            1 => ((half.0 + outside, half.1 * luck.real(-0.2..=0.9)), std::f32::consts::PI + lean),
            _ => ((half.0 * luck.real(-0.85..=0.85), half.1 + outside), lean - std::f32::consts::FRAC_PI_2),
        };
        Self::new(What::Thumb, at, angle, size, hex(*luck.pick(SKINS)), luck)
    }

    fn new(
        what: What,
        at: (f32, f32),
        angle: f32,
        size: (f32, f32),
        colour: Colour,
        luck: &mut Luck,
    ) -> Self {
        Self {
            what,
            at,
            turn: (angle.cos(), angle.sin()),
            size,
            colour,
            seed: luck.number(0..=0xffff_ffff) as u32,
        }
    }

    /// Whether it lies over the paper.
    pub fn is_over(&self) -> bool {
        self.what == What::Thumb
    }

    /// Its share of a place, its colour, and how much it darkens what is around it.
    pub fn cover(&self, x: f32, y: f32, soft: f32) -> (f32, Colour, f32) {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let (along, across) = (dx * self.turn.0 + dy * self.turn.1, dy * self.turn.0 - dx * self.turn.1);
        let (inside, height) = match self.what {
            What::Paper => (self.in_box(along, across), 0.8),
            What::Pen => (self.in_capsule(along, across), 5.0),
            What::Thumb => (self.in_finger(along, across), 8.0),
        };
        if inside < -1.6 * height {
            return (0.0, self.colour, 0.0);
        }
        let colour = match self.what {
            What::Paper => self.printed(along, across),
            What::Pen => self.shiny(along, across),
            What::Thumb => self.skin(along, across),
        };
        let shadow = 1.0 - step(-0.3 * height, 1.6 * height, -inside);
        (step(-soft, soft, inside), colour, 0.45 * shadow)
    }

    fn in_box(&self, along: f32, across: f32) -> f32 {
        (self.size.0 - along.abs()).min(self.size.1 - across.abs())
    }

    fn in_capsule(&self, along: f32, across: f32) -> f32 {
        let over = (along.abs() - self.size.0).max(0.0);
        self.size.1 - (over * over + across * across).sqrt()
    }

    /// How thick a finger is: it widens into a hand.
    fn root(&self, along: f32) -> f32 {
        let far = (-along / 40.0).max(0.0);
        self.size.1 * (1.0 + 0.25 * far + 0.12 * far * far + 0.05 * (along / 9.0).sin())
    }

    /// A finger whose tip points along and whose root goes on outside.
    fn in_finger(&self, along: f32, across: f32) -> f32 {
        let radius = self.size.1;
        let over = (along - (self.size.0 - radius * 1.1)).max(0.0) / 1.1;
        self.root(along) - (over * over + across * across).sqrt()
    }

    fn printed(&self, along: f32, across: f32) -> Colour {
        const LINE_MM: f32 = 5.2;
        let line = (across / LINE_MM).floor();
        let word = speck(self.seed, (along / 9.0).floor() as i32, line as i32);
        let inside = self.in_box(along, across) > 12.0 && word > 0.35;
        // Strokes of letters, too fine to be read.
        let letters = smooth(self.seed ^ 1, along / 0.42, line * 9.0 + across / 1.1);
        let ink = inside && (across / LINE_MM - line) < 0.4;
        times(self.colour, if ink { 1.0 - 0.75 * step(0.45, 0.62, letters) } else { 1.0 })
    }

    fn shiny(&self, along: f32, across: f32) -> Colour {
        let round = (1.0 - (across / self.size.1).powi(2)).max(0.0).sqrt();
        let gleam = (-(across / self.size.1 + 0.35).powi(2) * 60.0).exp();
        let body = if along > self.size.0 - 12.0 { hex(0x00b0_b0b4) } else { self.colour };
        mix(times(body, 0.35 + 0.65 * round), [1.0; 3], 0.5 * gleam)
    }

    fn skin(&self, along: f32, across: f32) -> Colour {
        let radius = self.size.1;
        let over = (along - (self.size.0 - radius * 1.1)).max(0.0);
        let side = ((over * over + across * across).sqrt() / self.root(along)).min(1.0);
        let mottle = 0.93 + 0.14 * cloud(self.seed, along / 5.0, across / 5.0, 3);
        let wrinkle = 1.0 - 0.12 * (-((along - self.size.0 + 30.0) / 1.2).powi(2)).exp();
        let light = blend(1.05, 0.5, side.powi(3)) * mottle * wrinkle;
        let flesh = times(self.colour, light);
        let nail = self.nail(along, across);
        mix(flesh, mix(times(self.colour, 1.15), hex(0x00f0_d8d0), 0.45), 0.75 * nail)
    }

    /// The nail of a thumb: a rounded plate near the tip.
    fn nail(&self, along: f32, across: f32) -> f32 {
        let (long, wide) = (7.0, self.size.1 * 0.62);
        let (x, y) = ((along - (self.size.0 - 9.0)) / long, across / wide);
        1.0 - step(0.85, 1.0, (x.powi(4) + y.powi(4)).sqrt().sqrt())
    }
}
