//! Luck that can be repeated.

use std::ops::RangeInclusive;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Draws by a seed: the same seed draws the same.
pub struct Luck(StdRng);

impl Luck {
    /// Luck that repeats itself for these words.
    pub fn of(seed: u64, words: &[&str]) -> Self {
        let mut mixed = seed;
        for byte in words.iter().flat_map(|word| word.bytes().chain([0])) {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17);
        }
        Self(StdRng::seed_from_u64(mixed))
    }

    /// A whole number in the range.
    pub fn number(&mut self, range: RangeInclusive<i64>) -> i64 {
        self.0.random_range(range)
    }

    /// A number in the range.
    pub fn real(&mut self, range: RangeInclusive<f32>) -> f32 {
        self.0.random_range(range)
    }

    /// True with this chance, 0 to 1.
    pub fn chance(&mut self, chance: f64) -> bool {
        self.0.random_bool(chance)
    }

    /// One of the list, which must not be empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.0.random_range(0..list.len())]
    }

    /// A text by a pattern: `9` a digit, `A` a capital, `X` a capital or digit, the rest as it stands.
    pub fn text(&mut self, pattern: &str) -> String {
        const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let one = |luck: &mut Self, signs: &[u8]| char::from(*luck.pick(signs));
        pattern
            .chars()
            .map(|c| match c {
                '9' => one(self, &SIGNS[26..]),
                'A' => one(self, &SIGNS[..26]),
                'X' => one(self, SIGNS),
                c => c,
            })
            .collect()
    }
}
