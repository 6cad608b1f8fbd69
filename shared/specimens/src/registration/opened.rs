//! The certificate opened: the cover with the meaning of every code lies beside or above the panel.

use serde_json::json;

use super::certificate::Case;
use super::ground::Palette;
use super::legend::{LANGUAGES, LEGEND};
use super::{faces, ground, ornaments, panel, press, siv};
use crate::luck::Luck;
use crate::people::vehicles::Sort;
use crate::specimen::Specimen;

/// Cover and panel side by side.
pub fn beside(luck: &mut Luck) -> Specimen {
    opened(luck, true)
}

/// Cover above the panel, or below it.
pub fn above(luck: &mut Luck) -> Specimen {
    opened(luck, false)
}

fn opened(luck: &mut Luck, beside: bool) -> Specimen {
    let sort = *luck.pick(&[Sort::Car, Sort::Car, Sort::Car, Sort::Van, Sort::Motorcycle]);
    let (certificate, form) = siv::of_some_year(luck, sort, Case::Usual);
    let panel = panel::panel(luck, &certificate, form);
    let high = if beside { panel.height } else { luck.real(96.0..=116.0) };
    let cover = cover(luck, panel.palette, panel.width, high, &certificate.formula);
    let gap = if luck.chance(0.6) { 0.0 } else { luck.real(2.0..=9.0) };
    let cover_first = luck.chance(0.7);
    let (first, second) = if cover_first { (&cover, &panel.html) } else { (&panel.html, &cover) };
    let (left, top) = match (beside, cover_first) {
        (true, _) => (panel.width + gap, 0.0),
        (false, true) => (0.0, high + gap),
        (false, false) => (0.0, panel.height + gap),
    };
    let body = format!(
        "<div style='position:absolute;left:0;top:0'>{first}</div>\
         <div style='position:absolute;left:{left}mm;top:{top}mm'>{second}</div>"
    );
    let (width, height) = if beside {
        (2.0 * panel.width + gap, panel.height)
    } else {
        (panel.width, panel.height + high + gap)
    };
    let html = press::sheet(&body, width, height);
    Specimen { html, truth: siv::truth(&certificate, form, &panel), width_mm: width }
}

fn cover(luck: &mut Luck, palette: &Palette, width: f32, height: f32, formula: &str) -> String {
    let tall = height > 180.0;
    let columns = if tall { luck.number(1..=2) } else { 2 };
    let size = if !tall {
        1.6
    } else if columns == 1 {
        2.0
    } else {
        2.15
    };
    let code = *luck.pick(&["({})", "({})", "{}", "{}.", "{} :"]);
    let entries: Vec<(String, &str)> =
        LEGEND.iter().map(|(name, words, _)| (code.replace("{}", name), *words)).collect();
    press::fill(
        "cover.html",
        json!({
            "width": width, "height": height,
            "ground": ground::guilloche(luck, palette, width, height),
            "ink": palette.ink,
            "print": faces::preprinted(luck),
            "entries": entries,
            "columns": columns,
            "languages": LANGUAGES,
            "tall": tall,
            "size": size * luck.real(0.92..=1.08),
            "advice": luck.chance(0.7).then_some(ADVICE),
            "formula": formula,
            "stamp": luck.chance(0.4).then(|| ornaments::signature(luck)),
            "bold": luck.chance(0.5),
        }),
    )
}

const ADVICE: &[&str] = &[
    "Le pr\u{e9}sent certificat doit \u{ea}tre pr\u{e9}sent\u{e9} \u{e0} toute r\u{e9}quisition des agents de l'autorit\u{e9}.",
    "En cas de changement de domicile, le titulaire en fait la d\u{e9}claration dans le d\u{e9}lai d'un mois.",
    "En cas de cession, barrer le certificat, y porter la date, l'heure et la signature, et remettre le coupon \u{e0} l'acqu\u{e9}reur.",
];
