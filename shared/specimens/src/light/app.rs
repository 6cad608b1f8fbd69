//! What scanning applications make of a photograph: the paper alone, whitened.

use image::RgbImage;

use super::file::Tone;
use super::grain::step;
use super::plane::{Colour, Plane, brightness};
use crate::luck::Luck;

/// How an application whitens, the same for all pages of a paper.
pub struct App {
    /// Its colours: some make everything grey.
    pub tone: Tone,
    /// What is darker than this share of the paper's white becomes black.
    black: f32,
    /// What is brighter becomes white.
    white: f32,
    /// How much of the shade of the paper is taken away.
    flattened: f32,
}

impl App {
    /// Some application.
    pub fn draw(luck: &mut Luck) -> Self {
        Self {
            tone: if luck.chance(0.3) { Tone::Grey } else { Tone::Colour },
            black: luck.real(0.0..=0.25),
            white: luck.real(0.93..=1.06),
            flattened: luck.real(0.6..=1.0),
        }
    }

    /// The picture against the white around each place.
    pub fn whitened(&self, picture: &RgbImage) -> RgbImage {
        let mut page = Plane::written(picture);
        let ground = ground(&page);
        let width = page.width;
        for (i, pixel) in page.pixels.iter_mut().enumerate() {
            let place = |at: usize| (at as f32 + 0.5) / CELL as f32 - 0.5;
            let white = ground.between(place(i % width), place(i / width));
            let flat: Colour = std::array::from_fn(|c| {
                let even = 1.0 + (1.0 / white[c].max(0.2) - 1.0) * self.flattened;
                ((pixel[c] * even - self.black) / (self.white - self.black)).clamp(0.0, 1.0)
            });
            let flat = flat.map(|part| 0.75 * part + 0.25 * step(0.0, 1.0, part));
            *pixel = if self.tone == Tone::Grey { [brightness(flat); 3] } else { flat };
        }
        page.to_picture()
    }
}

/// Pixels to a side of the squares in which white is looked for: wider than letters and lines.
const CELL: usize = 64;

/// The paper's own white around each place: the brightest tenth of each square, smoothed.
fn ground(page: &Plane<3>) -> Plane<3> {
    let (columns, rows) = (page.width.div_ceil(CELL), page.height.div_ceil(CELL));
    let brightest = Plane::drawn(columns, rows, |column, row| {
        let mut seen: Vec<Colour> = (0..CELL * CELL / 16)
            .map(|i| (column * CELL + i % (CELL / 4) * 4, row * CELL + i / (CELL / 4) * 4))
            .map(|(x, y)| page.near(x as i32, y as i32))
            .collect();
        seen.sort_by(|a, b| brightness(*a).total_cmp(&brightness(*b)));
        seen[seen.len() * 9 / 10]
    });
    brightest.blurred(2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shade_is_taken_away_and_print_stays() {
        let app = App { tone: Tone::Colour, black: 0.1, white: 0.95, flattened: 1.0 };
        let shaded = RgbImage::from_fn(400, 400, |x, y| {
            let light = 250 - (x / 4) as u8;
            image::Rgb([if y % 40 < 4 { light / 6 } else { light }; 3])
        });
        let flat = app.whitened(&shaded);
        assert!(flat.get_pixel(30, 20)[0] > 240 && flat.get_pixel(380, 20)[0] > 225);
        assert!(flat.get_pixel(30, 42)[0] < 60 && flat.get_pixel(380, 42)[0] < 60);
    }
}
