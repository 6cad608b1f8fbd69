//! Paper that does not lie flat: rolled, wavy, folded in panels, crumpled.
//!
//! Lengths in millimetres from the middle of the paper, x to the right, y down, height towards the eye.

use super::grain::{blend, step};
use crate::luck::Luck;

/// Paper bent along one direction; across it, it is straight.
struct Bend {
    along: (f32, f32),
    reach: f32,
    height: Vec<f32>,
    slope: Vec<f32>,
    /// How much farther the paper goes than the desk, from the middle.
    longer: Vec<f32>,
}

/// A sharp ridge left by a fist or a pocket: seen in the light only.
struct Ridge {
    at: (f32, f32),
    normal: (f32, f32),
    slope: f32,
    fade: f32,
}

/// The shape of a paper.
#[derive(Default)]
pub struct Sheet {
    bends: Vec<Bend>,
    ridges: Vec<Ridge>,
    creases: Vec<(Axis, f32)>,
    /// What it is called in the truth file.
    pub name: &'static str,
    /// Its highest point.
    pub rise: f32,
}

/// The side along which a fold is counted.
#[derive(Clone, Copy, PartialEq)]
enum Axis {
    Across,
    Down,
}

const STEPS: usize = 512;
/// The part of the steps at each end that lies beyond the paper.
const MARGIN: usize = STEPS * 15 / 130;

impl Bend {
    /// Of a paper that goes `half` to both sides of the middle; beyond it goes on for a while, as rays miss its edge.
    fn by_slope(angle: f32, half: f32, slope: impl Fn(f32) -> f32) -> Self {
        let reach = half * 1.3;
        let stride = 2.0 * reach / (STEPS - 1) as f32;
        let slope: Vec<f32> = (0..STEPS).map(|i| slope(i as f32 * stride - reach)).collect();
        let (mut height, mut longer) = (vec![0.0; STEPS], vec![0.0; STEPS]);
        for i in 1..STEPS {
            let mean = f32::midpoint(slope[i - 1], slope[i]);
            height[i] = height[i - 1] + mean * stride;
            longer[i] = longer[i - 1] + ((1.0 + mean * mean).sqrt() - 1.0) * stride;
        }
        let lowest = height[MARGIN..STEPS - MARGIN].iter().copied().fold(f32::MAX, f32::min);
        let middle = longer[STEPS / 2];
        let height = height.iter().map(|h| (h - lowest).max(0.0)).collect();
        let longer = longer.iter().map(|l| l - middle).collect();
        Self { along: (angle.cos(), angle.sin()), reach, height, slope, longer }
    }

    fn read(&self, table: &[f32], x: f32, y: f32) -> f32 {
        let t = x * self.along.0 + y * self.along.1;
        let place =
            ((t + self.reach) / (2.0 * self.reach) * (STEPS - 1) as f32).clamp(0.0, STEPS as f32 - 1.01);
        let i = place as usize;
        blend(table[i], table[i + 1], place - i as f32)
    }
}

impl Sheet {
    /// A paper of this size that lies as flat as one can.
    pub fn flat() -> Self {
        Self { name: "flat", ..Self::default() }
    }

    /// Rolled up or arched like a sheet that was carried in a tube; `rise` is its height.
    pub fn cylinder(size: (f32, f32), rise: f32, luck: &mut Luck) -> Self {
        let angle = *luck.pick(&[0.0, 0.0, std::f32::consts::FRAC_PI_2, 1.2, -0.35]) + luck.real(-0.1..=0.1);
        let half = half_along(size, angle);
        let (sign, middle) = (if luck.chance(0.6) { 1.0 } else { -1.0 }, luck.real(-0.4..=0.4) * half);
        let steep = 2.0 * rise / (half * half);
        Self::bent(
            "cylinder",
            Bend::by_slope(angle, half, |t| (sign * steep * (t - middle)).clamp(-0.5, 0.5)),
        )
    }

    /// Wavy, as a paper that was damp or held by its edges.
    pub fn wave(size: (f32, f32), rise: f32, luck: &mut Luck) -> Self {
        let angle = *luck.pick(&[0.0, std::f32::consts::FRAC_PI_2]) + luck.real(-0.25..=0.25);
        let half = half_along(size, angle);
        let (length, phase) = (half * luck.real(0.8..=2.0), luck.real(0.0..=std::f32::consts::TAU));
        let rate = std::f32::consts::TAU / length;
        let steep = (rise * 0.5 * rate).min(0.4);
        Self::bent("wave", Bend::by_slope(angle, half, |t| steep * (rate * t + phase).cos()))
    }

    /// Panels between folds, as a registration certificate or a posted letter; `rise` is the height of the free edge.
    pub fn folded(size: (f32, f32), panels: usize, rise: f32, luck: &mut Luck) -> Self {
        let down = luck.chance(0.65);
        let (length, angle) = if down { (size.1, std::f32::consts::FRAC_PI_2) } else { (size.0, 0.0) };
        let panel = length / panels as f32;
        let steep = (rise / panel).min(0.35);
        let slopes: Vec<f32> = (0..panels).map(|i| panel_slope(i, panels, luck) * steep).collect();
        let bend = Bend::by_slope(angle, length / 2.0, |t| {
            let place = (t / panel + panels as f32 / 2.0).clamp(0.0, panels as f32 - 0.001);
            let (i, rest) = (place as usize, (place.fract() - 0.5) * panel);
            let near = if rest < 0.0 { i.saturating_sub(1) } else { (i + 1).min(panels - 1) };
            blend(slopes[i], slopes[near], 0.5 * step(panel / 2.0 - 4.0, panel / 2.0, rest.abs()))
        });
        let mut sheet = Self::bent("folded", bend);
        let axis = if down { Axis::Down } else { Axis::Across };
        sheet.creases = (1..panels).map(|i| (axis, i as f32 * panel - length / 2.0)).collect();
        sheet
    }

    fn bent(name: &'static str, bend: Bend) -> Self {
        let rise = bend.height[MARGIN..STEPS - MARGIN].iter().copied().fold(0.0, f32::max);
        Self { bends: vec![bend], name, rise, ..Self::default() }
    }

    /// The same with ridges as of a pocket.
    pub fn crumpled(mut self, size: (f32, f32), strength: f32, luck: &mut Luck) -> Self {
        for _ in 0..luck.number(4..=12) {
            let angle = luck.real(0.0..=std::f32::consts::TAU);
            self.ridges.push(Ridge {
                at: (size.0 * luck.real(-0.5..=0.5), size.1 * luck.real(-0.5..=0.5)),
                normal: (angle.cos(), angle.sin()),
                slope: strength * luck.real(-1.0..=1.0),
                fade: luck.real(6.0..=30.0),
            });
        }
        self
    }

    /// Height over the desk.
    pub fn height(&self, x: f32, y: f32) -> f32 {
        self.bends.iter().map(|bend| bend.read(&bend.height, x, y)).sum()
    }

    /// The place on the paper that lies over this place of the desk.
    pub fn on_paper(&self, x: f32, y: f32) -> (f32, f32) {
        self.bends.iter().fold((x, y), |(u, v), bend| {
            let longer = bend.read(&bend.longer, x, y);
            (u + longer * bend.along.0, v + longer * bend.along.1)
        })
    }

    /// The place of the desk under this place of the paper.
    pub fn on_desk(&self, u: f32, v: f32) -> (f32, f32) {
        let (mut x, mut y) = (u, v);
        for _ in 0..6 {
            let (over_u, over_v) = self.on_paper(x, y);
            (x, y) = (x + u - over_u, y + v - over_v);
        }
        (x, y)
    }

    /// How much of the light that comes from a side it sends back, 1 where it is level; `side` is longer for lower lamps.
    pub fn shade(&self, x: f32, y: f32, side: (f32, f32)) -> f32 {
        let mut slope = self.bends.iter().fold((0.0, 0.0), |(sx, sy), bend| {
            let s = bend.read(&bend.slope, x, y);
            (sx + s * bend.along.0, sy + s * bend.along.1)
        });
        for ridge in &self.ridges {
            let d = (x - ridge.at.0) * ridge.normal.0 + (y - ridge.at.1) * ridge.normal.1;
            let s = ridge.slope * (d / 0.8).clamp(-1.0, 1.0) * (-d.abs() / ridge.fade).exp();
            slope = (slope.0 + s * ridge.normal.0, slope.1 + s * ridge.normal.1);
        }
        let (sx, sy) = slope;
        (1.0 - sx * side.0 - sy * side.1).max(0.15) / (1.0 + sx * sx + sy * sy).sqrt()
    }

    /// How near a fold is: 1 on it, 0 half a millimetre away.
    pub fn crease(&self, u: f32, v: f32) -> f32 {
        let near = |(axis, at): &(Axis, f32)| (if *axis == Axis::Down { v } else { u } - at).abs();
        self.creases.iter().map(near).fold(0.0, |most: f32, d| most.max(1.0 - d / 0.5))
    }
}

/// Half of the paper's extent in a direction.
fn half_along(size: (f32, f32), angle: f32) -> f32 {
    0.5 * (size.0 * angle.cos().abs() + size.1 * angle.sin().abs())
}

/// Outer panels rise from the middle; with two they make a roof or a valley.
fn panel_slope(i: usize, panels: usize, luck: &mut Luck) -> f32 {
    let rest = luck.real(-0.25..=0.25);
    match (i * 2 + 1).cmp(&panels) {
        std::cmp::Ordering::Less => rest - luck.real(0.3..=1.0),
        std::cmp::Ordering::Equal => rest,
        std::cmp::Ordering::Greater => rest + luck.real(0.3..=1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets() -> Vec<Sheet> {
        let (size, mut luck) = ((210.0, 297.0), Luck::of(3, &["sheet"]));
        vec![
            Sheet::flat(),
            Sheet::cylinder(size, 15.0, &mut luck),
            Sheet::wave(size, 8.0, &mut luck),
            Sheet::folded(size, 3, 9.0, &mut luck).crumpled(size, 0.1, &mut luck),
        ]
    }

    #[test]
    fn paper_and_desk_agree_about_places() {
        for sheet in sheets() {
            for (u, v) in [(0.0, 0.0), (-100.0, 140.0), (87.0, -31.0)] {
                let (x, y) = sheet.on_desk(u, v);
                let (back_u, back_v) = sheet.on_paper(x, y);
                assert!((back_u - u).abs() < 0.05 && (back_v - v).abs() < 0.05, "{}", sheet.name);
            }
        }
    }

    #[test]
    fn a_bent_paper_covers_less_of_the_desk_and_stays_above_it() {
        for sheet in sheets() {
            let (left, right) = (sheet.on_desk(-105.0, -148.0), sheet.on_desk(105.0, 148.0));
            let across = (right.0 - left.0).hypot(right.1 - left.1);
            assert!(across <= 210.01_f32.hypot(296.01), "{}", sheet.name);
            assert!(sheet.height(30.0, 60.0) >= 0.0 && sheet.height(30.0, 60.0) < 40.0, "{}", sheet.name);
        }
    }
}
