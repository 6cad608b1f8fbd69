//! Invoices by where they were written: a dealer's office, a word processor, a spreadsheet, a typewriter.

use super::basket::{discounted, jobs};
use super::case::{Case, Prices, Wish};
use crate::luck::Luck;
use crate::people::trade::{JOBS, Trade};
use crate::specimen::Specimen;

const A4: f32 = 210.0;

/// A dealer's office: a grid of facts, each job with its sum, sums at the foot on the left.
pub fn dealer(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=5);
    let lines = discounted(luck, lines, 0.15);
    let case = Case::of(luck, Wish { deposit: 0.25, ..Wish::of(Trade::Dealer) }, lines);
    case.set(luck, include_str!("../../layouts/invoice/dealer.html"), A4)
}

/// Two sheets: a sum carried forward, totals on the second.
pub fn twopage(luck: &mut Luck) -> Specimen {
    let mut lines = jobs(luck, JOBS, 7..=9);
    lines.truncate(40);
    let split = (lines.len() * luck.number(45..=65) as usize / 100).min(25);
    let case = Case::of(luck, Wish { deposit: 0.3, ..Wish::of(Trade::Garage) }, lines).with("split", split);
    case.set(luck, include_str!("../../layouts/invoice/twopage.html"), A4)
}

/// A word processor, by one who bills no tax.
pub fn micro(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=2);
    let wish = Wish { prices: Prices::Exempt, other_rate: 0.0, deposit: 0.25, ..Wish::of(Trade::Mobile) };
    let case = Case::of(luck, wish, lines);
    case.set(luck, include_str!("../../layouts/invoice/micro.html"), A4)
}

/// A coloured column with the house, the car and at times the sums.
pub fn rail(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=3);
    let case = Case::of(luck, Wish { deposit: 0.0, ..Wish::of(Trade::Garage) }, lines);
    case.set(luck, include_str!("../../layouts/invoice/rail.html"), A4)
}

/// A spreadsheet with its cells.
pub fn sheet(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=3);
    let trade = *luck.pick(&[Trade::Garage, Trade::Body, Trade::Mobile]);
    let case = Case::of(luck, Wish::of(trade), lines);
    case.set(luck, include_str!("../../layouts/invoice/sheet.html"), A4)
}

/// A typewriter: the car in a sentence, lines that lead to their amounts by dots.
pub fn typed(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=2);
    let case = Case::of(luck, Wish { second_rate: 0.0, ..Wish::of(Trade::Garage) }, lines);
    case.set(luck, include_str!("../../layouts/invoice/typed.html"), A4)
}
