//! Inspection centres: networks, and houses of their own.

use serde::Serialize;

use crate::luck::Luck;
use crate::people::persons;

/// A centre with its inspector.
#[derive(Serialize)]
pub struct Center {
    /// The network, if it belongs to one.
    pub network: Option<&'static str>,
    /// Its company name as printed.
    pub name: String,
    /// Its approval, such as `S075X123`.
    pub approval: String,
    /// Street.
    pub street: String,
    /// Postcode and town.
    pub postal: String,
    /// The inspector.
    pub inspector: String,
    /// The inspector's approval, such as `075X1234`.
    pub inspector_approval: String,
    /// Colour of the network.
    pub accent: &'static str,
    /// Second colour.
    pub dark: &'static str,
    /// The letter before the number of the printed form.
    pub letter: char,
}

/// Draws a centre; `alone` forces one without a network.
pub fn center(luck: &mut Luck, alone: bool) -> Center {
    let (network, letter, accent, dark) = *luck.pick(NETWORKS);
    let network = (!alone && !network.is_empty()).then_some(network);
    let (accent, dark, letter) =
        if network.is_some() { (accent, dark, letter) } else { ("#1f3f8f", "#16306e", 'Z') };
    let (postcode, town) = persons::place(luck);
    let district = format!("0{}", &postcode[..2]);
    let place = town.to_uppercase();
    let name = named(luck, network, &place, &postcode[..2]);
    let inspector = persons::human(luck).name;
    Center {
        network,
        name,
        approval: format!("S{district}{letter}{}", luck.text("999")),
        street: persons::street(luck),
        postal: format!("{postcode} {town}"),
        inspector,
        inspector_approval: format!("{district}{letter}{}", luck.text("9999")),
        accent,
        dark,
        letter,
    }
}

fn named(luck: &mut Luck, network: Option<&str>, town: &str, district: &str) -> String {
    let own = *luck.pick(NAMES);
    let form = *luck.pick(&["SARL ", "SAS ", "EURL ", "", "SASU "]);
    match (network, luck.number(0..=3)) {
        (Some(network), 0) => format!("{network} {town}"),
        (_, 1) => format!("{form}{own} {district}"),
        (_, 2) => format!("{form}CONTROLE TECHNIQUE {}", town.split(['-', ' ']).next_back().unwrap_or(town)),
        _ => format!("{form}{own}"),
    }
}

const NETWORKS: &[(&str, char, &str, &str)] = &[
    ("DEKRA", 'D', "#007b47", "#003d23"),
    ("SECURITEST", 'S', "#e30613", "#1d1d1b"),
    ("AUTOSUR", 'T', "#0069b4", "#e4003a"),
    ("AUTOVISION", 'V', "#e2001a", "#00387b"),
    ("AUTO SECURITE", 'A', "#0a3c8c", "#f7a600"),
    ("NORISKO", 'N', "#00843d", "#4b4b4b"),
    ("VERIF'AUTOS", 'F', "#f39200", "#2b2b2b"),
    ("AUTO CONTROL", 'C', "#00539f", "#d52b1e"),
    ("", 'Z', "", ""),
    ("", 'Z', "", ""),
];

const NAMES: &[&str] = &[
    "CENTRE DE CONTROLE DU VAL",
    "AUTO BILAN DE LA GARE",
    "CTA DES DEUX RIVES",
    "BILAN AUTO SERVICE",
    "CONTROLE AUTO DE LA PLAINE",
    "C.T.A. SAINT-ROCH",
    "TECHNI CONTROL",
    "VISIT'AUTO",
    "DIAGNOSTIC ROUTE",
    "CONTROLE TECHNIQUE LES PINS",
    "A.B.C. CONTROLE",
    "ROUTE SURE",
    "CENTRE AUTO TECHNIQUE DU LAC",
    "CTVL DE L'ETANG",
    "SOCIETE DE CONTROLE DES COTEAUX",
    "AUTO CONTROLE DU MARAIS",
    "C.T.N. MERIDIEN",
    "LE BON CONTROLE",
    "PROVENCE VISITE TECHNIQUE",
    "ATLANTIQUE CONTROLE AUTO",
    "ALLO CONTROLE",
    "SOTECH AUTO",
];
