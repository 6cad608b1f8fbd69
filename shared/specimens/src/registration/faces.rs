//! Typefaces: what a prefecture's printer put on the paper.

use serde::Serialize;

use crate::luck::Luck;

/// Faces of the values: typewriters, lasers and needles.
///
/// Debian packages: fonts-courier-prime, fonts-urw-base35 (Nimbus), fonts-liberation, fonts-freefont-otf,
/// fonts-dejavu-core, fonts-tlwg-typewriter-otf, fonts-gnutypewriter, fonts-3270, fonts-dotgothic16, fonts-ocr-b,
/// fonts-anonymous-pro, fonts-inconsolata, fonts-hack, fonts-noto-mono, fonts-go, fonts-league-mono.
const FONTS: &[(&str, &[u16])] = &[
    ("Courier Prime", &[400, 700]),
    ("Nimbus Mono PS", &[400, 700]),
    ("Nimbus Mono PS", &[700]),
    ("Liberation Mono", &[400, 700]),
    ("FreeMono", &[700]),
    ("DejaVu Sans Mono", &[400, 700]),
    ("Tlwg Typewriter", &[400, 700]),
    ("GNUTypewriter", &[400]),
    ("IBM 3270", &[400]),
    ("DotGothic16", &[400]),
    ("OCR B", &[400]),
    ("Anonymous Pro", &[400, 700]),
    ("Inconsolata", &[400, 700]),
    ("Hack", &[400]),
    ("Noto Mono", &[400]),
    ("Go Mono", &[400, 700]),
    ("League Mono Condensed", &[400, 600]),
    ("Liberation Sans", &[400, 700]),
    ("Liberation Sans Narrow", &[400, 700]),
    ("Nimbus Sans", &[400]),
];

/// Faces of what is preprinted: fonts-liberation, fonts-urw-base35, fonts-dejavu-core, fonts-open-sans,
/// fonts-roboto-unhinted, fonts-lato, fonts-cantarell.
const PREPRINTED: &[&str] = &[
    "Liberation Sans",
    "Nimbus Sans",
    "Nimbus Sans Narrow",
    "Liberation Sans Narrow",
    "DejaVu Sans Condensed",
    "Open Sans",
    "Roboto",
    "Roboto Condensed",
    "Lato",
    "Cantarell",
];

/// Faces of the machine-readable lines; nearly always OCR-B.
const MACHINE: &[&str] = &[
    "OCR B",
    "OCR B",
    "OCR B",
    "OCR B",
    "OCR B",
    "Liberation Mono",
    "Nimbus Mono PS",
    "DejaVu Sans Mono",
    "FreeMono",
];

/// Blacks of toners and ribbons.
const TONERS: &[&str] = &["#000", "#111", "#1c1c1c", "#222230", "#1a1a38", "#333", "#2c2430"];

/// Handwriting: fonts-femkeklaver, fonts-dkg-handwriting, fonts-dancingscript.
const HANDS: &[&str] = &["femkeklaver", "DkgHandwriting", "Dancing Script"];

/// How values are set.
#[derive(Serialize)]
pub struct Face {
    family: &'static str,
    weight: u16,
    /// Height of the letters in millimetres.
    pub size: f32,
    stretch: f32,
    spacing: f32,
    colour: &'static str,
    opacity: f32,
    /// The sheet lay a little askew in the printer.
    shift_x: f32,
    shift_y: f32,
    turn: f32,
    /// Struck by needles, dot by dot.
    needles: bool,
}

/// Values about `size` millimetres high.
pub fn values(luck: &mut Luck, size: f32) -> Face {
    let (family, weights) = *luck.pick(FONTS);
    Face {
        family,
        weight: *luck.pick(weights),
        size: size * luck.real(0.9..=1.1),
        needles: luck.chance(0.1),
        stretch: *luck.pick(&[1.0, 1.0, 1.0, 0.88, 0.94, 1.06]),
        spacing: *luck.pick(&[0.0, 0.0, 0.0, 0.08, -0.05]),
        colour: luck.pick::<&str>(TONERS),
        opacity: luck.real(0.78..=1.0),
        shift_x: luck.real(-0.7..=0.9),
        shift_y: luck.real(-0.6..=0.6),
        turn: luck.real(-0.25..=0.25),
    }
}

/// The same in the years of needles.
pub fn old_values(luck: &mut Luck, size: f32) -> Face {
    Face { needles: luck.chance(0.4), ..values(luck, size) }
}

/// A face for what is preprinted.
pub fn preprinted(luck: &mut Luck) -> &'static str {
    luck.pick::<&str>(PREPRINTED)
}

/// A face for the machine-readable lines.
pub fn machine(luck: &mut Luck) -> &'static str {
    luck.pick::<&str>(MACHINE)
}

/// Somebody's hand.
pub fn hand(luck: &mut Luck) -> &'static str {
    luck.pick::<&str>(HANDS)
}
