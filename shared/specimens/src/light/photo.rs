//! A paper on a desk under a lamp, seen by a telephone.

use image::RgbImage;

use super::bend::Sheet;
use super::camera::{Bounds, Camera};
use super::desk::Desk;
use super::grain::{cloud, step};
use super::lamp::Lamp;
use super::plane::{Colour, Plane, brightness, mix, times};
use super::things::Thing;

/// Everything in front of the lens.
pub struct Scene<'a> {
    /// The page in linear light, sharp enough for this picture.
    pub page: &'a Plane<3>,
    /// The paper's width and height in millimetres.
    pub paper: (f32, f32),
    /// What the paper's white sends back of the light.
    pub tint: Colour,
    /// How it lies.
    pub sheet: Sheet,
    /// Where one looks from.
    pub camera: Camera,
    /// What is under it.
    pub desk: Desk,
    /// What shines on it.
    pub lamp: Lamp,
    /// What lies about.
    pub things: Vec<Thing>,
    /// Around the paper, how far a plastic sleeve reaches.
    pub sleeve: Option<f32>,
    /// It is held up: it throws no shadow on what is behind it.
    pub in_hand: bool,
    /// Darker corners.
    pub vignette: f32,
    /// Where the grain of this paper begins.
    pub seed: u32,
}

/// Pixels between places where the geometry and the light are computed.
const STRIDE: usize = 4;
/// Place on the paper, place on the desk, light on the paper, on the desk, glare, openness to the lamp.
type Node = [f32; 8];

impl Scene<'_> {
    /// The light that reaches the chip.
    pub fn expose(&self, width: usize, height: usize) -> Plane<3> {
        let nodes = Plane::drawn(width / STRIDE + 2, height / STRIDE + 2, |x, y| {
            self.node((x * STRIDE) as f32, (y * STRIDE) as f32, (width, height))
        });
        let scale = self.camera.scale();
        let mut pixels = Vec::with_capacity(width * height);
        let mut row = vec![Node::default(); nodes.width];
        for y in 0..height {
            between_rows(&nodes, y, &mut row);
            pixels.extend((0..width).map(|x| {
                let (i, share) = (x / STRIDE, (x % STRIDE) as f32 / STRIDE as f32);
                let node: Node = std::array::from_fn(|c| row[i][c] + (row[i + 1][c] - row[i][c]) * share);
                self.pixel(&node, scale)
            }));
        }
        Plane { width, height, pixels }
    }

    /// How bright white paper is in this light, on nearly the brightest part that is seen.
    pub fn white(&self, width: usize, height: usize) -> f32 {
        let (halves, mut seen) = ((self.paper.0 / 2.0, self.paper.1 / 2.0), Vec::new());
        for i in 0..40 * 40 {
            let (x, y) = ((i % 40 * width / 40) as f32, (i / 40 * height / 40) as f32);
            let node = self.node(x, y, (width, height));
            if node[0].abs() < halves.0 && node[1].abs() < halves.1 {
                seen.push(node[4]);
            }
        }
        seen.sort_by(f32::total_cmp);
        seen.get(seen.len() * 85 / 100).copied().unwrap_or(1.0) * brightness(self.tint)
    }

    fn node(&self, x: f32, y: f32, size: (usize, usize)) -> Node {
        let (paper_x, paper_y) = self.camera.at_sheet((x, y), &self.sheet);
        let (u, v) = self.sheet.on_paper(paper_x, paper_y);
        let (desk_x, desk_y) = self.camera.at_height((x, y), 0.0);
        let (light, open) = self.lamp.light(desk_x, desk_y);
        let corner = ((x / size.0 as f32 - 0.5).powi(2) + (y / size.1 as f32 - 0.5).powi(2)) * 2.0;
        let light = light * (1.0 - self.vignette * corner);
        let bent = self.sheet.shade(paper_x, paper_y, self.lamp.side);
        [u, v, desk_x, desk_y, light * bent, light, self.lamp.glare(u, v), open]
    }

    fn pixel(&self, node: &Node, scale: f32) -> Colour {
        let [u, v, x, y, on_paper, on_desk, glare, open] = *node;
        let inside = self.inside(u, v);
        let share = (inside * scale + 0.5).clamp(0.0, 1.0);
        let mut colour = [0.0; 3];
        if share < 1.0 {
            colour = times(self.around(x, y, inside), on_desk);
        }
        if share > 0.0 {
            colour = mix(colour, times(self.surface(u, v), on_paper), share);
        }
        for thing in self.things.iter().filter(|thing| thing.is_over()) {
            let (cover, own, shadow) = thing.cover(x, y, 0.6 / scale);
            colour = mix(times(colour, 1.0 - shadow), times(own, on_desk), cover);
        }
        let cold = [1.0, 1.0 + 0.03 * (1.0 - open), 1.0 + 0.12 * (1.0 - open)];
        let shine = glare * if share > 0.5 || self.sleeve.is_some() { 1.0 } else { 0.2 };
        std::array::from_fn(|c| colour[c] * cold[c] + shine)
    }

    /// How far inside the paper's edge, in millimetres.
    fn inside(&self, u: f32, v: f32) -> f32 {
        (self.paper.0 / 2.0 - u.abs()).min(self.paper.1 / 2.0 - v.abs())
    }

    /// What the paper sends back: print, grain, worn folds.
    fn surface(&self, u: f32, v: f32) -> Colour {
        let per_mm = self.page.width as f32 / self.paper.0;
        let (x, y) = ((u + self.paper.0 / 2.0) * per_mm - 0.5, (v + self.paper.1 / 2.0) * per_mm - 0.5);
        let print = self.page.cubic(x, y).map(|part| part.clamp(0.0, 1.0));
        let crease = self.sheet.crease(u, v);
        let worn = if crease > 0.0 { mix(print, [0.72; 3], 0.45 * crease) } else { print };
        let grain = 1.0 + 0.02 * (cloud(self.seed, u * 1.3, v * 1.3, 1) - 0.5);
        // Ink and toner send back some light too.
        std::array::from_fn(|c| (0.025 + 0.975 * worn[c]) * self.tint[c] * grain)
    }

    /// The desk with what lies on it and the paper's own shadow.
    fn around(&self, x: f32, y: f32, inside: f32) -> Colour {
        let mut colour = self.desk.colour(x, y);
        for thing in self.things.iter().filter(|thing| !thing.is_over()) {
            let (cover, own, shadow) = thing.cover(x, y, 0.1);
            colour = mix(times(colour, 1.0 - shadow), own, cover);
        }
        if let Some(reach) = self.sleeve {
            let edge = (inside + reach).abs();
            let within = f32::from(inside > -reach);
            colour = mix(colour, [0.8; 3], 0.06 * within + 0.35 * (1.0 - step(0.2, 0.9, edge)));
        }
        if self.in_hand { colour } else { times(colour, 1.0 - self.shadow_of_paper(x, y)) }
    }

    fn shadow_of_paper(&self, x: f32, y: f32) -> f32 {
        let half = (self.paper.0 / 2.0, self.paper.1 / 2.0);
        let lift = 0.4 + self.sheet.height(x.clamp(-half.0, half.0), y.clamp(-half.1, half.1));
        let (u, v) = (x + self.lamp.side.0 * lift, y + self.lamp.side.1 * lift);
        let (u, v) = self.sheet.on_paper(u, v);
        let soft = 0.5 + 0.45 * lift;
        0.55 * step(-soft, soft, self.inside(u, v)).max(0.5 * step(-2.5 - lift, 0.5, self.inside(x, y)))
    }
}

fn between_rows(nodes: &Plane<8>, y: usize, row: &mut [Node]) {
    let (above, share) = (y / STRIDE * nodes.width, (y % STRIDE) as f32 / STRIDE as f32);
    let below = above + nodes.width;
    for (i, node) in row.iter_mut().enumerate() {
        let (a, b) = (&nodes.pixels[above + i], &nodes.pixels[below + i]);
        *node = std::array::from_fn(|c| a[c] + (b[c] - a[c]) * share);
    }
}

/// The page as sharp as `per_mm` pixels a millimetre can show, so that nothing flickers when it is sampled.
pub fn sharp_enough(picture: &RgbImage, paper_mm: f32, per_mm: f32) -> Plane<3> {
    let mut page = Plane::lit(picture);
    while page.width as f32 / paper_mm >= 2.0 * per_mm {
        page = page.halved();
    }
    let ratio = page.width as f32 / paper_mm / per_mm;
    if ratio > 1.1 { page.blurred(0.45 * (ratio * ratio - 1.0).sqrt()) } else { page }
}

/// Where a page is not its own ground: the box around its print, in millimetres from the middle.
pub fn ink(picture: &RgbImage, paper: (f32, f32)) -> Bounds {
    let ground = picture.get_pixel(2, 2).0;
    let differs = |x: u32, y: u32| {
        picture.get_pixel(x, y).0.iter().zip(ground).any(|(part, ground)| part.abs_diff(ground) > 24)
    };
    let (width, height) = picture.dimensions();
    let (mut from, mut to) = ((width, height), (0, 0));
    for y in 0..height {
        let mut columns = (0..width).filter(|x| differs(*x, y));
        if let Some(first) = columns.next() {
            let last = (first..width).rev().find(|x| differs(*x, y)).unwrap_or(first);
            from = (from.0.min(first), from.1.min(y));
            to = (to.0.max(last), to.1.max(y));
        }
    }
    if from.0 >= to.0 || from.1 >= to.1 {
        (from, to) = ((0, 0), (width, height));
    }
    let place = |x: u32, y: u32| {
        ((x as f32 / width as f32 - 0.5) * paper.0, (y as f32 / height as f32 - 0.5) * paper.1)
    };
    Bounds { from: place(from.0, from.1), to: place(to.0 + 1, to.1 + 1) }
}
