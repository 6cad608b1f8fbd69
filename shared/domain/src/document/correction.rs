//! What a person may write in the place of what was read: a value of the form that the field has.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::plate::{BadPlate, Plate};
use crate::vehicle::{Details, Rubric};
use crate::vin::{BadVin, Vin};

/// Longest text.
const MAX_TEXT: usize = 500;

const DATES: &[&str] =
    &["date", "due_date", "valid_from", "valid_until", "issued_on", "next_due", "first_registration"];
/// Those of a credit note are below zero.
const AMOUNTS: &[&str] = &["total_ttc", "total_ht", "total_vat"];
const NUMBERS: &[&str] = &["vat_rate", "mileage", "litres", "unit_price"];
const LISTS: &[&str] = &["lines", "vat", "defects"];

/// Why a value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A text without control characters is expected, or a number.
    #[error("a text is expected")]
    Text,
    /// A list is expected.
    #[error("a list is expected")]
    List,
    /// A date is expected.
    #[error("a date is expected")]
    Date,
    /// A number from 0 is expected.
    #[error("a number is expected")]
    Number,
    /// No plate.
    #[error(transparent)]
    Plate(#[from] BadPlate),
    /// No VIN.
    #[error(transparent)]
    Vin(#[from] BadVin),
    /// Nothing that this rubric can hold.
    #[error("nothing that this rubric can hold")]
    Rubric,
}

/// Whether `value` has the form of the field `key`; null fits everywhere and says that the field is not on the paper.
///
/// # Errors
/// Why it does not.
pub fn check(key: &str, value: &Value) -> Result<(), Misfit> {
    if value.is_null() {
        return Ok(());
    }
    if LISTS.contains(&key) {
        return if value.is_array() || value.is_object() { Ok(()) } else { Err(Misfit::List) };
    }
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Err(Misfit::Text),
    };
    let is_plain = !text.is_empty() && text.chars().count() <= MAX_TEXT && !text.contains(char::is_control);
    if !is_plain {
        return Err(Misfit::Text);
    }
    match key {
        "A" | "plate" => Ok(Plate::from_str(&text).map(drop)?),
        "E" | "vin" => Ok(Vin::from_str(&text).map(drop)?),
        key if DATES.contains(&key) => is_day(&text).then_some(()).ok_or(Misfit::Date),
        key if AMOUNTS.contains(&key) => number(&text).map(drop).ok_or(Misfit::Number),
        key if NUMBERS.contains(&key) => {
            number(&text).filter(|number| !number.is_sign_negative()).map(drop).ok_or(Misfit::Number)
        }
        key => match Rubric::find(key).filter(|rubric| rubric.code == key) {
            Some(rubric) => rubric.set(&mut Details::default(), &text).map_err(|_| Misfit::Rubric),
            None => Ok(()),
        },
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok_and(|day| (1885..=2100).contains(&day.year()))
}

fn number(text: &str) -> Option<Decimal> {
    text.replace(',', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_the_form_of_its_field_is_taken() {
        for (key, value) in [
            ("A", json!("ab-123-cd")),
            ("B", json!("2019-02-28")),
            ("E", json!("WVWAWFEP2UDWM3838")),
            ("P.1", json!(1461)),
            ("P.2", json!("66,5")),
            ("C.1", json!("Martin")),
            ("total_ttc", json!("452.34")),
            ("date", json!("2026-01-31")),
            ("lines", json!([{ "label": "Vidange" }])),
            ("Z.1", Value::Null),
        ] {
            assert_eq!(check(key, &value), Ok(()), "{key} {value}");
        }
    }

    #[test]
    fn what_has_not_is_refused_with_its_reason() {
        for (key, value, why) in [
            ("B", json!("2019-02-30"), Misfit::Rubric),
            ("E", json!("bad vin!"), Misfit::Vin(BadVin::Characters)),
            ("P.1", json!(-5), Misfit::Rubric),
            ("P.6", json!(true), Misfit::Text),
            ("A", json!({}), Misfit::Text),
            ("A", json!(["x"]), Misfit::Text),
            ("mileage", json!("-1"), Misfit::Number),
            ("total_ttc", json!("cent"), Misfit::Number),
            ("date", json!("31/01/2026"), Misfit::Date),
            ("lines", json!("Vidange"), Misfit::List),
            ("company", json!("a\u{0}b"), Misfit::Text),
        ] {
            assert_eq!(check(key, &value), Err(why), "{key} {value}");
        }
    }
}
