//! What a paper is, told from its words.

use std::sync::LazyLock;

use domain::document::DocumentKind;
use domain::reading::Reading;
use regex::Regex;

use crate::layout::Sheet;
use crate::registration;

/// A sign of a kind: a pattern over folded rows and how much it says.
struct Sign {
    kind: DocumentKind,
    pattern: Regex,
    weight: f32,
}

static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    use DocumentKind::{FuelReceipt, Inspection, Insurance, Invoice, Registration};
    [
        (Registration, r"CERTIFICAT\s+D.?IMMATRICULATION", 3.0),
        (Registration, r"CARTE\s+GRISE", 1.0),
        (Registration, r"COUPON\s+DETACHABLE", 1.5),
        (Registration, r"EST\s+LE\s+PROPRIETAIRE\s+DU\s+VEHICULE", 2.0),
        (Registration, r"VISITE\s+AVANT\s+LE", 1.5),
        (Registration, r"\bPREFECTURE\b", 0.7),
        (Registration, r"^\W*CRFRA", 3.0),
        (Invoice, r"\b(FACTURE|INVOICE)\b", 2.0),
        (Invoice, r"\bAVOIR\b", 1.0),
        (Invoice, r"\bT\.?V\.?A\b", 1.0),
        (Invoice, r"\bT\.?T\.?C\b", 1.0),
        (Invoice, r"TOTAL\s+H\.?T\b|MONTANT\s+H\.?T\b", 1.0),
        (Invoice, r"NET\s+A\s+PAYER|TOTAL\s+A\s+PAYER", 1.0),
        (Invoice, r"\bSIRET\b", 0.7),
        (Invoice, r"\b(QUANTITE|QTE|P\.?U\.?\s+H\.?T)\b", 0.7),
        (Insurance, r"CARTE\s+INTERNATIONALE\s+D.?ASSURANCE", 4.0),
        (Insurance, r"MOTOR\s+INSURANCE\s+CARD", 3.0),
        (Insurance, r"MEMO\s+VEHICULE\s+ASSUR", 4.0),
        (Insurance, r"ATTESTATION\s+D.?ASSURANCE", 4.0),
        (Insurance, r"CERTIFICAT\s+D.?ASSURANCE", 2.0),
        (Insurance, r"CODE\s+DES\s+ASSURANCES", 1.5),
        (Insurance, r"\b(POLICE|SOUSCRIPTEUR|ASSURE|ASSUREUR)\b", 1.0),
        (Insurance, r"\bASSURANCES?\b", 1.0),
        (Inspection, r"CONTROLE\s+TECHNIQUE", 2.0),
        (Inspection, r"PROCES.?VERBAL", 2.0),
        (Inspection, r"\bDEFAILLANCES?\b", 2.5),
        (Inspection, r"CONTRE.?VISITE", 1.5),
        (Inspection, r"(VISITE|CONTROLE)\s+TECHNIQUE\s+PERIODIQUE", 2.0),
        (Inspection, r"N\S{0,2}\s+D.?AGREMENT|AGREMENT\s+(DU\s+)?(CENTRE|CONTROLEUR)", 1.5),
        (FuelReceipt, r"\b(SP\s?-?95|SP\s?-?98|GAZOLE|GASOIL|SUPERETHANOL|E10|E85|GPLC?)\b", 2.5),
        (FuelReceipt, r"\b(POMPE|CARBURANTS?)\b", 2.0),
        (FuelReceipt, r"\b(STATION|LITRES?|VOLUME)\b", 1.0),
        (FuelReceipt, r"(EUR|\$)\s?/\s?L|PRIX\s?/?\s?(AU\s+)?L(ITRE)?\b", 2.0),
    ]
    .into_iter()
    .map(|(kind, pattern, weight)| Sign {
        kind,
        pattern: Regex::new(pattern).expect("a valid pattern"),
        weight,
    })
    .collect()
});

/// Kinds told apart here.
const KINDS: [DocumentKind; 5] = [
    DocumentKind::Registration,
    DocumentKind::Invoice,
    DocumentKind::Insurance,
    DocumentKind::Inspection,
    DocumentKind::FuelReceipt,
];

/// Weight of signs from which a paper is surely of a kind.
const SURE: f32 = 4.0;
/// Weight of signs under which it is of none.
const LEAST: f32 = 2.0;

/// The kind of a paper and how sure that is, 0 to 1; `other` when nothing speaks for a kind.
pub fn detect(reading: &Reading) -> (DocumentKind, f32) {
    of_sheet(&Sheet::new(reading), reading.attached_xml.is_some())
}

/// As [`detect`], for a paper already in rows.
pub(crate) fn of_sheet(sheet: &Sheet, has_invoice_xml: bool) -> (DocumentKind, f32) {
    if has_invoice_xml {
        return (DocumentKind::Invoice, 1.0);
    }
    let mut ranked: Vec<(f32, DocumentKind)> =
        KINDS.into_iter().map(|kind| (weight(sheet, kind), kind)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, kind) = ranked[0];
    if best < LEAST {
        return (DocumentKind::Other, 1.0 - best / (2.0 * LEAST));
    }
    let lead = best / (best + ranked[1].0);
    (kind, lead * (best / SURE).min(1.0))
}

fn weight(sheet: &Sheet, kind: DocumentKind) -> f32 {
    let signs = SIGNS.iter().filter(|sign| sign.kind == kind);
    let seen = signs.filter(|sign| sheet.rows.iter().any(|row| sign.pattern.is_match(&row.text)));
    let words: f32 = seen.map(|sign| sign.weight).sum();
    match kind {
        DocumentKind::Registration => words + registration::likeness(sheet),
        _ => words,
    }
}
