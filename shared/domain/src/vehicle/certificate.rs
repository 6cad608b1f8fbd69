//! A certificate that was read: its rubrics, with what people corrected.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Details, RUBRICS, Rubric};
use crate::analysis::Field;

/// What a certificate says, by the code of the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Certificate {
    rubrics: BTreeMap<&'static str, String>,
}

impl Certificate {
    /// The readings, with corrections in their place; a correction to null says that nothing stands there.
    ///
    /// Corrections may name the rubric (`D.1`) or the column (`make`); keys that no column keeps are passed over.
    pub fn new<'a>(
        readings: &'a [Field],
        corrections: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Self {
        let mut certificate = Self::default();
        let readings = readings.iter().map(|field| (field.key.as_str(), &field.value));
        for (key, value) in readings.chain(corrections) {
            let Some(rubric) = Rubric::find(key) else { continue };
            match value {
                Value::String(text) => certificate.rubrics.insert(rubric.code, text.clone()),
                Value::Number(number) => certificate.rubrics.insert(rubric.code, number.to_string()),
                _ => certificate.rubrics.remove(rubric.code),
            };
        }
        certificate
    }

    /// What it says in a rubric, if anything.
    pub fn get(&self, code: &str) -> Option<&str> {
        self.rubrics.get(code).map(String::as_str)
    }

    /// Fills what is blank in `details`, and what follows from it. What does not fit its column is taken as not read.
    pub fn complete(&self, details: &mut Details) {
        for rubric in RUBRICS {
            if let Some(value) = self.get(rubric.code)
                && rubric.is_blank(details)
            {
                // A plate that no series knows was misread; blank is honest.
                let _ = rubric.set(details, value);
            }
        }
        details.derive();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::reading::BBox;
    use crate::vehicle::{EuroNorm, FuelType};
    use crate::vin::Vin;

    fn field(key: &str, value: Value) -> Field {
        let raw = value.to_string();
        Field {
            key: key.to_owned(),
            value,
            raw,
            confidence: 0.9,
            page: 1,
            bbox: BBox::default(),
            evidence: vec![],
        }
    }

    fn readings() -> Vec<Field> {
        [
            ("A", json!("CK-219-FX")),
            ("B", json!("2005-06-20")),
            ("C.1", json!("DAVID YVES")),
            ("D.1", json!("VOLKSWAGEN")),
            ("D.3", json!("G0LF")),
            ("E", json!("WVWAWFEP2UDWM383O")),
            ("P.2", json!(146)),
            ("P.3", json!("GO")),
            ("V.9", json!("70/220*2003/76EURO4")),
            ("X.1", json!("2012-01-08")),
        ]
        .map(|(key, value)| field(key, value))
        .to_vec()
    }

    #[test]
    fn corrections_win_and_the_rest_is_derived() {
        let corrections = [("model", json!("GOLF")), ("E", json!("WVWAWFEP2UDWM3838")), ("X.1", Value::Null)];
        let certificate = Certificate::new(&readings(), corrections.iter().map(|(key, value)| (*key, value)));
        let mut details = Details::default();
        certificate.complete(&mut details);
        assert!(details.missing().is_empty());
        assert_eq!(
            (details.make.as_str(), details.model.as_str(), details.year),
            ("VOLKSWAGEN", "GOLF", 2005)
        );
        assert_eq!(details.vin.as_ref().map(Vin::as_str), Some("WVWAWFEP2UDWM3838"));
        assert_eq!(details.fuel_type, Some(FuelType::Diesel));
        assert_eq!(details.euro_norm.map(EuroNorm::as_str), Some("4"));
        assert_eq!(details.power_kw, Some(146.into()));
        assert_eq!(details.inspection_due_date, None);
    }

    #[test]
    fn what_people_said_is_not_overwritten_and_a_misread_value_stays_blank() {
        let mut details = Details { make: "Volkswagen".to_owned(), year: 2006, ..Details::default() };
        Certificate::new(&readings(), []).complete(&mut details);
        assert_eq!(
            (details.make.as_str(), details.model.as_str(), details.year),
            ("Volkswagen", "G0LF", 2006)
        );
        assert_eq!(details.vin, None);
    }

    #[test]
    fn an_empty_certificate_names_what_is_missing() {
        let mut details = Details::default();
        Certificate::new(&[], []).complete(&mut details);
        assert_eq!(details.missing(), ["make", "model", "year"]);
    }
}
