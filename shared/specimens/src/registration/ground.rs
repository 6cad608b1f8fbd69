//! The coloured ground that makes certificates hard to copy: guilloches, stripes, tiny words.

use std::f32::consts::TAU;
use std::fmt::Write as _;

use crate::luck::Luck;

/// Tints and line colours of a paper.
pub struct Palette {
    /// From the head of the paper.
    pub top: &'static str,
    /// To its foot.
    pub foot: &'static str,
    /// Colours of the lines.
    pub lines: [&'static str; 2],
    /// Colour of what is preprinted.
    pub ink: &'static str,
}

const PALETTES: &[Palette] = &[
    palette("#eef3ea", "#e3ecdf", ["#a9c3a3", "#b9c9d0"], "#2d4a35"),
    palette("#eaf0f4", "#e6ecec", ["#9fb7c9", "#b3c8ba"], "#22405c"),
    palette("#f6efe4", "#f3e6dc", ["#dfb99a", "#c9bfa8"], "#5a3d28"),
    palette("#f1f1ef", "#e9e9e6", ["#bdbdb8", "#c6c9cf"], "#3a3a3a"),
    palette("#f4ece9", "#e8efe6", ["#d9b3a8", "#aec6a8"], "#463c34"),
    palette("#e9f1ec", "#f3ece0", ["#9dc0b0", "#d8bd96"], "#1f463c"),
    palette("#f0eef5", "#e7eef2", ["#b7aecb", "#a8c0cc"], "#38345a"),
    palette("#ffffff", "#f7f7f7", ["#d5d5d5", "#dddddd"], "#222222"),
];

const fn palette(
    top: &'static str,
    foot: &'static str,
    lines: [&'static str; 2],
    ink: &'static str,
) -> Palette {
    Palette { top, foot, lines, ink }
}

/// Colours for one paper.
pub fn palette_by_luck(luck: &mut Luck) -> &'static Palette {
    luck.pick(PALETTES)
}

/// Green, or what was green before the sun had it: cards before 2009.
pub fn green_palette(luck: &mut Luck) -> &'static Palette {
    const GREENS: &[Palette] = &[
        palette("#e4eee2", "#dfeadd", ["#a8c6a4", "#98b79a"], "#27452f"),
        palette("#eaf0e6", "#e6ebe0", ["#bccdb2", "#a9bd9f"], "#33422c"),
        palette("#ebeeea", "#e2e6e2", ["#b9c4ba", "#a3b2a8"], "#38423c"),
    ];
    luck.pick(GREENS)
}

/// A ground of that many millimetres.
pub fn guilloche(luck: &mut Luck, palette: &Palette, width: f32, height: f32) -> String {
    let mut drawing = tint(luck, palette, width, height);
    let strength = luck.real(0.35..=1.0);
    for colour in palette.lines {
        waves(luck, &mut drawing, colour, strength, width, height);
    }
    if luck.chance(0.7) {
        rosette(luck, &mut drawing, palette.lines[0], strength, width, height);
    }
    if luck.chance(0.7) {
        words(luck, &mut drawing, palette.lines[1], width, height);
    }
    framed(&drawing, width, height)
}

/// The stripes of papers before 2009.
pub fn stripes(luck: &mut Luck, palette: &Palette, width: f32, height: f32) -> String {
    let mut drawing = tint(luck, palette, width, height);
    let (pitch, slope) = (luck.real(0.9..=2.6), *luck.pick(&[0.0, 0.0, 0.12, -0.3]));
    let thick = pitch * luck.real(0.15..=0.45);
    let mut y = -width * f32::abs(slope);
    while y < height + width * f32::abs(slope) {
        let end = y + width * slope;
        let _ = write!(
            drawing,
            "<path d='M0 {y:.2}L{width:.1} {end:.2}' stroke='{}' stroke-width='{thick:.2}' opacity='.55'/>",
            palette.lines[0]
        );
        y += pitch;
    }
    if luck.chance(0.5) {
        rosette(luck, &mut drawing, palette.lines[1], 0.8, width, height);
    }
    framed(&drawing, width, height)
}

fn tint(luck: &mut Luck, palette: &Palette, width: f32, height: f32) -> String {
    // Two grounds may lie on one page: each needs its own name.
    let name = luck.text("gAAAAAA");
    format!(
        "<defs><linearGradient id='{name}' x1='0' y1='0' x2='0.3' y2='1'><stop offset='0' stop-color='{}'/>\
         <stop offset='1' stop-color='{}'/></linearGradient></defs>\
         <rect width='{width}' height='{height}' fill='url(#{name})'/>",
        palette.top, palette.foot
    )
}

fn framed(drawing: &str, width: f32, height: f32) -> String {
    format!(
        "<svg class='ground' xmlns='http://www.w3.org/2000/svg' width='{width}mm' height='{height}mm' \
         viewBox='0 0 {width} {height}' fill='none'>{drawing}</svg>"
    )
}

/// Lines that swell together, one family of them.
fn waves(luck: &mut Luck, drawing: &mut String, colour: &str, strength: f32, width: f32, height: f32) {
    let pitch = luck.real(1.6..=3.4);
    let (swell, length) = (luck.real(1.0..=7.0), luck.real(26.0..=90.0));
    let (drift, stroke) = (luck.real(0.0..=0.12), luck.real(0.09..=0.2));
    let lines = (height / pitch) as u32 + 6;
    for line in 0..lines {
        let base = line as f32 * pitch - 3.0 * pitch;
        let mut path = String::new();
        let mut x = 0.0_f32;
        while x <= width + 2.0 {
            let phase = x / length * TAU + line as f32 * drift;
            let y = base + swell * phase.sin() + swell * 0.35 * (phase * 1.7 + 1.0).sin();
            let _ = write!(path, "{}{x:.1} {y:.2}", if x == 0.0 { 'M' } else { 'L' });
            x += 1.2;
        }
        let _ = write!(
            drawing,
            "<path d='{path}' stroke='{colour}' stroke-width='{stroke:.2}' opacity='{:.2}'/>",
            strength * 0.8
        );
    }
}

fn rosette(luck: &mut Luck, drawing: &mut String, colour: &str, strength: f32, width: f32, height: f32) {
    let (cx, cy) = (width * luck.real(0.3..=0.7), height * luck.real(0.25..=0.7));
    let petals = luck.number(5..=14) as f32;
    let radius = width.min(height) * luck.real(0.18..=0.42);
    for ring in 0..14_u8 {
        let reach = radius * (1.0 - f32::from(ring) * 0.055);
        let mut path = String::new();
        for step in 0..=220_u16 {
            let angle = f32::from(step) / 220.0 * TAU;
            let r = reach * (0.72 + 0.28 * (angle * petals + f32::from(ring) * 0.22).sin());
            let (x, y) = (cx + r * angle.cos(), cy + r * angle.sin());
            let _ = write!(path, "{}{x:.2} {y:.2}", if step == 0 { 'M' } else { 'L' });
        }
        let _ = write!(
            drawing,
            "<path d='{path}' stroke='{colour}' stroke-width='.14' opacity='{:.2}'/>",
            strength * 0.7
        );
    }
}

/// Words so pale and small that a copier loses them.
fn words(luck: &mut Luck, drawing: &mut String, colour: &str, width: f32, height: f32) {
    let word =
        *luck.pick(&["RF ", "CERTIFICAT D'IMMATRICULATION ", "R\u{c9}PUBLIQUE FRAN\u{c7}AISE ", "SPECIMEN "]);
    let size = luck.real(1.1..=2.4);
    let (pitch, turn) = (size * luck.real(2.5..=7.0), *luck.pick(&[0.0, 0.0, -28.0, 35.0]));
    let line = word.repeat((width * 2.2 / (size * 0.62 * word.len() as f32)) as usize + 1);
    let mut y = -height * 0.4;
    while y < height * 1.4 {
        let _ = write!(
            drawing,
            "<text x='{:.1}' y='{y:.1}' transform='rotate({turn})' font-size='{size:.2}' fill='{colour}' \
             opacity='.45' font-family='Liberation Sans'>{line}</text>",
            -width * 0.5
        );
        y += pitch;
    }
}
