//! Goods over the counter and by post, tyres, washes and tolls.

use super::work::Sort;
use crate::luck::Luck;

/// Something with a price.
pub struct Article {
    /// As a bill writes it.
    pub name: &'static str,
    /// What it is.
    pub sort: Sort,
    /// The price of one in cents, from.
    pub low: i64,
    /// The price of one in cents, to.
    pub high: i64,
    /// At most so many.
    pub most: i64,
}

const fn a(name: &'static str, sort: Sort, low: i64, high: i64, most: i64) -> Article {
    Article { name, sort, low, high, most }
}

/// What parts shops sell.
pub const PARTS: &[Article] = &[
    a("FILTRE A HUILE", Sort::Part, 690, 1890, 2),
    a("FILTRE A AIR", Sort::Part, 990, 2990, 1),
    a("FILTRE GASOIL", Sort::Part, 1690, 4990, 1),
    a("BALAI E/GLACE 600MM", Sort::Part, 890, 2490, 2),
    a("HUILE 5W40 5L", Sort::Fluid, 2490, 5990, 2),
    a("HUILE 10W40 2L", Sort::Fluid, 1290, 2390, 1),
    a("LIQ REFROID -25 5L", Sort::Fluid, 890, 1990, 2),
    a("LAVE GLACE ETE 5L", Sort::Fluid, 290, 790, 3),
    a("ADBLUE 10L", Sort::Fluid, 990, 1990, 2),
    a("AMPOULE H7 12V 55W", Sort::Part, 390, 1290, 2),
    a("AMPOULE W5W (X2)", Sort::Part, 190, 590, 2),
    a("BATTERIE 60AH 540A", Sort::Part, 6990, 11_990, 1),
    a("CONSIGNE BATTERIE", Sort::Fee, 1000, 2000, 1),
    a("JEU PLAQUETTES AV", Sort::Part, 1990, 5990, 1),
    a("DISQUE FREIN AV VENTILE", Sort::Part, 2990, 6990, 2),
    a("KIT MACHOIRES PREMONTE", Sort::Part, 4990, 11_990, 1),
    a("COURROIE ACCESSOIRE 6PK", Sort::Part, 1190, 3990, 1),
    a("BOUGIE ALLUMAGE", Sort::Part, 490, 1490, 4),
    a("ROTULE DIRECTION G", Sort::Part, 1290, 3490, 1),
    a("NETTOYANT FREIN 500ML", Sort::Fluid, 290, 690, 4),
    a("GRAISSE CUIVRE TUBE", Sort::Fluid, 490, 990, 1),
    a("BOITE FUSIBLES ASSORTIS", Sort::Part, 390, 990, 1),
    a("TRIANGLE + GILET", Sort::Other, 790, 1690, 1),
    a("TAPIS CAOUTCHOUC JEU", Sort::Other, 1490, 3990, 1),
    a("CABLES DEMARRAGE 16MM2", Sort::Other, 1290, 3490, 1),
    a("DESODORISANT PIN", Sort::Other, 190, 490, 2),
    a("PLAQUE IMMAT PLEXI", Sort::Part, 1290, 2490, 2),
    a("RELAIS CLIGNOTANT", Sort::Part, 690, 1890, 1),
    a("COLLIER ECHAP 50MM", Sort::Part, 190, 690, 2),
    a("SILENTBLOC MOTEUR", Sort::Part, 1890, 4990, 1),
];

/// Work that goes with tyres.
pub const WHEEL_WORK: &[Article] = &[
    a("Montage / équilibrage", Sort::Labour, 1250, 2200, 1),
    a("Valve caoutchouc", Sort::Part, 190, 450, 1),
    a("Montage équilibrage valve", Sort::Labour, 1390, 2390, 1),
    a("Recyclage pneus", Sort::Fee, 125, 290, 1),
    a("Éco-participation pneu usagé", Sort::Fee, 118, 265, 1),
];

/// Programmes of a car wash.
pub const WASHES: &[(&str, i64, i64)] = &[
    ("Programme 1 Eco", 500, 900),
    ("Programme 2 Brillant", 800, 1200),
    ("Programme 3 Lustrage", 1100, 1600),
    ("Programme PREMIUM + cire", 1400, 2200),
    ("Lavage haute pression 8 min", 300, 700),
    ("Jeton HP", 200, 300),
    ("Aspirateur 5 min", 100, 200),
    ("Portique Excellence", 1500, 2100),
    ("Nettoyage intérieur", 2900, 4900),
    ("Lavage manuel extérieur", 1900, 3500),
];

/// Plazas of toll roads.
pub const TOLL_PLAZAS: &[&str] = &[
    "VILLEFRANCHE-LIMAS",
    "FLEURY-EN-BIERE",
    "SAINT-ARNOULT",
    "LANCON-PROVENCE",
    "BUCHELAY",
    "FONTAINE-LARIVIERE",
    "VIENNE",
    "ROQUEMAURE",
    "BIRIATOU",
    "LA GRAVELLE",
    "DOZULE",
    "COUTEVROULT",
    "SCHWINDRATZHEIM",
    "CHAMANT",
    "ARLES",
    "TOULOUSE SUD OUEST",
    "SOISSONS",
    "LE PERTHUS",
    "ANNECY NORD",
    "NANCY-GYE",
    "MONTELIMAR SUD",
];

const MAKERS: &[(&str, &[&str])] = &[
    ("MICHELIN", &["PRIMACY 4+", "CROSSCLIMATE 2", "ENERGY SAVER+", "PILOT SPORT 5"]),
    ("CONTINENTAL", &["PREMIUMCONTACT 7", "ECOCONTACT 6", "WINTERCONTACT TS870"]),
    ("GOODYEAR", &["EFFICIENTGRIP 2", "VECTOR 4SEASONS G3"]),
    ("BRIDGESTONE", &["TURANZA 6", "BLIZZAK LM005"]),
    ("HANKOOK", &["VENTUS PRIME 4", "KINERGY 4S2"]),
    ("KLEBER", &["DYNAXER HP5", "QUADRAXER 3"]),
    ("NEXEN", &["N'BLUE HD PLUS"]),
    ("UNIROYAL", &["RAINSPORT 5"]),
    ("PIRELLI", &["CINTURATO P7", "P ZERO"]),
    ("TOYO", &["PROXES COMFORT"]),
];

/// A tyre: `205/55 R16 91V MICHELIN PRIMACY 4+`, in one of the orders houses write it, and a price in cents.
pub fn tyre(luck: &mut Luck) -> (String, i64) {
    let (maker, models) = luck.pick(MAKERS);
    let model = luck.pick(models);
    let width = luck.pick(&["165", "175", "185", "195", "205", "215", "225", "235"]);
    let height = luck.pick(&["40", "45", "50", "55", "60", "65"]);
    let inches = luck.number(14..=19);
    let index = luck.pick(&["82T", "84H", "88H", "91V", "94W", "95Y XL", "98V XL", "91H"]);
    let price = luck.number(4500..=9000) + (inches - 14) * luck.number(900..=2300);
    let size = format!("{width}/{height}{}R{inches} {index}", luck.pick(&["", " "]));
    let text = match luck.number(0..=2) {
        0 => format!("{size} {maker} {model}"),
        1 => format!("PNEU {maker} {model} {size}"),
        _ => format!("{maker} {size} {model}"),
    };
    (text, price)
}
