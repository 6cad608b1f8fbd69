//! Invoices of those who sell, wash, inspect and let pass.

use serde_json::{Value, json};

use super::basket::{counter, discounted, jobs, reference, tyres};
use super::bill::Line;
use super::case::{Case, Prices, Wish};
use crate::luck::Luck;
use crate::people::trade::{JOBS, Sort, TOLL_PLAZAS, Trade, WASHES, tyre};
use crate::specimen::Specimen;

const A4: f32 = 210.0;
const A5: f32 = 148.0;

/// An inspection centre: half a sheet, one or two services, prices with tax.
pub fn inspection(luck: &mut Luck) -> Specimen {
    let name = *luck.pick(&[
        "Contrôle technique périodique VL",
        "Visite technique obligatoire",
        "Contrôle technique véhicule léger",
        "CONTROLE TECHNIQUE VP",
        "Contrôle technique Hybride / Électrique",
    ]);
    let mut lines = vec![Line::new(name, Sort::Labour, 100, luck.number(59..=98) * 100)];
    if luck.chance(0.3) {
        let name =
            *luck.pick(&["Contre-visite visuelle", "Contre-visite", "Contrôle complémentaire pollution"]);
        lines.push(Line::new(name, Sort::Labour, 100, luck.number(5..=35) * 100));
    }
    if luck.chance(0.25) {
        let line = Line::new("Remise internet", Sort::Other, 100, -luck.number(3..=12) * 100);
        lines.push(line);
    }
    let wish =
        Wish { prices: Prices::WithTax, deposit: 0.0, second_rate: 0.0, ..Wish::of(Trade::Inspection) };
    let case = Case::of(luck, wish, lines);
    case.set(luck, include_str!("../../layouts/invoice/inspection.html"), A5)
}

/// A parts shop: a dense table in a frame, delivery notes among the lines, sums in a band.
pub fn shop_counter(luck: &mut Luck) -> Specimen {
    let lines = counter(luck, 2..=12);
    let mut lines = discounted(luck, lines, 0.6);
    let split = luck.number(1..=lines.len() as i64) as usize;
    let notes = [luck.text("BL 999999"), luck.text("BL 999999")];
    if luck.chance(0.7) {
        for (place, line) in lines.iter_mut().enumerate() {
            notes[usize::from(place >= split)].clone_into(&mut line.section);
        }
    }
    let case = Case::of(luck, Wish::of(Trade::Parts), lines);
    case.set(luck, include_str!("../../layouts/invoice/counter.html"), A4)
}

/// A shop on the web: two addresses, postage, sums as the last rows of the table; some are foreign.
pub fn web(luck: &mut Luck) -> Specimen {
    let lines = web_lines(luck);
    let wish = Wish { deposit: 0.0, second_rate: 0.0, other_rate: 0.0, ..Wish::of(Trade::Web) };
    let mut case = Case::of(luck, wish, lines);
    let foreign = luck.chance(0.25);
    if foreign {
        case.house.vat = luck.text("DE999999999");
        case.house.company = format!("{} GmbH", case.house.name);
        (case.house.postcode, case.house.town) = (luck.text("30999"), "Hannover".to_owned());
        case.house.street = format!("Industriestraße {}", luck.number(1..=90));
    }
    let depot = luck.pick(&[
        "Garage Partenaire AutoFix",
        "Domicile",
        "Point relais Tabac Presse",
        "Station Méca Express",
    ]);
    let case = case.with("foreign", foreign).with("depot", *depot);
    case.set(luck, include_str!("../../layouts/invoice/web.html"), A4)
}

/// A month of tolls: the sum first, then each passage.
pub fn toll(luck: &mut Luck) -> Specimen {
    let count = luck.number(3..=16);
    let mut lines = Vec::new();
    for _ in 0..count {
        let (from, to) = (*luck.pick(TOLL_PLAZAS), *luck.pick(TOLL_PLAZAS));
        let sign = *luck.pick(&[" - ", " / ", " > "]);
        lines.push(Line::new(format!("{from}{sign}{to}"), Sort::Other, 100, luck.number(9..=420) * 10));
    }
    if luck.chance(0.7) {
        let name =
            *luck.pick(&["Abonnement mensuel", "Frais de gestion badge", "Abonnement Liber-t Vacances"]);
        lines.push(Line::new(name, Sort::Fee, 100, luck.number(10..=29) * 10));
    }
    let wish = Wish {
        prices: Prices::WithTax,
        deposit: 0.0,
        second_rate: 0.0,
        other_rate: 0.0,
        ..Wish::of(Trade::Toll)
    };
    let case = Case::of(luck, wish, lines);
    let moments = moments(luck, &case.issued(), count);
    case.with("moments", moments).set(luck, include_str!("../../layouts/invoice/toll.html"), A4)
}

/// A subscription to a car wash, billed by a payment service.
pub fn wash(luck: &mut Luck) -> Specimen {
    let plan = *luck.pick(&[
        "Abonnement Lavage Illimité",
        "Formule PREMIUM mensuelle",
        "Pass Lavage Gold",
        "Recharge carte de lavage",
    ]);
    let mut lines = vec![Line::new(plan, Sort::Other, 100, luck.number(1200..=3900))];
    if luck.chance(0.4) {
        let (name, low, high) = *luck.pick(WASHES);
        lines.push(Line::new(name, Sort::Other, luck.number(1..=3) * 100, luck.number(low..=high)));
    }
    let wish = Wish { deposit: 0.0, second_rate: 0.0, other_rate: 0.0, ..Wish::of(Trade::Wash) };
    let case = Case::of(luck, wish, lines);
    case.set(luck, include_str!("../../layouts/invoice/wash.html"), A4)
}

/// A credit note of a shop or a workshop, its amounts with or without a minus.
pub fn credit(luck: &mut Luck) -> Specimen {
    let (lines, trade) = if luck.chance(0.5) {
        (counter(luck, 1..=3), Trade::Parts)
    } else {
        let mut lines = jobs(luck, JOBS, 1..=1);
        lines.truncate(3);
        (lines, *luck.pick(&[Trade::Garage, Trade::Dealer]))
    };
    let case = Case::of(luck, Wish { credit: true, ..Wish::of(trade) }, lines);
    case.set(luck, include_str!("../../layouts/invoice/credit.html"), A4)
}

/// A used car sold with tax on the margin: one total, no tax to read.
pub fn sale(luck: &mut Luck) -> Specimen {
    let name =
        *luck.pick(&["Véhicule d'occasion désigné ci-dessus", "Prix du véhicule", "Véhicule d'occasion"]);
    let mut lines = vec![Line::new(name, Sort::Other, 100, luck.number(39..=289) * 10_000 + 9000)];
    for (name, low, high) in [
        ("Frais de mise à la route", 9900, 39_000),
        ("Carte grise", 11_276, 45_276),
        ("Extension de garantie 12 mois", 29_000, 79_000),
        ("Plaques et immatriculation", 2900, 5900),
    ] {
        if luck.chance(0.45) {
            lines.push(Line::new(name, Sort::Fee, 100, luck.number(low..=high)));
        }
    }
    let wish = Wish { prices: Prices::WithTax, deposit: 0.6, second_rate: 0.0, ..Wish::of(Trade::Dealer) };
    let case = Case::of(luck, wish, lines);
    case.set(luck, include_str!("../../layouts/invoice/sale.html"), A4)
}

fn web_lines(luck: &mut Luck) -> Vec<Line> {
    let mut lines = if luck.chance(0.6) {
        let count = *luck.pick(&[2, 4]) * 100;
        let (name, price) = tyre(luck);
        let number = reference(luck, Sort::Tyre);
        let mut lines = vec![Line::new(name, Sort::Tyre, count, price).numbered(number)];
        if luck.chance(0.5) {
            let line = Line::new("Éco-participation pneu (TNPF)", Sort::Fee, count, luck.number(110..=150));
            lines.push(line.numbered("ECO-PN".to_owned()));
        }
        lines
    } else if luck.chance(0.1) {
        tyres(luck)
    } else {
        counter(luck, 1..=5)
    };
    if luck.chance(0.7) {
        let name = *luck.pick(&["Frais de port", "Livraison à domicile", "Frais d'expédition"]);
        let line = Line::new(name, Sort::Fee, 100, *luck.pick(&[0, 416, 575, 749, 825, 1242]));
        lines.push(line.numbered("PORT".to_owned()));
    }
    lines
}

/// Days and hours of passages, oldest first.
fn moments(luck: &mut Luck, issued: &str, count: i64) -> Value {
    let issued: chrono::NaiveDate = issued.parse().expect("a day");
    let mut back: Vec<u64> = (0..count).map(|_| luck.number(1..=28) as u64).collect();
    back.sort_unstable_by(|one, other| other.cmp(one));
    back.into_iter()
        .map(|days| {
            let day = issued.checked_sub_days(chrono::Days::new(days)).expect("a day");
            json!([day.to_string(), format!("{:02}:{:02}", luck.number(5..=22), luck.number(0..=59))])
        })
        .collect()
}
