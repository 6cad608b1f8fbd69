//! What a lens, a hand and a moving paper do to a sharp picture.

use super::plane::Plane;

impl<const N: usize> Plane<N> {
    /// Blurred evenly; `sigma` in pixels. Nothing happens below a fifth of a pixel.
    pub fn blurred(&self, sigma: f32) -> Self {
        if sigma < 0.2 {
            return self.clone();
        }
        let kernel = bell_curve(sigma);
        self.blurred_across(&kernel).blurred_down(&kernel)
    }

    fn blurred_across(&self, kernel: &[f32]) -> Self {
        let reach = kernel.len() / 2;
        let mut pixels = Vec::with_capacity(self.pixels.len());
        let mut padded = vec![[0.0; N]; self.width + 2 * reach];
        for row in self.pixels.chunks_exact(self.width) {
            padded[..reach].fill(row[0]);
            padded[reach..reach + self.width].copy_from_slice(row);
            padded[reach + self.width..].fill(row[self.width - 1]);
            pixels.extend(padded.windows(kernel.len()).map(|window| weighed(window, kernel)));
        }
        Self { pixels, ..*self }
    }

    fn blurred_down(&self, kernel: &[f32]) -> Self {
        let reach = kernel.len() as i32 / 2;
        let mut pixels = vec![[0.0; N]; self.pixels.len()];
        for (y, out) in pixels.chunks_exact_mut(self.width).enumerate() {
            for (k, weight) in kernel.iter().enumerate() {
                let row = (y as i32 + k as i32 - reach).clamp(0, self.height as i32 - 1) as usize;
                add(out, &self.pixels[row * self.width..][..self.width], *weight);
            }
        }
        Self { pixels, ..*self }
    }

    /// Smeared along a line of this length in pixels.
    pub fn smeared(&self, length: f32, angle: f32) -> Self {
        if length < 0.5 {
            return self.clone();
        }
        let taps = (length.ceil() as usize * 2).max(3);
        let steps = line_taps(length, angle, taps);
        let mut pixels = vec![[0.0; N]; self.pixels.len()];
        for (y, out) in pixels.chunks_exact_mut(self.width).enumerate() {
            for &(dx, dy, weight) in &steps {
                let row = (y as i32 + dy).clamp(0, self.height as i32 - 1) as usize;
                add_shifted(out, &self.pixels[row * self.width..][..self.width], dx, weight);
            }
        }
        Self { pixels, ..*self }
    }
}

fn weighed<const N: usize>(window: &[[f32; N]], kernel: &[f32]) -> [f32; N] {
    let mut sum = [0.0; N];
    for (pixel, weight) in window.iter().zip(kernel) {
        for (total, part) in sum.iter_mut().zip(pixel) {
            *total += part * weight;
        }
    }
    sum
}

fn add<const N: usize>(out: &mut [[f32; N]], row: &[[f32; N]], weight: f32) {
    for (to, from) in out.as_flattened_mut().iter_mut().zip(row.as_flattened()) {
        *to += from * weight;
    }
}

/// Adds the row moved sideways; its ends stand for what lies outside.
fn add_shifted<const N: usize>(out: &mut [[f32; N]], row: &[[f32; N]], dx: i32, weight: f32) {
    let width = row.len();
    let by = (dx.unsigned_abs() as usize).min(width);
    let edge = if dx >= 0 { row[width - 1] } else { row[0] };
    let (inside, outside) = if dx >= 0 {
        let (inside, outside) = out.split_at_mut(width - by);
        add(inside, &row[by..], weight);
        (inside.len(), outside)
    } else {
        let (outside, inside) = out.split_at_mut(by);
        add(inside, &row[..width - by], weight);
        (inside.len(), outside)
    };
    debug_assert_eq!(inside + outside.len(), width);
    for pixel in outside {
        for (to, from) in pixel.iter_mut().zip(edge) {
            *to += from * weight;
        }
    }
}

fn bell_curve(sigma: f32) -> Vec<f32> {
    let reach = (sigma * 3.0).ceil() as i32;
    let raw: Vec<f32> = (-reach..=reach).map(|i| (-0.5 * (i as f32 / sigma).powi(2)).exp()).collect();
    let total: f32 = raw.iter().sum();
    raw.iter().map(|weight| weight / total).collect()
}

/// Points of a line through the middle, shared out among the pixels they lie between.
fn line_taps(length: f32, angle: f32, taps: usize) -> Vec<(i32, i32, f32)> {
    let mut out: Vec<(i32, i32, f32)> = Vec::new();
    for tap in 0..taps {
        let along = length * (tap as f32 / (taps - 1) as f32 - 0.5);
        let (x, y) = (along * angle.cos(), along * angle.sin());
        let (left, top) = (x.floor(), y.floor());
        for (dx, across) in [(0, 1.0 - (x - left)), (1, x - left)] {
            for (dy, down) in [(0, 1.0 - (y - top)), (1, y - top)] {
                let place = (left as i32 + dx, top as i32 + dy);
                let weight = across * down / taps as f32;
                match out.iter_mut().find(|(x, y, _)| (*x, *y) == place) {
                    Some((_, _, sum)) => *sum += weight,
                    None => out.push((place.0, place.1, weight)),
                }
            }
        }
    }
    out.retain(|(_, _, weight)| *weight > 1e-4);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot() -> Plane<1> {
        Plane::drawn(41, 41, |x, y| [if (x, y) == (20, 20) { 1.0 } else { 0.0 }])
    }

    #[test]
    fn blur_spreads_light_and_loses_none() {
        for soft in [dot().blurred(2.5), dot().smeared(7.0, 0.6)] {
            let total: f32 = soft.pixels.iter().map(|pixel| pixel[0]).sum();
            assert!((total - 1.0).abs() < 0.01, "{total}");
            assert!(soft.near(20, 20)[0] < 0.3);
        }
    }

    #[test]
    fn a_smear_goes_along_its_angle() {
        let soft = dot().smeared(9.0, 0.0);
        assert!(soft.near(23, 20)[0] > 0.05 && soft.near(20, 23)[0] < 1e-6);
        assert!((soft.near(23, 20)[0] - soft.near(17, 20)[0]).abs() < 1e-4);
    }

    #[test]
    fn an_even_picture_stays_even_up_to_its_edges() {
        let even = Plane::drawn(9, 7, |_, _| [0.4, 0.5, 0.6]);
        for pixel in even.blurred(3.0).smeared(6.0, 2.0).pixels {
            assert!((pixel[1] - 0.5).abs() < 1e-3);
        }
    }
}
