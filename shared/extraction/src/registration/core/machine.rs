//! The machine-readable lines of a page, and the votes that they give.

use domain::analysis::Field;
use domain::plate::Plate;

use crate::analysis::Closer;
use crate::layout::{Mark, Row, Sheet};
use crate::registration::mrz::{self, Checked, FirstLine, SecondLine};
use crate::text::compact;
use crate::values::makes;
use crate::vote::Vote;

/// The lines that were recognised, wherever they were read.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    first: Vec<(FirstLine, Mark, &'static str)>,
    second: Vec<(SecondLine, Mark, &'static str)>,
}

/// Looks for the lines on the page and in what was read once more.
pub(crate) fn machine_lines(sheet: &Sheet, closer: &[Closer]) -> Machine {
    let mut machine = Machine::default();
    sheet.rows.iter().for_each(|row| machine.add(row, "mrz"));
    closer.iter().flat_map(|(_, rows)| rows).for_each(|row| machine.add(row, "mrz_zone"));
    machine
}

impl Machine {
    fn add(&mut self, row: &Row, source: &'static str) {
        // The panel beside the zone may stand in the same row: words are dropped from the left until the rest fits.
        for from in 0..row.tokens.len().min(12) {
            let line: String = row.tokens[from..].iter().map(|token| mrz::clean(&token.text)).collect();
            if let Some(first) = mrz::first_line(&line) {
                self.first.push((first, row.mark(from..row.tokens.len()), source));
                return;
            }
            if let Some(second) = mrz::second_line(&line) {
                self.second.push((second, row.mark(from..row.tokens.len()), source));
                return;
            }
        }
    }

    /// Whether both lines were found and everything that has a check digit passes it.
    pub(crate) fn is_proven(&self) -> bool {
        let fits = |part: &Option<Checked>| part.as_ref().is_some_and(|part| part.fits);
        self.first.iter().any(|(line, _, _)| fits(&line.plate) && fits(&line.vin) && fits(&line.date))
    }

    /// Where lines of the zone were seen, proven or not.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.first.iter().map(|(_, mark, _)| mark).chain(self.second.iter().map(|(_, mark, _)| mark))
    }

    /// Readings of one part with the place they were read.
    pub(super) fn parts(&self, part: &str) -> Vec<(Checked, Mark, &'static str)> {
        let of_first = |line: &FirstLine| match part {
            "plate" => line.plate.clone(),
            "vin" => line.vin.clone(),
            "date" => line.date.clone(),
            _ => None,
        };
        let first = self
            .first
            .iter()
            .filter_map(|(line, mark, source)| Some((of_first(line)?, mark.clone(), *source)));
        let second = self.second.iter().filter(|_| part == "formula");
        let second =
            second.filter_map(|(line, mark, source)| Some((line.formula.clone()?, mark.clone(), *source)));
        first.chain(second).collect()
    }

    /// Whether a reading of this part equals the value and passes its check digit.
    pub(super) fn proves(&self, part: &str, value: &str) -> bool {
        let value = if part == "plate" { compact(value) } else { value.to_owned() };
        self.parts(part).iter().any(|(read, _, _)| read.fits && read.value == value)
    }

    /// Keys whose value differs from what a check digit of the zone proves.
    pub(crate) fn contradicted(&self, fields: &[Field]) -> Vec<&'static str> {
        let differs = |key: &str, part: &str| {
            let value = fields.iter().find(|field| field.key == key).and_then(|field| field.value.as_str());
            let proven: Vec<Checked> =
                self.parts(part).into_iter().map(|(read, _, _)| read).filter(|read| read.fits).collect();
            // What passes the same check digit does not contradict it, whatever else was read in the zone.
            let passes = |value: &str| {
                proven.iter().any(|read| read.digit == mrz::check_digit(&as_printed(part, value)))
            };
            value.is_some_and(|value| !proven.is_empty() && !self.proves(part, value) && !passes(value))
        };
        let parts = [("A", "plate"), ("B", "date"), ("E", "vin")];
        parts.into_iter().filter(|(key, part)| differs(key, part)).map(|(key, _)| key).collect()
    }

    pub(super) fn votes(&self, part: &str) -> Vec<Vote> {
        self.parts(part)
            .into_iter()
            .map(|(read, mark, source)| {
                let weight = trust(&read);
                let plate = read.value.parse::<Plate>().ok().filter(|_| part == "plate");
                let value = plate.map_or(read.value, |plate| plate.to_string());
                Vote { value, mark, source, weight }
            })
            .collect()
    }

    pub(super) fn makes(&self) -> Vec<Vote> {
        self.of_second(|line| line.make.as_deref().and_then(makes::recognise).map(str::to_owned), 0.85)
    }

    pub(super) fn models(&self) -> Vec<Vote> {
        self.of_second(|line| line.model.clone().filter(|model| !model.is_empty()), 0.75)
    }

    pub(super) fn body(&self) -> Vec<Vote> {
        self.of_second(|line| line.body.clone(), 0.8)
    }

    pub(super) fn genre(&self) -> Vec<Vote> {
        let lines = self.first.iter();
        lines
            .filter_map(|(line, mark, source)| {
                Some(Vote::new(line.genre.clone()?, mark.clone(), source, 0.8))
            })
            .collect()
    }

    fn of_second(&self, part: impl Fn(&SecondLine) -> Option<String>, trust: f32) -> Vec<Vote> {
        let lines = self.second.iter();
        lines
            .filter_map(|(line, mark, source)| Some(Vote::new(part(line)?, mark.clone(), source, trust)))
            .collect()
    }
}

/// A value as the zone writes it: plates without separators, dates as YYMMDD.
fn as_printed(part: &str, value: &str) -> String {
    let plain = compact(value);
    match part {
        "date" => plain.get(2..).unwrap_or_default().to_owned(),
        _ => plain,
    }
}

/// A check digit that fits is stronger than the reader's own confidence: one error in ten passes it by chance.
pub(super) fn trust(read: &Checked) -> f32 {
    let base = if read.fits { 0.95 } else { 0.5 };
    (base - 0.04 * read.repairs as f32).max(0.1)
}
