//! Lines and their sums, right to the cent.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::people::trade::Sort;

/// One line.
#[derive(Clone, Serialize)]
pub struct Line {
    /// The house's or the maker's number.
    #[serde(rename = "ref")]
    pub reference: String,
    /// What it is.
    pub name: String,
    /// What it is, in a word.
    pub sort: Sort,
    /// Hundredths.
    pub qty: i64,
    /// The price of one in cents.
    pub unit: i64,
    /// Percent off.
    pub discount: i64,
    /// Cents.
    pub total: i64,
    /// Value added tax in tenths of a percent.
    pub rate: i64,
    /// The job it belongs to.
    pub section: String,
}

impl Line {
    /// A line whose total follows.
    pub fn new(name: impl Into<String>, sort: Sort, qty: i64, unit: i64) -> Self {
        let line = Self {
            reference: String::new(),
            name: name.into(),
            sort,
            qty,
            unit,
            discount: 0,
            total: 0,
            rate: 200,
            section: String::new(),
        };
        line.summed()
    }

    /// With so many percent off.
    pub fn less(mut self, percent: i64) -> Self {
        self.discount = percent;
        self.summed()
    }

    /// With this number.
    pub fn numbered(mut self, reference: String) -> Self {
        self.reference = reference;
        self
    }

    fn summed(mut self) -> Self {
        self.total = rounded(self.qty * self.unit * (100 - self.discount), 10_000);
        self
    }

    fn truth(&self, with_tax: bool) -> Value {
        let mut truth = Map::new();
        if !self.reference.is_empty() {
            truth.insert("ref".into(), json!(self.reference));
        }
        truth.insert("description".into(), json!(self.name));
        truth.insert("quantity".into(), hundredths(self.qty));
        let (unit, total) =
            if with_tax { ("unit_price_ttc", "total_ttc") } else { ("unit_price_ht", "total_ht") };
        truth.insert(unit.into(), hundredths(self.unit));
        truth.insert(total.into(), hundredths(self.total));
        truth.insert("kind".into(), json!(self.sort));
        Value::Object(truth)
    }
}

/// Value added tax at one rate.
#[derive(Clone, Serialize)]
pub struct Taxed {
    /// Tenths of a percent.
    pub rate: i64,
    /// Without tax, cents.
    pub base: i64,
    /// The tax, cents.
    pub tax: i64,
    /// With tax, cents.
    pub whole: i64,
}

/// The lines of a job.
#[derive(Clone, Serialize)]
pub struct Section {
    /// The job.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Cents.
    pub total: i64,
}

/// A bill.
#[derive(Clone, Serialize)]
pub struct Bill {
    /// Its lines.
    pub lines: Vec<Line>,
    /// The same by job.
    pub sections: Vec<Section>,
    /// Value added tax by rate.
    pub rates: Vec<Taxed>,
    /// Without tax.
    pub ht: i64,
    /// The tax.
    pub tva: i64,
    /// With tax.
    pub ttc: i64,
    /// Paid before.
    pub deposit: i64,
    /// Still to pay.
    pub left: i64,
    /// The lines' prices hold the tax.
    pub with_tax: bool,
}

impl Bill {
    /// Sums prices without tax.
    pub fn of(lines: Vec<Line>) -> Self {
        Self::summed(lines, false)
    }

    /// Sums prices that hold the tax.
    pub fn with_tax(lines: Vec<Line>) -> Self {
        Self::summed(lines, true)
    }

    /// With so many percent of it paid before.
    pub fn after_deposit(mut self, cents: i64) -> Self {
        self.deposit = cents;
        self.left = self.ttc - cents;
        self
    }

    /// The texts of its lines, wherever they stand.
    pub fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let grouped = self.sections.iter_mut().flat_map(|section| {
            section.lines.iter_mut().map(|line| &mut line.name).chain([&mut section.title])
        });
        self.lines.iter_mut().map(|line| &mut line.name).chain(grouped)
    }

    /// The sum of the lines of these sorts.
    pub fn sum(&self, sorts: &[Sort]) -> i64 {
        self.lines.iter().filter(|line| sorts.contains(&line.sort)).map(|line| line.total).sum()
    }

    /// The lines as truth.
    pub fn truth(&self) -> Value {
        self.lines.iter().map(|line| line.truth(self.with_tax)).collect()
    }

    fn summed(lines: Vec<Line>, with_tax: bool) -> Self {
        let mut rates: Vec<i64> = lines.iter().map(|line| line.rate).collect();
        rates.sort_unstable_by(|one, other| other.cmp(one));
        rates.dedup();
        let rates: Vec<Taxed> = rates
            .into_iter()
            .map(|rate| {
                let sum = lines.iter().filter(|line| line.rate == rate).map(|line| line.total).sum();
                taxed(rate, sum, with_tax)
            })
            .collect();
        let (ht, tva) =
            (rates.iter().map(|tax| tax.base).sum(), rates.iter().map(|tax| tax.tax).sum::<i64>());
        let sections = sections(&lines);
        Self { lines, sections, rates, ht, tva, ttc: ht + tva, deposit: 0, left: ht + tva, with_tax }
    }
}

/// Cents as the truth writes them: `376.95`.
pub fn amount(cents: i64) -> String {
    let minus = if cents < 0 { "-" } else { "" };
    format!("{minus}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// `part / whole` to the nearest, halves away from nought.
pub fn rounded(part: i64, whole: i64) -> i64 {
    (part.abs() + whole / 2) / whole * part.signum()
}

fn taxed(rate: i64, sum: i64, with_tax: bool) -> Taxed {
    let base = if with_tax { rounded(sum * 1000, 1000 + rate) } else { sum };
    let tax = if with_tax { sum - base } else { rounded(base * rate, 1000) };
    Taxed { rate, base, tax, whole: base + tax }
}

fn hundredths(value: i64) -> Value {
    if value % 100 == 0 { json!(value / 100) } else { json!(value as f64 / 100.0) }
}

fn sections(lines: &[Line]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in lines {
        match sections.last_mut().filter(|section| section.title == line.section) {
            Some(section) => {
                section.lines.push(line.clone());
                section.total += line.total;
            }
            None => sections.push(Section {
                title: line.section.clone(),
                lines: vec![line.clone()],
                total: line.total,
            }),
        }
    }
    sections
}
