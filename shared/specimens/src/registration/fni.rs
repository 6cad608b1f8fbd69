//! Cards of the departments' registers, before April 2009: no machine-readable lines, plates by department.

use serde_json::json;

use super::arrangement::{CARD_LEFT, CARD_RIGHT};
use super::certificate::Certificate;
use super::panel::{self, Measure};
use super::{faces, ground, ornaments, plates, press, siv};
use crate::luck::Luck;
use crate::people::vehicles::Sort;
use crate::specimen::Specimen;

/// 2004 to 2009: the codes of the directive in parentheses.
pub fn coded(luck: &mut Luck) -> Specimen {
    let sort = *luck.pick(&[Sort::Car, Sort::Car, Sort::Car, Sort::Van, Sort::Motorcycle]);
    let certificate = Certificate::fni(luck, sort, (2004, 2008));
    let upright = luck.chance(0.5);
    let (width, height) = if upright {
        (luck.real(104.0..=120.0), luck.real(215.0..=236.0))
    } else {
        (luck.real(196.0..=214.0), luck.real(118.0..=132.0))
    };
    let size = if upright { 2.9 } else { 2.7 };
    let (codes, lines) = card_cells(luck, &certificate, width, height, upright);
    let palette = ground::green_palette(luck);
    let body = press::fill(
        "card.html",
        json!({
            "width": width, "height": height, "codes": codes, "lines": lines,
            "ground": ground::stripes(luck, palette, width, height),
            "ink": palette.ink,
            "print": faces::preprinted(luck),
            "code_size": luck.real(1.9..=2.5),
            "face": faces::old_values(luck, size),
            "prefecture": luck.pick(PREFECTURES),
            "number": luck.text("99AA99999"),
            "previous": luck.chance(0.6).then(|| plates::fni(luck)),
            "stamp": luck.chance(0.5).then(|| ornaments::stamp(luck, "PREFECTURE * REPUBLIQUE FRANCAISE *")),
            "signature": ornaments::signature(luck),
            "plate": certificate.plate, "issued": certificate.rubrics.line("I"),
            "cut": luck.chance(0.8),
            "head": 13.0,
        }),
    );
    let codes = CARD_LEFT.iter().chain(CARD_RIGHT).flat_map(|row| row.cells).map(|(code, _)| *code);
    let (html, width_mm) = siv::mounted(luck, &body, width, height);
    Specimen { html, truth: certificate.rubrics.truth(codes), width_mm }
}

fn card_cells(
    luck: &mut Luck,
    certificate: &Certificate,
    width: f32,
    height: f32,
    upright: bool,
) -> (Vec<panel::Code>, Vec<panel::Line>) {
    let (margin, gap, head) = (luck.real(4.0..=7.0), luck.real(9.0..=10.5), 15.0);
    let lines = |rows: &[super::arrangement::Row]| rows.iter().map(|row| row.tall).sum::<f32>();
    let whole = lines(CARD_LEFT) + lines(CARD_RIGHT);
    let left = Measure {
        margin,
        inner: if upright { width - 2.0 * margin } else { width / 2.0 - 1.5 * margin },
        top: head,
        pitch: if upright {
            (height - head - 26.0) / whole
        } else {
            (height - head - 20.0) / lines(CARD_RIGHT)
        },
        gap,
    };
    let right = Measure {
        margin: if upright { margin } else { width / 2.0 + margin * 0.5 },
        top: if upright { head + lines(CARD_LEFT) * left.pitch } else { head },
        ..left
    };
    let (mut codes, mut texts) = panel::cells(&certificate.rubrics, CARD_LEFT, &left, "({})");
    let (more_codes, more_texts) = panel::cells(&certificate.rubrics, CARD_RIGHT, &right, "({})");
    codes.extend(more_codes);
    texts.extend(more_texts);
    (codes, texts)
}

/// Before 2004: words instead of codes.
pub fn worded(luck: &mut Luck) -> Specimen {
    let sort = *luck.pick(&[Sort::Car, Sort::Car, Sort::Car, Sort::Van]);
    let certificate = Certificate::fni(luck, sort, (1994, 2003));
    let (width, height) = (luck.real(196.0..=212.0), luck.real(98.0..=112.0));
    let palette = ground::green_palette(luck);
    let said: serde_json::Map<String, serde_json::Value> =
        OLD_CODES.iter().map(|code| (code.replace('.', ""), certificate.rubrics.line(code).into())).collect();
    let address = certificate.rubrics.lines("C.3");
    let body = press::fill(
        "old_card.html",
        json!({
            "width": width, "height": height, "r": said, "address": address,
            "ground": ground::stripes(luck, palette, width, height),
            "ink": palette.ink,
            "print": faces::preprinted(luck),
            "face": faces::old_values(luck, 2.9),
            "prefecture": luck.pick(PREFECTURES),
            "previous": luck.chance(0.6).then(|| plates::fni(luck)),
            "stamp": luck.chance(0.6).then(|| ornaments::stamp(luck, "PREFECTURE * REPUBLIQUE FRANCAISE *")),
            "signature": ornaments::signature(luck),
            "number": luck.text("99AA99999"),
            "upper": luck.chance(0.4),
        }),
    );
    let (html, width_mm) = siv::mounted(luck, &body, width, height);
    Specimen { html, truth: certificate.rubrics.truth(OLD_CODES.iter().copied()), width_mm }
}

const OLD_CODES: &[&str] = &[
    "A", "B", "C.1", "C.3", "D.1", "D.2", "E", "F.2", "F.3", "G.1", "I", "J.1", "J.3", "P.3", "P.6", "S.1",
    "U.1", "U.2", "X.1",
];

const PREFECTURES: &[&str] = &[
    "PREFECTURE DU MORBIHAN",
    "PREFECTURE DE POLICE",
    "PREFECTURE DU RHONE",
    "PREFECTURE DE LA GIRONDE",
    "PREFECTURE DU VAR",
    "SOUS-PREFECTURE DE BREST",
    "PREFECTURE DES YVELINES",
    "PREFECTURE DE L'ISERE",
    "SOUS-PREFECTURE DE BAYONNE",
    "PREFECTURE DU NORD",
    "PREFECTURE DE LA HAUTE-GARONNE",
    "PREFECTURE DU BAS-RHIN",
];
