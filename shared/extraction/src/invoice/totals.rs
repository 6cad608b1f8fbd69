//! Totals: labels propose, arithmetic decides. HT + VAT = TTC, and VAT is a lawful part of HT.

use std::sync::LazyLock;

use domain::analysis::Field;
use domain::money::Cents;
use regex::Regex;
use serde_json::{Value, json};

use super::lines::Line;
use crate::analysis::Closer;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::amounts;
use crate::vote::field;

/// What an amount is, by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Ttc,
    Ht,
    Vat,
}

struct Labelled {
    role: Role,
    weight: f32,
    amount: Placed<Cents>,
}

/// What was found, and how it fits.
pub(super) struct Totals {
    pub fields: Vec<Field>,
    pub failed: Vec<&'static str>,
    pub lines_add_up: bool,
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a valid pattern"));
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

/// Lawful VAT rates of France and Corsica and overseas, in thousandths (CGI art. 278 to 281 nonies, 294 to 297).
const RATES: [i64; 10] = [200, 100, 55, 21, 85, 130, 9, 17, 196, 70];

/// Reads the totals.
pub(super) fn read(sheet: &Sheet, closer: &[Closer], lines: &[Line]) -> Totals {
    let mut labelled = labelled(sheet);
    labelled.extend(reread(closer));
    let is_exempt = sheet.rows.iter().any(|row| EXEMPT.is_match(&row.text));
    let sum: i64 = lines.iter().filter_map(|line| line.total).map(|total| total.0).sum();
    let chosen = if is_exempt { None } else { triple(&labelled, sum).or_else(|| bare_triple(sheet)) };
    match chosen {
        Some(triple) => consistent(&triple, sum),
        None => alone(&labelled, is_exempt, sum),
    }
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
    let previous = amounts::find(before).last().map_or(0, |found| found.at.end);
    let between = before.get(previous..).unwrap_or_default();
    let letters =
        |text: &&str| text.chars().filter(|c| c.is_ascii_alphabetic()).count() >= 2 && text.trim() != "EUR";
    let words = between.rsplit('\t').find(letters).map(str::to_owned);
    words.or_else(|| labels::heading(sheet, &amount.spot)).unwrap_or_default()
}

struct Triple {
    ttc: Placed<Cents>,
    ht: Placed<Cents>,
    vat: Placed<Cents>,
    weight: f32,
}

/// The best labelled amounts that add up.
fn triple(labelled: &[Labelled], sum: i64) -> Option<Triple> {
    let of = |role: Role| labelled.iter().filter(move |one| one.role == role).take(40);
    let mut best: Option<Triple> = None;
    for ttc in of(Role::Ttc) {
        for ht in of(Role::Ht) {
            for vat in of(Role::Vat) {
                let gap = ht.amount.value.0 + vat.amount.value.0 - ttc.amount.value.0;
                if gap.abs() > 1 || ttc.amount.value.0 == 0 {
                    continue;
                }
                let bonus = if sum != 0 && ht.amount.value.0 == sum { 0.5 } else { 0.0 };
                let weight = ttc.weight + ht.weight + vat.weight + bonus;
                if best.as_ref().is_none_or(|best| best.weight < weight) {
                    best = Some(Triple {
                        ttc: ttc.amount.clone(),
                        ht: ht.amount.clone(),
                        vat: vat.amount.clone(),
                        weight,
                    });
                }
            }
        }
    }
    best
}

/// Three amounts of the page of which the largest is the sum, at a lawful rate: labels were not readable.
fn bare_triple(sheet: &Sheet) -> Option<Triple> {
    let mut amounts = labels::everywhere(sheet, amounts::find);
    amounts.retain(|amount| amount.value.0 > 0 && !NEVER.is_match(&sheet.rows[amount.spot.row].text));
    amounts.sort_by_key(|amount| std::cmp::Reverse(amount.value));
    amounts.truncate(60);
    for ttc in &amounts {
        for ht in amounts.iter().filter(|ht| ht.value < ttc.value) {
            let vat = amounts.iter().find(|vat| vat.value.0 == ttc.value.0 - ht.value.0);
            if let Some(vat) = vat.filter(|vat| is_lawful(ht.value.0, vat.value.0)) {
                return Some(Triple { ttc: ttc.clone(), ht: ht.clone(), vat: vat.clone(), weight: 1.2 });
            }
        }
    }
    None
}

fn is_lawful(ht: i64, vat: i64) -> bool {
    rate(ht, vat).is_some()
}

/// The rate in thousandths that makes this VAT of this amount, to the cent or two that rounding by line allows.
fn rate(ht: i64, vat: i64) -> Option<i64> {
    RATES.into_iter().find(|rate| (ht * rate - vat * 1000).abs() <= 2500)
}

fn consistent(triple: &Triple, sum: i64) -> Totals {
    let lines_add_up = sum != 0 && sum == triple.ht.value.0;
    let mut evidence = vec!["check:total".to_owned()];
    if let Some(rate) = rate(triple.ht.value.0, triple.vat.value.0) {
        evidence.push("check:rate".to_owned());
        evidence.push(format!("rate:{}.{}", rate / 10, rate % 10));
    }
    let trust = if triple.weight >= 1.5 { 0.98 } else { 0.85 };
    let make = |key: &str, amount: &Placed<Cents>| {
        field(key, Value::from(amount.value.to_string()), &amount.mark, trust, evidence.clone())
    };
    let mut fields =
        vec![make("total_ttc", &triple.ttc), make("total_ht", &triple.ht), make("total_vat", &triple.vat)];
    fields.extend(rates(triple));
    Totals { fields, failed: Vec::new(), lines_add_up }
}

/// VAT by rate, when one rate explains all of it.
fn rates(triple: &Triple) -> Option<Field> {
    let rate = rate(triple.ht.value.0, triple.vat.value.0)?;
    let entry = json!([{
        "rate": format!("{}.{}", rate / 10, rate % 10),
        "base": triple.ht.value.to_string(),
        "amount": triple.vat.value.to_string(),
    }]);
    Some(field("vat_rates", entry, &triple.vat.mark, 0.9, vec!["check:rate".to_owned()]))
}

/// Nothing adds up: the best labelled amount of each role, less sure.
fn alone(labelled: &[Labelled], is_exempt: bool, sum: i64) -> Totals {
    let best = |role: Role| {
        let of_role = labelled.iter().filter(|one| one.role == role && one.weight > 0.25);
        // Of equal labels the later stands nearer the foot of the paper, where totals are.
        of_role.max_by(|a, b| a.weight.total_cmp(&b.weight)).map(|one| (one.amount.clone(), one.weight))
    };
    let mut fields = Vec::new();
    let ttc = best(Role::Ttc);
    if let Some((amount, weight)) = &ttc {
        let proven = is_exempt && sum != 0 && amount.value.0 == sum;
        let evidence = if proven { vec!["check:total".to_owned()] } else { Vec::new() };
        let trust = if proven { 0.97 } else { weight.min(0.85) };
        let confidence = trust * amount.mark.confidence;
        fields.push(field(
            "total_ttc",
            Value::from(amount.value.to_string()),
            &amount.mark,
            confidence,
            evidence,
        ));
    }
    if is_exempt {
        fields.extend(ttc.iter().flat_map(|(amount, weight)| exempt(amount, *weight)));
        return Totals { fields, failed: Vec::new(), lines_add_up: sum != 0 };
    }
    let (ht, vat) = (best(Role::Ht), best(Role::Vat));
    for (key, found) in [("total_ht", &ht), ("total_vat", &vat)] {
        if let Some((amount, weight)) = found {
            let confidence = weight.min(0.8) * amount.mark.confidence;
            fields.push(field(
                key,
                Value::from(amount.value.to_string()),
                &amount.mark,
                confidence,
                Vec::new(),
            ));
        }
    }
    let all_there = ttc.is_some() && ht.is_some() && vat.is_some();
    Totals { fields, failed: if all_there { vec!["total_ttc"] } else { Vec::new() }, lines_add_up: false }
}

/// Small businesses charge no VAT (CGI art. 293 B): HT is TTC.
fn exempt(amount: &Placed<Cents>, weight: f32) -> [Field; 2] {
    let evidence = vec!["exempt:293B".to_owned()];
    let confidence = weight.min(0.9) * amount.mark.confidence;
    [
        field("total_ht", Value::from(amount.value.to_string()), &amount.mark, confidence, evidence.clone()),
        field("total_vat", Value::from("0.00"), &amount.mark, confidence, evidence),
    ]
}
