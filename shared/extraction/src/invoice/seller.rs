//! Who wrote the invoice: name, SIRET, VAT number.

use std::sync::LazyLock;

use domain::analysis::Field;
use regex::Regex;
use serde_json::Value;

use crate::labels::{self, Placed};
use crate::layout::{Row, Sheet};
use crate::text::compact;
use crate::values::company;
use crate::vote::field;

static TRADE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(GARAGE|AUTOS?|AUTOMOBILES?|CARROSSERIE|MECA\w*|MOTORS?|PNEUS?|CENTRE|TECHNIC\w*|ATELIER|STATION|CONCESSION|MOTO\w*|CONTROLE)\b")
        .expect("a valid pattern")
});
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(SARL|SASU?|S\.A\.S|EURL|SA|SNC|SCOP|EI|EIRL)\b").expect("a valid pattern")
});
static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\W*(FACTURE|AVOIR|DUPLICATA|ORIGINAL|DATE|CLIENT|PAGE|TEL|SIRET|SIREN|TVA|EMETTEUR|LOGO|BON|N[O0°]|REF|RUE|ZA|ZI|ZAC|AVENUE|BOULEVARD|ROUTE|PLACE|CHEMIN|M\.?|MME|MR|MONSIEUR|MADAME|OR)\b|@|WWW|HTTP|\d{5}\s+[A-Z]{2}|^\W*\d+\s*(,|BIS|TER)?\s+\w|FACTURE\s+N|ECHEANCE|SPECIMEN|ENTREPRENEUR|IMMATRICULATION",
    )
    .expect("a valid pattern")
});
static BUYER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"CLIENT|ACHETEUR|FACTUREE?\s+A\b|DESTINATAIRE|LIVRAISON|REPRESENTANT")
        .expect("a valid pattern")
});

/// Reads `garage_name`, `siret` and `vat_number`.
pub(super) fn read(sheet: &Sheet) -> Vec<Field> {
    let siret = best(sheet, company::find_sirets, company::is_siret);
    let vat = best(sheet, company::find_vat_numbers, company::is_vat_number);
    let mut fields = Vec::new();
    fields.extend(name(sheet));
    let agree = match (&siret, &vat) {
        (Some(siret), Some(vat)) => siret.value.get(..9) == vat.value.get(4..),
        _ => false,
    };
    fields.extend(
        siret.map(|siret| number("siret", &siret, company::is_siret(&siret.value), "check:luhn", agree)),
    );
    fields.extend(
        vat.map(|vat| number("vat_number", &vat, company::is_vat_number(&vat.value), "check:vat_key", agree)),
    );
    fields
}

/// A number that passes its check before one that does not; the buyer's only when there is no other.
fn best(
    sheet: &Sheet,
    find: impl Fn(&str) -> Vec<crate::values::Found<String>>,
    passes: impl Fn(&str) -> bool,
) -> Option<Placed<String>> {
    let found = labels::everywhere(sheet, find);
    found.into_iter().min_by_key(|number| {
        let above = sheet.rows[..=number.spot.row].iter().rev().take(2);
        let is_buyer = above.into_iter().any(|row| BUYER.is_match(&row.text));
        (!passes(&number.value), is_buyer, number.repairs)
    })
}

fn number(key: &str, number: &Placed<String>, passes: bool, check: &str, agree: bool) -> Field {
    let mut evidence = Vec::new();
    if passes {
        evidence.push(check.to_owned());
    }
    if agree {
        evidence.push("check:siren".to_owned());
    }
    let confidence = match (passes, agree) {
        (true, true) => 0.98,
        (true, false) | (false, true) => 0.92,
        (false, false) => 0.5 * number.mark.confidence,
    };
    field(key, Value::from(number.value.clone()), &number.mark, confidence, evidence)
}

/// The name: large, at the top, in the words of the trade, repeated in the small print.
fn name(sheet: &Sheet) -> Option<Field> {
    let first = sheet.rows.first()?.page;
    let rows: Vec<&Row> = sheet.rows.iter().filter(|row| row.page == first).take(16).collect();
    let tallest =
        rows.iter().flat_map(|row| &row.tokens).map(|token| token.rect.height()).fold(0.0, f32::max);
    let mut best: Option<(f32, Field)> = None;
    for (at, row) in rows.iter().enumerate() {
        for cell in row.cells() {
            let score = score(
                sheet,
                row,
                &row.text[row.bytes(cell.clone())],
                row.rect(cell.clone()).height() / tallest.max(0.001),
                at,
            );
            let Some(score) = score else { continue };
            if best.as_ref().is_none_or(|(known, _)| *known < score) {
                let mark = row.mark(cell);
                let confidence = mark.confidence * (0.55 + score / 12.0).min(0.95);
                let value = mark
                    .raw
                    .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ')' | '&'))
                    .to_owned();
                best = Some((score, field("garage_name", Value::from(value), &mark, confidence, Vec::new())));
            }
        }
    }
    best.map(|(_, field)| field)
}

fn score(sheet: &Sheet, row: &Row, text: &str, height: f32, at: usize) -> Option<f32> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if letters < 3 || digits > letters || NO_NAME.is_match(text) {
        return None;
    }
    let mut score = 2.5 * height + 2.0 * (1.0 - at as f32 / 16.0);
    score += if TRADE.is_match(text) { 1.5 } else { 0.0 };
    score += if FORM.is_match(text) { 1.0 } else { 0.0 };
    let own = compact(text);
    let repeated = sheet
        .rows
        .iter()
        .filter(|other| !std::ptr::eq(*other, row))
        .any(|other| compact(&other.text).contains(&own));
    score += if repeated && own.len() >= 5 { 1.5 } else { 0.0 };
    Some(score)
}
