//! Papers of other kinds that lie in a glove box.

use chrono::Days;

use crate::invoice::bill::Line;
use crate::invoice::case::{Case, Prices, Wish, Writer, day_in};
use crate::invoice::client::{number_by, person};
use crate::luck::Luck;
use crate::people::trade::{MEN, SURNAMES, Sort, Trade};
use crate::specimen::Specimen;

const A4: f32 = 210.0;

/// A notice of a fine: three sums, of which none is the total.
pub fn fine(luck: &mut Luck) -> Specimen {
    plain(luck).set(luck, include_str!("../../layouts/ticket/other_fine.html"), A4)
}

/// The form by which a car changes hands: a registration's codes, but no registration.
pub fn certificate_of_sale(luck: &mut Luck) -> Specimen {
    let (given, surname) = (*luck.pick(MEN), *luck.pick(SURNAMES));
    let buyer = person(luck, given, surname);
    let born = day_in(luck, 1948..=2003).to_string();
    let mut case = plain(luck);
    case.style = case.style.by_hand();
    let case = case.with("buyer", buyer).with("born", born);
    case.set(luck, include_str!("../../layouts/ticket/other_sale.html"), A4)
}

/// A letter about a car.
pub fn letter(luck: &mut Luck) -> Specimen {
    let case = plain(luck);
    let made = case.issued().parse::<chrono::NaiveDate>().expect("a day");
    let made = made.checked_sub_days(Days::new(luck.number(300..=2000) as u64)).expect("a day");
    let case = case.with("made", made.to_string());
    case.set(luck, include_str!("../../layouts/ticket/other_letter.html"), A4)
}

/// A restaurant's bill: a till's receipt with a total, and two rates.
pub fn meal(luck: &mut Luck) -> Specimen {
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..luck.number(2..=7) {
        let (name, rate, low, high) = *luck.pick(DISHES);
        if lines.iter().all(|line| line.name != name) {
            let price = luck.number(low / 10..=high / 10) * 10;
            let mut line = Line::new(name, Sort::Other, luck.number(1..=3) * 100, price);
            line.rate = rate;
            lines.push(line);
        }
    }
    let place = *luck.pick(&[
        "LE PETIT ZINC",
        "Chez Mireille",
        "BRASSERIE DE LA GARE",
        "La Table d'Hugo",
        "Pizzeria Napoli",
        "LE RELAIS ROUTIER",
    ]);
    let wish = Wish {
        prices: Prices::WithTax,
        writer: Writer::Till,
        deposit: 0.0,
        second_rate: 0.0,
        other_rate: 0.0,
        ..Wish::of(Trade::Garage)
    };
    let note = number_by(luck, &["9999", "999999", "T-999"]);
    let mut case = Case::of(luck, wish, lines).with("place", place);
    case.number("ticket", &note);
    case.set(luck, include_str!("../../layouts/ticket/other_meal.html"), 80.0)
}

/// Dishes with their rate in tenths of a percent, and prices.
const DISHES: &[(&str, i64, i64, i64)] = &[
    ("Menu du jour", 100, 1390, 1890),
    ("Entrecote frites", 100, 1750, 2490),
    ("Salade chevre", 100, 1190, 1590),
    ("Pizza Reine", 100, 1090, 1490),
    ("Cafe", 100, 150, 280),
    ("Creme brulee", 100, 590, 850),
    ("Eau gazeuse 50cl", 100, 350, 490),
    ("Verre Cotes du Rhone", 200, 390, 650),
    ("Pression 25cl", 200, 290, 490),
    ("Burger maison", 100, 1390, 1790),
    ("Plat du jour", 100, 1090, 1450),
    ("Formule enfant", 100, 850, 1100),
];

fn plain(luck: &mut Luck) -> Case {
    let lines = vec![Line::new("", Sort::Other, 100, 100)];
    Case::of(luck, Wish { other_rate: 0.0, second_rate: 0.0, ..Wish::of(Trade::Garage) }, lines)
}
