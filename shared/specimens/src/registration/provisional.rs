//! A4 prints that stand in for the certificate: the provisional one of the agency or of a garage, and the record of a
//! request.

use chrono::{Datelike as _, Months, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};

use super::certificate::{Case, Certificate};
use super::legend::LEGEND;
use super::{faces, ornaments, press};
use crate::luck::Luck;
use crate::people::vehicles::Sort;
use crate::specimen::Specimen;

/// The agency's provisional certificate, downloaded after a request.
pub fn agency(luck: &mut Luck) -> Specimen {
    let mut certificate = drawn(luck, Case::Usual);
    let end = certificate.issued + Months::new(1);
    certificate.rubrics.set_date("H", "", end);
    print(luck, &certificate, &AGENCY)
}

/// The same from a garage's software.
pub fn garage(luck: &mut Luck) -> Specimen {
    let mut certificate = drawn(luck, Case::Usual);
    if luck.chance(0.7) {
        let end = certificate.issued + Months::new(1);
        certificate.rubrics.set_date("H", "", end);
    }
    print(luck, &certificate, &GARAGE)
}

/// A provisional WW number.
pub fn provisional_number(luck: &mut Luck) -> Specimen {
    let certificate = drawn(luck, Case::Provisional);
    print(luck, &certificate, &WW)
}

/// The record of a request, with the vehicle's identity.
pub fn record(luck: &mut Luck) -> Specimen {
    let certificate = drawn(luck, Case::Usual);
    print(luck, &certificate, &RECORD)
}

struct Kind {
    page: &'static str,
    titles: &'static [&'static str],
    issuers: &'static [&'static str],
    notes: &'static [&'static str],
    /// Codes that this paper never shows.
    without: &'static [&'static str],
    /// How probably codes are written beside their words.
    coded: f64,
}

const AGENCY: Kind = Kind {
    page: "provisional.html",
    titles: &[
        "CERTIFICAT PROVISOIRE D'IMMATRICULATION",
        "Certificat provisoire d'immatriculation (CPI)",
        "CERTIFICAT PROVISOIRE D\u{2019}IMMATRICULATION (CPI)",
    ],
    issuers: &["Agence nationale des titres s\u{e9}curis\u{e9}s", "France Titres", "ANTS - France Titres"],
    notes: &[
        "Ce document autorise la circulation du v\u{e9}hicule sur le territoire national pendant un mois \u{e0} compter de sa date de d\u{e9}livrance. Le certificat d'immatriculation d\u{e9}finitif est envoy\u{e9} au domicile du titulaire.",
        "Le pr\u{e9}sent certificat provisoire vaut autorisation de circuler en France pour une dur\u{e9}e d'un mois, dans l'attente de la r\u{e9}ception du certificat d'immatriculation.",
    ],
    without: &["C.4a", "X.1", "Z.3", "Z.4"],
    coded: 0.75,
};
const GARAGE: Kind = Kind {
    page: "provisional.html",
    titles: &["CERTIFICAT PROVISOIRE D'IMMATRICULATION", "CERTIFICAT D'IMMATRICULATION PROVISOIRE"],
    issuers: &[
        "SIV - Professionnel habilit\u{e9}",
        "D\u{e9}livr\u{e9} par un professionnel de l'automobile habilit\u{e9}",
    ],
    notes: &[
        "\u{c9}dit\u{e9} par un professionnel habilit\u{e9} au syst\u{e8}me d'immatriculation des v\u{e9}hicules. Valable un mois, sur le territoire national uniquement.",
    ],
    without: &["S.2", "Z.4"],
    coded: 0.9,
};
const WW: Kind = Kind {
    page: "provisional.html",
    titles: &[
        "CERTIFICAT PROVISOIRE D'IMMATRICULATION WW",
        "CERTIFICAT PROVISOIRE D'IMMATRICULATION - CPI WW",
    ],
    issuers: &[
        "Agence nationale des titres s\u{e9}curis\u{e9}s",
        "Minist\u{e8}re de l'Int\u{e9}rieur",
        "France Titres",
    ],
    notes: &[
        "Num\u{e9}ro provisoire, valable quatre mois. La circulation hors de France reste soumise \u{e0} l'accord de l'\u{c9}tat travers\u{e9}.",
    ],
    without: &["X.1", "Z.3", "Z.4"],
    coded: 0.8,
};
const RECORD: Kind = Kind {
    page: "fiche.html",
    titles: &[
        "Fiche d'identification du v\u{e9}hicule",
        "R\u{e9}c\u{e9}piss\u{e9} de demande d'immatriculation",
        "R\u{e9}capitulatif de votre demande",
        "Fiche technique et administrative du v\u{e9}hicule",
    ],
    issuers: &["France Titres", "ANTS", "Agence nationale des titres s\u{e9}curis\u{e9}s"],
    notes: &[
        "Ce document ne vaut pas autorisation de circuler.",
        "Ce r\u{e9}c\u{e9}piss\u{e9} atteste du d\u{e9}p\u{f4}t de la demande ; il ne remplace pas le certificat d'immatriculation.",
    ],
    without: &["H", "X.1", "Q", "S.2", "Z.2", "Z.3", "Z.4", "Y.1", "Y.2", "Y.3", "Y.4", "Y.5"],
    coded: 0.5,
};

#[derive(Serialize)]
struct Entry {
    code: &'static str,
    words: &'static str,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Section {
    title: &'static str,
    entries: Vec<Entry>,
}

const SECTIONS: &[(&str, &[&str])] = &[
    ("Immatriculation", &["A", "B", "I", "H"]),
    ("Titulaire", &["C.1", "C.4a", "C.4.1", "C.3"]),
    ("Identification du v\u{e9}hicule", &["D.1", "D.2", "D.2.1", "D.3", "E", "J", "J.1", "J.2", "J.3", "K"]),
    ("Masses", &["F.1", "F.2", "F.3", "G", "G.1"]),
    (
        "Caract\u{e9}ristiques techniques",
        &["P.1", "P.2", "P.3", "P.6", "Q", "S.1", "S.2", "U.1", "U.2", "V.7", "V.9", "X.1"],
    ),
    ("Taxes", &["Y.1", "Y.2", "Y.3", "Y.4", "Y.5", "Y.6"]),
    ("Mentions", &["Z.1", "Z.2", "Z.3", "Z.4"]),
];

fn drawn(luck: &mut Luck, case: Case) -> Certificate {
    let sort = *luck.pick(&[Sort::Car, Sort::Car, Sort::Car, Sort::ElectricCar, Sort::Van, Sort::Motorcycle]);
    let mut certificate = Certificate::siv(luck, sort, case, (2017, 2025));
    // The words "VISITE AVANT LE" belong to the certificate itself; here the label says it.
    let visit = certificate.rubrics.line("X.1");
    let day = visit.split(' ').next_back().and_then(|day| NaiveDate::parse_from_str(day, "%d/%m/%Y").ok());
    if let Some(day) = day {
        certificate.rubrics.set_date("X.1", "", day);
    }
    certificate
}

fn print(luck: &mut Luck, certificate: &Certificate, kind: &Kind) -> Specimen {
    let shows_empty = luck.chance(0.35);
    let date = *luck.pick(DATES);
    let sections = sections(certificate, kind, shows_empty, date);
    let palette = *luck.pick(COLOURS);
    let html = press::sheet(
        &press::fill(
            kind.page,
            json!({
                "sections": sections,
                "title": luck.pick(kind.titles),
                "issuer": luck.pick(kind.issuers),
                "note": luck.pick(kind.notes),
                "ministry": luck.pick(&["MINIST\u{c8}RE DE L'INT\u{c9}RIEUR", "Minist\u{e8}re de l'Int\u{e9}rieur"]),
                "request": luck.text("99999999"),
                "garage_number": luck.text("999999"),
                "label": luck.pick(&["({code}) {words}", "{code} - {words}", "{code} {words}", "{words} ({code})", "{code}. {words} :"]),
                "coded": luck.chance(kind.coded),
                "style": luck.number(0..=3),
                "colour": palette,
                "print": faces::preprinted(luck),
                "value_face": value_face(luck),
                "bold": luck.chance(0.5),
                "size": luck.real(2.7..=3.25),
                "square": if luck.chance(0.5) { ornaments::dots(luck, 26) } else { ornaments::quick_response(luck, 29) },
                "square_side": luck.pick(&["left", "right"]),
                "printed_on": written(certificate.issued, date),
                "signature": luck.chance(0.3).then(|| ornaments::signature(luck)),
                "stamp": luck.chance(0.25).then(|| ornaments::stamp(luck, "PROFESSIONNEL HABILITE SIV * ")),
                "mark": luck.chance(0.2),
            }),
        ),
        210.0,
        297.0,
    );
    let codes = SECTIONS.iter().flat_map(|(_, codes)| *codes).filter(|code| !kind.without.contains(code));
    Specimen { html, truth: certificate.rubrics.truth(codes.copied()), width_mm: 210.0 }
}

fn sections(certificate: &Certificate, kind: &Kind, shows_empty: bool, date: &str) -> Vec<Section> {
    let entry = |code: &&'static str| {
        let (code, _, words) =
            LEGEND.iter().find(|(known, ..)| known == code).expect("every code has its words");
        let lines = dated(certificate.rubrics.lines(code), date);
        Entry { code, words, lines }
    };
    SECTIONS
        .iter()
        .map(|(title, codes)| Section {
            title,
            entries: codes
                .iter()
                .filter(|code| !kind.without.contains(*code))
                .map(entry)
                .filter(|entry| shows_empty || !entry.lines.is_empty())
                .collect(),
        })
        .filter(|section| section.entries.iter().any(|entry| !entry.lines.is_empty()))
        .collect()
}

const DATES: &[&str] = &["%d/%m/%Y", "%d/%m/%Y", "%d/%m/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "words"];
const MONTHS: &[&str] = &[
    "janvier",
    "f\u{e9}vrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "ao\u{fb}t",
    "septembre",
    "octobre",
    "novembre",
    "d\u{e9}cembre",
];
const COLOURS: &[&str] = &["#000091", "#1b3a6b", "#333", "#5b5b5b", "#00695c", "#6a1b1b", "#0b5394"];

/// The lines with a day in them written this paper's way.
fn dated(lines: &[String], style: &str) -> Vec<String> {
    let rewritten = |line: &String| match NaiveDate::parse_from_str(line, "%d/%m/%Y") {
        Ok(day) => written(day, style),
        Err(_) => line.clone(),
    };
    lines.iter().map(rewritten).collect()
}

fn written(day: NaiveDate, style: &str) -> String {
    if style == "words" {
        let number = if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
        return format!("{number} {} {}", MONTHS[day.month0() as usize], day.year());
    }
    day.format(style).to_string()
}

/// Laser faces, as office printers have them.
fn value_face(luck: &mut Luck) -> Value {
    const FACES: &[&str] = &[
        "Liberation Sans",
        "Open Sans",
        "Roboto",
        "Lato",
        "Nimbus Sans",
        "DejaVu Sans",
        "Liberation Mono",
        "Courier Prime",
        "Nimbus Mono PS",
        "Liberation Serif",
        "Cantarell",
        "DejaVu Sans Mono",
    ];
    (*luck.pick(FACES)).into()
}
