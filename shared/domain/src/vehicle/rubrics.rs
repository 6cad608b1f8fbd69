//! The one table from a rubric of the certificate to the column that keeps it.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use super::Details;
use crate::plate::Plate;
use crate::vin::Vin;

/// A rubric and where its value belongs.
#[derive(Debug)]
pub struct Rubric {
    /// The code on the paper, such as `D.1`.
    pub code: &'static str,
    /// The column, such as `make`.
    pub column: &'static str,
    slot: Slot,
}

/// The value does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("does not fit {column}")]
pub struct Unfit {
    /// The column.
    pub column: &'static str,
}

/// A place in the details, by what it holds.
#[derive(Debug)]
enum Slot {
    /// Text that must be there, of at most so many characters.
    Name(fn(&mut Details) -> &mut String, usize),
    /// Text of at most so many characters.
    Text(fn(&mut Details) -> &mut Option<String>, usize),
    /// A whole number up to a bound.
    Whole(fn(&mut Details) -> &mut Option<i32>, i32),
    /// A number that may have decimals, up to a bound, kept with so many decimals.
    Decimal(fn(&mut Details) -> &mut Option<Decimal>, i64, u32),
    Date(fn(&mut Details) -> &mut Option<NaiveDate>),
    Plate,
    Vin,
}

const fn rubric(code: &'static str, column: &'static str, slot: Slot) -> Rubric {
    Rubric { code, column, slot }
}

/// Every rubric that is kept, in the order of the paper.
pub const RUBRICS: &[Rubric] = &[
    rubric("A", "license_plate", Slot::Plate),
    rubric("B", "first_registration_date", Slot::Date(|d| &mut d.first_registration_date)),
    rubric("D.1", "make", Slot::Name(|d| &mut d.make, 100)),
    rubric("D.2", "type_variant_version", Slot::Text(|d| &mut d.type_variant_version, 100)),
    rubric("D.2.1", "cnit", Slot::Text(|d| &mut d.cnit, 20)),
    rubric("D.3", "model", Slot::Name(|d| &mut d.model, 100)),
    rubric("E", "vin", Slot::Vin),
    rubric("F.1", "max_mass_kg", Slot::Whole(|d| &mut d.max_mass_kg, 100_000)),
    rubric("F.2", "ptac_kg", Slot::Whole(|d| &mut d.ptac_kg, 100_000)),
    rubric("F.3", "ptra_kg", Slot::Whole(|d| &mut d.ptra_kg, 200_000)),
    rubric("G", "kerb_kg", Slot::Whole(|d| &mut d.kerb_kg, 100_000)),
    rubric("G.1", "empty_kg", Slot::Whole(|d| &mut d.empty_kg, 100_000)),
    rubric("I", "certificate_date", Slot::Date(|d| &mut d.certificate_date)),
    rubric("J", "category_eu", Slot::Text(|d| &mut d.category_eu, 6)),
    rubric("J.1", "genre_national", Slot::Text(|d| &mut d.genre_national, 6)),
    rubric("J.2", "body_eu", Slot::Text(|d| &mut d.body_eu, 10)),
    rubric("J.3", "body_fr", Slot::Text(|d| &mut d.body_fr, 20)),
    rubric("K", "approval_number", Slot::Text(|d| &mut d.approval_number, 50)),
    rubric("P.1", "displacement_cc", Slot::Whole(|d| &mut d.displacement_cc, 100_000)),
    rubric("P.2", "power_kw", Slot::Decimal(|d| &mut d.power_kw, 10_000, 2)),
    rubric("P.3", "energy_code", Slot::Text(|d| &mut d.energy_code, 3)),
    rubric("P.6", "fiscal_power", Slot::Whole(|d| &mut d.fiscal_power, 1_000)),
    rubric("Q", "power_weight", Slot::Decimal(|d| &mut d.power_weight, 100, 3)),
    rubric("S.1", "seats", Slot::Whole(|d| &mut d.seats, 300)),
    rubric("S.2", "standing_places", Slot::Whole(|d| &mut d.standing_places, 300)),
    rubric("U.1", "noise_db", Slot::Whole(|d| &mut d.noise_db, 200)),
    rubric("U.2", "noise_rpm", Slot::Whole(|d| &mut d.noise_rpm, 50_000)),
    rubric("V.7", "co2_gkm", Slot::Whole(|d| &mut d.co2_gkm, 2_000)),
    rubric("V.9", "euro_class_raw", Slot::Text(|d| &mut d.euro_class_raw, 40)),
    rubric("X.1", "inspection_due_date", Slot::Date(|d| &mut d.inspection_due_date)),
    rubric("formula", "formula_number", Slot::Text(|d| &mut d.formula_number, 15)),
];

impl Rubric {
    /// The rubric behind a code (`D.1`) or a column (`make`).
    pub fn find(code_or_column: &str) -> Option<&'static Self> {
        RUBRICS.iter().find(|rubric| rubric.code == code_or_column || rubric.column == code_or_column)
    }

    /// Writes `value` to its place.
    ///
    /// # Errors
    /// When it is nothing that the column can hold; the details are left alone.
    pub fn set(&self, details: &mut Details, value: &str) -> Result<(), Unfit> {
        self.write(details, value.trim()).ok_or(Unfit { column: self.column })
    }

    /// Whether nothing stands in its place yet.
    pub fn is_blank(&self, details: &mut Details) -> bool {
        match self.slot {
            Slot::Name(at, _) => at(details).is_empty(),
            Slot::Text(at, _) => at(details).is_none(),
            Slot::Whole(at, _) => at(details).is_none(),
            Slot::Decimal(at, ..) => at(details).is_none(),
            Slot::Date(at) => at(details).is_none(),
            Slot::Plate => details.license_plate.is_none(),
            Slot::Vin => details.vin.is_none(),
        }
    }

    /// What stands in its place; null when nothing does.
    pub fn value(&self, details: &Details) -> Value {
        let mut details = details.clone();
        match self.slot {
            Slot::Name(at, _) => {
                Some(at(&mut details)).filter(|text| !text.is_empty()).map(|text| json!(text))
            }
            Slot::Text(at, _) => at(&mut details).as_ref().map(|text| json!(text)),
            Slot::Whole(at, _) => at(&mut details).map(|number| json!(number)),
            Slot::Decimal(at, ..) => {
                at(&mut details).and_then(|number| number.to_f64()).map(|number| json!(number))
            }
            Slot::Date(at) => at(&mut details).map(|date| json!(date)),
            Slot::Plate => details.license_plate.as_ref().map(|plate| json!(plate.as_str())),
            Slot::Vin => details.vin.as_ref().map(|vin| json!(vin.as_str())),
        }
        .unwrap_or_default()
    }

    fn write(&self, details: &mut Details, value: &str) -> Option<()> {
        match self.slot {
            Slot::Name(at, max) => *at(details) = text(value, max)?,
            Slot::Text(at, max) => *at(details) = Some(text(value, max)?),
            Slot::Whole(at, max) => *at(details) = Some(within(whole(value)?, max)?),
            Slot::Decimal(at, max, places) => {
                *at(details) = Some(within(decimal(value)?, max.into())?.round_dp(places));
            }
            Slot::Date(at) => *at(details) = Some(date(value)?),
            Slot::Plate => details.license_plate = Some(Plate::from_str(value).ok()?),
            Slot::Vin => details.vin = Some(Vin::from_str(value).ok()?),
        }
        Some(())
    }
}

fn text(value: &str, max: usize) -> Option<String> {
    let fits = !value.is_empty() && value.chars().count() <= max && !value.contains(char::is_control);
    fits.then(|| value.to_owned())
}

/// A day since the first car; a slip of the pen is no day.
fn date(value: &str) -> Option<NaiveDate> {
    value.parse().ok().filter(|date: &NaiveDate| (1885..=2100).contains(&date.year()))
}

fn decimal(value: &str) -> Option<Decimal> {
    value.replace(',', ".").parse().ok()
}

/// Some readers say `1461.0`.
fn whole(value: &str) -> Option<i32> {
    let number = decimal(value)?;
    number.is_integer().then(|| number.try_into().ok())?
}

fn within<T: PartialOrd + Default + Copy>(number: T, max: T) -> Option<T> {
    (number >= T::default() && number <= max).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_rubric_and_no_column_stands_twice() {
        let codes: BTreeSet<_> = RUBRICS.iter().map(|rubric| rubric.code).collect();
        let columns: BTreeSet<_> = RUBRICS.iter().map(|rubric| rubric.column).collect();
        assert_eq!((codes.len(), columns.len()), (RUBRICS.len(), RUBRICS.len()));
    }

    #[test]
    fn every_rubric_writes_to_a_blank_place_of_its_own() {
        for rubric in RUBRICS {
            let mut details = Details::default();
            let value = match rubric.slot {
                Slot::Name(..) | Slot::Text(..) => "GO",
                Slot::Whole(..) => "71",
                Slot::Decimal(..) => "66,5",
                Slot::Date(..) => "2012-12-02",
                Slot::Plate => "CK219FX",
                Slot::Vin => "WVWAWFEP2UDWM3838",
            };
            assert!(rubric.is_blank(&mut details), "{}", rubric.code);
            rubric.set(&mut details, value).unwrap();
            let filled: Vec<_> =
                RUBRICS.iter().filter(|other| !other.is_blank(&mut details)).map(|r| r.code).collect();
            assert_eq!(filled, [rubric.code]);
        }
    }

    #[test]
    fn nonsense_is_refused_and_changes_nothing() {
        let mut details = Details::default();
        for (key, value) in [
            ("A", "ABCDEFG"),
            ("vin", "WVWZZZO"),
            ("B", "31/12/2012"),
            ("F.1", "-5"),
            ("G", "12.5"),
            ("P.2", "many"),
            ("P.3", "GAZOLE"),
            ("D.1", " "),
            ("V.7", "99999999999999999999"),
        ] {
            let rubric = Rubric::find(key).unwrap();
            assert_eq!(rubric.set(&mut details, value), Err(Unfit { column: rubric.column }), "{key}");
        }
        assert_eq!(details, Details::default());
    }
}
