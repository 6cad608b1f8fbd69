//! Who holds the certificate, in the capitals of the register.

use crate::luck::Luck;

/// Rubrics C.
pub struct Holder {
    /// C.1.
    pub name: String,
    /// C.4.1.
    pub joint: Option<String>,
    /// C.3, line by line.
    pub address: Vec<String>,
}

/// A person, a couple or a firm.
pub fn holder(luck: &mut Luck) -> Holder {
    if luck.chance(0.14) {
        return Holder { name: firm(luck), joint: None, address: address(luck) };
    }
    let surname = *luck.pick(SURNAMES);
    let joint = luck.chance(0.24).then(|| {
        let other = if luck.chance(0.6) { surname } else { *luck.pick(SURNAMES) };
        let person = format!("{other} {}", luck.pick(GIVEN));
        if luck.chance(0.25) { format!("2 {person}") } else { person }
    });
    Holder { name: person(luck, surname), joint, address: address(luck) }
}

/// A lessor that owns the vehicle and the user at whose address it stands.
pub fn leased(luck: &mut Luck) -> Holder {
    let surname = *luck.pick(SURNAMES);
    let user = if luck.chance(0.4) { firm(luck) } else { person(luck, surname) };
    let joint = match luck.number(0..=2) {
        0 => user,
        1 => format!("LOCATAIRE {user}"),
        _ => format!("{user} LOCATAIRE"),
    };
    Holder { name: (*luck.pick(LESSORS)).to_owned(), joint: Some(joint), address: address(luck) }
}

fn person(luck: &mut Luck, surname: &str) -> String {
    let given = *luck.pick(GIVEN);
    let second = *luck.pick(GIVEN);
    match luck.number(0..=9) {
        0 => format!("M. {surname} {given}"),
        1 => format!("MME {surname} {given}"),
        2 => format!("{surname} {given} {second}"),
        3 => format!("{surname} {given}, {second}"),
        4 => format!("{surname} EP. {} {given}", luck.pick(SURNAMES)),
        _ => format!("{surname} {given}"),
    }
}

fn firm(luck: &mut Luck) -> String {
    let form = *luck.pick(&["SARL", "SAS", "EURL", "SCI", "SA", "EARL", "ASSOCIATION"]);
    let trade = *luck.pick(&[
        "MENUISERIE",
        "TRANSPORTS",
        "PLOMBERIE",
        "ETS",
        "TAXIS",
        "BOULANGERIE",
        "GARAGE",
        "PAYSAGES",
        "AMBULANCES",
        "ELECTRICITE",
        "MACONNERIE",
        "TOITURES",
        "CABINET",
    ]);
    let name = *luck.pick(SURNAMES);
    if luck.chance(0.3) { format!("{trade} {name} {form}") } else { format!("{form} {trade} {name}") }
}

/// Two to four lines; the last is the postcode and the town.
pub fn address(luck: &mut Luck) -> Vec<String> {
    let mut lines = Vec::new();
    if luck.chance(0.22) {
        let place = *luck.pick(&["APPT", "BAT", "RESIDENCE LES TILLEULS BAT", "ETAGE 3 PORTE", "LOT", "ESC"]);
        lines.push(format!("{place} {}", luck.text("9A")));
    }
    let (number, street) = (luck.number(1..=189), *luck.pick(STREETS));
    lines.push(match luck.number(0..=9) {
        0 => format!("{number} BIS {street}"),
        1 => format!("LIEU DIT {}", luck.pick(HAMLETS)),
        2 => format!("{number} TER {street}"),
        _ => format!("{number} {street}"),
    });
    if luck.chance(0.1) {
        lines.push((*luck.pick(HAMLETS)).to_owned());
    }
    lines.push((*luck.pick(TOWNS)).to_owned());
    lines
}

const LESSORS: &[&str] = &[
    "LOCAVIA BAIL",
    "CREDILOC AUTO SA",
    "BAILAUTO FINANCE",
    "MOBILEASE FRANCE",
    "ARVEN LOCATION SAS",
    "SOFILOC BAIL SA",
    "DIALOC LOCATION",
    "FRANCE FLOTTE LLD",
    "CREDIBAIL",
    "TEMSOL LEASING",
    "ALPHA LEASE SERVICES",
    "NATIOCARS BAIL",
    "COFILEASE SAS",
    "AUTOBAIL EUROPE SUCCURSALE FRANCE",
];

const SURNAMES: &[&str] = &[
    "LEFEBVRE",
    "BERTHELOT",
    "N'GUYEN",
    "DA COSTA",
    "LE GOFF",
    "ROUSSEAU",
    "CHEVALLIER",
    "BOUCHARD",
    "MEUNIER",
    "VASSEUR",
    "DUFOUR",
    "GAUTHIER",
    "LACROIX",
    "PELLETIER",
    "KERVELLA",
    "BENALI",
    "DIALLO",
    "FERREIRA",
    "SCHMITT",
    "MULLER",
    "DE LA TOUR",
    "SAINT-MARTIN",
    "BARBIER",
    "COLLIN",
    "PREVOST",
    "TESSIER",
    "HUBERT",
    "LAMBERT",
    "PICARD",
    "ROYER",
    "GUILLAUME",
    "AUBRY",
    "BRETON",
    "JACQUET",
    "RENAUD",
    "MAILLARD",
    "CARPENTIER",
    "HAMON",
    "LEGRAND",
    "FAURE",
    "BLANCHARD",
    "COSTE",
    "DELMAS",
    "ESCOFFIER",
    "FABRE",
    "GARNIER",
    "HERNANDEZ",
    "IMBERT",
    "JOUBERT",
    "KLEIN",
    "LOUVEL",
    "MARCHAL",
    "NOEL",
    "OLLIVIER",
    "PASQUIER",
    "QUERE",
    "RIVIERE",
    "SIMONET",
    "TRAORE",
    "URVOY",
    "VIDAL",
    "WEBER",
    "YILMAZ",
    "ZIMMERMANN",
    "ARNAUD-PEYRE",
    "BOISSIER",
    "CLEMENT",
    "DUMOULIN",
];

const GIVEN: &[&str] = &[
    "MARIE",
    "JEAN",
    "PIERRE",
    "NATHALIE",
    "ISABELLE",
    "MICHEL",
    "PHILIPPE",
    "SANDRINE",
    "THIERRY",
    "CELINE",
    "JULIEN",
    "NICOLAS",
    "AURELIE",
    "STEPHANE",
    "VALERIE",
    "CHRISTOPHE",
    "LAURENT",
    "FREDERIC",
    "EMILIE",
    "CAMILLE",
    "LEA",
    "HUGO",
    "LUCAS",
    "CHLOE",
    "ANTOINE",
    "MATHILDE",
    "KARIM",
    "FATIMA",
    "MOHAMED",
    "YASMINA",
    "JEAN-PAUL",
    "ANNE-SOPHIE",
    "JEAN MARC",
    "MARIE CLAUDE",
    "OLIVIER",
    "SYLVIE",
    "BRUNO",
    "PATRICIA",
    "GERARD",
    "MONIQUE",
    "YANN",
    "SOAZIG",
    "GWENAEL",
    "THOMAS",
    "PAULINE",
    "MAXIME",
    "JADE",
    "ELODIE",
    "RAPHAEL",
    "INES",
];

const STREETS: &[&str] = &[
    "RUE DES LILAS",
    "AVENUE JEAN JAURES",
    "RUE DE LA REPUBLIQUE",
    "BOULEVARD GAMBETTA",
    "CHEMIN DES VIGNES",
    "IMPASSE DU MOULIN",
    "ALLEE DES CHENES",
    "PLACE DE L EGLISE",
    "RUE VICTOR HUGO",
    "ROUTE DE BORDEAUX",
    "QUAI DE LA FOSSE",
    "RUE DU GENERAL DE GAULLE",
    "RUE DU 8 MAI 1945",
    "SENTIER DES DOUANIERS",
    "COURS LAFAYETTE",
    "AV DU MARECHAL FOCH",
    "RUE PIERRE ET MARIE CURIE",
    "SQUARE DES ACACIAS",
    "RUE DE L ABREUVOIR",
    "CHE DE LA GARENNE",
    "RUE DU FOUR A CHAUX",
    "RUE SAINT EXUPERY",
    "BD DE STRASBOURG",
    "RUE DES FRERES LUMIERE",
    "ALL GEORGES BRASSENS",
    "RUE DE LA FONTAINE",
    "VOIE ROMAINE",
    "PROMENADE DES ANGLAIS",
    "ZA DES QUATRE CHEMINS",
    "RUE DU STADE",
];

const HAMLETS: &[&str] = &[
    "LA CROIX BLANCHE",
    "KERGUEN",
    "LES QUATRE VENTS",
    "LE BOURG",
    "LA GRANDE BORDE",
    "LE MAS NEUF",
    "PEYRELADE",
    "LA VILLE AUX ROUX",
    "LES GRANGES",
    "CHAMP DE MARS",
];

const TOWNS: &[&str] = &[
    "75012 PARIS",
    "69007 LYON",
    "13008 MARSEILLE",
    "31200 TOULOUSE",
    "44300 NANTES",
    "33800 BORDEAUX",
    "59800 LILLE",
    "67000 STRASBOURG",
    "35700 RENNES",
    "34090 MONTPELLIER",
    "06200 NICE",
    "76600 LE HAVRE",
    "51100 REIMS",
    "42100 SAINT ETIENNE",
    "83000 TOULON",
    "38100 GRENOBLE",
    "21000 DIJON",
    "49100 ANGERS",
    "30900 NIMES",
    "63000 CLERMONT FERRAND",
    "29200 BREST",
    "87000 LIMOGES",
    "37200 TOURS",
    "80000 AMIENS",
    "57000 METZ",
    "25000 BESANCON",
    "45100 ORLEANS",
    "68100 MULHOUSE",
    "14000 CAEN",
    "54000 NANCY",
    "93100 MONTREUIL",
    "95100 ARGENTEUIL",
    "78150 LE CHESNAY ROCQUENCOURT",
    "91300 MASSY",
    "77380 COMBS LA VILLE",
    "22300 LANNION",
    "56400 AURAY",
    "85200 FONTENAY LE COMTE",
    "17137 NIEUL SUR MER",
    "64600 ANGLET",
    "40990 ST PAUL LES DAX",
    "65420 IBOS",
    "66750 SAINT CYPRIEN",
    "11100 NARBONNE",
    "12850 ONET LE CHATEAU",
    "15130 ARPAJON SUR CERE",
    "43000 LE PUY EN VELAY",
    "07200 AUBENAS",
    "26500 BOURG LES VALENCE",
    "73200 ALBERTVILLE",
    "74940 ANNECY LE VIEUX",
    "39100 DOLE",
    "70000 VESOUL",
    "88150 CAPAVENIR VOSGES",
    "55100 VERDUN",
    "08000 CHARLEVILLE MEZIERES",
    "02100 ST QUENTIN",
    "62400 BETHUNE",
    "27400 LOUVIERS",
    "61200 ARGENTAN",
    "53810 CHANGE",
    "72200 LA FLECHE",
    "41350 VINEUIL",
    "18000 BOURGES",
    "58160 SAUVIGNY LES BOIS",
    "20200 BASTIA",
    "97410 SAINT PIERRE",
    "97122 BAIE MAHAULT",
];
