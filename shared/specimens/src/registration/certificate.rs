//! A certificate before it has a shape: what it says, coherent from the plate to the taxes.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::holder::{self, Holder};
use super::mrz::Mrz;
use super::plates;
use super::rubrics::Rubrics;
use super::taxes::{self, Money};
use crate::luck::Luck;
use crate::people::vehicles::{self, Sort, Vehicle};

/// What is special about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Nothing.
    Usual,
    /// A lessor holds it for a user.
    Leased,
    /// A second copy, or mentions of use.
    Duplicate,
    /// A collector's vehicle over 30 years old.
    Collector,
    /// A provisional WW number with an end.
    Provisional,
}

/// All that a certificate says.
pub struct Certificate {
    /// By code.
    pub rubrics: Rubrics,
    /// The vehicle.
    pub vehicle: Vehicle,
    /// `AB-123-CD`, `WW-123-AB` or `1234 AB 56`.
    pub plate: String,
    /// Rubric I.
    pub issued: NaiveDate,
    /// The coupon's number: `2010NW22030`.
    pub formula: String,
}

impl Certificate {
    /// A certificate of the SIV register issued in one of the years.
    pub fn siv(luck: &mut Luck, sort: Sort, case: Case, years: (i32, i32)) -> Self {
        let issued = issue_day(luck, years);
        let vehicle = dated(luck, sort, case, issued);
        let plate = match case {
            Case::Provisional => luck.text("WW-999-AA").replace(['I', 'O', 'U'], "K"),
            _ => plates::siv(luck, vehicle.first, issued),
        };
        Self::of(luck, vehicle, plate, issued, case)
    }

    /// A certificate of the departments' registers, before 2009.
    pub fn fni(luck: &mut Luck, sort: Sort, years: (i32, i32)) -> Self {
        let issued = issue_day(luck, years);
        let case = if luck.chance(0.1) { Case::Leased } else { Case::Usual };
        let vehicle = dated(luck, sort, case, issued);
        let plate = plates::fni(luck);
        Self::of(luck, vehicle, plate, issued, case)
    }

    fn of(luck: &mut Luck, vehicle: Vehicle, plate: String, issued: NaiveDate, case: Case) -> Self {
        let holder = if case == Case::Leased { holder::leased(luck) } else { holder::holder(luck) };
        let formula =
            format!("{}{}", issued.year(), luck.text("AA99999").replace('I', "S").replace('O', "P"));
        let mut rubrics = Rubrics::default();
        rubrics.set("A", &plate);
        rubrics.set_date("B", "", vehicle.first);
        rubrics.set_date("I", "", issued);
        say_holder(luck, &mut rubrics, &holder, case);
        say_identity(luck, &mut rubrics, &vehicle);
        say_engine(luck, &mut rubrics, &vehicle);
        say_inspection(luck, &mut rubrics, &vehicle, issued);
        say_taxes(luck, &mut rubrics, &vehicle, issued, case);
        say_mentions(luck, &mut rubrics, &vehicle, issued, case);
        if case == Case::Provisional {
            rubrics.set_date("H", "", issued + Months::new(4));
        }
        Self { rubrics, vehicle, plate, issued, formula }
    }

    /// Both machine-readable lines.
    pub fn mrz(&self) -> (String, String) {
        Mrz {
            plate: &self.plate,
            vin: &self.vehicle.vin,
            first: self.vehicle.first,
            genre: self.vehicle.category.genre,
            body: self.vehicle.category.national_body,
            make: &self.vehicle.make,
            model: &self.vehicle.model,
            formula: &self.formula,
        }
        .lines()
    }
}

fn issue_day(luck: &mut Luck, (from, to): (i32, i32)) -> NaiveDate {
    let year = luck.number(i64::from(from)..=i64::from(to)) as i32;
    let day = luck.number(if year == 2009 { 110..=365 } else { 2..=365 }) as u32;
    NaiveDate::from_yo_opt(year, day).expect("every year has 365 days")
}

/// A vehicle new on the day, or one of the years before.
fn dated(luck: &mut Luck, sort: Sort, case: Case, issued: NaiveDate) -> Vehicle {
    let year = issued.year();
    let years = match case {
        Case::Collector => year - 34..=year - 30,
        Case::Leased => year - 1..=year,
        _ => year - 14..=year,
    };
    let mut vehicle = vehicles::vehicle(luck, sort, years, issued);
    let new = year - vehicle.first.year() <= 1 && luck.chance(0.7);
    if new && case != Case::Collector {
        vehicle.first = issued;
    }
    vehicle
}

fn say_holder(luck: &mut Luck, rubrics: &mut Rubrics, holder: &Holder, case: Case) {
    rubrics.set("C.1", &holder.name);
    rubrics.set_some("C.4.1", holder.joint.as_ref());
    rubrics.set_lines("C.3", &holder.address);
    if case == Case::Leased || luck.chance(0.93) {
        let owner = if case == Case::Leased || luck.chance(0.96) { "EST LE" } else { "N'EST PAS LE" };
        rubrics.set("C.4a", format!("{owner} PROPRIETAIRE DU VEHICULE"));
    }
}

fn say_identity(luck: &mut Luck, rubrics: &mut Rubrics, vehicle: &Vehicle) {
    rubrics.set("D.1", &vehicle.make);
    rubrics.set("D.2", &vehicle.variant);
    rubrics.set_some("D.2.1", vehicle.cnit.as_ref());
    rubrics.set("D.3", &vehicle.model);
    rubrics.set("E", &vehicle.vin);
    let masses = &vehicle.masses;
    if vehicle.sort != Sort::Motorcycle || luck.chance(0.4) {
        rubrics.set("F.1", masses.technical);
    }
    rubrics.set("F.2", masses.admissible);
    rubrics.set_some("F.3", masses.train);
    rubrics.set("G", masses.running);
    rubrics.set("G.1", masses.empty);
    rubrics.set("J", vehicle.category.european);
    rubrics.set("J.1", vehicle.category.genre);
    rubrics.set_some("J.2", vehicle.category.body);
    rubrics.set("J.3", vehicle.category.national_body);
    rubrics.set_some("K", vehicle.approval.as_ref());
    rubrics.set_some("S.1", vehicle.seats);
}

fn say_engine(luck: &mut Luck, rubrics: &mut Rubrics, vehicle: &Vehicle) {
    let Some(engine) = &vehicle.engine else { return };
    rubrics.set_some("P.1", engine.cm3);
    rubrics.set("P.2", engine.kw);
    rubrics.set("P.3", engine.energy);
    rubrics.set("P.6", engine.fiscal);
    if let Some(ratio) = engine.ratio_hundredths.filter(|_| luck.chance(0.9)) {
        let (whole, rest) = (ratio / 100, ratio % 100);
        rubrics.put("Q", vec![format!("{whole},{rest:02}")], format!("{whole}.{rest:02}"));
    }
    rubrics.set_some("U.1", engine.noise.map(|(decibels, _)| decibels));
    rubrics.set_some("U.2", engine.noise.map(|(_, turns)| turns));
    rubrics.set_some("V.7", engine.co2);
    rubrics.set_some("V.9", engine.class.as_ref());
}

/// X.1: four years after the first registration, then every two; one year for vans' pollution test is not printed.
fn say_inspection(luck: &mut Luck, rubrics: &mut Rubrics, vehicle: &Vehicle, issued: NaiveDate) {
    if matches!(vehicle.sort, Sort::Motorcycle | Sort::Trailer | Sort::Caravan) || luck.chance(0.05) {
        return;
    }
    let first_visit = vehicle.first + Months::new(48);
    let day =
        if first_visit > issued { first_visit } else { issued + Days::new(luck.number(30..=730) as u64) };
    let words = *luck.pick(&[
        "VISITE AVANT LE ",
        "VISITE AVANT LE ",
        "VISITE AVANT LE ",
        "AVANT LE ",
        "VISITE AVANT LE : ",
    ]);
    rubrics.set_date("X.1", words, day);
}

fn say_taxes(luck: &mut Luck, rubrics: &mut Rubrics, vehicle: &Vehicle, issued: NaiveDate, case: Case) {
    const CODES: [&str; 6] = ["Y.1", "Y.2", "Y.3", "Y.4", "Y.5", "Y.6"];
    let money = Money::style(luck);
    for (code, cents) in CODES.into_iter().zip(taxes::taxes(luck, vehicle, issued, case)) {
        if let Some(cents) = cents {
            rubrics.put(code, vec![money.printed(cents)], format!("{}.{:02}", cents / 100, cents % 100));
        }
    }
}

fn say_mentions(luck: &mut Luck, rubrics: &mut Rubrics, vehicle: &Vehicle, issued: NaiveDate, case: Case) {
    const CODES: [&str; 4] = ["Z.1", "Z.2", "Z.3", "Z.4"];
    let mut mentions: Vec<String> = Vec::new();
    let day = |luck: &mut Luck| {
        let age = (issued - vehicle.first).num_days().max(1);
        (issued - Days::new(luck.number(0..=age - 1) as u64)).format("%d/%m/%Y").to_string()
    };
    match case {
        Case::Collector => mentions.push("VEHICULE DE COLLECTION".to_owned()),
        Case::Duplicate => {
            let (printed, old) = (issued.format("%d/%m/%Y"), day(luck));
            mentions.push(match luck.number(0..=3) {
                0 => format!("DUPLICATA DU {printed}"),
                1 => "DUPLICATA".to_owned(),
                2 => format!("DUPLICATA - CI PRECEDENT DU {old}"),
                _ => (*luck.pick(USES)).to_owned(),
            });
        }
        Case::Provisional => mentions.push((*luck.pick(PROVISIONAL)).to_owned()),
        Case::Leased if luck.chance(0.4) => mentions.push("LOCATION AVEC OPTION D'ACHAT".to_owned()),
        _ => {}
    }
    if vehicle.first < issued && luck.chance(0.25) {
        mentions.push(format!("DATE DU PRECEDENT CERTIFICAT : {}", day(luck)));
    }
    if luck.chance(0.15) && matches!(vehicle.sort, Sort::Car | Sort::Van) {
        mentions.push((*luck.pick(NOTES)).to_owned());
    }
    for (code, mention) in CODES.into_iter().zip(mentions) {
        rubrics.set(code, mention);
    }
}

const USES: &[&str] = &[
    "VEHICULE ECOLE",
    "TAXI",
    "TRANSPORT SANITAIRE",
    "VEHICULE DE DEMONSTRATION",
    "VEHICULE AGRICOLE",
    "DEPANNAGE",
    "AMENAGE HANDICAP",
];
const PROVISIONAL: &[&str] = &[
    "CERTIFICAT PROVISOIRE WW",
    "VEHICULE IMPORTE EN TRANSIT",
    "USAGE PROVISOIRE",
    "IMMATRICULATION PROVISOIRE",
];
const NOTES: &[&str] = &[
    "BOITE DE VITESSES AUTOMATIQUE",
    "ATTELAGE DEMONTABLE",
    "VITRES SURTEINTEES INTERDITES",
    "PNEUMATIQUES : VOIR PV",
];
