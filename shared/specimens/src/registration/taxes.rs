//! Rubrics Y: what the certificate cost.

use chrono::{Datelike as _, NaiveDate};

use super::certificate::Case;
use crate::luck::Luck;
use crate::people::vehicles::{Sort, Vehicle};

/// Cents for Y.1 to Y.5 and their sum Y.6; none where nothing is printed.
pub type Taxes = [Option<u32>; 6];

/// Taxes of the day.
pub fn taxes(luck: &mut Luck, vehicle: &Vehicle, issued: NaiveDate, case: Case) -> Taxes {
    let zeros = luck.chance(0.5);
    let mut parts = [
        regional(luck, vehicle, issued, case),
        training(luck, vehicle),
        emissions(luck, vehicle, issued),
        if issued.year() < 2018 { 400 } else { 1100 },
        if issued.year() < 2013 { 250 } else { 276 },
    ];
    if case == Case::Duplicate {
        parts[2] = 0;
    }
    let total = parts.iter().sum();
    let printed = |cents: u32| (cents > 0 || zeros).then_some(cents);
    let [one, two, three, four, five] = parts.map(printed);
    [one, two, three, four, five, Some(total)]
}

/// Y.1: so many euros a fiscal horsepower, set by the region; half for old vehicles and motorcycles.
fn regional(luck: &mut Luck, vehicle: &Vehicle, issued: NaiveDate, case: Case) -> u32 {
    const RATES: &[u32] =
        &[2700, 3000, 3300, 3400, 3500, 4100, 4200, 4300, 4500, 4615, 4800, 5120, 5495, 6000];
    let rate = *luck.pick(RATES);
    if case == Case::Duplicate {
        return if luck.chance(0.6) { 0 } else { rate };
    }
    let Some(engine) = &vehicle.engine else { return rate * 3 / 2 };
    if engine.energy == "EL" {
        return 0;
    }
    let full = rate * engine.fiscal;
    let old = issued.year() - vehicle.first.year() >= 10;
    let half = old || matches!(vehicle.sort, Sort::Motorcycle);
    if half { full / 2 } else { full }
}

/// Y.2: vans and lorries pay for drivers' training.
fn training(luck: &mut Luck, vehicle: &Vehicle) -> u32 {
    if vehicle.sort == Sort::Van { *luck.pick(&[3400, 3800, 0]) } else { 0 }
}

/// Y.3: the malus of new cars, or the yearly one of second-hand cars.
fn emissions(luck: &mut Luck, vehicle: &Vehicle, issued: NaiveDate) -> u32 {
    const SECOND_HAND: &[u32] = &[10000, 15000, 16000, 30000];
    if vehicle.sort != Sort::Car {
        return 0;
    }
    let grams = vehicle.engine.as_ref().and_then(|engine| engine.co2).unwrap_or(0);
    let limit = if issued.year() < 2013 { 160 } else { 132 };
    match grams.checked_sub(limit) {
        Some(over) if issued == vehicle.first => (over * over * 210 + 5000).min(5_000_000) / 100 * 100,
        Some(over) if over > 60 => *luck.pick(SECOND_HAND),
        _ => 0,
    }
}

/// How a paper writes money.
pub struct Money {
    unit: &'static str,
    bare_zero: bool,
    thousands: &'static str,
}

impl Money {
    /// One way for the whole paper.
    pub fn style(luck: &mut Luck) -> Self {
        Self {
            unit: *luck.pick(&["", "", " \u{20ac}", " EUR", "\u{20ac}", " Euros"]),
            bare_zero: luck.chance(0.3),
            thousands: *luck.pick(&["", "", " "]),
        }
    }

    /// `1 234,56 €`.
    pub fn printed(&self, cents: u32) -> String {
        if cents == 0 && self.bare_zero {
            return format!("0{}", self.unit);
        }
        let (euros, rest) = (cents / 100, cents % 100);
        let whole = if euros >= 1000 {
            format!("{}{}{:03}", euros / 1000, self.thousands, euros % 1000)
        } else {
            euros.to_string()
        };
        format!("{whole},{rest:02}{}", self.unit)
    }
}
