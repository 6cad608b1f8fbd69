//! Noise that can be repeated: for wood, cloth, dust and sensors.

/// 0 to 1 for a place on a lattice.
pub fn speck(seed: u32, x: i32, y: i32) -> f32 {
    let mut mixed =
        seed ^ (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77).rotate_left(13);
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    mixed ^= mixed >> 15;
    (mixed >> 8) as f32 / 16_777_216.0
}

/// Near enough to a normal deviate of mean 0 and deviation 1.
pub fn bell(seed: u32, x: i32, y: i32) -> f32 {
    let sum = speck(seed, x, y) + speck(seed ^ 0x5bd1_e995, x, y) + speck(seed ^ 0x1b87_3593, x, y);
    (sum - 1.5) * 2.0
}

/// Smooth noise, 0 to 1, with features of about one unit.
pub fn smooth(seed: u32, x: f32, y: f32) -> f32 {
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let ((column, across), (row, down)) = (split(x), split(y));
    let (across, down) = (ease(across), ease(down));
    let upper = blend(speck(seed, column, row), speck(seed, column + 1, row), across);
    let lower = blend(speck(seed, column, row + 1), speck(seed, column + 1, row + 1), across);
    blend(upper, lower, down)
}

/// Layers of smooth noise, each half as large and half as strong, 0 to 1.
pub fn cloud(seed: u32, x: f32, y: f32, layers: u32) -> f32 {
    let (mut sum, mut weight, mut scale, mut total) = (0.0, 1.0, 1.0, 0.0);
    for layer in 0..layers {
        sum += weight * smooth(seed.wrapping_add(layer.wrapping_mul(0x9e37)), x * scale, y * scale);
        total += weight;
        weight *= 0.5;
        scale *= 2.03;
    }
    sum / total
}

/// The whole number below and what is left: `f32::floor` is a call on processors without SSE 4.1.
pub fn split(x: f32) -> (i32, f32) {
    let towards_zero = x as i32;
    let below = towards_zero - i32::from(x < towards_zero as f32);
    (below, x - below as f32)
}

/// From one to the other.
pub fn blend(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}

/// 0 below the first, 1 above the second, smooth between.
pub fn step(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_repeats_itself_and_stays_between_0_and_1() {
        for i in -200..200_i32 {
            let (x, y) = (i as f32 * 0.37, i as f32 * -1.91);
            let one = cloud(7, x, y, 4);
            assert!((0.0..=1.0).contains(&one));
            assert!((one - cloud(7, x, y, 4)).abs() < f32::EPSILON);
        }
    }

    #[test]
    fn deviates_are_centred_and_of_deviation_one() {
        let all: Vec<f32> = (0..10_000).map(|i| bell(3, i % 100, i / 100)).collect();
        let mean = all.iter().sum::<f32>() / 10_000.0;
        let square = all.iter().map(|x| x * x).sum::<f32>() / 10_000.0;
        assert!(mean.abs() < 0.05 && (square - 1.0).abs() < 0.1, "{mean} {square}");
    }
}
