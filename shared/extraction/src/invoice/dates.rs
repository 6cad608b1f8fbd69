//! The date of an invoice among the others: when it is due, when the car was first registered.

use std::sync::LazyLock;

use chrono::NaiveDate;
use domain::analysis::Field;
use regex::Regex;
use serde_json::Value;

use crate::analysis::Closer;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::dates;
use crate::vote::field;

static ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?m)DATE\s+(DE\s+)?(LA\s+)?FACT|DATE\s+D.?EMISSION|FACTURE\b.*\bDU\b|FACTURE\s+N|\bEMISE?\s+LE|\bFAIT\s+(A\s+.*)?LE|DATE\s+DE\s+FACTURATION|^\W*DATE\W*$|\bDATE\s*:?\s*$|\bLE\s*:?\s*$|DATE\s+(DU\s+)?DOCUMENT",
    )
    .expect("a valid pattern")
});
static DUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)ECHEANCE|(REGLER|PAYER|REGLEMENT|PAIEMENT)\s+(AVANT|AU\s+PLUS\s+TARD|LE|POUR)|DATE\s+LIMITE|LIMITE\s+DE\s+PAIEMENT|PAYABLE\s+(LE|AU|AVANT)|EXIGIBLE")
        .expect("a valid pattern")
});
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)\bMEC\b|\bM\.E\.C|CIRCULATION|IMMATRICUL|LIVRAISON|COMMANDE|PRESTATION|VALID|PROCHAIN|NAISSANCE|ASSOCIEE|VIREMENT|PRELEVEMENT|ENTREE|SORTIE|RECEPTION|CONTROLE|DEVIS|CONSTRUCTION|\bAU\s*$")
        .expect("a valid pattern")
});

/// Reads `date` and `due_date`.
pub(super) fn read(sheet: &Sheet, closer: &[Closer]) -> Vec<Field> {
    let mut found: Vec<(Placed<NaiveDate>, String)> = labels::everywhere(sheet, dates::find_noisy)
        .into_iter()
        .map(|date| (labels::context(sheet, &date.spot), date))
        .map(|(context, date)| (date, context))
        .collect();
    found.sort_by_key(|(date, _)| date.repairs);
    let due = found.iter().find(|(_, context)| DUE.is_match(context));
    let mut fields: Vec<Field> = due.map(|(date, _)| of("due_date", date, 0.93)).into_iter().collect();
    let due_at = due.map(|(date, _)| date.spot.clone());
    fields.extend(issue(&found, due_at.as_ref(), closer));
    fields
}

fn issue(
    found: &[(Placed<NaiveDate>, String)],
    due: Option<&labels::Spot>,
    closer: &[Closer],
) -> Option<Field> {
    let candidates = found.iter().filter(|(date, context)| {
        Some(&date.spot) != due
            && !DUE.is_match(context)
            && (!OTHER.is_match(context) || ISSUE.is_match(context))
    });
    let candidates: Vec<_> = candidates.collect();
    let labelled = candidates.iter().find(|(_, context)| ISSUE.is_match(context));
    let first = candidates.iter().min_by_key(|(date, _)| (date.repairs, date.spot.row));
    let mut field = match (labelled, first) {
        (Some((date, _)), _) => of("date", date, 0.95),
        (None, Some((date, _))) => of("date", date, if candidates.len() == 1 { 0.85 } else { 0.72 }),
        (None, None) => return from_closer(closer),
    };
    let again = from_closer(closer);
    match again {
        Some(again) if again.value == field.value => {
            field.confidence = field.confidence.max(0.9);
            field.evidence.push("zone".to_owned());
        }
        Some(again) if field.confidence < again.confidence => return Some(again),
        _ => {}
    }
    Some(field)
}

fn from_closer(closer: &[Closer]) -> Option<Field> {
    let (_, rows) = closer.iter().find(|(label, _)| label == "date")?;
    let sheet = Sheet { rows: rows.clone() };
    labels::everywhere(&sheet, dates::find_noisy).first().map(|date| of("date", date, 0.85))
}

fn of(key: &str, date: &Placed<NaiveDate>, trust: f32) -> Field {
    let trust = trust - 0.15 * date.repairs as f32;
    field(key, Value::from(date.value.to_string()), &date.mark, trust * date.mark.confidence, Vec::new())
}
