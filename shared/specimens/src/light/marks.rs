//! What glass, rollers, toner and pockets leave on a scan. Millimetres from the scan's upper left corner.

use super::grain::{cloud, step};
use super::plane::{Colour, Plane, mix};
use crate::luck::Luck;

/// Everything that soils one scan.
pub struct Marks {
    streaks: Vec<Streak>,
    dust: Vec<Dust>,
    folds: Vec<Fold>,
    seed: u32,
}

/// A line or a band along the way of the paper through the rollers.
struct Streak {
    at: f32,
    half: f32,
    strength: f32,
    colour: Colour,
}

struct Dust {
    at: (f32, f32),
    radius: f32,
    level: f32,
    strength: f32,
}

/// A fold across the paper, by its share of the height or width.
struct Fold {
    down: bool,
    at: f32,
    strength: f32,
    bright: f32,
}

impl Marks {
    /// Draws them for a scan of this size; `careless` 0 to 1.
    pub fn draw(size: (f32, f32), careless: f32, fed: bool, luck: &mut Luck) -> Self {
        let mut marks = Self {
            streaks: Vec::new(),
            dust: Vec::new(),
            folds: Vec::new(),
            seed: luck.number(0..=0xffff_ffff) as u32,
        };
        let lines = if luck.chance(if fed { 0.35 } else { 0.08 }) { luck.number(1..=3) } else { 0 };
        for _ in 0..lines {
            marks.streaks.push(Streak::line(size, careless, luck));
        }
        let bands = if luck.chance(0.12) { luck.number(1..=3) } else { 0 };
        for _ in 0..bands {
            marks.streaks.push(Streak::band(size, careless, luck));
        }
        marks.strew(size, careless, luck);
        if luck.chance(0.3) {
            marks.fold(careless, luck);
        }
        marks
    }

    fn strew(&mut self, size: (f32, f32), careless: f32, luck: &mut Luck) {
        let most = 6.0 + 90.0 * careless;
        for _ in 0..luck.real(0.0..=most) as u32 {
            let at = (size.0 * luck.real(0.0..=1.0), size.1 * luck.real(0.0..=1.0));
            let level = if luck.chance(0.8) { luck.real(0.1..=0.6) } else { 1.0 };
            self.dust.push(Dust {
                at,
                radius: luck.real(0.04..=0.22),
                level,
                strength: luck.real(0.3..=0.9),
            });
        }
        for _ in 0..if luck.chance(0.2) { luck.number(1..=3) } else { 0 } {
            self.hair(size, luck);
        }
    }

    fn hair(&mut self, size: (f32, f32), luck: &mut Luck) {
        let mut at = (size.0 * luck.real(0.0..=1.0), size.1 * luck.real(0.0..=1.0));
        let (mut angle, bow) = (luck.real(0.0..=std::f32::consts::TAU), luck.real(-0.02..=0.02));
        let strength = luck.real(0.25..=0.6);
        for _ in 0..luck.number(40..=160) {
            at = (at.0 + 0.08 * angle.cos(), at.1 + 0.08 * angle.sin());
            angle += bow + luck.real(-0.03..=0.03);
            self.dust.push(Dust { at, radius: 0.06, level: 0.3, strength });
        }
    }

    fn fold(&mut self, careless: f32, luck: &mut Luck) {
        const WAYS: &[&[f32]] = &[&[0.333, 0.667], &[0.5], &[0.333, 0.667], &[0.25, 0.5, 0.75]];
        let shares = *luck.pick(WAYS);
        let (down, strength) = (luck.chance(0.75), luck.real(0.05..=0.15 + 0.2 * careless));
        for share in shares {
            let at = share + luck.real(-0.01..=0.01);
            self.folds.push(Fold {
                down,
                at,
                strength: strength * luck.real(0.5..=1.0),
                bright: luck.real(0.0..=0.5),
            });
        }
        if luck.chance(0.3) {
            let at = 0.5 + luck.real(-0.01..=0.01);
            self.folds.push(Fold { down: !down, at, strength: strength * 0.7, bright: 0.2 });
        }
    }

    /// How much darker (below 1) or brighter a fold makes a place of the paper; `u`, `v` are shares of it.
    pub fn fold_at(&self, u: f32, v: f32, paper: (f32, f32)) -> f32 {
        self.folds.iter().fold(1.0, |light, fold| {
            let (place, side, length) = if fold.down { (v, u, paper.1) } else { (u, v, paper.0) };
            if (place - fold.at).abs() * length > 6.0 {
                return light;
            }
            let wander = (cloud(self.seed, side * 12.0, fold.at * 90.0, 3) - 0.5) * 0.9;
            let off = (place - fold.at) * length + wander;
            let broken = 0.3 + cloud(self.seed ^ 2, side * 60.0, fold.at * 31.0, 2);
            let dark = (-(off / 0.22).powi(2)).exp() * broken + 0.35 * (-((off - 0.9) / 1.1).powi(2)).exp();
            let bright = fold.bright * (-((off + 0.5) / 0.3).powi(2)).exp();
            light * (1.0 - fold.strength * dark + fold.strength * bright * 0.5)
        })
    }

    /// The colour under what the rollers and the drum leave.
    pub fn streaked(&self, colour: Colour, x: f32, y: f32) -> Colour {
        self.streaks.iter().fold(colour, |colour, streak| {
            let off = (x - streak.at).abs();
            if off > streak.half + 1.0 {
                return colour;
            }
            let soft = (streak.half * 0.5).clamp(0.05, 1.0);
            let broken = 0.5 + 0.5 * step(0.3, 0.6, cloud(self.seed ^ 1, streak.at, y / 25.0, 2));
            mix(
                colour,
                streak.colour,
                streak.strength * broken * (1.0 - step(streak.half - soft, streak.half + soft, off)),
            )
        })
    }

    /// Lays dust and hairs on the finished scan.
    pub fn soil(&self, scan: &mut Plane<3>, per_mm: f32) {
        for dust in &self.dust {
            let (x, y, r) = (dust.at.0 * per_mm, dust.at.1 * per_mm, (dust.radius * per_mm).max(0.45));
            let reach = r.ceil() as i32 + 1;
            for row in y as i32 - reach..=y as i32 + reach {
                for column in x as i32 - reach..=x as i32 + reach {
                    if row < 0 || column < 0 || row >= scan.height as i32 || column >= scan.width as i32 {
                        continue;
                    }
                    let far = (column as f32 - x).hypot(row as f32 - y);
                    let share = dust.strength * (1.0 - step(r - 0.5, r + 0.6, far));
                    let pixel = &mut scan.pixels[row as usize * scan.width + column as usize];
                    *pixel = mix(*pixel, [dust.level; 3], share);
                }
            }
        }
    }
}

impl Streak {
    fn line(size: (f32, f32), careless: f32, luck: &mut Luck) -> Self {
        let colour = *luck.pick(&[[0.1; 3], [0.25; 3], [0.3, 0.5, 0.45], [0.55, 0.4, 0.5], [1.0; 3]]);
        let at = size.0 * luck.real(0.02..=0.98);
        Self { at, half: luck.real(0.04..=0.16), strength: luck.real(0.12..=0.3 + 0.3 * careless), colour }
    }

    fn band(size: (f32, f32), careless: f32, luck: &mut Luck) -> Self {
        let colour = if luck.chance(0.6) { [1.0; 3] } else { [0.45; 3] };
        let at = size.0 * luck.real(0.0..=1.0);
        Self { at, half: luck.real(1.0..=9.0), strength: luck.real(0.04..=0.1 + 0.18 * careless), colour }
    }
}
