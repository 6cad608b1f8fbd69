//! How a paper looks: fonts, colours, lines and the ways of writing labels and dates, drawn once for each paper.

use serde::Serialize;

use crate::luck::Luck;

/// Fonts by what they look like.
pub struct Fonts {
    /// Without serifs.
    pub sans: &'static [&'static str],
    /// Narrow, for forms with much in little space.
    pub narrow: &'static [&'static str],
    /// With serifs.
    pub serif: &'static [&'static str],
    /// Of typewriters, line printers and terminals.
    pub mono: &'static [&'static str],
    /// Hands, for signatures.
    pub hand: &'static [&'static str],
}

/// The fonts of these papers and of the inspections. Debian packages: `fonts-liberation`, `fonts-urw-base35`,
/// `fonts-dejavu`, `fonts-lato`, `fonts-roboto-unhinted`, `fonts-roboto-slab`, `fonts-open-sans`, `fonts-inter`,
/// `fonts-cabin`, `fonts-crosextra-carlito`, `fonts-crosextra-caladea`, `fonts-clear-sans`, `fonts-adf-gillius`,
/// `fonts-adf-universalis`, `fonts-paratype`, `fonts-manrope`, `fonts-karla`, `fonts-oxygen`, `fonts-noto-core`,
/// `fonts-noto-mono`, `fonts-cantarell`, `fonts-freefont-ttf`, `fonts-junction`, `fonts-dustin`, `fonts-ebgaramond`,
/// `fonts-vollkorn`, `fonts-sil-gentium-basic`, `fonts-sil-charis`, `fonts-linuxlibertine`, `fonts-prociono`,
/// `fonts-courier-prime`, `fonts-hack`, `fonts-gnutypewriter`, `fonts-3270`, `fonts-ocr-b`, `fonts-kristi`,
/// `fonts-dancingscript`, `fonts-breip`, `fonts-femkeklaver`, `fonts-bwht`, `fonts-isabella`.
/// A font that is not installed is replaced by another, and the paper stays readable.
pub const FONTS: Fonts = Fonts {
    sans: &[
        "Liberation Sans",
        "Liberation Sans",
        "Nimbus Sans",
        "Lato",
        "Roboto",
        "Open Sans",
        "Inter",
        "Cabin",
        "Carlito",
        "Clear Sans",
        "Gillius ADF",
        "PT Sans",
        "Manrope",
        "Karla",
        "Oxygen\\-Sans",
        "Universalis ADF Std",
        "Noto Sans",
        "DejaVu Sans",
        "Cantarell",
        "FreeSans",
        "URW Gothic",
    ],
    narrow: &[
        "Liberation Sans Narrow",
        "Nimbus Sans Narrow",
        "Roboto Condensed",
        "PT Sans Narrow",
        "Gillius ADF Cond",
        "Open Sans Condensed",
        "Universalis ADF Std cond",
        "DejaVu Sans Condensed",
    ],
    serif: &[
        "Liberation Serif",
        "Nimbus Roman",
        "EB Garamond",
        "Vollkorn",
        "Gentium Basic",
        "Caladea",
        "PT Serif",
        "Charis SIL",
        "Linux Libertine O",
        "P052",
        "C059",
        "URW Bookman",
        "Roboto Slab",
        "FreeSerif",
        "Prociono",
    ],
    mono: &[
        "Liberation Mono",
        "Courier Prime",
        "Nimbus Mono PS",
        "Hack",
        "PT Mono",
        "GNUTypewriter",
        "IBM 3270",
        "OCR B",
        "DejaVu Sans Mono",
        "Oxygen Mono",
        "Courier Prime Code",
        "Noto Sans Mono",
    ],
    hand: &[
        "Kristi",
        "Dancing Script",
        "Breip",
        "femkeklaver",
        "Domestic Manners",
        "Because We Learn",
        "Z003",
        "Isabella",
    ],
};

/// How one paper looks.
#[derive(Serialize, Clone)]
pub struct Look {
    /// The font of the text.
    pub body: &'static str,
    /// The font of titles.
    pub head: &'static str,
    /// The font in which the values are filled in.
    pub data: &'static str,
    /// A narrow font for small print.
    pub narrow: &'static str,
    /// The font of the signature.
    pub hand: &'static str,
    /// Size of the text in points.
    pub size: f32,
    /// The colour of the house.
    pub accent: String,
    /// Its second colour.
    pub dark: String,
    /// A pale colour behind boxes.
    pub tint: &'static str,
    /// The colour of ink.
    pub ink: &'static str,
    /// The colour of lines.
    pub line: &'static str,
    /// How round boxes are, in millimetres.
    pub radius: f32,
    /// What stands between a label and its value.
    pub colon: &'static str,
    /// Whether labels are in capitals.
    pub capitals: bool,
    /// Whether values are bold.
    pub bold: bool,
    /// The shape of the logo.
    pub logo: i64,
    /// How dates are written; see `page.rs`.
    pub dates: &'static str,
    /// How amounts are written; see `page.rs`.
    pub amounts: i64,
}

impl Look {
    /// Draws the look of a paper of a house with these colours.
    pub fn draw(luck: &mut Luck, accent: &str, dark: &str) -> Self {
        let body = if luck.chance(0.78) { *luck.pick(FONTS.sans) } else { *luck.pick(FONTS.serif) };
        let head = if luck.chance(0.6) { body } else { *luck.pick(FONTS.sans) };
        let data = match luck.number(0..=9) {
            0..=5 => body,
            6..=7 => *luck.pick(FONTS.mono),
            _ => *luck.pick(FONTS.sans),
        };
        let grey = luck.chance(0.12);
        Self {
            body,
            head,
            data,
            narrow: *luck.pick(FONTS.narrow),
            hand: *luck.pick(FONTS.hand),
            size: luck.real(9.0..=11.0),
            accent: if grey { "#444444".into() } else { accent.to_owned() },
            dark: if grey { "#111111".into() } else { dark.to_owned() },
            tint: *luck.pick(&["#f3f3f3", "#eef3f8", "#f7f2ea", "#eaf4ee", "#ffffff", "#f4eef6", "#e8e8e8"]),
            ink: *luck.pick(&["#000000", "#111111", "#222222", "#1d1d3a", "#333333"]),
            line: *luck.pick(&["#000000", "#444444", "#888888", "#bbbbbb"]),
            radius: *luck.pick(&[0.0, 0.0, 0.0, 1.0, 2.5]),
            colon: *luck.pick(&[" :", " :", " :", "", ":"]),
            capitals: luck.chance(0.25),
            bold: luck.chance(0.5),
            logo: luck.number(0..=11),
            dates: *luck.pick(&["/", "/", "/", "/", "/", ".", "-", " ", "long", "."]),
            amounts: luck.number(0..=4),
        }
    }
}
