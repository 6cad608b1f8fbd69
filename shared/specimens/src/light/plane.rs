//! A picture in numbers that can be lit, bent and blurred.

use image::{GrayImage, RgbImage};

use super::grain::split;

/// One colour: red, green, blue. Linear light unless said otherwise, 1 is white.
pub type Colour = [f32; 3];

/// A picture of `N` channels, row by row.
#[derive(Clone)]
pub struct Plane<const N: usize> {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// The pixels.
    pub pixels: Vec<[f32; N]>,
}

impl<const N: usize> Plane<N> {
    /// A picture that is computed place by place.
    pub fn drawn(width: usize, height: usize, mut at: impl FnMut(usize, usize) -> [f32; N]) -> Self {
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            pixels.extend((0..width).map(|x| at(x, y)));
        }
        Self { width, height, pixels }
    }

    /// The pixel, or the nearest one inside.
    pub fn near(&self, x: i32, y: i32) -> [f32; N] {
        let column = (x.max(0) as usize).min(self.width - 1);
        let row = (y.max(0) as usize).min(self.height - 1);
        self.pixels[row * self.width + column]
    }

    /// Between pixels, straight; `(0, 0)` is the middle of the first pixel.
    pub fn between(&self, x: f32, y: f32) -> [f32; N] {
        let ((column, across), (row, down)) = (split(x), split(y));
        let corners = [
            (self.near(column, row), (1.0 - across) * (1.0 - down)),
            (self.near(column + 1, row), across * (1.0 - down)),
            (self.near(column, row + 1), (1.0 - across) * down),
            (self.near(column + 1, row + 1), across * down),
        ];
        std::array::from_fn(|c| corners.iter().map(|(pixel, weight)| pixel[c] * weight).sum())
    }

    /// Between pixels, by Catmull and Rom's cubic: sharper than straight.
    pub fn cubic(&self, x: f32, y: f32) -> [f32; N] {
        let ((column, across), (row, down)) = (split(x), split(y));
        let (across, down) = (catmull_rom(across), catmull_rom(down));
        let mut sum = [0.0; N];
        for (j, vertical) in down.iter().enumerate() {
            for (i, horizontal) in across.iter().enumerate() {
                let pixel = self.near(column - 1 + i as i32, row - 1 + j as i32);
                for (total, part) in sum.iter_mut().zip(pixel) {
                    *total += part * horizontal * vertical;
                }
            }
        }
        sum
    }

    /// Half as wide and high, each pixel the mean of four.
    pub fn halved(&self) -> Self {
        Self::drawn((self.width / 2).max(1), (self.height / 2).max(1), |x, y| {
            let (x, y) = (2 * x as i32, 2 * y as i32);
            let four = [self.near(x, y), self.near(x + 1, y), self.near(x, y + 1), self.near(x + 1, y + 1)];
            std::array::from_fn(|c| four.iter().map(|pixel| pixel[c]).sum::<f32>() * 0.25)
        })
    }
}

impl Plane<3> {
    /// In linear light.
    pub fn lit(picture: &RgbImage) -> Self {
        let table: [f32; 256] = std::array::from_fn(|i| linear(i as f32 / 255.0));
        Self::of(picture, &table)
    }

    /// As it is written, 0 to 1.
    pub fn written(picture: &RgbImage) -> Self {
        let table: [f32; 256] = std::array::from_fn(|i| i as f32 / 255.0);
        Self::of(picture, &table)
    }

    fn of(picture: &RgbImage, table: &[f32; 256]) -> Self {
        let pixels = picture.pixels().map(|p| p.0.map(|byte| table[usize::from(byte)])).collect();
        Self { width: picture.width() as usize, height: picture.height() as usize, pixels }
    }

    /// Rounds what is written to bytes.
    pub fn to_picture(&self) -> RgbImage {
        let bytes = self.pixels.iter().flatten().map(|part| byte(*part)).collect();
        RgbImage::from_raw(self.width as u32, self.height as u32, bytes).expect("three bytes for each pixel")
    }

    /// The brightness of what is written.
    pub fn to_grey(&self) -> GrayImage {
        let bytes = self.pixels.iter().map(|pixel| byte(brightness(*pixel))).collect();
        GrayImage::from_raw(self.width as u32, self.height as u32, bytes).expect("one byte for each pixel")
    }
}

fn byte(part: f32) -> u8 {
    (part * 255.0 + 0.5).clamp(0.0, 255.0) as u8
}

/// How bright a colour looks.
pub fn brightness(colour: Colour) -> f32 {
    0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
}

/// From one colour to another.
pub fn mix(from: Colour, to: Colour, share: f32) -> Colour {
    std::array::from_fn(|c| from[c] + (to[c] - from[c]) * share)
}

/// A colour made brighter or darker.
pub fn times(colour: Colour, by: f32) -> Colour {
    colour.map(|part| part * by)
}

/// Linear light of a written colour such as `0xfaf0e6`.
pub fn hex(colour: u32) -> Colour {
    [16, 8, 0].map(|shift| linear(((colour >> shift) & 255) as f32 / 255.0))
}

/// Linear light of a written value (IEC 61966-2-1).
pub fn linear(written: f32) -> f32 {
    if written <= 0.04045 { written / 12.92 } else { ((written + 0.055) / 1.055).powf(2.4) }
}

/// The written value of linear light.
pub fn written(linear: f32) -> f32 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

fn catmull_rom(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (2.0 * t2 - t3 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (4.0 * t2 - 3.0 * t3 + t),
        0.5 * (t3 - t2),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_as_it_was() {
        let picture = RgbImage::from_fn(17, 5, |x, y| image::Rgb([x as u8 * 15, y as u8 * 50, 128]));
        assert_eq!(Plane::written(&picture).to_picture(), picture);
        let lit = Plane::lit(&picture);
        let back = Plane { pixels: lit.pixels.iter().map(|p| p.map(written)).collect(), ..lit };
        assert_eq!(back.to_picture(), picture);
    }

    #[test]
    fn a_cubic_meets_the_pixels_and_keeps_what_is_even() {
        let plane = Plane::drawn(8, 8, |x, y| [x as f32 + 10.0 * y as f32]);
        assert!((plane.cubic(3.0, 4.0)[0] - 43.0).abs() < 1e-4);
        assert!((plane.cubic(3.5, 4.0)[0] - 43.5).abs() < 1e-4);
        let even = Plane::drawn(8, 8, |_, _| [0.7]);
        assert!((even.cubic(-3.2, 9.9)[0] - 0.7).abs() < 1e-5);
    }
}
