//! Receipts of tills: parts, work, washes, tolls, car parks.

use crate::invoice::basket::{counter, jobs};
use crate::invoice::bill::Line;
use crate::invoice::case::{Case, Prices, Wish, Writer};
use crate::luck::Luck;
use crate::people::trade::{JOBS, Sort, TOLL_PLAZAS, Trade, WASHES};
use crate::specimen::Specimen;

const WIDE: f32 = 80.0;
const NARROW: f32 = 58.0;

/// A parts shop's till.
pub fn parts(luck: &mut Luck) -> Specimen {
    let lines = counter(luck, 1..=6);
    let case = Case::of(luck, wish(Trade::Parts), lines);
    case.set(luck, include_str!("../../layouts/ticket/till_parts.html"), WIDE)
}

/// An old cash register's ribbon.
pub fn register(luck: &mut Luck) -> Specimen {
    let lines = counter(luck, 1..=3);
    let case = Case::of(luck, wish(Trade::Parts), lines);
    case.set(luck, include_str!("../../layouts/ticket/till_register.html"), NARROW)
}

/// A workshop's till with the car on it, at times with the slip of the card.
pub fn garage(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=2);
    let trade = *luck.pick(&[Trade::FastFit, Trade::Garage, Trade::Tyres]);
    let case = Case::of(luck, wish(trade), lines);
    case.set(luck, include_str!("../../layouts/ticket/till_garage.html"), WIDE)
}

/// The machine of a car wash.
pub fn wash(luck: &mut Luck) -> Specimen {
    let mut lines = Vec::new();
    for _ in 0..luck.number(1..=2) {
        let (name, low, high) = *luck.pick(WASHES);
        let price = luck.number(low / 50..=high / 50) * 50;
        if lines.iter().all(|line: &Line| line.name != name) {
            lines.push(Line::new(name, Sort::Other, luck.number(1..=2) * 100, price));
        }
    }
    let case = Case::of(luck, wish(Trade::Wash), lines);
    case.set(luck, include_str!("../../layouts/ticket/till_wash.html"), NARROW)
}

/// The receipt of a toll plaza.
pub fn toll(luck: &mut Luck) -> Specimen {
    let (from, to) = (*luck.pick(TOLL_PLAZAS), *luck.pick(TOLL_PLAZAS));
    let name = if luck.chance(0.7) { format!("{from} - {to}") } else { from.to_owned() };
    let lines = vec![Line::new(name, Sort::Other, 100, luck.number(9..=420) * 10)];
    let case = Case::of(luck, wish(Trade::Toll), lines);
    case.set(luck, include_str!("../../layouts/ticket/till_toll.html"), NARROW)
}

/// The receipt of a car park.
pub fn parking(luck: &mut Luck) -> Specimen {
    let minutes = luck.number(12..=600);
    let from = luck.number(6 * 60..=13 * 60);
    let clock = |at: i64| format!("{:02}:{:02}", at / 60, at % 60);
    let price = (minutes / 15 + 1) * *luck.pick(&[50, 60, 80, 90]);
    let name = *luck.pick(&["Stationnement", "Tarif horaire", "PARKING VISITEUR"]);
    let mut case = Case::of(luck, wish(Trade::Toll), vec![Line::new(name, Sort::Other, 100, price)]);
    case.house.name = luck
        .pick(&[
            "PARKING GARE SUD",
            "PARC DES HALLES",
            "Parking République",
            "PARKING AÉROPORT P2",
            "Parc Jaurès",
            "SAGS PARKING",
        ])
        .to_string();
    let arrived = case.issued();
    let case = case
        .with("arrived", arrived)
        .with("from", clock(from))
        .with("to", clock(from + minutes))
        .with("length", format!("{}h{:02}", minutes / 60, minutes % 60));
    case.set(luck, include_str!("../../layouts/ticket/till_parking.html"), NARROW)
}

fn wish(trade: Trade) -> Wish {
    Wish {
        prices: Prices::WithTax,
        deposit: 0.0,
        second_rate: 0.0,
        other_rate: 0.04,
        writer: Writer::Till,
        ..Wish::of(trade)
    }
}
