//! People and firms with addresses: names that are common in France, put together by luck.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::luck::Luck;

/// Somebody, or a firm, to whom papers are addressed.
#[derive(Serialize)]
pub struct Person {
    /// `M.`, `Mme` or nothing for a firm.
    pub civility: &'static str,
    /// The name as this paper prints it, such as `DUPONT Jean`.
    pub name: String,
    /// The family name, or the firm's name.
    pub last: String,
    /// Number and street.
    pub street: String,
    /// A second line of address, sometimes.
    pub more: Option<String>,
    /// Postcode.
    pub postcode: &'static str,
    /// Town, in capitals or not.
    pub town: String,
    /// Date of birth: a trap among the dates.
    pub born: NaiveDate,
    /// An address for e-mail.
    pub email: String,
}

/// Draws somebody; one time in eleven a firm.
pub fn person(luck: &mut Luck) -> Person {
    if luck.chance(0.09) { firm(luck) } else { human(luck) }
}

/// Draws a human being.
pub fn human(luck: &mut Luck) -> Person {
    let woman = luck.chance(0.48);
    let first = *luck.pick(if woman { WOMEN } else { MEN });
    let mut last = (*luck.pick(FAMILIES)).to_owned();
    if luck.chance(0.05) {
        last = format!("{last}-{}", luck.pick(FAMILIES));
    }
    let civility = match (woman, luck.number(0..=3)) {
        (true, 0) => "Madame",
        (true, _) => "Mme",
        (false, 0) => "Monsieur",
        (false, _) => "M.",
    };
    let name = spelled(luck, first, &last);
    let email = mailbox(luck, first, &last);
    dwelling(luck, civility, name, last, email)
}

/// Draws a firm.
pub fn firm(luck: &mut Luck) -> Person {
    let trade = *luck.pick(TRADES);
    let family = (*luck.pick(FAMILIES)).to_uppercase();
    let form = *luck.pick(&["SARL", "SAS", "EURL", "SASU", "SA", "SCOP", "SCI", "ASSOCIATION"]);
    let name = match luck.number(0..=3) {
        0 => format!("{form} {trade} {family}"),
        1 => format!("{trade} {family} {form}"),
        2 => format!("{form} {family} ET FILS"),
        _ => format!("{family} {trade}"),
    };
    let email = format!("contact@{}.example", plain(&name).replace(' ', "-"));
    dwelling(luck, "", name.clone(), name, email)
}

fn dwelling(luck: &mut Luck, civility: &'static str, name: String, last: String, email: String) -> Person {
    let (postcode, town) = place(luck);
    let more = luck.chance(0.18).then(|| more(luck));
    let oldest = NaiveDate::from_ymd_opt(1938, 1, 1).expect("a day of the calendar");
    let born = oldest + Days::new(luck.number(0..=24_800) as u64);
    Person { civility, name, last, street: street(luck), more, postcode, town, born, email }
}

fn spelled(luck: &mut Luck, first: &str, last: &str) -> String {
    match luck.number(0..=9) {
        0..=3 => format!("{} {first}", last.to_uppercase()),
        4..=5 => format!("{} {}", last.to_uppercase(), first.to_uppercase()),
        6..=7 => format!("{first} {}", last.to_uppercase()),
        8 => format!("{} {}", unaccented(&last.to_uppercase()), unaccented(&first.to_uppercase())),
        _ => format!("{first} {last}"),
    }
}

fn mailbox(luck: &mut Luck, first: &str, last: &str) -> String {
    let (first, last) = (plain(first).replace(' ', ""), plain(last).replace([' ', '\''], ""));
    let host = luck.pick(&["courriel.example", "messagerie.example", "boite.example", "poste.example"]);
    match luck.number(0..=2) {
        0 => format!("{first}.{last}@{host}"),
        1 => format!("{}{last}{}@{host}", &first[..1], luck.text("99")),
        _ => format!("{last}.{first}{}@{host}", luck.text("9")),
    }
}

/// Number and street.
pub fn street(luck: &mut Luck) -> String {
    let number = luck.number(1..=240);
    let suffix = if luck.chance(0.08) { *luck.pick(&[" bis", " ter", " B"]) } else { "" };
    let way = *luck.pick(WAYS);
    let text = format!("{number}{suffix} {way} {}", luck.pick(STREETS));
    if luck.chance(0.3) { text.to_uppercase() } else { text }
}

fn more(luck: &mut Luck) -> String {
    let number = luck.number(1..=60);
    match luck.number(0..=3) {
        0 => format!("Appt {number}"),
        1 => format!("Bât. {} - Esc. {}", luck.pick(&["A", "B", "C", "D"]), luck.number(1..=4)),
        2 => format!("Résidence {}", luck.pick(&["les Tilleuls", "du Parc", "Beausoleil", "les Acacias"])),
        _ => format!("Lieu-dit {}", luck.pick(&["la Croix Blanche", "le Bourg", "Kerguelen", "les Granges"])),
    }
}

/// A postcode with its town.
pub fn place(luck: &mut Luck) -> (&'static str, String) {
    let (postcode, town) = *luck.pick(TOWNS);
    let mut town = if luck.chance(0.7) { unaccented(&town.to_uppercase()) } else { town.to_owned() };
    if luck.chance(0.06) {
        town = format!("{town} CEDEX {}", luck.number(1..=9));
    }
    (postcode, town)
}

/// Capitals and small letters without accents.
pub fn unaccented(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ÿ' => 'y',
            'À' | 'Â' | 'Ä' => 'A',
            'Ç' => 'C',
            'É' | 'È' | 'Ê' | 'Ë' => 'E',
            'Î' | 'Ï' => 'I',
            'Ô' | 'Ö' => 'O',
            'Ù' | 'Û' | 'Ü' => 'U',
            c => c,
        })
        .collect()
}

fn plain(text: &str) -> String {
    unaccented(&text.to_lowercase())
}

#[rustfmt::skip]
const WAYS: &[&str] = &[
    "rue", "rue", "rue", "rue", "avenue", "avenue", "boulevard", "chemin", "impasse", "allée", "place", "route",
    "quai", "cours", "square", "sentier", "passage", "Bd", "av.", "rue",
];

#[rustfmt::skip]
const STREETS: &[&str] = &[
    "de la République", "Victor Hugo", "des Lilas", "Jean Jaurès", "du Moulin", "Pasteur", "des Écoles",
    "du Général Leclerc", "de la Gare", "Émile Zola", "des Acacias", "du Stade", "Gambetta", "de Verdun",
    "de l'Église", "des Cerisiers", "du 8 Mai 1945", "du 11 Novembre", "Saint-Exupéry", "de Bretagne",
    "des Vignes", "Marcel Pagnol", "Jules Ferry", "des Peupliers", "de la Fontaine", "Georges Brassens",
    "de Paris", "de Lyon", "du Château", "Marie Curie", "Louis Aragon", "du Maréchal Foch", "de la Libération",
    "Paul Verlaine", "de la Mairie", "des Champs", "Claude Monet", "Henri Barbusse", "du Lavoir", "des Érables",
    "François Mitterrand", "de Provence", "du Val Fleuri", "du Bois Joli", "de la Paix", "Simone Veil",
    "des Roses", "Antoine Lavoisier", "de la Liberté", "du Vieux Pont", "Nationale", "des Tanneurs", "Arago",
];

#[rustfmt::skip]
const TOWNS: &[(&str, &str)] = &[
    ("01000", "Bourg-en-Bresse"), ("02100", "Saint-Quentin"), ("03200", "Vichy"), ("06000", "Nice"),
    ("07000", "Privas"), ("08000", "Charleville-Mézières"), ("10000", "Troyes"), ("11100", "Narbonne"),
    ("12000", "Rodez"), ("13008", "Marseille"), ("13090", "Aix-en-Provence"), ("14000", "Caen"),
    ("15000", "Aurillac"), ("16000", "Angoulême"), ("17000", "La Rochelle"), ("17200", "Royan"),
    ("18000", "Bourges"), ("19100", "Brive-la-Gaillarde"), ("20090", "Ajaccio"), ("21000", "Dijon"),
    ("22000", "Saint-Brieuc"), ("23000", "Guéret"), ("24000", "Périgueux"), ("25000", "Besançon"),
    ("26000", "Valence"), ("27000", "Évreux"), ("28000", "Chartres"), ("29200", "Brest"), ("29000", "Quimper"),
    ("30000", "Nîmes"), ("31000", "Toulouse"), ("31700", "Blagnac"), ("32000", "Auch"), ("33000", "Bordeaux"),
    ("33600", "Pessac"), ("34000", "Montpellier"), ("34500", "Béziers"), ("35000", "Rennes"), ("35400", "Saint-Malo"),
    ("36000", "Châteauroux"), ("37000", "Tours"), ("38000", "Grenoble"), ("38300", "Bourgoin-Jallieu"),
    ("39000", "Lons-le-Saunier"), ("40000", "Mont-de-Marsan"), ("41000", "Blois"), ("42000", "Saint-Étienne"),
    ("43000", "Le Puy-en-Velay"), ("44000", "Nantes"), ("44600", "Saint-Nazaire"), ("45000", "Orléans"),
    ("46000", "Cahors"), ("47000", "Agen"), ("48000", "Mende"), ("49000", "Angers"), ("49300", "Cholet"),
    ("50100", "Cherbourg-en-Cotentin"), ("51100", "Reims"), ("52000", "Chaumont"), ("53000", "Laval"),
    ("54000", "Nancy"), ("55000", "Bar-le-Duc"), ("56000", "Vannes"), ("56100", "Lorient"), ("57000", "Metz"),
    ("58000", "Nevers"), ("59000", "Lille"), ("59200", "Tourcoing"), ("59140", "Dunkerque"), ("60000", "Beauvais"),
    ("61000", "Alençon"), ("62000", "Arras"), ("62200", "Boulogne-sur-Mer"), ("63000", "Clermont-Ferrand"),
    ("64000", "Pau"), ("64100", "Bayonne"), ("65000", "Tarbes"), ("66000", "Perpignan"), ("67000", "Strasbourg"),
    ("67500", "Haguenau"), ("68100", "Mulhouse"), ("69003", "Lyon"), ("69100", "Villeurbanne"), ("70000", "Vesoul"),
    ("71000", "Mâcon"), ("72000", "Le Mans"), ("73000", "Chambéry"), ("74000", "Annecy"), ("75011", "Paris"),
    ("75015", "Paris"), ("76600", "Le Havre"), ("76000", "Rouen"), ("77000", "Melun"), ("78000", "Versailles"),
    ("79000", "Niort"), ("80000", "Amiens"), ("81000", "Albi"), ("82000", "Montauban"), ("83000", "Toulon"),
    ("83600", "Fréjus"), ("84000", "Avignon"), ("85000", "La Roche-sur-Yon"), ("86000", "Poitiers"),
    ("87000", "Limoges"), ("88000", "Épinal"), ("89000", "Auxerre"), ("90000", "Belfort"), ("91000", "Évry-Courcouronnes"),
    ("92100", "Boulogne-Billancourt"), ("93100", "Montreuil"), ("94000", "Créteil"), ("95000", "Cergy"),
    ("97400", "Saint-Denis"), ("97200", "Fort-de-France"),
];

#[rustfmt::skip]
const FAMILIES: &[&str] = &[
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon",
    "Michel", "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard", "Bonnet", "Dupont",
    "Lambert", "Fontaine", "Rousseau", "Vincent", "Muller", "Lefèvre", "Faure", "André", "Mercier", "Blanc",
    "Guérin", "Boyer", "Garnier", "Chevalier", "François", "Legrand", "Gauthier", "Garcia", "Perrin", "Robin",
    "Clément", "Morin", "Nicolas", "Henry", "Roussel", "Mathieu", "Gautier", "Masson", "Marchand", "Duval", "Denis",
    "Dumont", "Marie", "Lemaire", "Noël", "Meyer", "Dufour", "Meunier", "Brun", "Blanchard", "Giraud", "Joly",
    "Rivière", "Lucas", "Brunet", "Gaillard", "Barbier", "Arnaud", "Martinez", "Gérard", "Roche", "Renard",
    "Schmitt", "Roy", "Leroux", "Colin", "Vidal", "Caron", "Picard", "Roger", "Fabre", "Aubert", "Lemoine", "Renaud",
    "Dumas", "Lacroix", "Olivier", "Philippe", "Bourgeois", "Pierre", "Benoît", "Rey", "Leclerc", "Payet", "Rolland",
    "Leclercq", "Guillaume", "Lecomte", "Lopez", "Jean", "Dupuy", "Guillot", "Hubert", "Berger", "Carpentier",
    "Sanchez", "Dupuis", "Moulin", "Louis", "Deschamps", "Huet", "Vasseur", "Perez", "Boucher", "Fleury", "Royer",
    "Klein", "Jacquet", "Adam", "Paris", "Poirier", "Marty", "Aubry", "Guyot", "Carré", "Charles", "Renault",
    "Charpentier", "Ménard", "Maillard", "Baron", "Bertin", "Bailly", "Hervé", "Schneider", "Fernandez", "Le Gall",
    "Collet", "Léger", "Bouvier", "Julien", "Prévost", "Millet", "Perrot", "Daniel", "Le Roux", "Cousin", "Germain",
    "Breton", "Besson", "Langlois", "Rémy", "Le Goff", "Pelletier", "Lévêque", "Perrier", "Leblanc", "Barré",
    "Lebrun", "Marchal", "Weber", "Mallet", "Hamon", "Boulanger", "Jacob", "Monnier", "Michaud", "Rodriguez",
    "Guichard", "Gillet", "Étienne", "Grondin", "Poulain", "Tessier", "Chevallier", "Collin", "Chauvin", "Da Silva",
    "Bouchet", "Gay", "Lemaître", "Bénard", "Maréchal", "Humbert", "Reynaud", "Antoine", "Hoarau", "Perret",
    "Barthélemy", "Cordier", "Pichon", "Lejeune", "Gilbert", "Lamy", "Delaunay", "Pasquier", "Carlier", "Laporte",
    "N'Diaye", "Benali", "Traoré", "Nguyen", "Kowalski", "Ferreira", "El Amrani", "Diallo", "d'Aubigny", "L'Hostis",
];

#[rustfmt::skip]
const MEN: &[&str] = &[
    "Jean", "Pierre", "Michel", "André", "Philippe", "Alain", "Jacques", "Bernard", "Daniel", "Stéphane", "Laurent",
    "Éric", "Nicolas", "Julien", "Christophe", "Thomas", "Sébastien", "David", "Olivier", "Patrick", "François",
    "Mathieu", "Guillaume", "Antoine", "Maxime", "Alexandre", "Romain", "Vincent", "Hugo", "Lucas", "Loïc", "Yann",
    "Jean-Luc", "Jean-Marc", "Jean-Pierre", "Gérard", "Thierry", "Frédéric", "Benoît", "Cédric", "Kévin", "Mehdi",
    "Karim", "Mamadou", "Ludovic", "Fabien", "Arnaud", "Xavier", "Bruno", "Didier", "Gilles", "Rémi", "Théo", "Enzo",
];

#[rustfmt::skip]
const WOMEN: &[&str] = &[
    "Marie", "Nathalie", "Isabelle", "Sylvie", "Catherine", "Françoise", "Martine", "Christine", "Monique", "Valérie",
    "Sandrine", "Stéphanie", "Céline", "Julie", "Aurélie", "Élodie", "Émilie", "Camille", "Laura", "Manon", "Chloé",
    "Léa", "Emma", "Inès", "Sarah", "Anne", "Hélène", "Brigitte", "Jacqueline", "Véronique", "Patricia", "Sophie",
    "Caroline", "Virginie", "Laëtitia", "Audrey", "Marion", "Anaïs", "Pauline", "Mathilde", "Anne-Sophie",
    "Marie-Laure", "Fatima", "Aïcha", "Gwenaëlle", "Maëlle", "Noémie", "Charlène", "Séverine", "Delphine", "Agnès",
];

#[rustfmt::skip]
const TRADES: &[&str] = &[
    "TRANSPORTS", "MENUISERIE", "PLOMBERIE", "TAXI", "BOULANGERIE", "MAÇONNERIE", "ELECTRICITE GENERALE",
    "AMBULANCES", "PAYSAGES", "COUVERTURE", "CABINET", "PEINTURE", "TRAITEUR", "AUTO-ECOLE", "LOCATION",
    "TERRASSEMENT", "NETTOYAGE", "INFIRMIERS", "DISTRIBUTION", "SERVICES",
];
