//! Insurance: green or white card in eleven boxes, mémo véhicule assuré, attestation.

mod company;
mod period;
pub(crate) mod policy;

use std::sync::LazyLock;

use domain::analysis::Field;
use regex::Regex;
use serde_json::Value;

use crate::analysis::{Closer, Findings};
use crate::invoice::vehicle;
use crate::labels;
use crate::layout::Sheet;
use crate::vote::field;

static INSURED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bSOUSCRIPTEUR\b|\bASSUREE?\s*:|\bTITULAIRE\b|NOM\s+ET\s+ADRESSE|NOM\s+DE\s+L.ASSURE")
        .expect("a valid pattern")
});
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\W*((?:M|MR|MME|MLLE|MONSIEUR|MADAME)\.?(?:\s+OU\s+MME)?\s+)?([A-Z][A-Z'\-]+(?:\s[A-Z][A-Z'\-]+){1,3})")
        .expect("a valid pattern")
});
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\t|ATTESTONS\s+QUE\s+)\W*(?:M|MR|MME|MLLE|MONSIEUR|MADAME)\.?\s+([A-Z][A-Z'\-]+(?:\s[A-Z][A-Z'\-]+){1,3})")
        .expect("a valid pattern")
});

/// Reads an insurance paper. An expiry that is not printed is absent, as the law of 2024 has it.
pub(crate) fn read(sheet: &Sheet, closer: &[Closer]) -> Findings {
    let mut fields: Vec<Field> =
        policy::read(sheet, closer).into_iter().chain(company::read(sheet)).collect();
    fields.extend(period::read(sheet));
    fields.extend(vehicle::plate(sheet, closer));
    fields.extend(vehicle::make_and_model(sheet));
    fields.extend(insured(sheet));
    fields.extend(vehicle::vin(sheet));
    Findings { fields, failed: Vec::new() }
}

/// The policy holder: behind or under the label, else the first name with a title.
fn insured(sheet: &Sheet) -> Option<Field> {
    for spot in labels::spots(sheet, &INSURED) {
        let row = &sheet.rows[spot.row];
        let rest = row.text.get(spot.bytes.end..).unwrap_or_default();
        let start = spot.bytes.end + (rest.len() - rest.trim_start_matches([' ', '\t', ':', '.']).len());
        let found = named(sheet, spot.row, start);
        let found = found.or_else(|| {
            let mut cells = labels::cells_below(sheet, &spot).into_iter();
            cells.find_map(|(row, cell)| named(sheet, row, sheet.rows[row].bytes(cell).start))
        });
        if found.is_some() {
            return found;
        }
    }
    sheet.rows.iter().find_map(|row| {
        let name = TITLED.captures(&row.text)?.get(1)?;
        Some(person(name.as_str(), &row.mark_text(&name.range()), 0.85))
    })
}

fn named(sheet: &Sheet, row: usize, from: usize) -> Option<Field> {
    let row = &sheet.rows[row];
    let text = row.text.get(from..)?;
    let captures = NAME.captures(text)?;
    let name = captures.get(2)?;
    // Without a title only a line in capitals is a name: a label goes on in small letters.
    let raw = row.mark_text(&(from + name.start()..from + name.end()));
    let is_capital = !raw.raw.chars().any(char::is_lowercase) || captures.get(1).is_some();
    is_capital.then(|| person(name.as_str(), &raw, 0.93))
}

fn person(name: &str, mark: &crate::layout::Mark, trust: f32) -> Field {
    field("insured", Value::from(name), mark, trust * mark.confidence, Vec::new())
}
