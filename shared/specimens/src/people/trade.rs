//! Trades that write invoices and receipts: their names, addresses, numbers, work, goods and stations.

mod bank;
mod goods;
mod names;
mod places;
mod stations;
mod work;

use serde::Serialize;

pub use bank::iban;
pub use goods::{Article, PARTS, TOLL_PLAZAS, WASHES, WHEEL_WORK, tyre};
pub use names::house_name;
pub use places::{ISLANDS, MEN, STREETS, SURNAMES, TOWNS, Town, WOMEN};
pub use stations::{AREAS, CHARGERS, FUELS, SUPERMARKETS};
pub use work::{BODY, GLASS, JOBS, Job, Sort, Task};

use crate::luck::Luck;
use crate::people::{siret, vat_number};

/// What a house does for its living.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// An independent workshop.
    Garage,
    /// A make's dealer or agent.
    Dealer,
    /// A tyre house.
    Tyres,
    /// A chain of quick workshops.
    FastFit,
    /// A body shop.
    Body,
    /// A glass replacer.
    Glass,
    /// An inspection centre.
    Inspection,
    /// A parts shop.
    Parts,
    /// Tyres or parts by post.
    Web,
    /// A motorway company.
    Toll,
    /// A car wash.
    Wash,
    /// A mechanic on the road, often alone.
    Mobile,
    /// A filling station.
    Station,
}

/// A house of trade with everything its letterhead may say.
#[derive(Clone, Serialize)]
pub struct House {
    /// The name over the door, as the head of the paper writes it.
    pub name: String,
    /// The company behind it, as the footer writes it.
    pub company: String,
    /// `SARL`, `SAS`...
    pub form: &'static str,
    /// Share capital in euros.
    pub capital: i64,
    /// House number and street.
    pub street: String,
    /// Five digits.
    pub postcode: String,
    /// The town.
    pub town: String,
    /// Where the register is kept.
    pub registry: String,
    /// A telephone number, spaced.
    pub phone: String,
    /// An address for letters without paper.
    pub email: String,
    /// Its page.
    pub web: String,
    /// Fourteen digits.
    pub siret: String,
    /// `FR` and eleven digits.
    pub vat: String,
    /// The activity by the national nomenclature.
    pub ape: &'static str,
    /// An account, with its check digits.
    pub iban: String,
    /// The bank's word.
    pub bic: String,
    /// Two letters for a logo.
    pub initials: String,
}

/// A house of this trade.
pub fn house(luck: &mut Luck, trade: Trade) -> House {
    let town = *luck.pick(TOWNS);
    house_in(luck, trade, town)
}

/// A house of this trade in this town.
pub fn house_in(luck: &mut Luck, trade: Trade, town: Town) -> House {
    let name = house_name(luck, trade, town.name);
    let name = cased(luck, name);
    let form = *luck.pick(&["SARL", "SARL", "SAS", "SAS", "SASU", "EURL", "SA"]);
    let company = company_name(luck, &name, form);
    let siret = siret(luck);
    let site: String =
        plain(&name).chars().filter(char::is_ascii_alphanumeric).take(18).collect::<String>().to_lowercase();
    let ending = *luck.pick(&["fr", "fr", "com", "eu"]);
    House {
        form,
        capital: *luck
            .pick(&[1000, 5000, 7500, 7622, 8000, 10_000, 15_245, 37_000, 40_000, 150_000, 1_250_000]),
        street: street(luck),
        postcode: town.postcode.to_owned(),
        town: if luck.chance(0.6) { town.name.to_uppercase() } else { town.name.to_owned() },
        registry: town.registry.to_owned(),
        phone: phone(luck),
        email: format!(
            "{}@{site}.{ending}",
            luck.pick(&["contact", "atelier", "accueil", "compta", "facturation"])
        ),
        web: format!("www.{site}.{ending}"),
        vat: vat_number(&siret),
        siret,
        ape: ape(trade),
        iban: iban(luck),
        bic: luck.text("AAAAFRPPXXX"),
        initials: initials(&name),
        company,
        name,
    }
}

/// A number and a street.
pub fn street(luck: &mut Luck) -> String {
    let number = luck.number(1..=180);
    let add = if luck.chance(0.1) { " bis" } else { "" };
    format!("{number}{add}{} {}", luck.pick(&["", "", ","]), luck.pick(STREETS))
}

/// A telephone number in one of the usual spacings.
pub fn phone(luck: &mut Luck) -> String {
    let head = luck.pick(&["01", "02", "03", "04", "05", "06", "07", "09"]);
    let sign = *luck.pick(&[" ", " ", ".", ""]);
    [*head, &luck.text("99"), &luck.text("99"), &luck.text("99"), &luck.text("99")].join(sign)
}

/// Letters without their accents.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'à' | 'â' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' => 'o',
            'ù' | 'û' => 'u',
            'ç' => 'c',
            'É' | 'È' | 'Ê' => 'E',
            'Î' => 'I',
            'Ô' => 'O',
            'Ç' => 'C',
            'À' => 'A',
            '’' => '\'',
            other => other,
        })
        .collect()
}

fn cased(luck: &mut Luck, name: String) -> String {
    match luck.number(0..=9) {
        0..=3 => name.to_uppercase(),
        4 => plain(&name.to_uppercase()),
        _ => name,
    }
}

fn company_name(luck: &mut Luck, name: &str, form: &str) -> String {
    if luck.chance(0.7) {
        return format!("{form} {}", name.to_uppercase());
    }
    let surname = luck.pick(SURNAMES).to_uppercase();
    let word = luck.pick(&["AUTOMOBILES", "ET FILS", "DISTRIBUTION", "SERVICES", "HOLDING", "INVEST"]);
    format!("{form} {surname} {word}")
}

fn initials(name: &str) -> String {
    name.split([' ', '-', '\''])
        .filter(|word| word.chars().count() > 2)
        .filter_map(|word| word.chars().next())
        .filter(|letter| letter.is_alphabetic())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

fn ape(trade: Trade) -> &'static str {
    match trade {
        Trade::Dealer => "4511Z",
        Trade::Parts | Trade::Web => "4532Z",
        Trade::Inspection => "7120A",
        Trade::Toll => "5221Z",
        Trade::Station => "4730Z",
        _ => "4520A",
    }
}
