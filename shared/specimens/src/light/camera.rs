//! Where the telephone is, and which place of the desk each pixel sees.

use super::bend::Sheet;

/// A camera over the desk. Millimetres from the middle of the paper; z towards the eye.
pub struct Camera {
    eye: [f32; 3],
    right: [f32; 3],
    down: [f32; 3],
    forward: [f32; 3],
    focal: f32,
    centre: (f32, f32),
}

/// A box around places of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Left, top.
    pub from: (f32, f32),
    /// Right, bottom.
    pub to: (f32, f32),
}

impl Bounds {
    fn around(points: impl Iterator<Item = (f32, f32)>) -> Self {
        points.fold(Self { from: (f32::MAX, f32::MAX), to: (f32::MIN, f32::MIN) }, |all, (x, y)| Self {
            from: (all.from.0.min(x), all.from.1.min(y)),
            to: (all.to.0.max(x), all.to.1.max(y)),
        })
    }

    /// Width and height.
    pub fn size(&self) -> (f32, f32) {
        (self.to.0 - self.from.0, self.to.1 - self.from.1)
    }
}

/// What must be in the picture and how.
pub struct Framing {
    /// The paper's width and height.
    pub paper: (f32, f32),
    /// Where its ink is, from its middle: this is never cut off.
    pub ink: Bounds,
    /// The share of the picture's narrower side that the paper takes; beyond 1 its edges are cut off.
    pub fill: f32,
    /// The picture's width by its height.
    pub aspect: f32,
    /// The picture's longer side in pixels.
    pub long_side: f32,
    /// How far from the middle of the free room the paper lies, -1 to 1.
    pub off: (f32, f32),
}

impl Camera {
    /// Looks at the middle of the paper; angles in radians. `azimuth` is the side to which the camera leans.
    pub fn new(tilt: f32, azimuth: f32, roll: f32, distance: f32) -> Self {
        let eye =
            [tilt.sin() * azimuth.cos(), tilt.sin() * azimuth.sin(), tilt.cos()].map(|part| part * distance);
        let forward = eye.map(|part| -part / distance);
        let down = unit(minus([0.0, 1.0, 0.0], forward.map(|part| part * forward[1])));
        let right = cross(forward, down);
        let (sin, cos) = roll.sin_cos();
        let turned = |a: [f32; 3], b: [f32; 3], s: f32| std::array::from_fn(|i| a[i] * cos + b[i] * s);
        Self {
            eye,
            right: turned(right, down, sin),
            down: turned(down, right, -sin),
            forward,
            focal: 1.0,
            centre: (0.0, 0.0),
        }
    }

    /// Where a place is in the picture.
    pub fn project(&self, place: [f32; 3]) -> (f32, f32) {
        let ray = minus(place, self.eye);
        let depth = dot(ray, self.forward);
        (
            self.centre.0 + self.focal * dot(ray, self.right) / depth,
            self.centre.1 + self.focal * dot(ray, self.down) / depth,
        )
    }

    /// Which place at this height a pixel sees.
    pub fn at_height(&self, pixel: (f32, f32), z: f32) -> (f32, f32) {
        let (across, down) = ((pixel.0 - self.centre.0) / self.focal, (pixel.1 - self.centre.1) / self.focal);
        let ray: [f32; 3] =
            std::array::from_fn(|i| self.forward[i] + across * self.right[i] + down * self.down[i]);
        let far = (z - self.eye[2]) / ray[2];
        (self.eye[0] + far * ray[0], self.eye[1] + far * ray[1])
    }

    /// Which place of the desk lies under the place of the paper that a pixel sees.
    pub fn at_sheet(&self, pixel: (f32, f32), sheet: &Sheet) -> (f32, f32) {
        let mut place = self.at_height(pixel, 0.0);
        for _ in 0..4 {
            place = self.at_height(pixel, sheet.height(place.0, place.1));
        }
        place
    }

    /// Pixels for a millimetre in the middle of the paper.
    pub fn scale(&self) -> f32 {
        self.focal / dot(self.eye, self.eye).sqrt()
    }

    /// Chooses focal length and middle so that the framing holds; says the picture's size.
    pub fn frame(&mut self, sheet: &Sheet, framing: &Framing) -> (usize, usize) {
        // Measured in pictures of one unit, however it was framed before.
        (self.focal, self.centre) = (1.0, (0.0, 0.0));
        let half = (framing.paper.0 / 2.0, framing.paper.1 / 2.0);
        let paper = self.seen(sheet, &Bounds { from: (-half.0, -half.1), to: half });
        let ink = self.seen(sheet, &framing.ink);
        let long = framing.long_side;
        let (width, height) =
            if framing.aspect >= 1.0 { (long, long / framing.aspect) } else { (long * framing.aspect, long) };
        let fit = |bounds: &Bounds| (width / bounds.size().0).min(height / bounds.size().1);
        self.focal = (fit(&paper) * framing.fill).min(fit(&ink) * 0.975);
        let middle = |paper: (f32, f32), ink: (f32, f32), room: f32, off: f32| {
            let (from, to) = (paper.0 * self.focal, paper.1 * self.focal);
            let free = (room - (to - from)).max(0.0) / 2.0;
            let wanted = room / 2.0 - f32::midpoint(from, to) + off * free;
            let (least, most) = (0.01 * room - ink.0 * self.focal, 0.99 * room - ink.1 * self.focal);
            wanted.clamp(least.min(most), most.max(least))
        };
        let x = middle((paper.from.0, paper.to.0), (ink.from.0, ink.to.0), width, framing.off.0);
        let y = middle((paper.from.1, paper.to.1), (ink.from.1, ink.to.1), height, framing.off.1);
        self.centre = (x, y);
        (width.round() as usize, height.round() as usize)
    }

    /// The box around a part of the paper as it is seen.
    pub fn seen(&self, sheet: &Sheet, part: &Bounds) -> Bounds {
        let ((left, top), (right, bottom)) = (part.from, part.to);
        let along = |i: i32| i as f32 / 12.0;
        Bounds::around((0..=12).flat_map(|i| {
            let (u, v) = (left + along(i) * (right - left), top + along(i) * (bottom - top));
            [(u, top), (u, bottom), (left, v), (right, v)].map(|(u, v)| {
                let (x, y) = sheet.on_desk(u, v);
                self.project([x, y, sheet.height(x, y)])
            })
        }))
    }
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn minus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|i| a[i] - b[i])
}

fn unit(a: [f32; 3]) -> [f32; 3] {
    let length = dot(a, a).sqrt();
    a.map(|part| part / length)
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Bounds = Bounds { from: (-105.0, -148.5), to: (105.0, 148.5) };

    fn framing(fill: f32) -> Framing {
        let ink = Bounds { from: (-90.0, -130.0), to: (90.0, 130.0) };
        Framing { paper: (210.0, 297.0), ink, fill, aspect: 0.75, long_side: 2000.0, off: (0.0, 0.0) }
    }

    #[test]
    fn from_above_nothing_is_mirrored() {
        let mut camera = Camera::new(0.0, 0.0, 0.0, 400.0);
        let size = camera.frame(&Sheet::flat(), &framing(0.9));
        assert_eq!(size, (1500, 2000));
        let (left, top) = camera.project([-105.0, -148.5, 0.0]);
        let (right, bottom) = camera.project([105.0, 148.5, 0.0]);
        assert!(left < right && top < bottom && left > 0.0 && bottom < 2000.0);
    }

    #[test]
    fn seeing_undoes_projecting() {
        let mut camera = Camera::new(0.4, 1.3, 0.2, 350.0);
        camera.frame(&Sheet::flat(), &framing(0.8));
        let (x, y) = camera.at_height(camera.project([31.0, -77.0, 12.0]), 12.0);
        assert!((x - 31.0).abs() < 0.01 && (y + 77.0).abs() < 0.01);
    }

    #[test]
    fn ink_is_never_cut_off() {
        for (fill, off) in [(0.6, 1.0), (1.3, -1.0), (0.95, 1.0)] {
            let mut camera = Camera::new(0.35, 1.4, 0.15, 330.0);
            let wanted = Framing { off: (off, -off), ..framing(fill) };
            let size = camera.frame(&Sheet::flat(), &wanted);
            let ink = camera.seen(&Sheet::flat(), &wanted.ink);
            assert!(ink.from.0 >= 0.0 && ink.from.1 >= 0.0, "{ink:?}");
            assert!(ink.to.0 <= size.0 as f32 && ink.to.1 <= size.1 as f32, "{ink:?}");
        }
    }

    #[test]
    fn the_paper_lies_in_the_middle_if_nothing_is_said() {
        let mut camera = Camera::new(0.3, 1.57, 0.1, 330.0);
        camera.frame(&Sheet::flat(), &framing(0.9));
        camera.frame(&Sheet::flat(), &framing(0.7));
        let seen = camera.seen(&Sheet::flat(), &PAPER);
        let (x, y) = (f32::midpoint(seen.from.0, seen.to.0), f32::midpoint(seen.from.1, seen.to.1));
        assert!((x - 750.0).abs() < 1.0 && (y - 1000.0).abs() < 1.0);
    }
}
