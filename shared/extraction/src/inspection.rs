//! Reports of a contrôle technique (arrêté of 18 June 1991, annex II): result A, S or R, defects, next visit.

use std::sync::LazyLock;

use chrono::NaiveDate;
use domain::analysis::Field;
use regex::Regex;
use serde_json::{Value, json};

use crate::analysis::Findings;
use crate::invoice::vehicle;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::dates;
use crate::vote::field;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(concat!("(?m)", $text)).expect("a valid pattern"));
    };
}

pattern!(VISIT, r"DATE\s+D[EU]\s+(LA\s+)?(CONTROLE|VISITE)|CONTROLE\s+(EFFECTUE\s+)?LE|VISITE\s+DU|\bDATE\b");
pattern!(NEXT, r"PROCHAIN|LIMITE\s+DE\s+VALIDITE|VALIDITE|AVANT\s+LE|JUSQU|CONTRE.?VISITE");
pattern!(
    FIRST,
    r"(PREMIERE|1\S{0,3})\s+(MISE\s+EN\s+CIRCULATION|IMMATRICULATION)|\bM\.?E\.?C\b|\bDATE\s+DE\s+1"
);
pattern!(
    NUMBER,
    r"PROCES.?VERBAL\s*(N\S{0,3})?\W*([A-Z]{0,3}[0-9][A-Z0-9/\-]{4,})|N\S{0,3}\s+(DU\s+)?(PV|PROCES.?VERBAL|RAPPORT)\W*([A-Z0-9/\-]{5,})"
);
pattern!(RESULT, r"\bRESULTAT\b[^A-Z]*(?:DU\s+(?:CONTROLE|VISITE)\W*)?(FAVORABLE|DEFAVORABLE|[ASR]\b)");
pattern!(GOOD, r"(^|[^E])\bFAVORABLE|\bA\s*:\s*FAVORABLE|AUCUNE\s+DEFAILLANCE");
pattern!(
    MAJOR,
    r"DEFAVORABLE\s+POUR\s+DEFAILLANCES?\s+MAJEURE|CONTRE.?VISITE\s+(OBLIGATOIRE|AVANT)|\bDEFAVORABLE\b"
);
pattern!(CRITICAL, r"DEFAVORABLE\s+POUR\s+DEFAILLANCES?\s+CRITIQUE");
pattern!(DEFECT, r"\b(\d{1,2}\.\d{1,2}\.\d{1,2}\.[A-Z0-9]\.?\d?)\W+(.{5,})$");
pattern!(SEVERITY, r"DEFAILLANCES?\s+(MINEURE|MAJEURE|CRITIQUE)");

/// Reads an inspection report.
pub(crate) fn read(sheet: &Sheet) -> Findings {
    let mut fields = dated(sheet);
    fields.extend(vehicle::plate(sheet, &[]));
    fields.extend(result(sheet));
    fields.extend(vehicle::mileage(sheet));
    fields.extend(vehicle::vin(sheet));
    fields.extend(vehicle::make_and_model(sheet));
    fields.extend(number(sheet));
    fields.extend(defects(sheet));
    Findings { fields, failed: Vec::new() }
}

fn dated(sheet: &Sheet) -> Vec<Field> {
    let found = labels::everywhere(sheet, dates::find_noisy);
    let contexts: Vec<String> = found.iter().map(|date| labels::context(sheet, &date.spot)).collect();
    let with = |wanted: &Regex, not: &[&Regex]| {
        let mut pairs = found.iter().zip(&contexts);
        pairs.find(|(_, context)| {
            wanted.is_match(context) && !not.iter().any(|pattern| pattern.is_match(context))
        })
    };
    let mut fields = Vec::new();
    for (key, date) in [
        ("date", with(&VISIT, &[&NEXT, &FIRST])),
        ("next_due", with(&NEXT, &[&FIRST])),
        ("first_registration", with(&FIRST, &[])),
    ] {
        fields.extend(date.map(|(date, _)| of(key, date)));
    }
    fields
}

fn of(key: &str, date: &Placed<NaiveDate>) -> Field {
    let trust = 0.9 - 0.15 * date.repairs as f32;
    field(key, Value::from(date.value.to_string()), &date.mark, trust * date.mark.confidence, Vec::new())
}

/// A favourable, S for major defects, R for critical ones; the letter itself when printed behind the word.
fn result(sheet: &Sheet) -> Option<Field> {
    let letter = sheet.rows.iter().find_map(|row| {
        let letter = RESULT.captures(&row.text)?.get(1).filter(|letter| letter.as_str().len() == 1)?;
        Some((row.mark_text(&letter.range()), letter.as_str()))
    });
    if let Some((mark, letter)) = letter {
        return Some(field("result", Value::from(letter), &mark, 0.9 * mark.confidence, Vec::new()));
    }
    for (pattern, letter) in [(&*CRITICAL, "R"), (&*MAJOR, "S"), (&*GOOD, "A")] {
        let found = labels::spots(sheet, pattern).into_iter().next();
        if let Some(spot) = found {
            let mark = sheet.rows[spot.row].mark_text(&spot.bytes);
            return Some(field("result", Value::from(letter), &mark, 0.8 * mark.confidence, Vec::new()));
        }
    }
    None
}

fn number(sheet: &Sheet) -> Option<Field> {
    sheet.rows.iter().find_map(|row| {
        let captures = NUMBER.captures(&row.text)?;
        let number = captures.get(2).or_else(|| captures.get(5))?;
        let mark = row.mark_text(&number.range());
        let has_digits = number.as_str().chars().filter(char::is_ascii_digit).count() >= 3;
        has_digits
            .then(|| field("number", Value::from(number.as_str()), &mark, 0.85 * mark.confidence, Vec::new()))
    })
}

/// Defects by their code, under the heading that says how grave they are.
fn defects(sheet: &Sheet) -> Option<Field> {
    let (mut severity, mut defects, mut first) = (None, Vec::new(), None);
    for row in &sheet.rows {
        if let Some(heading) = SEVERITY.captures(&row.text) {
            severity = Some(heading[1].to_lowercase());
        }
        let Some(captures) = DEFECT.captures(&row.text) else { continue };
        let Some(text) = captures.get(2) else { continue };
        let raw = row.mark_text(&text.range()).raw;
        defects.push(json!({ "code": &captures[1], "description": raw, "severity": severity }));
        first.get_or_insert_with(|| row.mark(0..row.tokens.len()));
    }
    first.map(|mark| field("defects", Value::from(defects), &mark, 0.8 * mark.confidence, Vec::new()))
}
