//! Who is billed, and for which car.

use chrono::{Datelike as _, Days, NaiveDate};
use serde::Serialize;

use crate::luck::Luck;
use crate::people::trade::{MEN, SURNAMES, TOWNS, WOMEN, phone, street};
use crate::people::{plate, siret, vat_number};

/// A client.
#[derive(Clone, Serialize)]
pub struct Client {
    /// `M.`, or nothing.
    pub title: &'static str,
    /// As the paper writes it.
    pub name: String,
    /// House number and street.
    pub street: String,
    /// Five digits.
    pub postcode: String,
    /// The town.
    pub town: String,
    /// A telephone.
    pub phone: String,
    /// The house's number for the client.
    pub number: String,
    /// A company's number of value added tax: not the seller's.
    pub vat: String,
}

/// A car.
#[derive(Clone, Serialize)]
pub struct Car {
    /// As the paper writes it.
    pub plate: String,
    /// `AB-123-CD`.
    #[serde(skip)]
    pub plate_true: String,
    /// The make, as the paper writes it.
    pub make: String,
    /// The model, as the paper writes it.
    pub model: String,
    /// Seventeen signs.
    pub vin: String,
    /// Kilometres.
    pub mileage: i64,
    /// The first day on the road.
    pub first: String,
    /// What it burns.
    pub energy: &'static str,
    /// The engine's code.
    pub engine: String,
}

const COMPANIES: &[&str] = &[
    "{s} BTP",
    "Transports {s}",
    "{s} & Associés",
    "Ambulances {s}",
    "Taxi {s}",
    "Plomberie {s}",
    "Boulangerie {s}",
    "{s} Paysage",
    "Menuiserie {s}",
    "Cabinet {s}",
    "Électricité {s}",
    "LocaFlotte {s}",
    "{s} Immobilier",
];
/// A private list: makes with their world codes and models.
const CARS: &[(&str, &str, &[&str])] = &[
    (
        "Renault",
        "VF1",
        &["Clio IV", "Mégane III", "Captur", "Kangoo", "Scénic", "Twingo III", "Trafic", "Zoé", "Clio"],
    ),
    ("Peugeot", "VF3", &["208", "308", "2008", "3008", "207", "Partner", "5008", "508 SW", "Expert", "206+"]),
    ("Citroën", "VF7", &["C3", "C4 Picasso", "Berlingo", "C1", "C5 Aircross", "C3 Aircross", "Jumpy", "C4"]),
    ("Dacia", "UU1", &["Sandero", "Duster", "Lodgy", "Logan MCV", "Spring", "Dokker"]),
    ("Volkswagen", "WVW", &["Golf VII", "Polo", "Passat", "Touran", "Tiguan", "Up!", "T-Roc"]),
    ("Audi", "WAU", &["A3 Sportback", "A4 Avant", "Q3", "A1"]),
    ("BMW", "WBA", &["Série 1", "118d", "320d Touring", "X1"]),
    ("Mercedes-Benz", "WDD", &["Classe A", "A 180", "C 220 d", "Classe B", "GLA"]),
    ("Ford", "WF0", &["Fiesta", "Focus", "Kuga", "C-Max", "Puma", "Transit Custom"]),
    ("Opel", "W0L", &["Corsa", "Astra", "Mokka", "Zafira", "Vivaro"]),
    ("Toyota", "VNK", &["Yaris", "Aygo", "Auris Hybride", "C-HR", "Corolla"]),
    ("Fiat", "ZFA", &["500", "Panda", "Punto", "Tipo", "Ducato"]),
    ("Nissan", "SJN", &["Qashqai", "Juke", "Micra", "Leaf"]),
    ("Hyundai", "TMA", &["i10", "i20", "Tucson", "Kona"]),
    ("Kia", "U5Y", &["Picanto", "Ceed", "Sportage", "Niro"]),
    ("Skoda", "TMB", &["Octavia", "Fabia", "Kodiaq"]),
    ("Seat", "VSS", &["Ibiza", "Leon", "Ateca"]),
    ("Volvo", "YV1", &["V40", "XC60", "V60"]),
    ("Suzuki", "JSA", &["Swift", "Vitara", "Ignis"]),
    ("Mini", "WMW", &["Cooper", "Countryman"]),
    ("DS", "VR1", &["DS 3", "DS 7"]),
    ("Tesla", "5YJ", &["Model 3", "Model Y"]),
    ("Alfa Romeo", "ZAR", &["Giulietta", "Mito"]),
    ("Smart", "WME", &["Fortwo"]),
];

const ENERGIES: &[&str] = &["Diesel", "Essence", "GO", "ES", "Hybride", "Gazole"];

/// A client drawn by luck, a company at times.
pub fn client(luck: &mut Luck) -> Client {
    let town = luck.pick(TOWNS);
    let surname = *luck.pick(SURNAMES);
    let (titles, names): (&[&str], _) = if luck.chance(0.5) {
        (&["Mme", "Mme", "Madame", "MME", ""], WOMEN)
    } else {
        (&["M.", "Mr", "Monsieur", "M", ""], MEN)
    };
    let given = *luck.pick(names);
    let company = luck.chance(0.18);
    let (title, name) = if company {
        let name = luck.pick(COMPANIES).replace("{s}", surname);
        (
            *luck.pick(&["SARL", "SAS", "SARL", "EURL", ""]),
            if luck.chance(0.6) { name.to_uppercase() } else { name },
        )
    } else {
        (*luck.pick(titles), person(luck, given, surname))
    };
    Client {
        name: if company { format!("{title} {name}").trim().to_owned() } else { name },
        title: if company { "" } else { title },
        street: street(luck),
        postcode: town.postcode.to_owned(),
        town: if luck.chance(0.7) { town.name.to_uppercase() } else { town.name.to_owned() },
        phone: phone(luck),
        number: number_by(luck, &["C999999", "99999", "CL-9999", "411AAAA99", "999999", "CLI99999"]),
        vat: if company { vat_number(&siret(luck)) } else { String::new() },
    }
}

/// A car that was on the road before this day.
pub fn car(luck: &mut Luck, before: NaiveDate) -> Car {
    let (make, world, models) = luck.pick(CARS);
    let model = *luck.pick(models);
    let born = NaiveDate::from_ymd_opt(2009, 4, 15).expect("a day");
    let age = luck.number(20..=4500).min((before - born).num_days()).max(1) as u64;
    let first = before.checked_sub_days(Days::new(age)).expect("a day");
    let upper = luck.chance(0.6);
    let case = |word: &str| if upper { word.to_uppercase() } else { word.to_owned() };
    let plate_true = plate(luck);
    let energy = *luck.pick(ENERGIES);
    let year = year_sign(first.year());
    Car {
        plate: match luck.number(0..=9) {
            0..=6 => plate_true.clone(),
            7 => plate_true.replace('-', " "),
            _ => plate_true.replace('-', ""),
        },
        plate_true,
        make: case(make),
        model: case(model),
        vin: format!("{world}{}{year}{}", vin_text(luck, 6), vin_text(luck, 1)) + &luck.text("999999"),
        mileage: (age as i64 * luck.number(18..=70) + luck.number(5..=999)).min(289_000),
        first: first.to_string(),
        energy,
        engine: luck.text("A9A 999"),
    }
}

/// A text by one of the patterns: as [`Luck::text`], with `Á` for a capital A that stays.
pub fn number_by(luck: &mut Luck, patterns: &[&str]) -> String {
    let pattern = *luck.pick(patterns);
    luck.text(pattern).replace('Á', "A")
}

/// A person's name in one of the usual orders and cases.
pub fn person(luck: &mut Luck, given: &str, surname: &str) -> String {
    match luck.number(0..=4) {
        0 => format!("{given} {surname}"),
        1 => format!("{given} {}", surname.to_uppercase()),
        2 => format!("{} {given}", surname.to_uppercase()),
        3 => format!("{} {}", surname.to_uppercase(), given.to_uppercase()),
        _ => format!("{surname} {given}"),
    }
}

/// Signs of a VIN: never I, O, Q.
fn vin_text(luck: &mut Luck, count: usize) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
    (0..count).map(|_| char::from(*luck.pick(SIGNS))).collect()
}

/// The sign of the model year in the tenth place.
fn year_sign(year: i32) -> char {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPRSTVWXY123456789";
    char::from(SIGNS[(year - 2010).rem_euclid(30) as usize])
}
