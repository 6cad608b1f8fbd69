//! How a paper looks: letters, sizes and colours.

use serde::Serialize;

use crate::luck::Luck;

/// Letters without feet: fonts-liberation, fonts-dejavu-core, fonts-roboto-unhinted, fonts-open-sans, fonts-lato,
/// fonts-crosextra-carlito, fonts-inter, fonts-wine (Tahoma), fonts-cantarell, fonts-manrope, fonts-adf-gillius,
/// fonts-adf-universalis, fonts-quicksand, fonts-tuffy, fonts-freefont-ttf.
const SANS: &[&str] = &[
    "Liberation Sans",
    "Liberation Sans",
    "DejaVu Sans Condensed",
    "Roboto",
    "Open Sans",
    "Lato",
    "Carlito",
    "Carlito",
    "Inter",
    "Tahoma",
    "Cantarell",
    "Manrope",
    "Gillius ADF",
    "Universalis ADF Std",
    "Tuffy",
    "FreeSans",
    "Nimbus Sans",
];
/// Letters with feet: fonts-liberation, fonts-crosextra-caladea, fonts-ebgaramond, fonts-dejavu-core, fonts-urw-base35.
const SERIF: &[&str] =
    &["Liberation Serif", "Caladea", "EB Garamond", "DejaVu Serif Condensed", "P052", "C059", "URW Bookman"];
/// Letters of one width: fonts-liberation, fonts-courier-prime, fonts-inconsolata, fonts-dejavu-core, fonts-hack,
/// fonts-anonymous-pro, fonts-freefont-ttf.
const MONO: &[&str] = &[
    "Liberation Mono",
    "Courier Prime",
    "Inconsolata",
    "DejaVu Sans Mono",
    "Hack",
    "Anonymous Pro",
    "FreeMono",
    "Nimbus Mono PS",
];
/// Letters of needle and ink-ribbon printers and of old screens: fonts-pc, fonts-glasstty, fonts-dotgothic16.
const DOTS: &[&str] = &["Px IBM MDA", "Px IBM VGA9", "Px IBM VGA8", "Needle", "DotGothic16"];
/// Letters of a hand, how much larger to set them and how much bolder in pixels: fonts-breip, fonts-dkg-handwriting,
/// fonts-rufscript, fonts-klee, fonts-yusei-magic, fonts-sjfonts (Delphine), fonts-ecolier-court.
const HANDS: &[(&str, f32, f32)] = &[
    ("Breip", 1.12, 0.2),
    ("DkgHandwriting", 1.0, 0.0),
    ("Rufscript", 0.95, 0.0),
    ("Klee One", 0.9, 0.3),
    ("Yusei Magic", 0.86, 0.0),
    ("Delphine", 1.4, 0.2),
    ("Ecolier_court", 1.45, 0.5),
];
/// Letters of a signature: fonts-kristi, fonts-dancingscript, fonts-urw-base35.
const SIGNATURES: &[&str] = &["Kristi", "Dancing Script", "Z003"];
/// Letters of a till's thermal printer: fonts-dejavu-core, fonts-inconsolata, fonts-pc, fonts-ocr-b, fonts-glasstty.
const TILLS: &[&str] = &[
    "DejaVu Sans Mono",
    "Inconsolata",
    "Px IBM VGA8",
    "Px IBM MDA",
    "OCR B",
    "Needle",
    "Liberation Mono",
    "Hack",
    "Anonymous Pro",
];
/// Letters of a sign over a door: fonts-bebas-neue, fonts-yanone-kaffeesatz, fonts-allerta, fonts-opendin.
const SIGNS: &[&str] = &[
    "Bebas Neue",
    "Yanone Kaffeesatz",
    "Allerta",
    "OSP-DIN",
    "Liberation Sans Narrow",
    "Roboto Condensed",
    "Lato",
];
/// Nobody writes on white in it, nor on it in white.
const YELLOW: &str = "#ffcc00";
const ACCENTS: &[(&str, &str)] = &[
    ("#1f4e9c", "#e3ebf7"),
    ("#b3131b", "#f9e4e4"),
    ("#0b6b3a", "#e1f1e8"),
    ("#333333", "#ececec"),
    ("#d9650b", "#fdeadb"),
    ("#123a5a", "#dde6ed"),
    ("#5b2a86", "#ece3f4"),
    ("#000000", "#e6e6e6"),
    ("#00838f", "#dff2f3"),
    ("#8a6d00", "#f6efd5"),
    ("#e2001a", "#f0f0f0"),
    (YELLOW, "#fff8db"),
];

/// The letters, sizes and colours of one paper.
#[derive(Serialize)]
pub struct Look {
    sans: &'static str,
    serif: &'static str,
    mono: &'static str,
    dots: &'static str,
    hand: &'static str,
    hand_scale: f32,
    hand_stroke: f32,
    signature: &'static str,
    till: &'static str,
    sign: &'static str,
    accent: &'static str,
    dark: &'static str,
    pale: &'static str,
    on_accent: &'static str,
    ink: &'static str,
    pen: &'static str,
    /// Points.
    size: f32,
    /// Between lines, in em.
    leading: f32,
    /// Degrees of a stamp.
    tilt: i64,
}

impl Look {
    /// A look drawn by luck.
    pub fn drawn(luck: &mut Luck) -> Self {
        let (accent, pale) = *luck.pick(ACCENTS);
        let (hand, hand_scale, hand_stroke) = *luck.pick(HANDS);
        Self {
            sans: *luck.pick(SANS),
            serif: *luck.pick(SERIF),
            mono: *luck.pick(MONO),
            dots: *luck.pick(DOTS),
            hand,
            hand_scale,
            hand_stroke,
            signature: *luck.pick(SIGNATURES),
            till: *luck.pick(TILLS),
            sign: *luck.pick(SIGNS),
            accent,
            dark: if accent == YELLOW { "#5a4a00" } else { accent },
            pale,
            on_accent: if accent == YELLOW { "#222" } else { "#fff" },
            ink: *luck.pick(&["#000", "#111", "#222", "#1a1a1a", "#2b2b33"]),
            pen: *luck.pick(&["#1d2f8a", "#15205e", "#111", "#2a3fb0"]),
            size: luck.real(8.4..=9.8),
            leading: luck.real(1.2..=1.45),
            tilt: luck.number(-12..=9),
        }
    }
}
