//! From when and until when the cover runs.

use std::sync::LazyLock;

use chrono::NaiveDate;
use domain::analysis::Field;
use regex::Regex;
use serde_json::Value;

use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::dates;
use crate::vote::field;

static FROM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)A\s+COMPTER\s+DU|(PRISE\s+D.?|DATE\s+D.?)EFFET|EFFECTIVE|VALABLE\s+(DU|LE)|\bDU\W*$|\bDEPUIS\s+LE|VALID\s+FROM|\bFROM\b")
        .expect("a valid pattern")
});
static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)ECHEANCE|JUSQU|EXPIR|FIN\s+DE\s+VALIDITE|\bAU\W*$|\bTO\W*$|VALABLE\s+AU")
        .expect("a valid pattern")
});
static ISSUED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?m)DELIVREE?\s+LE|FAIT\s+(A\s+\w+\W+)?LE|EMISE?\s+LE|EDITEE?\s+LE|, LE\W*$|IMMATRICUL|CIRCULATION",
    )
    .expect("a valid pattern")
});
static YEARLY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)JANVIER\s+1972|AVRIL\s+2024|LOI\s+N").expect("a valid pattern"));

/// Reads `valid_from`, `valid_until` and `issue_date`.
pub(super) fn read(sheet: &Sheet) -> Vec<Field> {
    let mut found = labels::everywhere(sheet, dates::find_noisy);
    found.retain(|date| !YEARLY.is_match(&sheet.rows[date.spot.row].text));
    if let Some(fields) = pair(sheet, &found) {
        return fields.into_iter().chain(issued(sheet, &found)).collect();
    }
    let with = |pattern: &'static LazyLock<Regex>| {
        found.iter().find(|date| {
            let context = labels::context(sheet, &date.spot);
            pattern.is_match(&context) && !ISSUED.is_match(&context)
        })
    };
    let (from, until) = (with(&FROM), with(&UNTIL));
    let until = until.or_else(|| from.and_then(|from| end_of_card(sheet, &found, from)));
    let mut fields: Vec<Field> = from.map(|date| of("valid_from", date, 0.93)).into_iter().collect();
    fields.extend(
        until
            .filter(|until| Some(&until.spot) != from.map(|from| &from.spot))
            .map(|date| of("valid_until", date, 0.93)),
    );
    fields.extend(issued(sheet, &found));
    fields
}

/// The coupon of a card prints both dates under each other: one that nothing else names, within two years of the start.
fn end_of_card<'a>(
    sheet: &Sheet,
    found: &'a [Placed<NaiveDate>],
    from: &Placed<NaiveDate>,
) -> Option<&'a Placed<NaiveDate>> {
    let mut later = found.iter().filter(|date| (1..=740).contains(&(date.value - from.value).num_days()));
    let place = |date: &Placed<NaiveDate>| {
        let row = &sheet.rows[date.spot.row];
        row.rect(row.touched(&date.spot.bytes))
    };
    let is_under_start = |date: &Placed<NaiveDate>| {
        let mut starts =
            found.iter().filter(|start| start.value == from.value && start.spot.row < date.spot.row);
        starts.any(|start| date.spot.row - start.spot.row <= 5 && place(start).shares_column(place(date)))
    };
    later.find(|date| {
        let context = labels::context(sheet, &date.spot);
        date.repairs == 0 && !ISSUED.is_match(&context) && (context.is_empty() || is_under_start(date))
    })
}

fn issued(sheet: &Sheet, found: &[Placed<NaiveDate>]) -> Option<Field> {
    let issued = found.iter().find(|date| ISSUED.is_match(&labels::context(sheet, &date.spot)))?;
    Some(of("issue_date", issued, 0.9))
}

/// Two dates of one row, the later at the right and no further than two years: the period itself.
fn pair(sheet: &Sheet, found: &[Placed<NaiveDate>]) -> Option<Vec<Field>> {
    let pairs = found.windows(2).filter_map(|pair| match pair {
        [from, until] if from.spot.row == until.spot.row => Some((from, until)),
        _ => None,
    });
    let (from, until) = pairs
        .filter(|(from, until)| {
            let days = (until.value - from.value).num_days();
            (1..=740).contains(&days)
        })
        .min_by_key(|(from, until)| from.repairs + until.repairs)?;
    let repeated = |date: &Placed<NaiveDate>| {
        found.iter().any(|other| other.spot != date.spot && other.value == date.value)
    };
    let make = |key: &str, date: &Placed<NaiveDate>| {
        let mut field = of(key, date, if repeated(date) { 0.97 } else { 0.93 });
        if repeated(date) {
            field.evidence.push("repeated".to_owned());
        }
        field
    };
    let context = labels::context(sheet, &from.spot);
    (!ISSUED.is_match(&context)).then(|| vec![make("valid_from", from), make("valid_until", until)])
}

fn of(key: &str, date: &Placed<NaiveDate>, trust: f32) -> Field {
    let trust = trust - 0.15 * date.repairs as f32;
    field(key, Value::from(date.value.to_string()), &date.mark, trust * date.mark.confidence, Vec::new())
}
