//! Who wrote the invoice: name, SIRET, VAT number.

use std::ops::Range;
use std::sync::LazyLock;

use domain::analysis::Field;
use regex::Regex;
use serde_json::Value;

use crate::labels::{self, Placed, Spot};
use crate::layout::{Mark, Sheet};
use crate::text::compact;
use crate::values::{amounts, company, plates};
use crate::vote::field;

static TRADE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(GARAGE|AUTO\w*|CARROSSERIE|MECA\w*|MOTORS?|PNEUS?|CENTRE|TECHNIC\w*|ATELIER|STATION|CONCESSION|MOTO\w*|CONTROLE)\b")
        .expect("a valid pattern")
});
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(SARL|SASU?|S\.A\.S|EURL|SA|SNC|SCOP|EI|EIRL)\b").expect("a valid pattern")
});
static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\W*(FACTURE|AVOIR|DESCRIPTION|DESIGNATION|LIBELLE|PRESTATION|REF|QTE|DUPLICATA|ORIGINAL|DATE|CLIENT|PAGE|TEL|SIRET|SIREN|TVA|EMETTEUR|LOGO|BON|N[O0*]?|REF|RUE|ZA|ZI|ZAC|AVENUE|BOULEVARD|ROUTE|PLACE|CHEMIN|M\.?|MME|MR|MONSIEUR|MADAME|OR)\b|@|WWW|HTTP|\d{5}\s+[A-Z]{2}|^\W*\d+\s*(,|BIS|TER)?\s+\w|FACTURE\s+N|ECHEANCE|SPECIMEN|ENTREPRENEUR|IMMATRICULATION|\bCAPITAL\b|\bRCS\b",
    )
    .expect("a valid pattern")
});
static BUYER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"CLIENT|ACHETEUR|FACTUREE?\s+A\b|DESTINATAIRE|LIVRAISON|REPRESENTANT")
        .expect("a valid pattern")
});

static LEGAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"CAPITAL|\bRCS\b|SIRET|SIREN|\bAPE\b|\bTVA\b").expect("a valid pattern"));

static CAPITAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\W*([A-Z][^\t]{2,40}?)\s*[-,.]?\s+(?:SARL|SASU?|EURL|SA)\s+AU\s+CAPITAL")
        .expect("a valid pattern")
});

/// Under this no line at the head of the page is a name.
const LEAST: f32 = 2.8;

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

/// The name: large, at the top left, in the words of the trade, repeated in the legal line.
fn name(sheet: &Sheet) -> Option<Field> {
    let first = sheet.rows.first()?.page;
    // What is sold starts where amounts do.
    let rows = sheet.rows.iter().enumerate().take(16);
    let rows = rows.take_while(|(_, row)| row.page == first && amounts::find(&row.text).len() < 2);
    let tallest =
        rows.clone().flat_map(|(_, row)| &row.tokens).map(|token| token.rect.height()).fold(0.001, f32::max);
    let mut best: Option<(f32, Field)> = None;
    for (at, row) in rows {
        for cell in row.cells() {
            let bytes = first_part(&row.text, row.bytes(cell));
            let height = row.rect(row.touched(&bytes)).height() / tallest;
            let Some(score) = score(sheet, &Spot { row: at, bytes: bytes.clone() }, height) else { continue };
            if best.as_ref().is_none_or(|(known, _)| *known < score) {
                best = Some((score, of(&row.mark_text(&bytes), score)));
            }
        }
    }
    best.map(|(_, field)| field).or_else(|| legal_name(sheet))
}

/// The small print names the company before its form and capital.
fn legal_name(sheet: &Sheet) -> Option<Field> {
    sheet.rows.iter().find_map(|row| {
        let name = CAPITAL.captures(&row.text)?.get(1)?;
        let mark = row.mark_text(&name.range());
        Some(of(&mark, 2.5))
    })
}

fn of(mark: &Mark, score: f32) -> Field {
    let confidence = mark.confidence * (0.55 + score / 12.0).min(0.95);
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '.' | ')' | '&');
    let value = mark.raw.trim_matches(|c| !kept(c));
    field("garage_name", Value::from(value), mark, confidence, Vec::new())
}

/// A letterhead on one line parts name, address and telephone by dashes.
fn first_part(text: &str, cell: Range<usize>) -> Range<usize> {
    let length = text[cell.clone()].find(" - ").unwrap_or(cell.len());
    cell.start..cell.start + length
}

fn score(sheet: &Sheet, spot: &Spot, height: f32) -> Option<f32> {
    let row = &sheet.rows[spot.row];
    let text = &row.text[spot.bytes.clone()];
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if letters < 3 || digits > letters || NO_NAME.is_match(text) || !plates::find(text).is_empty() {
        return None;
    }
    let mut score = 2.5 * height + 2.0 * (1.0 - spot.row.min(16) as f32 / 16.0);
    score += if TRADE.is_match(text) { 1.5 } else { 0.0 };
    score += if FORM.is_match(text) { 1.0 } else { 0.0 };
    score += if is_repeated(sheet, spot, text) { 1.5 } else { 0.0 };
    // The buyer's address stands at the right, where the window of the envelope is, or under its heading.
    score -= if row.rect(row.touched(&spot.bytes)).left > 0.5 { 1.0 } else { 0.0 };
    score -=
        if labels::heading(sheet, spot).is_some_and(|heading| BUYER.is_match(&heading)) { 2.0 } else { 0.0 };
    (score > LEAST).then_some(score)
}

/// Whether a line with the company's numbers names it again.
fn is_repeated(sheet: &Sheet, spot: &Spot, text: &str) -> bool {
    let own = compact(text);
    let legal =
        sheet.rows.iter().enumerate().filter(|(at, row)| *at != spot.row && LEGAL.is_match(&row.text));
    own.len() >= 5 && legal.into_iter().any(|(_, row)| compact(&row.text).contains(&own))
}
