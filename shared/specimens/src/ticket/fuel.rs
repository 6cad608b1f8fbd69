//! Receipts of filling stations and chargers: quantity x price = total, to the cent.

use serde_json::{Map, Value, json};

use crate::invoice::bill::{amount, rounded};
use crate::invoice::case::day_in;
use crate::invoice::client::{Car, car, number_by};
use crate::invoice::page::{Sheet, set};
use crate::invoice::style::Style;
use crate::luck::Luck;
use crate::people::trade::{AREAS, CHARGERS, FUELS, House, SUPERMARKETS, Trade, house};
use crate::specimen::Specimen;

/// A brand's station with a cashier.
pub fn brand(luck: &mut Luck) -> Specimen {
    Fill::of(luck).set(luck, include_str!("../../layouts/ticket/fuel_brand.html"), 80.0)
}

/// A supermarket's pumps, day and night.
pub fn supermarket(luck: &mut Luck) -> Specimen {
    let mut fill = Fill::of(luck);
    let name = *luck.pick(SUPERMARKETS);
    fill.house.name =
        if luck.chance(0.5) { name.to_owned() } else { format!("{name} {}", fill.house.town.to_uppercase()) };
    fill.set(luck, include_str!("../../layouts/ticket/fuel_super.html"), 80.0)
}

/// A motorway's station.
pub fn motorway(luck: &mut Luck) -> Specimen {
    let mut fill = Fill::of(luck);
    let (area, road) = *luck.pick(AREAS);
    let sign = *luck.pick(&["TOTALENERGIES ", "ESSO ", "AVIA ", "BP ", "SHELL ", "DYNEFF ", "LECLERC "]);
    fill.house.name = format!("{sign}{area}");
    fill.more.insert("road".to_owned(), json!(road));
    fill.set(luck, include_str!("../../layouts/ticket/fuel_motorway.html"), 80.0)
}

/// A terminal's short ticket with the slip of the card joined.
pub fn card(luck: &mut Luck) -> Specimen {
    Fill::of(luck).set(luck, include_str!("../../layouts/ticket/fuel_card.html"), 58.0)
}

/// A pump that prints for itself.
pub fn old(luck: &mut Luck) -> Specimen {
    Fill::of(luck).set(luck, include_str!("../../layouts/ticket/fuel_old.html"), 70.0)
}

/// A leaf of an attendant's book, filled by hand.
pub fn hand(luck: &mut Luck) -> Specimen {
    Fill::of(luck).set(luck, include_str!("../../layouts/ticket/fuel_hand.html"), 148.0)
}

/// A company's fuel card.
pub fn fleet(luck: &mut Luck) -> Specimen {
    Fill::of(luck).set(luck, include_str!("../../layouts/ticket/fuel_fleet.html"), 80.0)
}

/// A charger's receipt on paper.
pub fn charge_till(luck: &mut Luck) -> Specimen {
    let mut fill = Fill::charge(luck);
    fill.style = Style::till(luck);
    fill.set(luck, include_str!("../../layouts/ticket/charge_till.html"), 80.0)
}

/// A charger's receipt by post without paper.
pub fn charge_app(luck: &mut Luck) -> Specimen {
    Fill::charge(luck).set(luck, include_str!("../../layouts/ticket/charge_app.html"), 210.0)
}

/// One filling.
struct Fill {
    house: House,
    car: Car,
    day: String,
    style: Style,
    fuel: Map<String, Value>,
    facts: Map<String, Value>,
    more: Map<String, Value>,
}

impl Fill {
    /// Litres from a pump.
    fn of(luck: &mut Luck) -> Self {
        let fuel = luck.pick(FUELS);
        let grade = *luck.pick(fuel.names);
        let price = luck.number(fuel.low..=fuel.high);
        // Pumps count hundredths of a litre; some print a third nought or digit.
        let places = if luck.chance(0.25) { 3 } else { 2 };
        let step = if places == 3 { 1 } else { 10 };
        let thousandths = luck.number(5_000..=68_000) / step * step;
        let mut fill = Self::filled(luck, rounded(thousandths * price, 10_000));
        let litres = if places == 3 { fixed(thousandths, 3) } else { fixed(thousandths / 10, 2) };
        fill.tell("litres", &litres);
        fill.tell("unit_price", &fixed(price, 3));
        fill.tell("grade", grade);
        fill.print("litres", fill.style.point_of(&litres));
        fill.print("unit", price);
        fill.print("grade", grade);
        fill
    }

    /// Energy from a charger.
    fn charge(luck: &mut Luck) -> Self {
        let places = *luck.pick(&[2, 3]);
        let price = luck.number(25..=79) * 10;
        let step = if places == 3 { 1 } else { 10 };
        let watts = luck.number(4_000..=71_000) / step * step;
        let mut fill = Self::filled(luck, rounded(watts * price, 10_000));
        let kwh = if places == 3 { fixed(watts, 3) } else { fixed(watts / 10, 2) };
        let price = if luck.chance(0.7) { fixed(price / 10, 2) } else { fixed(price, 3) };
        let grade = *luck.pick(&["ELECTRICITE", "Recharge rapide DC", "Recharge AC 22 kW", "CCS 150 kW"]);
        let plug = luck.text("FR*AX9*E99999");
        let length = luck.number(12..=190);
        (*luck.pick(CHARGERS)).clone_into(&mut fill.house.name);
        fill.print("kwh", fill.style.point_of(&kwh));
        fill.print("price", fill.style.point_of(&price));
        fill.print("grade", grade);
        fill.tell("kwh", &kwh);
        fill.tell("unit_price", &price);
        fill.tell("grade", grade);
        let site =
            *luck.pick(&["Parking Carrefour", "Aire de services", "Hôtel du Parc", "Parking Mairie", "Lidl"]);
        for (key, value) in [
            ("plug", plug),
            ("site", site.to_owned()),
            ("length", format!("{} h {:02} min", length / 60, length % 60)),
        ] {
            fill.more.insert(key.to_owned(), json!(value));
        }
        fill
    }

    fn filled(luck: &mut Luck, ttc: i64) -> Self {
        let day = day_in(luck, 2014..=2025);
        let mut fill = Self {
            house: house(luck, Trade::Station),
            car: car(luck, day),
            day: day.to_string(),
            style: Style::till(luck),
            fuel: Map::new(),
            facts: Map::new(),
            more: Map::new(),
        };
        let ht = rounded(ttc * 1000, 1200);
        for (key, fact, cents) in
            [("ttc", "total_ttc", ttc), ("ht", "total_ht", ht), ("vat", "total_vat", ttc - ht)]
        {
            fill.print(key, cents);
            fill.tell(fact, &amount(cents));
        }
        fill.tell("date", &day.to_string());
        fill
    }

    fn tell(&mut self, key: &str, value: &str) {
        self.facts.insert(key.to_owned(), json!(value));
    }

    fn print(&mut self, key: &str, value: impl Into<Value>) {
        self.fuel.insert(key.to_owned(), value.into());
    }

    fn set(mut self, luck: &mut Luck, template: &'static str, width_mm: f32) -> Specimen {
        let name = self.house.name.clone();
        self.tell("station_name", &name);
        let mut data = json!({
            "house": self.house,
            "car": self.car,
            "fuel": self.fuel,
            "days": {"issued": self.day},
            "pump": format!("{:0width$}", luck.number(1..=12), width = *luck.pick(&[1, 2])),
            "no": {"ticket": number_by(luck, &["999999", "00999", "9999", "99-99999", "A9999999"])},
            "paid": luck.pick(&["CB", "Carte bancaire", "Espèces", "CB EMV", "Carte", "CB sans contact"]),
            "time": format!("{:02}:{:02}", luck.number(5..=23), luck.number(0..=59)),
        });
        if let Value::Object(data) = &mut data {
            data.extend(self.more);
        }
        set(luck, Sheet { template, data, facts: self.facts, style: self.style, width_mm })
    }
}

/// A whole number of the last place: `4237` with two places is `42.37`.
fn fixed(value: i64, places: u32) -> String {
    let whole = 10_i64.pow(places);
    format!("{}.{:0width$}", value / whole, value % whole, width = places as usize)
}
