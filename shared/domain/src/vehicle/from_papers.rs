//! Where the fields of each kind of paper belong in a vehicle.

use serde_json::Value;

use super::{Details, RUBRICS, Rubric, Unfit};
use crate::document::DocumentKind;
use crate::document::applying::Target;

const INVOICE: &[(&str, &str)] = &[("plate", "license_plate"), ("make", "make"), ("model", "model")];

const INSPECTION: &[(&str, &str)] = &[
    ("plate", "license_plate"),
    ("vin", "vin"),
    ("make", "make"),
    ("model", "model"),
    ("first_registration", "first_registration_date"),
    ("next_due", "inspection_due_date"),
];

const OTHER: &[(&str, &str)] = &[("plate", "license_plate"), ("vin", "vin")];

impl Target for Details {
    fn columns(kind: Option<DocumentKind>) -> Vec<(&'static str, &'static str)> {
        match kind {
            Some(DocumentKind::Registration) => {
                RUBRICS.iter().map(|rubric| (rubric.code, rubric.column)).collect()
            }
            Some(DocumentKind::Invoice | DocumentKind::Maintenance | DocumentKind::Insurance) => {
                INVOICE.to_vec()
            }
            Some(DocumentKind::Inspection) => INSPECTION.to_vec(),
            Some(DocumentKind::FuelReceipt) => Vec::new(),
            _ => OTHER.to_vec(),
        }
    }

    fn value(&self, column: &str) -> Value {
        Rubric::find(column).map_or(Value::Null, |rubric| rubric.value(self))
    }

    fn set(&mut self, column: &str, value: &str) -> Result<(), Unfit> {
        let rubric = Rubric::find(column).ok_or(Unfit { column: "" })?;
        rubric.set(self, value)
    }
}
