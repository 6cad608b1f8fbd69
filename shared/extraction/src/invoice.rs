//! Invoices of garages and shops: totals that must add up, dates and numbers told apart by their labels.

mod dates;
mod facturx;
mod lines;
mod number;
mod seller;
mod totals;
pub(crate) mod vehicle;

use domain::analysis::Field;
use serde_json::Value;

use crate::analysis::{Closer, Findings};
use crate::layout::Sheet;
use crate::vote::field;

/// Reads an invoice: the XML it carries first, which is the truth, then what is printed.
pub(crate) fn read(sheet: &Sheet, xml: Option<&str>, closer: &[Closer]) -> Findings {
    let stated = xml.map(facturx::read).unwrap_or_default();
    let printed = printed(sheet, closer);
    if stated.is_empty() {
        return printed;
    }
    Findings { fields: merge(stated, printed.fields), failed: Vec::new() }
}

/// The stated fields, placed where the page prints the same value; the printed ones that the XML does not know, where
/// they do not concern money.
fn merge(mut stated: Vec<Field>, printed: Vec<Field>) -> Vec<Field> {
    for field in printed {
        match stated.iter_mut().find(|known| known.key == field.key) {
            Some(known) if known.value == field.value => {
                known.page = field.page;
                known.bbox = field.bbox;
                known.evidence.push("printed".to_owned());
            }
            Some(_) => {}
            None if field.key.starts_with("total") || field.key == "lines" => {}
            None => stated.push(field),
        }
    }
    stated
}

/// What precedes the amount to pay.
pub(crate) fn total_label() -> &'static regex::Regex {
    totals::payable_label()
}

fn printed(sheet: &Sheet, closer: &[Closer]) -> Findings {
    let lines = lines::read(sheet);
    let totals = totals::read(sheet, closer, &lines);
    let mut fields = totals.fields;
    fields.extend(dates::read(sheet, closer));
    fields.extend(number::read(sheet, closer));
    fields.extend(seller::read(sheet));
    fields.extend(vehicle::read(sheet, closer));
    if let Some(first) = lines.first() {
        let confidence = lines.iter().map(|line| line.confidence).sum::<f32>() / lines.len() as f32;
        let value = lines.iter().map(lines::Line::to_value).collect::<Value>();
        let evidence = if totals.lines_add_up { vec!["check:total".to_owned()] } else { Vec::new() };
        fields.push(field("lines", value, &first.mark, confidence, evidence));
    }
    Findings { fields, failed: totals.failed }
}
