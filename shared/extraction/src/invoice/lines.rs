//! Lines of an invoice: what was done or sold, how many, at what price.

use std::sync::LazyLock;

use domain::money::Cents;
use regex::Regex;
use serde_json::{Map, Value};

use crate::layout::{Mark, Row, Sheet, Token};
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
static CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[A-Z]{1,7}-?[0-9]{2,}$|^[0-9]{5,}$").expect("a valid pattern"));
static QUANTITY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(QTE|QUANTITE|NB|NBRE|HEURES)\b").expect("a valid pattern"));
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
    let is_heading = |row: &Row| {
        let columns = COLUMNS.find_iter(&row.text).count();
        (HEADER.is_match(&row.text) && columns > 0) || (columns >= 3 && amounts::find(&row.text).is_empty())
    };
    let heading = sheet.rows.iter().position(is_heading);
    let found = heading.map(|heading| table(sheet, heading)).unwrap_or_default();
    if !found.is_empty() {
        return found;
    }
    let receipt = receipt(sheet);
    if !receipt.is_empty() {
        return receipt;
    }
    first_proven(sheet).map(|first| table(sheet, first - 1)).unwrap_or_default()
}

/// The first row whose quantity and price make its total: a table whose heading could not be read.
fn first_proven(sheet: &Sheet) -> Option<usize> {
    let plain = Columns { has_reference: false, quantity: None };
    let is_proven = |row: &Row| {
        line(row, &plain).is_some_and(|line| match (line.quantity, line.unit_price, line.total) {
            (Some(quantity), Some(price), Some(total)) => times(quantity, price, total),
            _ => false,
        })
    };
    (1..sheet.rows.len()).find(|at| is_proven(&sheet.rows[*at]) && !END.is_match(&sheet.rows[*at].text))
}

fn table(sheet: &Sheet, header: usize) -> Vec<Line> {
    let columns = Columns::new(sheet, header);
    let mut lines: Vec<Line> = Vec::new();
    // Long invoices repeat the heading on the next page; a sub-total there ends the first part only.
    for row in &sheet.rows[header + 1..] {
        if END.is_match(&row.text) {
            break;
        }
        match line(row, &columns) {
            Some(line) => lines.push(line),
            None => continue_description(lines.last_mut(), row),
        }
    }
    lines
}

/// What the heading of a table says of its columns.
struct Columns {
    has_reference: bool,
    /// Where the quantities start: no word of a description stands behind.
    quantity: Option<f32>,
}

impl Columns {
    fn new(sheet: &Sheet, header: usize) -> Self {
        let row = &sheet.rows[header];
        let quantity =
            QUANTITY.find(&row.text).map(|found| row.rect(row.touched(&found.range())).left - 0.03);
        let rows = sheet.rows[header + 1..].iter().take_while(|row| !END.is_match(&row.text));
        let starts: Vec<bool> =
            rows.filter_map(|row| Some(CODE.is_match(&row.tokens.first()?.fold))).collect();
        let coded = starts.iter().filter(|is_code| **is_code).count();
        let has_reference = REFERENCE.is_match(&row.text) || coded >= 2 && coded * 4 >= starts.len() * 3;
        Self { has_reference, quantity }
    }

    fn is_behind(&self, token: &Token) -> bool {
        self.quantity.is_some_and(|quantity| token.rect.left > quantity)
    }
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

fn line(row: &Row, columns: &Columns) -> Option<Line> {
    let numbers = row
        .tokens
        .iter()
        .rev()
        .take_while(|token| is_number(&token.fold) || columns.is_behind(token))
        .count();
    let from = row.tokens.len() - numbers;
    let text = row.text.get(row.bytes(from..row.tokens.len()))?;
    let amounts = amounts::find(text);
    let (last, rest) = amounts.split_last()?;
    let is_coded =
        columns.has_reference && from >= 2 && row.tokens[0].fold.chars().any(|c| c.is_ascii_digit());
    let description = row.raw(usize::from(is_coded)..from);
    if description.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return None;
    }
    let total = last.value;
    let plain = text[..amounts[0].at.start].split_whitespace().rev().find_map(amounts::number);
    // A quantity with two decimals looks like an amount: three of them are quantity, price and total.
    let quantity =
        plain.or_else(|| (amounts.len() >= 3).then(|| as_quantity(amounts[amounts.len() - 3].value)));
    let prices = || rest.iter().rev().map(|found| found.value);
    let proven = prices().find(|price| quantity.is_some_and(|quantity| times(quantity, *price, total)));
    let unit_price = proven.or_else(|| prices().next());
    let quantity = if proven.is_some() { quantity } else { quantity.or_else(|| ratio(unit_price?, total)) };
    let mark = row.mark(0..row.tokens.len());
    Some(Line {
        reference: is_coded.then(|| row.tokens[0].text.clone()),
        description,
        quantity,
        unit_price,
        total: Some(total),
        confidence: mark.confidence * if proven.is_some() { 0.95 } else { 0.8 },
        mark,
    })
}

/// The quantity that was not read: quarters only, as hours are counted.
fn ratio(price: Cents, total: Cents) -> Option<f64> {
    let quarters = (total.0 as f64 / price.0.max(1) as f64 * 4.0).round();
    let quantity = quarters / 4.0;
    (quantity > 0.0 && times(quantity, price, total)).then_some(quantity)
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
