//! The one line of a zone: what belongs to it, without the neighbours that the zone cuts through.

use domain::reading::BBox;

use super::super::Failure;
use crate::native::{Blot, Gray};

/// The middle of the zone in which the line is looked for, in shares of its height.
const BAND: std::ops::RangeInclusive<f32> = 0.25..=0.75;
/// How far a sign's middle may stand from the line's, in heights of a sign.
const LEVEL: f32 = 0.6;
/// White kept around the line, in heights of a sign.
const ROOM: f32 = 0.6;

/// A line within a zone.
pub(super) struct Line {
    /// In fractions of the zone.
    pub(super) area: BBox,
    /// Height of its capitals, in pixels.
    pub(super) capital: f32,
}

/// The line; `None` when nothing stands in the zone.
pub(super) fn find(part: &Gray) -> Result<Option<Line>, Failure> {
    let (width, height) = (part.width() as i32, part.height() as i32);
    let blots = part.blots().ok_or_else(Failure::memory)?;
    Ok(of(&blots, width, height))
}

fn of(blots: &[Blot], width: i32, height: i32) -> Option<Line> {
    let is_whole = |blot: &&Blot| {
        blot.x > 0 && blot.y > 0 && blot.x + blot.width < width && blot.y + blot.height < height
    };
    let middle = |blot: &Blot| blot.y as f32 + blot.height as f32 / 2.0;
    let is_central = |blot: &&Blot| BAND.contains(&(middle(blot) / height as f32));
    let central: Vec<&Blot> = blots.iter().filter(is_whole).filter(is_central).collect();
    let size = median(central.iter().map(|blot| blot.height as f32))?;
    let level =
        median(central.iter().filter(|blot| blot.height as f32 > 0.7 * size).map(|blot| middle(blot)))?;
    let line: Vec<&Blot> =
        blots.iter().filter(is_whole).filter(|blot| (middle(blot) - level).abs() < LEVEL * size).collect();
    let capital = median(line.iter().map(|blot| blot.height as f32).filter(|height| *height > 0.7 * size))?;
    let room = ROOM * capital;
    let least = |side: fn(&Blot) -> i32| line.iter().map(|blot| side(blot)).min().map(|side| side as f32);
    let most = |side: fn(&Blot) -> i32| line.iter().map(|blot| side(blot)).max().map(|side| side as f32);
    let left = (least(|blot| blot.x)? - room).max(0.0);
    let top = (least(|blot| blot.y)? - room).max(0.0);
    let right = (most(|blot| blot.x + blot.width)? + room).min(width as f32);
    let bottom = (most(|blot| blot.y + blot.height)? + room).min(height as f32);
    let (w, h) = (width as f32, height as f32);
    let area = BBox { x: left / w, y: top / h, w: (right - left) / w, h: (bottom - top) / h };
    Some(Line { area, capital })
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blot(x: i32, y: i32, width: i32, height: i32) -> Blot {
        Blot { x, y, width, height }
    }

    #[test]
    fn neighbours_that_the_zone_cuts_are_left_out() {
        let blots = [
            blot(0, 20, 8, 20),
            blot(40, 20, 14, 20),
            blot(60, 20, 14, 20),
            blot(30, 0, 14, 8),
            blot(290, 22, 10, 20),
        ];
        let line = of(&blots, 300, 60).unwrap();
        assert!((line.area.x * 300.0 - 28.0).abs() < 0.1, "{:?}", line.area);
        assert!(((line.area.x + line.area.w) * 300.0 - 86.0).abs() < 0.1, "{:?}", line.area);
        assert!(of(&blots[3..], 300, 60).is_none(), "nothing stands in the middle");
    }
}
