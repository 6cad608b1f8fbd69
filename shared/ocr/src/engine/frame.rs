//! Where a straightened page lies on the page as photographed.

use domain::reading::BBox;

use crate::wire::Frame;

impl Frame {
    /// Nothing was moved.
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// The page was turned clockwise by a small angle about its centre.
    pub(crate) fn rotation(radians: f32, width: u32, height: u32) -> Self {
        let (sin, cos) = radians.sin_cos();
        let ratio = width as f32 / height as f32;
        // Back to where it was: the inverse turn, in fractions about (1/2, 1/2).
        let (a, b, c, d) = (cos, sin / ratio, -sin * ratio, cos);
        Self([a, b, 0.5 - 0.5 * (a + b), c, d, 0.5 - 0.5 * (c + d), 0.0, 0.0, 1.0])
    }

    /// The page was cut out along these corners (fractions; top left, top right, bottom right, bottom left).
    pub(crate) fn quadrilateral(corners: [(f32, f32); 4]) -> Self {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners;
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dy1, dx2, dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2);
        let determinant = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / determinant;
        let h = (dx1 * sy - sx * dy1) / determinant;
        Self([x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0])
    }

    /// First `self`, then `next`.
    pub(crate) fn then(&self, next: &Self) -> Self {
        let (a, b) = (&next.0, &self.0);
        Self(std::array::from_fn(|i| {
            let (row, column) = (i / 3, i % 3);
            (0..3).map(|k| a[row * 3 + k] * b[k * 3 + column]).sum()
        }))
    }

    /// The way back, by the adjugate: a projective map needs no scale.
    pub(crate) fn inverse(&self) -> Self {
        let at = |row: usize, column: usize| self.0[row % 3 * 3 + column % 3];
        Self(std::array::from_fn(|place| {
            // The cofactor of the transposed place, its sign kept by going round.
            let (row, column) = (place % 3, place / 3);
            at(row + 1, column + 1) * at(row + 2, column + 2)
                - at(row + 1, column + 2) * at(row + 2, column + 1)
        }))
    }

    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let m = &self.0;
        let scale = m[6] * x + m[7] * y + m[8];
        ((m[0] * x + m[1] * y + m[2]) / scale, (m[3] * x + m[4] * y + m[5]) / scale)
    }
}

/// The upright box around where `bbox` stood.
pub(crate) fn place(frame: &Frame, bbox: BBox) -> BBox {
    let (right, bottom) = (bbox.x + bbox.w, bbox.y + bbox.h);
    let corners = [(bbox.x, bbox.y), (right, bbox.y), (right, bottom), (bbox.x, bottom)]
        .map(|(x, y)| frame.point(x, y))
        .map(|(x, y)| (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)));
    let least = |values: [f32; 4]| values.into_iter().fold(f32::INFINITY, f32::min);
    let most = |values: [f32; 4]| values.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let (xs, ys) = (corners.map(|corner| corner.0), corners.map(|corner| corner.1));
    let (x, y) = (least(xs), least(ys));
    BBox { x, y, w: most(xs) - x, h: most(ys) - y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: (f32, f32), b: (f32, f32)) -> bool {
        (a.0 - b.0).abs() < 1e-4 && (a.1 - b.1).abs() < 1e-4
    }

    #[test]
    fn the_corners_of_a_cut_out_page_go_back_to_where_they_were() {
        let corners = [(0.2, 0.1), (0.8, 0.15), (0.75, 0.9), (0.1, 0.8)];
        let frame = Frame::quadrilateral(corners);
        for (unit, corner) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].into_iter().zip(corners) {
            assert!(close(frame.point(unit.0, unit.1), corner), "{unit:?}");
        }
    }

    #[test]
    fn a_turned_page_turns_back_about_its_centre() {
        let frame = Frame::rotation(std::f32::consts::FRAC_PI_2, 100, 100);
        assert!(close(frame.point(0.5, 0.5), (0.5, 0.5)));
        // Turned clockwise, what was at the left is at the top.
        assert!(close(frame.point(0.5, 0.0), (0.0, 0.5)));
    }

    #[test]
    fn steps_follow_one_another() {
        let turn = Frame::rotation(0.1, 200, 100);
        let cut = Frame::quadrilateral([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]);
        let both = turn.then(&cut);
        let (x, y) = turn.point(0.3, 0.6);
        assert!(close(both.point(0.3, 0.6), cut.point(x, y)));
        let (x, y) = both.point(0.3, 0.6);
        assert!(close(both.inverse().point(x, y), (0.3, 0.6)));
        let bbox = place(&Frame::IDENTITY, BBox { x: 0.1, y: 0.2, w: 0.3, h: 0.4 });
        assert!(close((bbox.x, bbox.y), (0.1, 0.2)) && close((bbox.w, bbox.h), (0.3, 0.4)));
    }
}
