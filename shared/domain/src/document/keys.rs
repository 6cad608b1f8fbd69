//! The keys of the fields that each kind of paper can carry.

use super::DocumentKind;

/// Rubrics of the certificat d'immatriculation (arrêté of 9 February 2009), the formula number and the two MRZ lines.
const REGISTRATION: &[&str] = &[
    "A", "B", "C.1", "C.3", "C.4", "C.4.1", "C.4a", "D.1", "D.2", "D.2.1", "D.3", "E", "F.1", "F.2", "F.3",
    "G", "G.1", "H", "I", "J", "J.1", "J.2", "J.3", "K", "P.1", "P.2", "P.3", "P.6", "Q", "S.1", "S.2",
    "U.1", "U.2", "V.7", "V.9", "X.1", "Y.1", "Y.2", "Y.3", "Y.4", "Y.5", "Y.6", "Z.1", "Z.2", "Z.3", "Z.4",
    "formula", "mrz1", "mrz2",
];

const INVOICE: &[&str] = &[
    "total_ttc",
    "total_ht",
    "total_vat",
    "vat_rate",
    "vat",
    "date",
    "due_date",
    "number",
    "garage_name",
    "siret",
    "vat_number",
    "plate",
    "mileage",
    "make",
    "model",
    "client_name",
    "lines",
];

const INSURANCE: &[&str] = &[
    "policy_number",
    "company",
    "valid_from",
    "valid_until",
    "plate",
    "make",
    "model",
    "insured",
    "insurer_code",
    "country_code",
    "category",
    "issued_on",
];

const INSPECTION: &[&str] = &[
    "plate",
    "date",
    "result",
    "next_due",
    "mileage",
    "vin",
    "make",
    "model",
    "first_registration",
    "number",
    "defects",
];

const FUEL_RECEIPT: &[&str] =
    &["station_name", "date", "total_ttc", "total_ht", "total_vat", "litres", "unit_price", "grade"];

/// What may stand on any paper.
const OTHER: &[&str] = &["date", "total_ttc", "number", "plate", "vin"];

/// The keys of a kind of paper.
pub fn of(kind: Option<DocumentKind>) -> &'static [&'static str] {
    match kind {
        Some(DocumentKind::Registration) => REGISTRATION,
        Some(DocumentKind::Invoice | DocumentKind::Maintenance) => INVOICE,
        Some(DocumentKind::Insurance) => INSURANCE,
        Some(DocumentKind::Inspection) => INSPECTION,
        Some(DocumentKind::FuelReceipt) => FUEL_RECEIPT,
        _ => OTHER,
    }
}

/// Whether such a paper can carry a field with this key.
pub fn is_known(kind: Option<DocumentKind>, key: &str) -> bool {
    of(kind).contains(&key)
}
