//! Vehicles as French papers describe them: the maker's code in the VIN, the type, masses and powers go together.

mod engine;
mod marks;
mod table;

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};

use crate::luck::Luck;
pub use engine::Engine;
use table::{Body, Make, Model};

/// What the law calls a vehicle's kind, as far as papers differ by it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A car with a piston engine, hybrid or not.
    Car,
    /// A car without one.
    ElectricCar,
    /// A van: `CTTE`.
    Van,
    /// A motorcycle or scooter over 50 cm3.
    Motorcycle,
    /// A trailer over 500 kg.
    Trailer,
    /// A caravan.
    Caravan,
}

/// A vehicle with what its certificate says of it.
pub struct Vehicle {
    /// Its kind.
    pub sort: Sort,
    /// Rubric D.1.
    pub make: String,
    /// Rubric D.3.
    pub model: String,
    /// Rubric E: 17 signs.
    pub vin: String,
    /// Rubric B.
    pub first: NaiveDate,
    /// Rubric D.2.
    pub variant: String,
    /// Rubric D.2.1; old and rare vehicles have none.
    pub cnit: Option<String>,
    /// Rubric K; vehicles of a national type have none.
    pub approval: Option<String>,
    /// Rubrics J, J.1, J.2, J.3.
    pub category: Category,
    /// Rubrics F and G.
    pub masses: Masses,
    /// Rubrics P, U, V; trailers have none.
    pub engine: Option<Engine>,
    /// Rubric S.1; trailers have none.
    pub seats: Option<u32>,
}

/// Rubrics J to J.3.
pub struct Category {
    /// J: `M1`.
    pub european: &'static str,
    /// J.1: `VP`.
    pub genre: &'static str,
    /// J.2: `AB`.
    pub body: Option<&'static str>,
    /// J.3: `CI`.
    pub national_body: &'static str,
}

/// Kilogrammes.
pub struct Masses {
    /// F.1, technically admissible.
    pub technical: u32,
    /// F.2, admissible in France.
    pub admissible: u32,
    /// F.3, with a trailer; none where nothing can be drawn.
    pub train: Option<u32>,
    /// G, in running order.
    pub running: u32,
    /// G.1, empty.
    pub empty: u32,
}

/// A vehicle of the kind, first registered in one of the years and not after `last`.
pub fn vehicle(luck: &mut Luck, sort: Sort, years: RangeInclusive<i32>, last: NaiveDate) -> Vehicle {
    let (make, model) = pick(luck, sort, &years);
    let first = first_registration(luck, model, &years, last);
    let masses = masses(luck, sort, model.body);
    let engine = engine::draw(luck, model, first, masses.running);
    let body = model.body;
    Vehicle {
        sort,
        make: make.name.clone(),
        model: model.name.clone(),
        vin: marks::vin(luck, make, first.year()),
        first,
        variant: marks::variant(luck, make, first.year()),
        cnit: marks::cnit(luck, make, sort, first.year()),
        approval: marks::approval(luck, make, sort, first.year()),
        category: category(luck, sort, body, engine.as_ref()),
        seats: seats(luck, sort, body),
        masses,
        engine,
    }
}

/// A car of today's roads, for papers that only name it.
#[allow(dead_code)]
pub fn car(luck: &mut Luck) -> Vehicle {
    let sort = if luck.chance(0.1) { Sort::ElectricCar } else { Sort::Car };
    let last = NaiveDate::from_ymd_opt(2025, 3, 31).expect("a day of the calendar");
    vehicle(luck, sort, 2001..=2025, last)
}

fn pick(luck: &mut Luck, sort: Sort, years: &RangeInclusive<i32>) -> (&'static Make, &'static Model) {
    let of_sort: Vec<(&Make, &Model)> = table::MAKES
        .iter()
        .flat_map(|make| make.models.iter().map(move |model| (make, model)))
        .filter(|(_, model)| model.body.sort() == sort)
        .collect();
    let built = |(_, model): &&(&Make, &Model)| model.from <= *years.end() && model.to >= *years.start();
    let fitting: Vec<(&Make, &Model)> = of_sort.iter().filter(built).copied().collect();
    // Nothing of the sort was built in those years: its nearest years do.
    *luck.pick(if fitting.is_empty() { &of_sort } else { &fitting })
}

fn first_registration(
    luck: &mut Luck,
    model: &Model,
    years: &RangeInclusive<i32>,
    last: NaiveDate,
) -> NaiveDate {
    let from = model.from.max(*years.start());
    let to = model.to.min(*years.end()).max(from);
    let year = luck.number(i64::from(from)..=i64::from(to)) as i32;
    let day = luck.number(1..=365) as u32;
    let first = NaiveDate::from_yo_opt(year, day).expect("every year has 365 days");
    first.min(last)
}

fn masses(luck: &mut Luck, sort: Sort, body: Body) -> Masses {
    let frame = body.frame();
    let empty = luck.number(frame.empty.clone()) as u32;
    let running = match sort {
        Sort::Trailer | Sort::Caravan => empty,
        Sort::Motorcycle => empty + luck.number(6..=18) as u32,
        Sort::Car | Sort::ElectricCar | Sort::Van => empty + 75,
    };
    let round = *luck.pick(&[1, 1, 5, 10]);
    let load = luck.number(frame.load.clone()) as u32;
    let admissible = ((running + load) / round * round).min(frame.limit);
    let technical = if luck.chance(0.12) { admissible + 10 * luck.number(1..=9) as u32 } else { admissible };
    let towed = luck.number(frame.towed.clone()) as u32 / 10 * 10;
    let train = match sort {
        Sort::Trailer | Sort::Caravan => None,
        Sort::Motorcycle => (luck.chance(0.6)).then_some(admissible),
        Sort::Car | Sort::ElectricCar | Sort::Van => Some(admissible + towed),
    };
    Masses { technical, admissible, train, running, empty }
}

fn category(luck: &mut Luck, sort: Sort, body: Body, engine: Option<&Engine>) -> Category {
    let of = |european, genre, body, national_body| Category { european, genre, body, national_body };
    match sort {
        Sort::Car | Sort::ElectricCar => {
            let (body, national) = *luck.pick(body.shapes());
            of("M1", "VP", luck.chance(0.95).then_some(body), national)
        }
        Sort::Van => {
            let national = *luck.pick(&["FOURGON", "FOURGON", "DERIV VP", "CARR DIV", "BENNE", "FG TD"]);
            of("N1", "CTTE", luck.chance(0.6).then_some("BB"), national)
        }
        Sort::Motorcycle => {
            let engine = engine.expect("a motorcycle has an engine");
            let genre = match engine.kw {
                0..=11 if engine.cm3.is_none_or(|cm3| cm3 <= 125) => "MTL",
                0..=35 => "MTT1",
                _ => "MTT2",
            };
            of("L3e", genre, None, "SOLO")
        }
        Sort::Trailer => {
            let national = *luck.pick(&["PLATEAU", "BENNE", "BACHEE", "PTE BAT", "BETAIL", "CARR DIV"]);
            of(
                if body == Body::Trailer { "O1" } else { "O2" },
                "REM",
                luck.chance(0.4).then_some("DB"),
                national,
            )
        }
        Sort::Caravan => of("O2", "RESP", luck.chance(0.5).then_some("SE"), "CARAVANE"),
    }
}

fn seats(luck: &mut Luck, sort: Sort, body: Body) -> Option<u32> {
    match sort {
        Sort::Trailer | Sort::Caravan => None,
        _ => Some(*luck.pick(body.frame().seats)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTS: [Sort; 6] =
        [Sort::Car, Sort::ElectricCar, Sort::Van, Sort::Motorcycle, Sort::Trailer, Sort::Caravan];

    #[test]
    fn masses_and_numbers_of_every_sort_go_together() {
        let mut luck = Luck::of(3, &["vehicles"]);
        let last = NaiveDate::from_ymd_opt(2024, 6, 1).unwrap();
        for number in 0..1200 {
            let drawn = vehicle(&mut luck, SORTS[number % SORTS.len()], 2003..=2024, last);
            assert_eq!(drawn.vin.len(), 17, "{}", drawn.vin);
            assert!(!drawn.vin.contains(['I', 'O', 'Q']), "{}", drawn.vin);
            assert!(drawn.vin.ends_with(|c: char| c.is_ascii_digit()));
            assert!(drawn.first <= last);
            assert!(drawn.masses.technical >= drawn.masses.admissible);
            assert!(drawn.masses.admissible > drawn.masses.running, "{} {}", drawn.make, drawn.model);
            assert!(drawn.cnit.is_none_or(|cnit| (12..=15).contains(&cnit.len())));
        }
    }
}
