//! What a paper says, written to a record: the values, the record's table of where they belong, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DocumentKind, words};
use crate::analysis::Field;
use crate::vehicle::Unfit;

/// Readings from this confidence on are taken without being asked for.
pub const SURE: f32 = 0.9;

/// A record that takes what stands on papers. A new one needs this and nothing else.
pub trait Target: Clone + PartialEq {
    /// For papers of this kind: their keys, and the columns where the values belong.
    fn columns(kind: Option<DocumentKind>) -> Vec<(&'static str, &'static str)>;

    /// What stands in a column; null when nothing does.
    fn value(&self, column: &str) -> Value;

    /// Writes a value to its column.
    ///
    /// # Errors
    /// When it is nothing that the column can hold; the record is left alone.
    fn set(&mut self, column: &str, value: &str) -> Result<(), Unfit>;
}

words! {
    /// Where a value comes from.
    Source {
        /// It was read.
        Reading = "reading",
        /// A person put it right.
        Correction = "correction",
    }
}

words! {
    /// Why a value was not written.
    Reason {
        /// It was not read, or a person said that it is not on the paper.
        Absent = "absent",
        /// The reading is doubtful, and nobody confirmed it.
        Unsure = "unsure",
        /// Something else stands there, and nobody asked for this field by name.
        Occupied = "occupied",
        /// It stands there already.
        Unchanged = "unchanged",
        /// It is nothing that the column can hold.
        Unfit = "unfit",
    }
}

/// A field whose value was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its key on the paper.
    pub field: &'static str,
    /// The column.
    pub column: &'static str,
    /// What stood there.
    pub before: Value,
    /// What stands there now.
    pub after: Value,
    /// Where the value comes from.
    pub source: Source,
}

/// A field whose value was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Its key on the paper.
    pub field: &'static str,
    /// Why.
    pub reason: Reason,
}

/// What came of applying a paper to a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Applied {
    /// What was written.
    pub changed: Vec<Change>,
    /// What was not.
    pub skipped: Vec<Skipped>,
}

/// Why a field that was asked for by name cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Such a paper has no such field that the record keeps.
    Unknown,
    /// Its value is nothing that the column can hold.
    Unfit,
}

/// What a paper says: readings, with what people put right over them.
#[derive(Debug, Clone, Default)]
pub struct Values {
    readings: BTreeMap<String, (String, f32)>,
    corrections: BTreeMap<String, Option<String>>,
}

impl Values {
    /// The readings and the corrections; a correction to null says that the field is not on the paper.
    pub fn new<'a>(readings: &[Field], corrections: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Self {
        let read =
            readings.iter().filter_map(|f| Some((f.key.clone(), (text(&f.value)?, f.confidence)))).collect();
        let corrected = corrections.into_iter().map(|(key, value)| (key.to_owned(), text(value))).collect();
        Self { readings: read, corrections: corrected }
    }

    /// The value of a field, where it comes from, and whether it may be taken unasked.
    fn get(&self, (key, column): (&str, &str)) -> Option<(&str, Source, bool)> {
        if let Some(correction) = self.corrections.get(key).or_else(|| self.corrections.get(column)) {
            return correction.as_deref().map(|value| (value, Source::Correction, true));
        }
        let (value, confidence) = self.readings.get(key)?;
        Some((value, Source::Reading, *confidence >= SURE))
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Writes what a paper says to `target`: the `chosen` fields, by key or by column, whatever stands there; without a choice
/// those that are sure, where nothing stands yet.
///
/// # Errors
/// Every chosen field that cannot be written, as it was named; the record is left alone then.
pub fn apply<T: Target>(
    target: &mut T,
    kind: Option<DocumentKind>,
    values: &Values,
    chosen: Option<&[String]>,
) -> Result<Applied, BTreeMap<String, Refused>> {
    let columns = T::columns(kind);
    let Some(chosen) = chosen else { return Ok(apply_sure(target, &columns, values)) };
    let (mut after, mut applied, mut refused) = (target.clone(), Applied::default(), BTreeMap::new());
    let mut seen = BTreeSet::new();
    for name in chosen {
        let Some(&place) = columns.iter().find(|(key, column)| name == key || name == column) else {
            refused.insert(name.clone(), Refused::Unknown);
            continue;
        };
        if !seen.insert(place) {
            continue;
        }
        match values.get(place) {
            None => applied.skip(place.0, Reason::Absent),
            Some((value, source, _)) if applied.write(&mut after, place, value, source).is_err() => {
                refused.insert(name.clone(), Refused::Unfit);
            }
            Some(_) => {}
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    *target = after;
    Ok(applied)
}

fn apply_sure<T: Target>(
    target: &mut T,
    columns: &[(&'static str, &'static str)],
    values: &Values,
) -> Applied {
    let mut applied = Applied::default();
    for &place in columns {
        let Some((value, source, is_sure)) = values.get(place) else { continue };
        let mut after = target.clone();
        let fits = after.set(place.1, value).is_ok();
        let is_same = fits && after == *target;
        match (is_same, target.value(place.1).is_null()) {
            (true, _) => applied.skip(place.0, Reason::Unchanged),
            _ if !is_sure => applied.skip(place.0, Reason::Unsure),
            (_, false) => applied.skip(place.0, Reason::Occupied),
            _ if applied.write(target, place, value, source).is_err() => applied.skip(place.0, Reason::Unfit),
            _ => {}
        }
    }
    applied
}

impl Applied {
    fn skip(&mut self, field: &'static str, reason: Reason) {
        self.skipped.push(Skipped { field, reason });
    }

    fn write<T: Target>(
        &mut self,
        target: &mut T,
        (field, column): (&'static str, &'static str),
        value: &str,
        source: Source,
    ) -> Result<(), Unfit> {
        let before = target.clone();
        target.set(column, value)?;
        if *target == before {
            self.skip(field, Reason::Unchanged);
        } else {
            let (before, after) = (before.value(column), target.value(column));
            self.changed.push(Change { field, column, before, after, source });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::reading::BBox;
    use crate::vehicle::Details;

    fn field(key: &str, value: &str, confidence: f32) -> Field {
        let (value, raw) = (json!(value), value.to_owned());
        let bbox = BBox::default();
        Field { key: key.to_owned(), value, raw, confidence, page: 1, bbox, evidence: vec![] }
    }

    fn values() -> Values {
        let readings = [
            field("A", "AB-123-CD", 0.95),
            field("D.1", "RENAULT", 0.99),
            field("D.3", "CLI0", 0.5),
            field("E", "VF1CB05CF25512345", 0.92),
            field("P.1", "many", 0.99),
            field("P.2", "66,5", 0.99),
        ];
        Values::new(&readings, [("E", &Value::Null), ("D.3", &json!("CLIO"))])
    }

    fn chosen(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    const REGISTRATION: Option<DocumentKind> = Some(DocumentKind::Registration);

    #[test]
    fn unasked_only_what_is_sure_goes_where_nothing_stands() {
        let mut details = Details { make: "Peugeot".to_owned(), ..Details::default() };
        let applied = apply(&mut details, REGISTRATION, &values(), None).unwrap();
        let changed: Vec<_> = applied.changed.iter().map(|c| (c.field, c.source)).collect();
        assert_eq!(changed, [("A", Source::Reading), ("D.3", Source::Correction), ("P.2", Source::Reading)]);
        let skipped: Vec<_> = applied.skipped.iter().map(|s| (s.field, s.reason)).collect();
        assert_eq!(skipped, [("D.1", Reason::Occupied), ("P.1", Reason::Unfit)]);
        assert_eq!(
            (details.make.as_str(), details.model.as_str(), details.vin.is_none()),
            ("Peugeot", "CLIO", true)
        );
        let again = apply(&mut details, REGISTRATION, &values(), None).unwrap();
        assert!(again.changed.is_empty(), "{again:?}");
    }

    #[test]
    fn what_is_chosen_is_written_over_what_stands_there() {
        let mut details = Details { make: "Peugeot".to_owned(), ..Details::default() };
        let names = chosen(&["D.1", "make", "license_plate", "E"]);
        let applied = apply(&mut details, REGISTRATION, &values(), Some(&names)).unwrap();
        let make = &applied.changed[0];
        assert_eq!((make.column, &make.before, &make.after), ("make", &json!("Peugeot"), &json!("RENAULT")));
        assert_eq!(applied.changed.len(), 2, "named twice, written once");
        assert_eq!(applied.skipped, [Skipped { field: "E", reason: Reason::Absent }]);
    }

    #[test]
    fn a_choice_that_cannot_be_written_changes_nothing() {
        let mut details = Details::default();
        let names = chosen(&["A", "P.1", "total_ttc"]);
        let refused = apply(&mut details, REGISTRATION, &values(), Some(&names)).unwrap_err();
        assert_eq!(refused["P.1"], Refused::Unfit);
        assert_eq!(refused["total_ttc"], Refused::Unknown);
        assert_eq!(details, Details::default());
    }

    #[test]
    fn every_place_that_a_paper_names_is_a_key_of_its_kind_and_a_column_of_the_vehicle() {
        for &kind in DocumentKind::ALL {
            for (key, column) in Details::columns(Some(kind)) {
                assert!(super::super::keys::is_known(Some(kind), key), "{kind} {key}");
                assert!(crate::vehicle::Rubric::find(column).is_some(), "{kind} {column}");
            }
        }
    }
}
