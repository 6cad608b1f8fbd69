//! Amounts with what their labels make of them.

use std::sync::LazyLock;

use domain::money::Cents;
use regex::Regex;

use crate::analysis::Closer;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::amounts;

/// What an amount is, by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Ttc,
    Ht,
    Vat,
}

/// An amount with a role and how surely it has it.
pub(super) struct Labelled {
    pub role: Role,
    pub weight: f32,
    pub amount: Placed<Cents>,
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        pub(super) static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("a valid pattern"));
    };
}

pattern!(
    NEVER,
    r"INDEMNITE|CAPITAL|PENALITE|FRAIS\s+DE\s+RECOUVREMENT|FRANCHISE|ACOMPTE|DEJA\s+(PAYE|REGLE)|\bRENDU\b|ESCOMPTE|REMISE"
);
pattern!(PARTIAL, r"\b(MO|M\.O\.?|PIECES?|MAIN\s+D.?OEUVRE|FOURNITURES?|DIVERS|FORFAITS?|REPORT|LIGNE)\b");
pattern!(TTC, r"T\.?\s?T\.?\s?C\b|TOUTES\s+TAXES");
pattern!(HT, r"\bH\.?\s?T\b\.?|HORS\s+TAXES?");
pattern!(VAT, r"\bT\.?V\.?A\b\.?|\bTAXES?\b");
pattern!(TOTAL, r"\bTOTA[LI]|\bMONTANT\b|\bSOUS.TOTAL\b");
pattern!(PAYABLE, r"(NET|TOTAL|SOMME|MONTANT)\s+(TTC\s+)?(A\s+(PAYER|REGLER)|DU)\b");
pattern!(REST, r"SOLDE|RESTE\s+(A|DU)");
pattern!(EXEMPT, r"293\s?B|TVA\s+NON\s+APPLICABLE|EXONER\w+\s+DE\s+(LA\s+)?TVA");

/// Every amount that a label gives a role, what was read once more included.
pub(super) fn read(sheet: &Sheet, closer: &[Closer]) -> Vec<Labelled> {
    let mut found = labelled(sheet);
    found.extend(reread(closer));
    found
}

/// Whether the paper says that no VAT is charged.
pub(super) fn is_exempt(sheet: &Sheet) -> bool {
    sheet.rows.iter().any(|row| EXEMPT.is_match(&row.text))
}

fn labelled(sheet: &Sheet) -> Vec<Labelled> {
    let amounts = labels::everywhere(sheet, amounts::find).into_iter();
    let amounts = amounts.filter(|amount| !is_rate(sheet, amount));
    amounts
        .flat_map(|amount| {
            roles(sheet, &amount).into_iter().map(move |(role, weight)| Labelled {
                role,
                weight,
                amount: amount.clone(),
            })
        })
        .collect()
}

/// Amounts read once more keep the role that their zone was cut for.
fn reread(closer: &[Closer]) -> Vec<Labelled> {
    let mut found = Vec::new();
    for (_, rows) in closer.iter().filter(|(label, _)| label == "total_ttc") {
        let sheet = Sheet { rows: rows.clone() };
        let amounts = labels::everywhere(&sheet, amounts::find).into_iter();
        found.extend(amounts.map(|amount| Labelled { role: Role::Ttc, weight: 0.8, amount }));
    }
    found
}

fn is_rate(sheet: &Sheet, amount: &Placed<Cents>) -> bool {
    let rest = sheet.rows[amount.spot.row].text.get(amount.spot.bytes.end..).unwrap_or_default();
    rest.trim_start().starts_with('%')
}

/// What the words before an amount, or its heading, make of it.
fn roles(sheet: &Sheet, amount: &Placed<Cents>) -> Vec<(Role, f32)> {
    let before = nearest_words(sheet, amount);
    if before.is_empty() || NEVER.is_match(&before) {
        return Vec::new();
    }
    let rest = sheet.rows[amount.spot.row].text.get(amount.spot.bytes.end..).unwrap_or_default();
    let behind = rest.trim_start_matches(['\t', ' ', '$']).trim_start_matches("EUR").trim_start().to_owned();
    let total = if TOTAL.is_match(&before) { 0.3 } else { 0.0 };
    let part = if PARTIAL.is_match(&before) { 0.45 } else { 0.0 };
    if PAYABLE.is_match(&before) {
        return vec![(Role::Ttc, 0.8)];
    }
    if REST.is_match(&before) {
        return vec![(Role::Ttc, 0.3)];
    }
    if TTC.is_match(&before) || behind.starts_with("TTC") {
        return vec![(Role::Ttc, 0.6 + total - part)];
    }
    let mut roles = Vec::new();
    if HT.is_match(&before) {
        roles.push((Role::Ht, 0.55 + total - part));
    }
    if VAT.is_match(&before) {
        roles.push((Role::Vat, 0.55 + total - if HT.is_match(&before) { 0.3 } else { 0.0 }));
    }
    if roles.is_empty() && total > 0.0 {
        roles.push((Role::Ttc, 0.5 - part));
    }
    roles
}

/// The cell with letters right before an amount, no further than the amount before it; else its heading.
fn nearest_words(sheet: &Sheet, amount: &Placed<Cents>) -> String {
    let row = &sheet.rows[amount.spot.row];
    let before = row.text.get(..amount.spot.bytes.start).unwrap_or_default();
    let is_amount =
        |found: &&crate::values::Found<Cents>| !before[found.at.end..].trim_start().starts_with('%');
    let found = amounts::find(before);
    let previous = found.iter().rev().find(is_amount).map_or(0, |found| found.at.end);
    let between = before.get(previous..).unwrap_or_default();
    let letters =
        |text: &&str| text.chars().filter(|c| c.is_ascii_alphabetic()).count() >= 2 && text.trim() != "EUR";
    let words = between.rsplit('\t').find(letters).map(str::to_owned);
    words.or_else(|| labels::heading(sheet, &amount.spot)).unwrap_or_default()
}
