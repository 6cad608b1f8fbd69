//! The four edges of a bright paper on a darker ground.

use super::super::Failure;
use crate::native::Gray;

/// Longest side of the picture on which edges are sought.
const SIDE: f32 = 480.0;
/// Pixels on either side of an edge whose means are compared.
const REACH: usize = 5;
/// Least step in brightness from ground to paper.
const STEP: i32 = 9;
/// How far, in pixels, a point may lie from its edge.
const CLOSE: f32 = 1.6;
/// Share of a side's scan lines that must agree on the edge.
const AGREEMENT: f32 = 0.3;
/// Steepest edge: how much it may lean.
const LEAN: f32 = 0.3;
/// Share of the picture that the paper covers.
const AREA: std::ops::RangeInclusive<f32> = 0.2..=0.94;
/// Room left around the paper: curled edges bulge.
const ROOM: f32 = 0.004;

/// Corners in fractions of the picture: top left, top right, bottom right, bottom left.
pub(super) type Corners = [(f32, f32); 4];

/// The corners of the paper, if four edges stand out.
pub(super) fn find(image: &Gray) -> Result<Option<Corners>, Failure> {
    let longest = image.width().max(image.height()) as f32;
    let small = image.scaled((SIDE / longest).min(1.0)).ok_or_else(Failure::memory)?;
    let pixels = small.to_bytes().ok_or_else(Failure::memory)?;
    Ok(corners(&Picture { pixels, width: small.width() as usize, height: small.height() as usize }))
}

struct Picture {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

/// A side of the paper, looked for from that side of the picture inwards.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

/// A straight edge: `across = at + lean * along`, where `along` runs down for upright edges and to the right for level ones.
#[derive(Debug, Clone, Copy)]
struct Edge {
    at: f32,
    lean: f32,
}

fn corners(picture: &Picture) -> Option<Corners> {
    let [left, right, top, bottom] =
        [Side::Left, Side::Right, Side::Top, Side::Bottom].map(|side| edge(picture, side));
    let (left, right, top, bottom) = (left?, right?, top?, bottom?);
    let (w, h) = (picture.width as f32, picture.height as f32);
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(upright, level)| {
        // x = a + b y and y = c + d x.
        let x = (upright.at + upright.lean * level.at) / (1.0 - upright.lean * level.lean);
        (x / w, (level.at + level.lean * x) / h)
    });
    let inside = |(x, y): (f32, f32)| (-0.05..=1.05).contains(&x) && (-0.05..=1.05).contains(&y);
    (corners.into_iter().all(inside) && AREA.contains(&area(corners))).then(|| with_room(corners))
}

fn edge(picture: &Picture, side: Side) -> Option<Edge> {
    let lines = match side {
        Side::Left | Side::Right => picture.height,
        Side::Top | Side::Bottom => picture.width,
    };
    let points: Vec<(f32, f32)> = (0..lines)
        .step_by(2)
        .flat_map(|along| steps(picture, side, along).map(move |across| (along as f32, across as f32)))
        .collect();
    let (edge, near) = most_agreed(&points)?;
    let agreed = near.len() as f32 >= AGREEMENT * (lines / 2) as f32;
    agreed.then(|| fitted(&near, edge))
}

/// Where along one scan line, from the side to the middle, the ground may give way to the paper: the first clear step, and the
/// sharpest. The sharpest alone is often a dark band on the paper itself.
fn steps(picture: &Picture, side: Side, along: usize) -> impl Iterator<Item = usize> + use<> {
    let length = match side {
        Side::Left | Side::Right => picture.width,
        Side::Top | Side::Bottom => picture.height,
    };
    let profile = Profile::new((0..length).map(|depth| match side {
        Side::Left => picture.pixels[along * picture.width + depth],
        Side::Right => picture.pixels[along * picture.width + length - 1 - depth],
        Side::Top => picture.pixels[depth * picture.width + along],
        Side::Bottom => picture.pixels[(length - 1 - depth) * picture.width + along],
    }));
    let depths = || (REACH..length / 2).filter(|&depth| profile.is_clear_step(depth));
    let sharpest =
        |depths: &mut dyn Iterator<Item = usize>| depths.max_by_key(|&depth| profile.step(depth, REACH));
    let first = depths().next().and_then(|start| sharpest(&mut (start..start + REACH)));
    let sharpest = sharpest(&mut depths()).filter(|&depth| Some(depth) != first);
    first.into_iter().chain(sharpest).map(move |depth| match side {
        Side::Left | Side::Top => depth,
        Side::Right | Side::Bottom => length - depth,
    })
}

/// Brightness along one scan line, as running sums.
struct Profile(Vec<i32>);

impl Profile {
    fn new(pixels: impl Iterator<Item = u8>) -> Self {
        let sums = pixels.scan(0, |sum, pixel| {
            *sum += i32::from(pixel);
            Some(*sum)
        });
        Self(std::iter::once(0).chain(sums).collect())
    }

    /// Mean of `reach` pixels beyond `depth` less the mean of as many before it.
    fn step(&self, depth: usize, reach: usize) -> i32 {
        self.mean(depth, depth + reach) - self.mean(depth.saturating_sub(reach), depth)
    }

    /// A step that lasts: a dark joint between two boards is no edge.
    fn is_clear_step(&self, depth: usize) -> bool {
        let wide = 3 * REACH;
        let lasting =
            self.mean(depth + 2, depth + 2 + wide) - self.mean(depth.saturating_sub(wide + 2), depth - 2);
        self.step(depth, REACH) >= STEP && lasting >= STEP
    }

    fn mean(&self, from: usize, to: usize) -> i32 {
        let to = to.min(self.0.len() - 1);
        let from = from.min(to.saturating_sub(1));
        (self.0[to] - self.0[from]) / (to - from).max(1) as i32
    }
}

/// The line through two of the points that most points lie close to, with those points.
fn most_agreed(points: &[(f32, f32)]) -> Option<(Edge, Vec<(f32, f32)>)> {
    let mut best: Option<(Edge, usize)> = None;
    let stride = (points.len() / 48).max(1);
    for (i, a) in points.iter().enumerate().step_by(stride) {
        for b in points.iter().skip(i + 12).step_by(stride) {
            let lean = (b.1 - a.1) / (b.0 - a.0);
            let edge = Edge { at: a.1 - lean * a.0, lean };
            if lean.abs() > LEAN {
                continue;
            }
            let near = points.iter().filter(|point| distance(edge, **point) <= CLOSE).count();
            if best.is_none_or(|(_, most)| near > most) {
                best = Some((edge, near));
            }
        }
    }
    let (edge, _) = best?;
    Some((edge, points.iter().copied().filter(|point| distance(edge, *point) <= CLOSE).collect()))
}

fn distance(edge: Edge, (along, across): (f32, f32)) -> f32 {
    (edge.at + edge.lean * along - across).abs()
}

/// The line of least squares; `otherwise` when the points do not make one.
fn fitted(points: &[(f32, f32)], otherwise: Edge) -> Edge {
    let count = points.len() as f32;
    let (sum_x, sum_y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let spread: f32 = points.iter().map(|point| (point.0 - mean_x).powi(2)).sum();
    let together: f32 = points.iter().map(|point| (point.0 - mean_x) * (point.1 - mean_y)).sum();
    let lean = together / spread;
    if lean.is_finite() { Edge { at: mean_y - lean * mean_x, lean } } else { otherwise }
}

fn area(corners: Corners) -> f32 {
    let next = |i: usize| corners[(i + 1) % 4];
    let twice: f32 = corners.iter().enumerate().map(|(i, (x, y))| x * next(i).1 - next(i).0 * y).sum();
    twice / 2.0
}

fn with_room(corners: Corners) -> Corners {
    let middle =
        corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0 / 4.0, sum.1 + corner.1 / 4.0));
    corners.map(|(x, y)| (x + (x - middle.0) * ROOM * 2.0, y + (y - middle.1) * ROOM * 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright quadrilateral on a dark ground.
    fn drawn(width: usize, height: usize, corners: Corners) -> Picture {
        let inside = |x: f32, y: f32| {
            (0..4).all(|i| {
                let ((ax, ay), (bx, by)) = (corners[i], corners[(i + 1) % 4]);
                (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
            })
        };
        let pixels = (0..width * height)
            .map(|i| {
                let (x, y) = ((i % width) as f32 / width as f32, (i / width) as f32 / height as f32);
                if inside(x, y) { 210 } else { 70 + (i % 7) as u8 }
            })
            .collect();
        Picture { pixels, width, height }
    }

    #[test]
    fn a_leaning_paper_is_found_within_a_hundredth() {
        let drawn_at = [(0.22, 0.1), (0.85, 0.14), (0.78, 0.92), (0.12, 0.85)];
        let found = corners(&drawn(360, 480, drawn_at)).unwrap();
        for (found, drawn) in found.into_iter().zip(with_room(drawn_at)) {
            assert!(
                (found.0 - drawn.0).abs() < 0.01 && (found.1 - drawn.1).abs() < 0.01,
                "{found:?} {drawn:?}"
            );
        }
    }

    #[test]
    fn a_scan_without_ground_has_no_corners() {
        let blank = Picture { pixels: vec![240; 300 * 400], width: 300, height: 400 };
        assert!(corners(&blank).is_none());
    }
}
