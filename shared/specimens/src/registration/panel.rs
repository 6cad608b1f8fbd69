//! The panel of a SIV certificate that carries the values: form, print, coupon, machine-readable lines.

use chrono::Days;
use serde::Serialize;
use serde_json::json;

use super::arrangement::Row;
use super::certificate::Certificate;
use super::ground::Palette;
use super::rubrics::Rubrics;
use super::{faces, ground, ornaments, press};
use crate::luck::Luck;

/// How a generation of forms looks.
pub struct Form {
    /// Where codes stand.
    pub rows: &'static [Row],
    /// The square of dots at the head, in millimetres, if there is one.
    pub square: Option<f32>,
    /// The words above.
    pub union: &'static str,
    /// Share of the sheet's height above the codes.
    pub head: f32,
}

/// A filled panel.
pub struct Panel {
    /// A `div` of exactly that size.
    pub html: String,
    /// Millimetres.
    pub width: f32,
    /// Millimetres.
    pub height: f32,
    /// The paper's colours.
    pub palette: &'static Palette,
    /// The lines, as they are on the paper.
    pub mrz: (String, String),
}

/// A preprinted code and its place.
#[derive(Serialize)]
pub struct Code {
    #[serde(rename = "code")]
    text: String,
    x: f32,
    y: f32,
}

/// A printed line, its place and how wide it may be.
#[derive(Serialize)]
pub struct Line {
    text: String,
    x: f32,
    y: f32,
    room: f32,
}

/// Where the lines of a form lie, in millimetres.
pub struct Measure {
    /// Left of the codes.
    pub margin: f32,
    /// From the first code's place to the right edge.
    pub inner: f32,
    /// Above the first line.
    pub top: f32,
    /// From line to line.
    pub pitch: f32,
    /// From a code to its value.
    pub gap: f32,
}

/// Fills a panel.
pub fn panel(luck: &mut Luck, certificate: &Certificate, form: &Form) -> Panel {
    let width = luck.real(100.0..=124.0);
    let height = (width * luck.real(1.88..=2.06)).clamp(200.0, 238.0);
    let palette = ground::palette_by_luck(luck);
    let coupon = luck.real(42.0..=50.0);
    let machine = luck.real(13.0..=16.5);
    let measure = measure(luck, form, width, height - coupon - machine, height);
    let (codes, lines) =
        cells(&certificate.rubrics, form.rows, &measure, if luck.chance(0.2) { "{}." } else { "{}" });
    let mrz = certificate.mrz();
    let size = (measure.pitch * 0.68).min(3.4);
    let html = press::fill(
        "panel.html",
        json!({
            "width": width, "height": height, "codes": codes, "lines": lines, "coupon": coupon, "machine": machine,
            "ground": ground::guilloche(luck, palette, width, height),
            "ink": palette.ink,
            "union": form.union,
            "title": *luck.pick(TITLES),
            "emblem": luck.chance(0.8),
            "square": form.square.map(|_| ornaments::dots(luck, 24)),
            "square_size": form.square,
            "head": measure.top,
            "margin": measure.margin,
            "tint_rows": luck.chance(0.35),
            "code_size": luck.real(1.9..=2.5),
            "code_bold": luck.chance(0.7),
            "print": faces::preprinted(luck),
            "face": faces::values(luck, size),
            "machine_face": faces::machine(luck),
            "mrz": [&mrz.0, &mrz.1],
            "coupon_html": coupon_html(luck, certificate, coupon),
            "sale_note": sale_note(luck, certificate),
            "hand": faces::hand(luck),
            "fold": luck.chance(0.5),
            "side": luck.chance(0.4),
            "formula": certificate.formula,}),
    );
    Panel { html, width, height, palette, mrz }
}

/// Everybody prints these words, not everybody the same.
const TITLES: &[&str] =
    &["CERTIFICAT D'IMMATRICULATION", "Certificat d'immatriculation", "CERTIFICAT D\u{2019}IMMATRICULATION"];

fn measure(luck: &mut Luck, form: &Form, width: f32, foot: f32, height: f32) -> Measure {
    let margin = luck.real(4.5..=7.5);
    let top = height * form.head;
    let lines: f32 = form.rows.iter().map(|row| row.tall).sum();
    let gap = luck.real(7.2..=9.2);
    Measure { margin, inner: width - 2.0 * margin, top, pitch: (foot - top - 2.5) / lines, gap }
}

/// Codes, written as `shape` says, and their values in place.
pub fn cells(rubrics: &Rubrics, rows: &[Row], measure: &Measure, shape: &str) -> (Vec<Code>, Vec<Line>) {
    let (mut codes, mut lines) = (Vec::new(), Vec::new());
    let mut y = measure.top;
    for row in rows {
        for (place, (code, share)) in row.cells.iter().enumerate() {
            let x = measure.margin + share * measure.inner;
            codes.push(Code { text: shape.replace("{}", code), x, y });
            let end = row.cells.get(place + 1).map_or(1.0, |(_, share)| *share);
            let gap = if code.len() < 3 { measure.gap - 2.2 } else { measure.gap };
            let room = (end - share) * measure.inner - gap - 0.8;
            for (number, text) in rubrics.lines(code).iter().enumerate() {
                let y = y + number as f32 * measure.pitch;
                lines.push(Line { text: text.clone(), x: x + gap, y, room });
            }
        }
        y += row.tall * measure.pitch;
    }
    (codes, lines)
}

fn coupon_html(luck: &mut Luck, certificate: &Certificate, height: f32) -> String {
    let line = |code: &str| certificate.rubrics.line(code);
    press::fill(
        "coupon.html",
        json!({
            "height": height,
            "plate": line("A"), "issued": line("I"), "vin": line("E"), "make": line("D.1"), "model": line("D.3"),
            "first": line("B"),
            "formula": certificate.formula,
            "formula_label": *luck.pick(&["N\u{b0} de formule", "Num\u{e9}ro de formule", "Formule n\u{b0}", "N\u{b0} formule :"]),
            "title": *luck.pick(&["COUPON D\u{c9}TACHABLE", "Coupon d\u{e9}tachable", "COUPON DETACHABLE", "COUPON D\u{c9}TACHABLE DU CERTIFICAT D'IMMATRICULATION"]),
            "sale": *luck.pick(&["Vendu le", "C\u{e9}d\u{e9} le", "Date de cession", "Vendu ou c\u{e9}d\u{e9} le"]),
            "buyer": *luck.pick(&["Nom, pr\u{e9}nom de l'acqu\u{e9}reur", "Nom et pr\u{e9}nom du nouveau titulaire", "Acqu\u{e9}reur"]),
            "style": luck.number(0..=2),
            "scissors": luck.chance(0.5),
            "sold": sold(luck, certificate),
            "hand": faces::hand(luck),}),
    )
}

/// A vehicle that was just sold: the day is written across the coupon.
fn sold(luck: &mut Luck, certificate: &Certificate) -> Option<String> {
    luck.chance(0.12).then(|| sale(luck, certificate))
}

/// The same across the foot of the sheet, as sellers are told to do.
fn sale_note(luck: &mut Luck, certificate: &Certificate) -> Option<String> {
    luck.chance(0.06).then(|| {
        let word = *luck.pick(&["Vendu le", "C\u{e9}d\u{e9} le", "VENDU LE"]);
        format!("{word} {}", sale(luck, certificate))
    })
}

fn sale(luck: &mut Luck, certificate: &Certificate) -> String {
    let day = certificate.issued + Days::new(luck.number(40..=1400) as u64);
    let (hour, minute) = (luck.number(8..=19), luck.pick(&["00", "15", "30", "45"]));
    format!("{}  {hour}h{minute}", day.format("%d/%m/%Y"))
}
