//! Lines of an invoice: what was done or sold, how many, at what price.

use std::sync::LazyLock;

use domain::money::Cents;
use regex::Regex;
use serde_json::{Map, Value};

use crate::layout::{Mark, Row, Sheet};
use crate::values::amounts;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub reference: Option<String>,
    pub description: String,
    pub quantity: Option<f64>,
    pub unit_price: Option<Cents>,
    pub total: Option<Cents>,
    pub mark: Mark,
    pub confidence: f32,
}

static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(DESIGNATION|DESCRIPTION|LIBELLE|PRESTATIONS?|ARTICLES?|OPERATIONS?|INTITULE)\b")
        .expect("a valid pattern")
});
static COLUMNS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(QTE|QUANTITE|P\.?\s?U\.?|PRIX|MONTANT|TOTAL|UNITAIRE)\b").expect("a valid pattern")
});
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\W*(REF\b|REFERENCE|CODE)").expect("a valid pattern"));
static END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\W*((SOUS.?)?TOTA[LI]\b|NET\s+A\s+PAYER|BASE\s+H\.?T|TVA\b|T\.V\.A|MONTANT\s+(H\.?T|T\.?T\.?C))|\bTOTAL\s+(H\.?T|T\.?T\.?C|A\s+PAYER)|\bNET\s+A\s+PAYER").expect("a valid pattern")
});
static TIMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\W*(\d+(?:[.,]\d+)?)\s?[X*]\s").expect("a valid pattern"));

impl Line {
    /// The line as an object; what was not read is absent.
    pub(super) fn to_value(&self) -> Value {
        let mut object = Map::new();
        if let Some(reference) = &self.reference {
            object.insert("reference".into(), Value::from(reference.clone()));
        }
        object.insert("description".into(), Value::from(self.description.clone()));
        if let Some(quantity) = self.quantity {
            object.insert("quantity".into(), Value::from(quantity.to_string()));
        }
        for (key, amount) in [("unit_price", self.unit_price), ("total_ht", self.total)] {
            if let Some(amount) = amount {
                object.insert(key.into(), Value::from(amount.to_string()));
            }
        }
        Value::Object(object)
    }
}

/// The lines of a table, or of a till receipt.
pub(super) fn read(sheet: &Sheet) -> Vec<Line> {
    let header = sheet.rows.iter().position(|row| HEADER.is_match(&row.text) && COLUMNS.is_match(&row.text));
    match header {
        Some(header) => table(sheet, header),
        None => receipt(sheet),
    }
}

fn table(sheet: &Sheet, header: usize) -> Vec<Line> {
    let has_reference = REFERENCE.is_match(&sheet.rows[header].text);
    let mut lines: Vec<Line> = Vec::new();
    for row in &sheet.rows[header + 1..] {
        if END.is_match(&row.text) {
            // Long invoices carry on behind a sub-total or on the next page under the same heading.
            break;
        }
        match line(row, has_reference) {
            Some(line) => lines.push(line),
            None => continue_description(lines.last_mut(), row),
        }
    }
    lines
}

/// A row without numbers right under a line carries its description on.
fn continue_description(last: Option<&mut Line>, row: &Row) {
    let Some(last) = last else { return };
    let text = row.raw(0..row.tokens.len());
    let is_words = row.tokens.len() <= 8 && !row.text.chars().any(|c| c.is_ascii_digit());
    let near = row.page == last.mark.page
        && row.tokens.first().is_some_and(|token| token.bbox.y - last.mark.bbox.y < 0.018);
    if is_words && near {
        last.description = format!("{} {text}", last.description);
    }
}

fn line(row: &Row, has_reference: bool) -> Option<Line> {
    let numbers = row.tokens.iter().rev().take_while(|token| is_number(&token.fold)).count();
    let from = row.tokens.len() - numbers;
    let text = row.text.get(row.bytes(from..row.tokens.len()))?;
    let amounts = amounts::find(text);
    let (last, rest) = amounts.split_last()?;
    let mut start = 0;
    if has_reference && from >= 2 && row.tokens[0].fold.chars().any(|c| c.is_ascii_digit()) {
        start = 1;
    }
    let description = row.raw(start..from);
    if description.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return None;
    }
    let first_amount = amounts.first().map_or(0, |first| first.at.start);
    let plain = text[..first_amount].split_whitespace().rev().find_map(amounts::number);
    // A quantity with two decimals looks like an amount: three of them are quantity, price and total.
    let quantity =
        plain.or_else(|| (amounts.len() >= 3).then(|| as_quantity(amounts[amounts.len() - 3].value)));
    let unit_price = rest
        .iter()
        .rev()
        .map(|found| found.value)
        .find(|price| quantity.is_none_or(|q| times(q, *price, last.value)));
    Some(Line {
        reference: (start == 1).then(|| row.tokens[0].text.clone()),
        description,
        quantity,
        unit_price: unit_price.or_else(|| rest.last().map(|found| found.value)),
        total: Some(last.value),
        mark: row.mark(0..row.tokens.len()),
        confidence: row.mark(0..row.tokens.len()).confidence * if unit_price.is_some() { 0.95 } else { 0.8 },
    })
}

fn as_quantity(amount: Cents) -> f64 {
    amount.0 as f64 / 100.0
}

/// Whether quantity times price is the total, to the cent.
fn times(quantity: f64, price: Cents, total: Cents) -> bool {
    (quantity * price.0 as f64 - total.0 as f64).abs() <= 1.0
}

fn is_number(folded: &str) -> bool {
    folded.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '%' | '$' | '-' | ' '))
        || matches!(folded, "EUR" | "H" | "U" | "UN" | "UNIT(S)" | "PCE")
}

/// A till receipt: a description, then `2 x 19,44    38,88` under it.
fn receipt(sheet: &Sheet) -> Vec<Line> {
    let mut lines = Vec::new();
    for pair in sheet.rows.windows(2) {
        let [above, row] = pair else { continue };
        let Some(times) = TIMES.captures(&row.text) else { continue };
        let amounts = amounts::find(&row.text);
        let [.., price, total] = amounts.as_slice() else { continue };
        if above.text.chars().filter(char::is_ascii_alphabetic).count() < 3 {
            continue;
        }
        let mark = above.mark(0..above.tokens.len());
        lines.push(Line {
            reference: None,
            description: mark.raw.clone(),
            quantity: amounts::number(&times[1]),
            unit_price: Some(price.value),
            total: Some(total.value),
            confidence: mark.confidence * 0.9,
            mark,
        });
    }
    lines
}
