//! Insurers and brokers of motor risks: the kinds one meets in France, and as many invented ones.
//!
//! Addresses, register numbers and telephone numbers on the papers are drawn, never the real ones.

use serde::Serialize;

use crate::luck::Luck;

/// What sort of house it is: it decides the words and the colours.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum House {
    /// A mutual society: members, `sociétaire`.
    Mutual,
    /// A company with agents.
    Company,
    /// A bank's own insurer.
    Bank,
    /// Sold at a distance.
    Direct,
    /// A foreign house with a French branch, or one that only carries risks for brokers.
    Carrier,
}

/// Somebody who carries the risk.
pub struct Insurer {
    /// The name as papers print it.
    pub name: &'static str,
    /// The short name in its logo.
    pub brand: &'static str,
    /// What sort of house.
    pub house: House,
    /// Its colour.
    pub accent: &'static str,
    /// A second colour.
    pub dark: &'static str,
    /// How it writes its policy numbers (`9` a digit, `a` a letter, `x` either).
    pub policies: &'static [&'static str],
}

/// Somebody who sells for others.
pub struct Broker {
    /// Its name.
    pub name: &'static str,
    /// What it is and does, as it writes it.
    pub trade: &'static str,
    /// Its colour.
    pub accent: &'static str,
    /// How it writes its policy numbers.
    pub policies: &'static [&'static str],
}

/// Draws an insurer.
pub fn insurer(luck: &mut Luck) -> &'static Insurer {
    luck.pick(INSURERS)
}

/// Draws an insurer of these houses.
pub fn insurer_of(luck: &mut Luck, houses: &[House]) -> &'static Insurer {
    loop {
        let drawn = luck.pick(INSURERS);
        if houses.contains(&drawn.house) {
            return drawn;
        }
    }
}

/// Draws a broker.
pub fn broker(luck: &mut Luck) -> &'static Broker {
    luck.pick(BROKERS)
}

/// A policy number by one of these patterns. Letters that are read as digits do not occur.
pub fn policy_number(luck: &mut Luck, patterns: &[&str]) -> String {
    const LETTERS: &[char] = &[
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T', 'U', 'V', 'W',
        'X', 'Y', 'Z',
    ];
    let pattern = *luck.pick(patterns);
    let mut number = String::new();
    for (place, sign) in pattern.chars().enumerate() {
        number.push(match sign {
            'a' => *luck.pick(LETTERS),
            'x' if luck.chance(0.35) => *luck.pick(LETTERS),
            'x' | '9' => char::from(b'0' + luck.number(i64::from(place == 0)..=9) as u8),
            sign => sign,
        });
    }
    number
}

const fn house(
    name: &'static str,
    brand: &'static str,
    house: House,
    colours: (&'static str, &'static str),
    policies: &'static [&'static str],
) -> Insurer {
    Insurer { name, brand, house, accent: colours.0, dark: colours.1, policies }
}

const fn seller(
    name: &'static str,
    trade: &'static str,
    accent: &'static str,
    policies: &'static [&'static str],
) -> Broker {
    Broker { name, trade, accent, policies }
}

use House::{Bank, Carrier, Company, Direct, Mutual};

#[rustfmt::skip]
const INSURERS: &[Insurer] = &[
    house("AXA France IARD", "AXA", Company, ("#00008f", "#103184"), &["9999999904", "0000009999999999"]),
    house("ALLIANZ IARD", "Allianz", Company, ("#003781", "#0f2a5c"), &["99999999", "99 999 999", "a9999 99999999"]),
    house("GENERALI IARD", "Generali", Company, ("#c21b17", "#7d1210"), &["aa999999", "AM999999", "AN 999 999"]),
    house("ABEILLE IARD & SANTE", "abeille", Company, ("#f2b600", "#333333"), &["99999999", "7 9999 9999"]),
    house("SWISSLIFE ASSURANCES DE BIENS", "SwissLife", Company, ("#d82034", "#333333"), &["010.999.999", "999999999 a"]),
    house("GAN ASSURANCES", "Gan", Company, ("#003a70", "#e2001a"), &["a0999 999999.9999", "99 999.999.999"]),
    house("AREAS DOMMAGES", "Aréas", Company, ("#1d4f91", "#122f57"), &["02a999999", "99a 999 999"]),
    house("MMA IARD Assurances Mutuelles", "MMA", Company, ("#e2001a", "#3a3a3a"), &["999 999 999", "a 999 999 999"]),
    house("MUTUELLE DE POITIERS ASSURANCES", "Mutuelle de Poitiers", Mutual, ("#00618e", "#002f4a"), &["9999999 aa 9", "99999999"]),
    house("THELEM ASSURANCES", "Thélem", Mutual, ("#e4003a", "#2d2d2d"), &["9999999999", "AUT 9999999"]),
    house("MAIF", "MAIF", Mutual, ("#e3001b", "#2c2c2c"), &["9999999 a", "9999999a", "9 999 999 a"]),
    house("MACIF", "Macif", Mutual, ("#003d7c", "#e2001a"), &["99999999", "99999999 / a 001"]),
    house("MAAF ASSURANCES SA", "MAAF", Mutual, ("#d2001f", "#2f2f2f"), &["99999999 a", "999999999 a AUTO 001", "99 999999 a MCE 001"]),
    house("GMF ASSURANCES", "GMF", Mutual, ("#005ca9", "#ee7203"), &["99.999999.99a", "a 999 999.99a", "06.99999.99a.65 / 1"]),
    house("MATMUT", "Matmut", Mutual, ("#0075bf", "#003e74"), &["999 9999 99999 a 99", "950 9999 99999 a 50"]),
    house("GROUPAMA MEDITERRANEE", "Groupama", Mutual, ("#00563f", "#6a1d44"), &["99999999 9001", "99999999a / 0001"]),
    house("GROUPAMA LOIRE BRETAGNE", "Groupama", Mutual, ("#00563f", "#6a1d44"), &["999999990001", "AUTO 9999999 99"]),
    house("AMDM - Assurance Mutuelle des Motards", "Mutuelle des Motards", Mutual, ("#d8161b", "#111111"), &["99999999", "9999999 AB 01"]),
    house("MAPA Mutuelle d'Assurance", "MAPA", Mutual, ("#f08300", "#5b3a1e"), &["a99 99999", "V 99.99.999"]),
    house("SMACL ASSURANCES", "SMACL", Mutual, ("#e2001a", "#575756"), &["999999/a", "C 999999 x 9999"]),
    house("MUTUELLE SAINT-CHRISTOPHE ASSURANCES", "Saint-Christophe", Mutual, ("#0a4595", "#f3a712"), &["0020999999999 4 87", "2099 9999 9999"]),
    house("MACSF ASSURANCES", "MACSF", Mutual, ("#003c71", "#00a3b4"), &["9999999", "a 9999999/99"]),
    house("L'AUXILIAIRE", "L'Auxiliaire", Mutual, ("#002f6c", "#8a1538"), &["014-999999", "999 999999 B"]),
    house("MFA - Mutuelle Fraternelle d'Assurances", "MFA", Mutual, ("#0a7d3b", "#143d24"), &["1/99999/999", "AUT 99/99999"]),
    house("PACIFICA", "Pacifica", Bank, ("#007461", "#00404b"), &["9999999906", "999 999 9906", "99999999906"]),
    house("ACM IARD S.A.", "Assurances du Crédit Mutuel", Bank, ("#0055a4", "#e2001a"), &["aa 9999999", "IM 9999999", "AJ9999999"]),
    house("BPCE ASSURANCES IARD", "BPCE Assurances", Bank, ("#581d74", "#2a0f38"), &["999999999 R 001", "999999999R0019", "a99999999"]),
    house("SOGESSUR", "Sogessur", Bank, ("#e60028", "#1a1a1a"), &["9999999999", "a 9999 99999"]),
    house("LA BANQUE POSTALE ASSURANCES IARD", "LA BANQUE POSTALE", Bank, ("#1f3f8b", "#f2b600"), &["aa99999999", "AU 999 999 99"]),
    house("CARDIF IARD", "BNP Paribas Cardif", Bank, ("#00915a", "#0c3b2a"), &["99999999999", "C99 9999999"]),
    house("SURAVENIR ASSURANCES", "Suravenir", Bank, ("#e3001b", "#4a4a49"), &["AUT9999999", "999-9999999-9"]),
    house("SERENIS ASSURANCES SA", "Serenis", Carrier, ("#6c2384", "#3b1349"), &["9999999", "SA99999999"]),
    house("AVANSSUR", "Direct Assurance", Direct, ("#e4002b", "#1b1464"), &["999999999", "999 999 999"]),
    house("L'OLIVIER ASSURANCE", "L'olivier", Direct, ("#3b8c3f", "#1b4a2b"), &["99999999999", "LOL9999999"]),
    house("EUROFIL BY ABEILLE", "eurofil", Direct, ("#ff6a13", "#43308a"), &["9999999999", "W 9999 9999"]),
    house("AMAGUIZ", "amaguiz", Direct, ("#e6007e", "#3a3a39"), &["AUT0999999999", "9999.9999.99"]),
    house("MATMUT & CO", "Matmut & Co", Direct, ("#0075bf", "#003e74"), &["P-2099-999999", "9999/99999/a"]),
    house("ALTIMA ASSURANCES", "Altima", Carrier, ("#0b5fa5", "#0a2b4c"), &["0999999999", "ALT-99999999"]),
    house("ACHEEL", "acheel", Direct, ("#5b3df5", "#1c1350"), &["ACH-AUT-99999999", "AC9999999"]),
    house("SEYNA", "Seyna", Carrier, ("#0e1b4d", "#5465ff"), &["SEY-99999-aaaa", "POL-99999999"]),
    house("WAKAM", "Wakam", Carrier, ("#121212", "#ff5a5f"), &["FRMTAA9999999", "WK-999999-999"]),
    house("AXERIA IARD", "Axeria", Carrier, ("#00529b", "#89c53f"), &["AX99999999", "999999-999"]),
    house("HELVETIA ASSURANCES SA", "helvetia", Carrier, ("#7a1450", "#006d9e"), &["9 999 9999", "HV 99.999.999"]),
    house("QBE EUROPE SA/NV", "QBE", Carrier, ("#00a3e0", "#003057"), &["031 0999999", "QBE 99 999999"]),
    house("ZURICH INSURANCE EUROPE AG", "ZURICH", Carrier, ("#2167ae", "#0b2d63"), &["07400099999a", "7400 999 999"]),
    house("HDI GLOBAL SE", "HDI", Carrier, ("#006729", "#333333"), &["01999999-99999", "76 999999-03"]),
    house("AIG EUROPE SA", "AIG", Carrier, ("#1352de", "#001871"), &["2.999.999", "FR 9999999 aa"]),
    house("TOKIO MARINE EUROPE S.A.", "Tokio Marine", Carrier, ("#00817d", "#1f3b3a"), &["FRT-999999-99", "99/9999999"]),
    house("BALOISE ASSURANCES LUXEMBOURG SA", "Baloise", Carrier, ("#000d6e", "#009be1"), &["BAL 9999 9999", "32.999.999"]),
    house("MONCEAU GENERALE ASSURANCES", "Monceau", Company, ("#7b6a2f", "#3b3316"), &["9999999999 a", "a9.99.99.999"]),
    house("LA PREVOYANTE LIGERIENNE IARD", "La Prévoyante", Company, ("#0a6c74", "#053c40"), &["9999.99.99", "PL 99-999-999", "99/99999/999"]),
    house("ASSURANCES MUTUELLES DU VEXIN", "AM Vexin", Mutual, ("#8a4b16", "#3d2108"), &["VX 9999 999", "9999999-9"]),
    house("ARMORIQUE AUTO MUTUELLE", "Armorique", Mutual, ("#123f6d", "#c7a252"), &["a-999999-99", "ARM.99999.99"]),
    house("COMPAGNIE LYONNAISE D'ASSURANCES", "CLA", Company, ("#93122b", "#333333"), &["AM 999 999 999", "69-999999/99"]),
    house("ALPES DAUPHINE ASSURANCES S.A.", "ADA", Company, ("#1f7a8c", "#022b3a"), &["38.9999.9999", "AD/999999"]),
    house("PHOCEA DOMMAGES", "Phocéa", Company, ("#0077b6", "#03045e"), &["PH99999999", "13 9999 9999 9"]),
    house("MUTUELLE DU PAYS D'AUGE", "MPA", Mutual, ("#4f772d", "#31572c"), &["MPA 99999/9", "99-99999-a"]),
    house("FLANDRE ARTOIS ASSURANCES", "Flandre Artois", Company, ("#b5651d", "#4a2508"), &["9999-9999-9999", "FA 9999999 x"]),
    house("ROULANDIA ASSURANCE", "roulandia", Direct, ("#00b894", "#013a37"), &["RLD-9999-9999", "9999 9999 9999"]),
    house("KLAXO", "klaxo", Direct, ("#ff4757", "#2f3542"), &["KX9999999", "KX-aa99-9999"]),
    house("BANQUE DES RIVES ASSURANCES IARD", "Banque des Rives", Bank, ("#0b3954", "#bfd7ea"), &["0999999999999", "BR 999 999 99 99"]),
    house("CAISSE DU LITTORAL ASSURANCES", "Caisse du Littoral", Bank, ("#005f73", "#ca6702"), &["99999 999 999", "CL999999999"]),
];

#[rustfmt::skip]
const BROKERS: &[Broker] = &[
    seller("APRIL MOTO", "courtier en assurances", "#00a7b5", &["MOT99999999", "AP 999 999 99"]),
    seller("SOLLY AZAR ASSURANCES", "courtier grossiste en assurances", "#e2001a", &["AUT999999999", "SA 9999999"]),
    seller("AMV", "assurance moto, scooter et quad - courtier", "#f07d00", &["AMV9999999", "9999999-M"]),
    seller("ASSURONE GROUP", "société de courtage d'assurances", "#0082c8", &["AO99999999", "99-999-99999"]),
    seller("MAXANCE", "société de courtage d'assurance", "#ed6b06", &["AU99999999", "M.999999.99"]),
    seller("ZEPHIR", "souscripteur d'assurances automobiles", "#16a085", &["ZE/99999/9", "Z99999999"]),
    seller("NETVOX ASSURANCES", "courtier gestionnaire", "#4b2e83", &["NV9999999a", "VTM-9999-99999"]),
    seller("LEOCARE", "courtier en assurance mobile", "#ff5c39", &["LC-99999999", "LEO9999999"]),
    seller("ORNIKAR ASSURANCE", "intermédiaire en assurance", "#615dfa", &["ORN-9999999", "OA9999aa99"]),
    seller("OTHERWISE", "courtage sur mesure", "#2d3436", &["OW 99 99999", "9999OTH999"]),
    seller("ASSUR O'POIL AUTO", "courtier en assurances", "#20bf6b", &["OP9999999", "99.AUT.99999"]),
    seller("CABINET DELORME & ASSOCIES", "agent général et courtier d'assurances", "#2c3e50", &["D99-999999", "999999/99"]),
    seller("COURTAGE DES DEUX RIVES", "courtage en assurances", "#7f8c8d", &["CDR9999/999", "99 9999 a"]),
    seller("ATLAN ASSUR CONSEIL", "conseil et courtage", "#0abde3", &["AAC-99-9999", "a999999999"]),
    seller("TEMPO AUTO", "assurance temporaire - courtier", "#c0392b", &["TMP99999999", "99999/TEMPO"]),
    seller("JPG SCHNEIDER ASSURANCES", "cabinet de courtage", "#8e44ad", &["JS.9999.99", "S 999 999 a"]),
];
