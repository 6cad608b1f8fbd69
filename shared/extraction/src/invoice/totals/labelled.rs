//! Amounts with what their labels make of them.

use std::sync::LazyLock;

use domain::money::Cents;
use regex::Regex;

use crate::analysis::Closer;
use crate::invoice::lines::Line;
use crate::labels::{self, Placed};
use crate::layout::{Mark, Sheet};
use crate::values::{Found, amounts};

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
pub(super) fn read(sheet: &Sheet, closer: &[Closer], lines: &[Line]) -> Vec<Labelled> {
    let mut found = labelled(sheet);
    // The table's own heading says HT over every line: none of them is a total.
    found.retain(|one| !lines.iter().any(|line| is_within(&one.amount.mark, &line.mark)));
    found.extend(reread(closer));
    found
}

fn is_within(amount: &Mark, line: &Mark) -> bool {
    let middle = amount.bbox.y + amount.bbox.h / 2.0;
    amount.page == line.page && (line.bbox.y..line.bbox.y + line.bbox.h).contains(&middle)
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

/// What the words before an amount make of it, else its heading.
fn roles(sheet: &Sheet, amount: &Placed<Cents>) -> Vec<(Role, f32)> {
    let rest = sheet.rows[amount.spot.row].text.get(amount.spot.bytes.end..).unwrap_or_default();
    let behind = rest.trim_start_matches(['\t', ' ', '$']).trim_start_matches("EUR").trim_start();
    let before = words_before(sheet, amount);
    if before.as_deref().is_some_and(|words| NEVER.is_match(words)) {
        return Vec::new();
    }
    let roles = before.map(|words| roles_of(&words, behind)).unwrap_or_default();
    if !roles.is_empty() {
        return roles;
    }
    labels::heading(sheet, &amount.spot).map(|heading| roles_of(&heading, behind)).unwrap_or_default()
}

fn roles_of(words: &str, behind: &str) -> Vec<(Role, f32)> {
    let total = if TOTAL.is_match(words) { 0.3 } else { 0.0 };
    let part = if PARTIAL.is_match(words) { 0.45 } else { 0.0 };
    if PAYABLE.is_match(words) {
        return vec![(Role::Ttc, 0.8)];
    }
    if REST.is_match(words) {
        return vec![(Role::Ttc, 0.3)];
    }
    if TTC.is_match(words) || behind.starts_with("TTC") {
        return vec![(Role::Ttc, 0.6 + total - part)];
    }
    let mut roles = Vec::new();
    if HT.is_match(words) {
        roles.push((Role::Ht, 0.55 + total - part));
    }
    if VAT.is_match(words) {
        roles.push((Role::Vat, 0.55 + total - if HT.is_match(words) { 0.3 } else { 0.0 }));
    }
    if roles.is_empty() && total > 0.0 {
        roles.push((Role::Ttc, 0.5 - part));
    }
    roles
}

/// The cell with letters right before an amount, no further than the amount before it; sentences are no labels.
fn words_before(sheet: &Sheet, amount: &Placed<Cents>) -> Option<String> {
    let before = sheet.rows[amount.spot.row].text.get(..amount.spot.bytes.start)?;
    let is_amount = |found: &&Found<Cents>| !before[found.at.end..].trim_start().starts_with('%');
    let found = amounts::find(before);
    let previous = found.iter().rev().find(is_amount).map_or(0, |found| found.at.end);
    let letters =
        |text: &&str| text.chars().filter(char::is_ascii_alphabetic).count() >= 2 && text.trim() != "EUR";
    before.get(previous..)?.rsplit('\t').find(letters).filter(|words| words.len() <= 60).map(str::to_owned)
}
