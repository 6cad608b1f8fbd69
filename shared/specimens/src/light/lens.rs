//! From light to the picture that a telephone keeps: blur, noise, tone and sharpening.

use image::RgbImage;

use super::grain::{bell, blend, smooth, step};
use super::mood::Mood;
use super::plane::{Colour, Plane, brightness, written};
use crate::luck::Luck;

/// What the lens and the chip do, in pixels of this picture.
pub struct Lens {
    sharp: f32,
    soft: f32,
    /// Where it is sharp, in shares of the picture, and how fast it gets soft.
    focus: (f32, f32),
    smear: (f32, f32),
    noise: f32,
    sharpen: f32,
    radius: f32,
    contrast: f32,
    seed: u32,
}

impl Lens {
    /// For a picture of this many pixels a millimetre.
    pub fn draw(mood: &Mood, scale: f32, luck: &mut Luck) -> Self {
        let own = luck.real(0.35..=0.7);
        let soft = own.hypot(mood.blur * scale);
        Self {
            sharp: own.hypot(mood.blur * scale * (1.0 - mood.uneven)),
            soft,
            focus: (luck.real(0.2..=0.8), luck.real(0.2..=0.8)),
            smear: (mood.motion.0 * scale, mood.motion.1.to_radians()),
            noise: mood.noise / 255.0,
            sharpen: mood.sharpen,
            radius: luck.real(0.9..=1.8),
            contrast: luck.real(0.0..=0.25),
            seed: luck.number(0..=0xffff_ffff) as u32,
        }
    }

    /// Blurs the light, as far as it is not in focus.
    pub fn blur(&self, light: &Plane<3>) -> Plane<3> {
        let sharp = light.blurred(self.sharp);
        let whole = if self.soft - self.sharp < 0.25 {
            sharp
        } else {
            // Blurring what is blurred adds the squares.
            let soft = sharp.blurred((self.soft * self.soft - self.sharp * self.sharp).sqrt());
            self.join(sharp, &soft)
        };
        whole.smeared(self.smear.0, self.smear.1)
    }

    fn join(&self, mut sharp: Plane<3>, soft: &Plane<3>) -> Plane<3> {
        let (width, height) = (sharp.width as f32, sharp.height as f32);
        for (i, (to, from)) in sharp.pixels.iter_mut().zip(&soft.pixels).enumerate() {
            let (x, y) = ((i % soft.width) as f32 / width, (i / soft.width) as f32 / height);
            let far = (x - self.focus.0).hypot(y - self.focus.1);
            let share = step(0.15, 0.75, far);
            *to = std::array::from_fn(|c| blend(to[c], from[c], share));
        }
        sharp
    }

    /// Makes the picture: brings the light up by `gain`, adds noise, bends the tones, sharpens.
    pub fn develop(&self, mut light: Plane<3>, gain: Colour) -> RgbImage {
        let curve = self.curve();
        let width = light.width;
        for (i, pixel) in light.pixels.iter_mut().enumerate() {
            let (x, y) = ((i % width) as i32, (i / width) as i32);
            let tone: Colour = std::array::from_fn(|c| look_up(&curve, pixel[c] * gain[c]));
            let dim = self.noise * (1.35 - 0.85 * brightness(tone));
            let fine = bell(self.seed, x, y) * dim;
            let blot = (smooth(self.seed ^ 1, x as f32 * 0.37, y as f32 * 0.37) - 0.5) * 2.2 * dim;
            *pixel = [tone[0] + fine + blot, tone[1] + fine - 0.25 * blot, tone[2] + fine - 0.9 * blot];
        }
        self.sharpened(light).to_picture()
    }

    /// Halos on both sides of edges: what differs from its surroundings is made to differ more.
    fn sharpened(&self, mut tones: Plane<3>) -> Plane<3> {
        let grey = Plane {
            width: tones.width,
            height: tones.height,
            pixels: tones.pixels.iter().map(|pixel| [brightness(*pixel)]).collect(),
        };
        let around = grey.blurred(self.radius);
        for ((pixel, own), around) in tones.pixels.iter_mut().zip(&grey.pixels).zip(&around.pixels) {
            let more = (self.sharpen * (own[0] - around[0])).clamp(-0.18, 0.14);
            *pixel = pixel.map(|part| part + more);
        }
        tones
    }

    /// From the root of light, so that shadows keep their steps, to what is written; bright light is rounded off.
    fn curve(&self) -> Vec<f32> {
        (0..=TABLE)
            .map(|i| {
                let root = 1.5 * i as f32 / TABLE as f32;
                let light = root * root;
                let knee =
                    if light > 0.8 { 0.8 + 0.25 * (1.0 - (-(light - 0.8) / 0.25).exp()) } else { light };
                let tone = written(knee).min(1.0);
                blend(tone, step(0.0, 1.0, tone), self.contrast)
            })
            .collect()
    }
}

const TABLE: usize = 4096;

fn look_up(curve: &[f32], light: f32) -> f32 {
    let place = (light.max(0.0).sqrt() / 1.5 * TABLE as f32).min(TABLE as f32);
    curve[place as usize]
}
