//! Invoices of workshops.

use super::basket::{by_sort, cut, discounted, jobs, shortened, tyres};
use super::case::{Case, Prices, Wish, Writer};
use crate::luck::Luck;
use crate::people::trade::{BODY, GLASS, JOBS, Trade};
use crate::specimen::Specimen;

const A4: f32 = 210.0;
const A5: f32 = 148.0;

/// The usual invoice of a garage: letterhead on the left, a window on the right, the car in a band.
pub fn band(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=4);
    let lines = discounted(luck, lines, 0.12);
    let case = Case::of(luck, Wish::of(Trade::Garage), lines);
    case.set(luck, include_str!("../../layouts/invoice/band.html"), A4)
}

/// A dealer's system printing on a form with needles.
pub fn dms(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=4);
    let lines = cut(discounted(luck, lines, 0.2), 34);
    let wish = Wish {
        writer: if luck.chance(0.7) { Writer::Capitals } else { Writer::Office },
        ..Wish::of(Trade::Dealer)
    };
    let case = Case::of(luck, wish, lines);
    case.set(luck, include_str!("../../layouts/invoice/dms.html"), A4)
}

/// An invoice service on the web: much air, the car in a sentence, a rate on each line.
pub fn saas(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=3);
    let trade = *luck.pick(&[Trade::Garage, Trade::Mobile, Trade::Garage]);
    let case = Case::of(luck, Wish::of(trade), lines);
    case.set(luck, include_str!("../../layouts/invoice/saas.html"), A4)
}

/// A tyre house: sums in a strip across the foot of the table.
pub fn tyre(luck: &mut Luck) -> Specimen {
    let lines = tyres(luck);
    let lines = discounted(luck, lines, 0.4);
    let case = Case::of(luck, Wish { second_rate: 0.0, ..Wish::of(Trade::Tyres) }, lines);
    case.set(luck, include_str!("../../layouts/invoice/tyre.html"), A4)
}

/// A chain of quick workshops: prices with tax, sums on the left.
pub fn fastfit(luck: &mut Luck) -> Specimen {
    let lines = if luck.chance(0.4) { tyres(luck) } else { jobs(luck, JOBS, 1..=3) };
    let wish = Wish { prices: Prices::WithTax, second_rate: 0.0, ..Wish::of(Trade::FastFit) };
    let case = Case::of(luck, wish, lines);
    case.set(luck, include_str!("../../layouts/invoice/fastfit.html"), A4)
}

/// A body shop: the car in a column, work in groups with their sums.
pub fn body(luck: &mut Luck) -> Specimen {
    let mut lines = jobs(luck, BODY, 2..=4);
    lines.truncate(13);
    let lines = discounted(luck, lines, 0.1);
    let lines = if luck.chance(0.5) { by_sort(lines) } else { lines };
    let case = Case::of(luck, Wish { deposit: 0.4, second_rate: 0.0, ..Wish::of(Trade::Body) }, lines);
    case.set(luck, include_str!("../../layouts/invoice/body.html"), A4)
}

/// A glass replacer: letterhead on the right, sums on the left, the insurer pays its part.
pub fn glass(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, GLASS, 1..=2);
    let lines = discounted(luck, lines, 0.2);
    let wish = Wish { deposit: 0.0, second_rate: 0.0, ..Wish::of(Trade::Glass) };
    let mut case = Case::of(luck, wish, lines);
    if luck.chance(0.7) {
        let own = luck.number(4..=15) * 1000;
        let insured = (case.bill.ttc - own).max(case.bill.ttc / 2);
        case.bill = case.bill.after_deposit(insured);
    }
    case.set(luck, include_str!("../../layouts/invoice/glass.html"), A4)
}

/// A pad of forms filled by hand, at times by a mechanic who bills no tax.
pub fn carbon(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=2);
    let lines = shortened(lines, 27);
    let prices = if luck.chance(0.5) { Prices::Exempt } else { Prices::WithoutTax };
    let trade = *luck.pick(&[Trade::Mobile, Trade::Garage]);
    let wish = Wish { prices, deposit: 0.0, second_rate: 0.0, ..Wish::of(trade) };
    let mut case = Case::of(luck, wish, lines);
    case.style = case.style.by_hand();
    case.set(luck, include_str!("../../layouts/invoice/carbon.html"), A5)
}

/// Half a sheet lying on its side: the car in a sentence, sums in a box beside the lines.
pub fn landscape(luck: &mut Luck) -> Specimen {
    let lines = jobs(luck, JOBS, 1..=3);
    let case = Case::of(luck, Wish::of(Trade::Garage), lines);
    case.set(luck, include_str!("../../layouts/invoice/landscape.html"), A4)
}
