//! Receipts of filling stations: litres times price is the total.

use std::sync::LazyLock;

use domain::analysis::Field;
use domain::money::Cents;
use regex::Regex;
use serde_json::Value;

use crate::analysis::Findings;
use crate::labels;
use crate::layout::Sheet;
use crate::values::{amounts, dates};
use crate::vote::field;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a valid pattern"));
    };
}

pattern!(
    GRADE,
    r"\b(SP\s?-?\s?95(\s?-?\s?E10)?|SP\s?-?\s?98|GAZOLE|GASOIL|DIESEL|SUPERETHANOL|E10|E85|B7|GPLC?)\b"
);
pattern!(
    LITRES,
    r"(\d{1,3}[.,]\d{2,3})\s?(?:L|LITRES?)\b|(?:VOLUME|QUANTITE|QTE|LITRES?)\W{0,12}(\d{1,3}[.,]\d{2,3})"
);
pattern!(
    PRICE,
    r"([0-3][.,]\d{3})\s?(?:\$|EUR)?\s?/?\s?L?|PRIX\W{0,12}(?:UNIT\w*\W{0,5})?([0-3][.,]\d{2,3})"
);
pattern!(TOTAL, r"\bTOTAL(\s+T\.?T\.?C)?\b|MONTANT(\s+(T\.?T\.?C|REEL|DEBIT\w*))?|A\s+PAYER|\bTTC\b|\bCB\b");
pattern!(HT, r"\bH\.?T\b");
pattern!(VAT, r"\bT\.?V\.?A\b");

/// Reads a receipt.
pub(crate) fn read(sheet: &Sheet) -> Findings {
    let mut fields: Vec<Field> = Vec::new();
    let litres = number(sheet, &LITRES, "litres");
    let price = number(sheet, &PRICE, "unit_price");
    let product = match (&litres, &price) {
        (Some((litres, _)), Some((price, _))) => Some((litres * price * 100.0).round() as i64),
        _ => None,
    };
    fields.extend(total(sheet, product));
    fields.extend([litres, price].into_iter().flatten().map(|(_, field)| field));
    let date = labels::everywhere(sheet, dates::find_noisy).into_iter().min_by_key(|date| date.repairs);
    fields.extend(date.map(|date| {
        let trust = 0.9 - 0.15 * date.repairs as f32;
        field(
            "date",
            Value::from(date.value.to_string()),
            &date.mark,
            trust * date.mark.confidence,
            Vec::new(),
        )
    }));
    fields.extend(grade(sheet));
    fields.extend(labelled(sheet, &HT, "total_ht"));
    fields.extend(labelled(sheet, &VAT, "total_vat"));
    fields.extend(station(sheet));
    Findings { fields, failed: Vec::new() }
}

/// Three decimals are usual here, so these are no amounts of money.
fn number(sheet: &Sheet, pattern: &Regex, key: &str) -> Option<(f64, Field)> {
    sheet.rows.iter().find_map(|row| {
        let captures = pattern.captures(&row.text)?;
        let found = captures.get(1).or_else(|| captures.get(2))?;
        let number = amounts::number(found.as_str()).filter(|number| *number > 0.0)?;
        let mark = row.mark_text(&found.range());
        let value = found.as_str().replace(',', ".");
        Some((number, field(key, Value::from(value), &mark, 0.85 * mark.confidence, Vec::new())))
    })
}

fn total(sheet: &Sheet, product: Option<i64>) -> Option<Field> {
    let all = labels::everywhere(sheet, amounts::find);
    let fits = |amount: Cents| product.is_some_and(|product| (product - amount.0).abs() <= 2);
    if let Some(found) = all.iter().find(|amount| fits(amount.value)) {
        let evidence = vec!["check:product".to_owned()];
        return Some(field("total_ttc", Value::from(found.value.to_string()), &found.mark, 0.97, evidence));
    }
    let labelled = labels::spots(sheet, &TOTAL).into_iter().find_map(|spot| {
        let right = labels::right(sheet, &spot, amounts::find).into_iter();
        right.chain(labels::below(sheet, &spot, amounts::find)).next()
    });
    let found = labelled.or_else(|| all.into_iter().max_by_key(|amount| amount.value))?;
    Some(field(
        "total_ttc",
        Value::from(found.value.to_string()),
        &found.mark,
        0.8 * found.mark.confidence,
        Vec::new(),
    ))
}

fn labelled(sheet: &Sheet, pattern: &Regex, key: &str) -> Option<Field> {
    let mut spots = labels::spots(sheet, pattern).into_iter();
    let found = spots.find_map(|spot| labels::right(sheet, &spot, amounts::find).pop())?;
    Some(field(
        key,
        Value::from(found.value.to_string()),
        &found.mark,
        0.8 * found.mark.confidence,
        Vec::new(),
    ))
}

fn grade(sheet: &Sheet) -> Option<Field> {
    let spot = labels::spots(sheet, &GRADE).into_iter().next()?;
    let row = &sheet.rows[spot.row];
    let mark = row.mark_text(&spot.bytes);
    let grade = row.text[spot.bytes].replace([' ', '-'], "");
    Some(field("grade", Value::from(grade), &mark, 0.9 * mark.confidence, Vec::new()))
}

/// The name stands first.
fn station(sheet: &Sheet) -> Option<Field> {
    let row = sheet
        .rows
        .iter()
        .take(4)
        .find(|row| row.text.chars().filter(char::is_ascii_alphabetic).count() >= 4)?;
    let mark = row.mark(0..row.tokens.len());
    Some(field("station_name", Value::from(mark.raw.clone()), &mark, 0.75 * mark.confidence, Vec::new()))
}
