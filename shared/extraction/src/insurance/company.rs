//! The insurer: where the paper names it, confirmed by the list of those on the market.

use std::ops::Range;
use std::sync::LazyLock;

use domain::analysis::Field;
use regex::Regex;
use serde_json::Value;

use crate::labels;
use crate::layout::Sheet;
use crate::text::{compact, fold, nearest};
use crate::vote::field;

/// Insurers of cars on the French market, as a word or two of their name.
const KNOWN: &[&str] = &[
    "AXA",
    "MAIF",
    "MACIF",
    "MATMUT",
    "GMF",
    "MMA",
    "MAAF",
    "ALLIANZ",
    "GROUPAMA",
    "GENERALI",
    "DIRECT ASSURANCE",
    "OLIVIER ASSURANCE",
    "PACIFICA",
    "SURAVENIR",
    "BPCE",
    "THELEM",
    "ABEILLE",
    "AVIVA",
    "SWISSLIFE",
    "SWISS LIFE",
    "COVEA",
    "AREAS",
    "SMACL",
    "LEOCARE",
    "LOVYS",
    "LUKO",
    "FRIDAY",
    "EUROFIL",
    "AMAGUIZ",
    "AMALINE",
    "EURO ASSURANCE",
    "ACM",
    "ASSURANCES DU CREDIT MUTUEL",
    "CREDIT MUTUEL",
    "CREDIT AGRICOLE",
    "NATIXIS",
    "SOGESSUR",
    "CARDIF",
    "BNP PARIBAS",
    "WAKAM",
    "LA PARISIENNE",
    "L'EQUITE",
    "EQUITE",
    "SERENIS",
    "MUTUELLE DE POITIERS",
    "MUTUELLE DES MOTARDS",
    "AMV",
    "APRIL",
    "AXERIA",
    "ALTIMA",
    "ACOMMEASSURE",
    "ZEPHIR",
    "SMABTP",
    "MAPA",
    "MACSF",
    "LA MEDICALE",
    "ALBINGIA",
    "HELVETIA",
    "TOKIO MARINE",
    "QBE",
    "CHUBB",
    "AIG",
    "ZURICH",
    "GAN",
    "MONCEAU",
    "PREVOIR",
    "L'AUXILIAIRE",
    "CAMCA",
    "SADA",
    "MFA",
    "ASSU 2000",
];

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"ENTREPRISE\s+D.?ASSURANCE|DELIVREE?\s+PAR\b|ISSUED\s+BY|(NOM\s+DE\s+L.?)?ASSUREUR\s*:|COMPAGNIE\s*(D.?ASSURANCE\s*)?:|SOCIETE\s+D.?ASSURANCE\s*:")
        .expect("a valid pattern")
});
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"SOUSSIGNEE?S?\W+([^,\t]{3,50}?)\s*(?:,|\sATTEST|\sCERTIF|$)").expect("a valid pattern")
});
static REGULATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\W*([^\t]{3,50}?)\s+-\s+.*(REGIE|CODE\s+DES\s+ASSURANCES|RCS)").expect("a valid pattern")
});
static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"SIGNATURE|^\W*\d|\d{5}|CARD\b|CARTE|ATTESTATION|CERTIFICAT|MEMO|DOCUMENT|ISSUED|DELIVRE|^\W*(M|MME|MR)\b\.?|SPECIMEN|SOUSCRIPTEUR")
        .expect("a valid pattern")
});

struct Name {
    row: usize,
    bytes: Range<usize>,
    trust: f32,
}

/// Reads `company`.
pub(super) fn read(sheet: &Sheet) -> Option<Field> {
    let mut names = named(sheet);
    names.extend(top(sheet));
    names.retain(|name| compact(&sheet.rows[name.row].text[name.bytes.clone()]).len() >= 3);
    let text = |name: &Name| compact(&sheet.rows[name.row].text[name.bytes.clone()]);
    let known = |name: &Name| is_known(&sheet.rows[name.row].text[name.bytes.clone()]);
    let support = |name: &Name| {
        let same = names.iter().filter(|other| text(other) == text(name));
        1.0 - same.map(|other| 1.0 - other.trust).product::<f32>() * if known(name) { 0.5 } else { 1.0 }
    };
    let score = |name: &Name| (support(name), name.trust);
    let best = names.iter().max_by(|a, b| {
        let (a_score, b_score) = (score(a), score(b));
        a_score.0.total_cmp(&b_score.0).then(a_score.1.total_cmp(&b_score.1)).then(b.row.cmp(&a.row))
    })?;
    let mark = sheet.rows[best.row].mark_text(&best.bytes);
    let mut evidence = Vec::new();
    if known(best) {
        evidence.push("check:known_insurer".to_owned());
    }
    if names.iter().any(|other| other.row != best.row && text(other) == text(best)) {
        evidence.push("repeated".to_owned());
    }
    let trust = support(best).min(0.98);
    let value = mend(mark.raw.trim_matches(|c: char| !c.is_alphanumeric() && c != ')'));
    Some(field("company", Value::from(value), &mark, trust * mark.confidence, evidence))
}

/// Words of the trade are spelled right, whatever the reader made of them.
fn mend(name: &str) -> String {
    let trade = || {
        KNOWN
            .iter()
            .flat_map(|known| known.split(' '))
            .chain(["ASSURANCE", "ASSURANCES"])
            .filter(|word| word.len() >= 5)
    };
    let words = name.split(' ').map(|word| {
        let folded = fold(word);
        let is_right = trade().any(|known| known == folded) || folded.len() < 5;
        let meant = if is_right { None } else { nearest(&folded, trade(), |_| 1) };
        meant.unwrap_or(word)
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_known(folded: &str) -> bool {
    KNOWN.iter().any(|known| {
        let known = fold(known);
        let at = folded.find(&known);
        at.is_some_and(|at| {
            let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            free(folded[..at].chars().next_back()) && free(folded[at + known.len()..].chars().next())
        })
    })
}

fn named(sheet: &Sheet) -> Vec<Name> {
    let mut names = Vec::new();
    for spot in labels::spots(sheet, &NAMED) {
        names.extend(beside(sheet, &spot).or_else(|| under(sheet, &spot)));
    }
    for (row, found) in sheet.rows.iter().enumerate() {
        for (pattern, trust) in [(&*SIGNED, 0.85), (&*REGULATED, 0.8)] {
            let name = pattern.captures(&found.text).and_then(|captures| captures.get(1));
            names.extend(name.map(|name| Name { row, bytes: name.range(), trust }));
        }
    }
    names
}

/// The rest of the label's row, unless it is the next box.
fn beside(sheet: &Sheet, spot: &labels::Spot) -> Option<Name> {
    let row = &sheet.rows[spot.row];
    let rest = row.text.get(spot.bytes.end..)?;
    let start = spot.bytes.end + rest.len() - rest.trim_start_matches([' ', '\t', ':', '/']).len();
    let cell = row.text.get(start..)?.split('\t').next()?;
    let is_name = cell.len() >= 3 && !NO_NAME.is_match(cell);
    is_name.then(|| Name { row: spot.row, bytes: start..start + cell.len(), trust: 0.85 })
}

fn under(sheet: &Sheet, spot: &labels::Spot) -> Option<Name> {
    let mut cells = labels::cells_below(sheet, spot).into_iter();
    cells.find_map(|(row, cell)| {
        let bytes = sheet.rows[row].bytes(cell);
        let text = &sheet.rows[row].text[bytes.clone()];
        let letters = text.chars().filter(char::is_ascii_alphabetic).count();
        (letters >= 3 && !NO_NAME.is_match(text)).then_some(Name { row, bytes, trust: 0.85 })
    })
}

/// Known insurers anywhere, and the head of a letter.
fn top(sheet: &Sheet) -> Vec<Name> {
    let mut names = Vec::new();
    for (row, found) in sheet.rows.iter().enumerate() {
        for cell in found.cells() {
            let bytes = found.bytes(cell);
            let text = &found.text[bytes.clone()];
            if NO_NAME.is_match(text) || text.len() > 45 {
                continue;
            }
            let trust = if is_known(text) {
                0.6
            } else if row == 0 {
                0.5
            } else {
                continue;
            };
            names.push(Name { row, bytes, trust });
        }
    }
    names
}
