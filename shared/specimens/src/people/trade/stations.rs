//! Filling stations, chargers and what they sell.

use super::places::SURNAMES;
use crate::luck::Luck;

/// A fuel as the receipt prints it, with its price by the litre in thousandths of a euro.
pub struct Fuel {
    /// The names it goes by.
    pub names: &'static [&'static str],
    /// From this price.
    pub low: i64,
    /// To this price.
    pub high: i64,
}

/// What the pumps give.
pub const FUELS: &[Fuel] = &[
    Fuel { names: &["SP95-E10", "SP95 E10", "E10", "SANS PLOMB 95-E10", "SP 95 E10"], low: 1329, high: 1999 },
    Fuel { names: &["SP95", "SANS PLOMB 95", "S/PLOMB 95", "E5 SP95"], low: 1349, high: 2039 },
    Fuel { names: &["SP98", "SUPER SP98", "SANS PLOMB 98", "SP98-E5", "SUPER 98"], low: 1389, high: 2149 },
    Fuel { names: &["GAZOLE", "GASOIL", "B7", "GAZOLE B7", "DIESEL", "GAZOLE (B7)"], low: 1109, high: 2099 },
    Fuel { names: &["GAZOLE", "GASOIL", "B7 GAZOLE", "GO"], low: 1199, high: 1899 },
    Fuel {
        names: &["EXCELLIUM GAZOLE", "GAZOLE EXCELLIUM", "EXCELLIUM DIESEL", "ULTIMATE GAZOLE"],
        low: 1299,
        high: 2159,
    },
    Fuel { names: &["EXCELLIUM 98", "SP98 EXCELLIUM", "V-POWER 98", "ULTIMATE SP98"], low: 1459, high: 2199 },
    Fuel { names: &["E85", "SUPERETHANOL E85", "BIOETHANOL E85", "SUPERETHANOL-E85"], low: 599, high: 1099 },
    Fuel { names: &["GPL", "GPL-C", "GPL CARBURANT"], low: 679, high: 1069 },
];

/// Supermarkets with a filling station.
pub const SUPERMARKETS: &[&str] = &[
    "INTERMARCHE",
    "E.LECLERC",
    "CARREFOUR MARKET",
    "CARREFOUR",
    "SUPER U",
    "HYPER U",
    "AUCHAN",
    "CASINO",
    "CORA",
    "NETTO",
    "COLRUYT",
    "LECLERC",
    "INTERMARCHE SUPER",
    "U EXPRESS",
    "SYSTEME U",
];

/// Areas beside motorways, with their road.
pub const AREAS: &[(&str, &str)] = &[
    ("AIRE DES TROIS VALLEES", "A6"),
    ("AIRE DU BOIS JOLI", "A10"),
    ("AIRE DE LA COLLINE", "A7"),
    ("AIRE DES GRANDS PRES", "A4"),
    ("AIRE DU CANAL", "A1"),
    ("AIRE DES OLIVIERS", "A9"),
    ("AIRE DU PAYS NORMAND", "A13"),
    ("AIRE DES DEUX RIVES", "A71"),
    ("AIRE DE LA FORET", "A5"),
    ("AIRE DES CAUSSES", "A75"),
    ("AIRE DU PLATEAU", "A89"),
    ("AIRE DE L'ETANG", "A39"),
];

/// Networks that sell charge.
pub const CHARGERS: &[&str] = &[
    "Ionity",
    "Fastned",
    "Electra",
    "Izivia",
    "Allego",
    "Freshmile",
    "Powerdot",
    "TotalEnergies Charge",
    "Tesla Supercharger",
    "Atlante",
    "Driveco",
    "Lidl Charge",
];

/// The name a station bears.
pub fn station_name(luck: &mut Luck, town: &str) -> String {
    let brand =
        *luck.pick(&["TOTALENERGIES", "TOTAL ACCESS", "ESSO EXPRESS", "AVIA", "BP", "SHELL", "ELAN", "ENI"]);
    let surname = luck.pick(SURNAMES).to_uppercase();
    let town = super::plain(town).to_uppercase();
    match luck.number(0..=5) {
        0 | 1 => format!("{brand} {town}"),
        2 => format!(
            "RELAIS {}",
            luck.pick(&["DU LAC", "DES PINS", "DE L'EUROPE", "DU STADE", "DE LA ROCADE", "SAINT JEAN"])
        ),
        3 => format!("STATION {surname}"),
        4 => format!("STATION {brand}"),
        _ => format!(
            "{brand} RELAIS {}",
            luck.pick(&["NORD", "SUD", "PASTEUR", "GAMBETTA", "DE LA GARE", "DU PORT"])
        ),
    }
}
