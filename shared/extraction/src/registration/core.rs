//! The fields that stand in several places: every place votes, check digits decide.

mod machine;
mod sightings;
mod vin;

use domain::analysis::Field;
use serde_json::Value;

use super::anchors;
use super::rubrics::Rubric;
use crate::analysis::Closer;
use crate::layout::{Row, Sheet};
use crate::text::compact;
use crate::values::{dates, makes, plates};
use crate::vote::{Vote, elect};

pub(crate) use machine::{Machine, machine_lines};

/// Keys decided here.
pub(crate) const CORE: &[&str] = &["A", "B", "D.1", "D.3", "E", "I", "J.1", "J.3", "formula"];

/// The fields of [`CORE`].
pub(crate) fn fields(sheet: &Sheet, closer: &[Closer], rubrics: &[Rubric], machine: &Machine) -> Vec<Field> {
    let evidence = Evidence { sheet, closer, rubrics, machine };
    let mut make = elect("D.1", &evidence.makes());
    let vin = vin::read(&evidence, make.as_ref().and_then(|make| make.value.as_str()));
    if let Some(vin) = &vin {
        make = hinted(make, vin);
    }
    let mut fields = vec![
        checked(elect("A", &evidence.plates()), "plate", machine),
        checked(elect("B", &evidence.first_dates()), "date", machine),
        make,
        elect("D.3", &evidence.models()),
        vin,
        elect("I", &evidence.issue_dates()),
        elect("J.1", &evidence.repeated("J.1", machine.genre())),
        elect("J.3", &evidence.repeated("J.3", machine.body())),
        checked(elect("formula", &evidence.formulas()), "formula", machine),
    ];
    fields.retain(Option::is_some);
    fields.into_iter().flatten().collect()
}

/// Notes the check digit that the value passes, and trusts it accordingly.
fn checked(field: Option<Field>, part: &str, machine: &Machine) -> Option<Field> {
    let mut field = field?;
    let value = field.value.as_str().unwrap_or_default().to_owned();
    if machine.proves(part, &value) {
        field.evidence.push("check:mrz".to_owned());
        field.confidence = field.confidence.max(0.95);
    }
    Some(field)
}

/// The make as the VIN knows it: agreement is evidence, and a VIN that names one make alone stands in for a missing one.
fn hinted(make: Option<Field>, vin: &Field) -> Option<Field> {
    let number = vin.value.as_str().unwrap_or_default();
    if let Some(mut make) = make {
        match makes::agrees(number, make.value.as_str().unwrap_or_default()) {
            Some(true) => {
                make.evidence.push("check:wmi".to_owned());
                make.confidence = (make.confidence + 0.1).min(0.99);
            }
            Some(false) => make.confidence *= 0.8,
            None => {}
        }
        return Some(make);
    }
    let known = makes::of_vin(number);
    let first = known.first().filter(|_| vin.confidence > 0.8)?;
    let mut field = vin.clone();
    "D.1".clone_into(&mut field.key);
    field.value = Value::from(*first);
    field.confidence = if known.len() == 1 { 0.75 } else { 0.5 };
    field.evidence = vec!["check:wmi".to_owned()];
    Some(field)
}

/// All that was read, by field.
pub(super) struct Evidence<'a> {
    sheet: &'a Sheet,
    closer: &'a [Closer],
    rubrics: &'a [Rubric],
    machine: &'a Machine,
}

impl Evidence<'_> {
    fn rubric_votes(&self, code: &str) -> impl Iterator<Item = Vote> {
        self.rubrics.iter().filter(move |rubric| rubric.code == code).map(|rubric| {
            let trust = if rubric.exact { 0.93 } else { 0.75 } - 0.12 * rubric.repairs as f32;
            Vote::new(rubric.value.clone(), rubric.mark.clone(), "rubric", trust)
        })
    }

    fn closer_rows(&self, label: &'static str) -> impl Iterator<Item = &Row> {
        self.closer.iter().filter(move |(known, _)| known == label).flat_map(|(_, rows)| rows)
    }

    /// Rows without codes: the coupon, mostly.
    fn loose_rows(&self) -> impl Iterator<Item = &Row> {
        self.sheet.rows.iter().filter(|row| !anchors::in_row(row).iter().any(|anchor| anchor.exact))
    }

    fn plates(&self) -> Vec<Vote> {
        let mut votes: Vec<Vote> = self.rubric_votes("A").collect();
        for (rows, source, trust) in [
            (self.loose_rows().collect::<Vec<_>>(), "coupon", 0.85),
            (self.closer_rows("A").collect(), "zone", 0.9),
        ] {
            for row in rows {
                votes.extend(plates::find(&row.text).into_iter().map(|found| {
                    let trust = trust - 0.15 * found.repairs as f32;
                    Vote::new(found.value.to_string(), row.mark_text(&found.at), source, trust)
                }));
            }
        }
        votes.extend(self.machine.votes("plate"));
        votes
    }

    fn first_dates(&self) -> Vec<Vote> {
        let mut votes: Vec<Vote> = self.rubric_votes("B").collect();
        votes.extend(self.closer_dates("B"));
        votes.extend(self.machine.votes("date"));
        votes
    }

    fn closer_dates(&self, label: &'static str) -> impl Iterator<Item = Vote> {
        self.closer_rows(label).flat_map(|row| {
            dates::find_noisy(&row.text).into_iter().map(|found| {
                let trust = 0.9 - 0.12 * found.repairs as f32;
                Vote::new(found.value.to_string(), row.mark_text(&found.at), "zone", trust)
            })
        })
    }

    /// The certificate's own date: its rubric, and the date beside the plate on the coupon.
    fn issue_dates(&self) -> Vec<Vote> {
        let mut votes: Vec<Vote> = self.rubric_votes("I").collect();
        votes.extend(self.closer_dates("I"));
        if votes.is_empty() {
            votes.extend(self.lone_dates());
        }
        for row in self.loose_rows() {
            let plate = plates::find(&row.text).into_iter().next();
            let Some(plate) = plate else { continue };
            let behind = dates::find_noisy(&row.text).into_iter().find(|date| date.at.start >= plate.at.end);
            votes.extend(behind.map(|date| {
                let trust = 0.85 - 0.12 * date.repairs as f32;
                Vote::new(date.value.to_string(), row.mark_text(&date.at), "coupon", trust)
            }));
        }
        votes
    }

    /// A date that stands alone under the taxes, behind at most a misread code.
    fn lone_dates(&self) -> impl Iterator<Item = Vote> {
        let taxes = |row: &Row| anchors::in_row(row).iter().any(|anchor| anchors::is_tax(anchor.rubric));
        let from = self.sheet.rows.iter().rposition(taxes).unwrap_or(usize::MAX);
        let below = self.sheet.rows.iter().skip(from.saturating_add(1)).take(6);
        below.filter(|row| row.tokens.len() <= 3).filter_map(|row| {
            let date = dates::find(&row.text).into_iter().next()?;
            Some(Vote::new(date.value.to_string(), row.mark_text(&date.at), "rubric", 0.7))
        })
    }

    fn makes(&self) -> Vec<Vote> {
        let mut votes: Vec<Vote> = self.rubric_votes("D.1").collect();
        for row in self.loose_rows() {
            for cell in row.cells() {
                let text = &row.text[row.bytes(cell.clone())];
                votes.extend(
                    makes::recognise(text).map(|make| Vote::new(make, row.mark(cell), "coupon", 0.85)),
                );
            }
        }
        votes.extend(self.machine.makes());
        votes
    }

    /// The model as the rubric spells it; the machine-readable zone drops hyphens and cuts at 13 signs.
    fn models(&self) -> Vec<Vote> {
        let mut votes: Vec<Vote> = self.rubric_votes("D.3").collect();
        for mut vote in self.machine.models() {
            let short = compact(&vote.value);
            let spelled = votes.iter().find(|rubric| {
                let long = compact(&rubric.value);
                long == short || (short.len() >= 11 && long.starts_with(&short))
            });
            if let Some(spelled) = spelled {
                vote.value.clone_from(&spelled.value);
            }
            votes.push(vote);
        }
        votes
    }

    fn repeated(&self, code: &str, machine: Vec<Vote>) -> Vec<Vote> {
        self.rubric_votes(code).chain(machine).collect()
    }

    fn formulas(&self) -> Vec<Vote> {
        let mut votes = Vec::new();
        for row in &self.sheet.rows {
            for (at, token) in row.tokens.iter().enumerate() {
                let number = super::mrz::formula_number(&compact(&token.fold));
                votes.extend(number.filter(|(_, repairs)| *repairs <= 2).map(|(number, repairs)| {
                    Vote::new(number, row.mark(at..at + 1), "coupon", 0.85 - 0.1 * repairs as f32)
                }));
            }
        }
        votes.extend(self.machine.votes("formula"));
        votes
    }
}
