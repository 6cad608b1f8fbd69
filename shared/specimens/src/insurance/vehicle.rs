//! Vehicles for insurance papers and inspections.

use chrono::{Days, NaiveDate};
use serde_json::{Value as Json, json};

use crate::luck::Luck;
use crate::people;

/// What kind of vehicle it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    /// A car.
    Car,
    /// A van.
    Van,
    /// A motorcycle or scooter.
    Motorcycle,
}

impl Genre {
    /// The letter of the international card.
    pub fn category(self) -> &'static str {
        match self {
            Self::Car => "A",
            Self::Van => "C",
            Self::Motorcycle => "B",
        }
    }

    /// The national genre of the registration.
    pub fn national(self) -> &'static str {
        match self {
            Self::Car => "VP",
            Self::Van => "CTTE",
            Self::Motorcycle => "MTL",
        }
    }
}

/// A vehicle.
pub struct Vehicle {
    /// What kind.
    pub genre: Genre,
    /// The make, in the letters of this paper.
    pub make: String,
    /// The model, in the letters of this paper.
    pub model: String,
    /// The identification number.
    pub vin: String,
    /// The plate as it is normalised.
    pub plate: String,
    /// The plate as this paper prints it.
    pub plate_printed: String,
    /// First registration.
    pub first: NaiveDate,
    /// Code of the energy.
    pub energy: &'static str,
    /// Fiscal power.
    pub horses: i64,
}

impl Vehicle {
    /// What a template sees of it.
    pub fn values(&self, luck: &mut Luck) -> Json {
        let genre = self.genre;
        let class = match genre {
            Genre::Car => "M1",
            Genre::Van => "N1",
            Genre::Motorcycle => "L3e",
        };
        let certificate = self.first + Days::new(luck.number(0..=1300) as u64);
        json!({
            "make": self.make, "model": self.model, "vin": self.vin, "plate": self.plate_printed,
            "first": self.first.to_string(), "issued": certificate.to_string(),
            "energy": self.energy, "horses": self.horses,
            "category": genre.category(), "national": genre.national(), "class": class,
            "moto": genre == Genre::Motorcycle, "van": genre == Genre::Van,
        })
    }
}

/// Draws a vehicle of that genre, first registered before that day.
pub fn vehicle(luck: &mut Luck, genre: Genre, before: NaiveDate) -> Vehicle {
    let list = match genre {
        Genre::Car => CARS,
        Genre::Van => VANS,
        Genre::Motorcycle => MOTORCYCLES,
    };
    let (make, model, maker, energies) = *luck.pick(list);
    let age = if luck.chance(0.7) { luck.number(20..=3600) } else { luck.number(1000..=7000) };
    let first = before - Days::new(age as u64);
    let plate = people::plate(luck);
    let plate_printed = match luck.number(0..=9) {
        0 => plate.replace('-', ""),
        1..=2 => plate.replace('-', " "),
        _ => plate.clone(),
    };
    let title = luck.chance(0.3);
    let case = |text: &str| if title { text.to_owned() } else { text.to_uppercase() };
    Vehicle {
        genre,
        make: case(make),
        model: case(model),
        vin: vin(luck, maker),
        plate,
        plate_printed,
        first,
        energy: luck.pick::<&'static str>(energies),
        horses: if genre == Genre::Motorcycle { luck.number(1..=12) } else { luck.number(3..=14) },
    }
}

/// A car most times, else a van or a motorcycle.
pub fn genre(luck: &mut Luck) -> Genre {
    match luck.number(0..=9) {
        0 => Genre::Van,
        1 => Genre::Motorcycle,
        _ => Genre::Car,
    }
}

/// 17 signs without I, O, Q: the maker's three, six of description, eight of which the last five are digits.
pub fn vin(luck: &mut Luck, maker: &str) -> String {
    const SIGNS: &[char] = &[
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K',
        'L', 'M', 'N', 'P', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let mut vin = maker.to_owned();
    while vin.len() < 12 {
        vin.push(*luck.pick(SIGNS));
    }
    vin + &luck.text("99999")
}

type Model = (&'static str, &'static str, &'static str, &'static [&'static str]);

const PETROL: &[&str] = &["ES"];
const BOTH: &[&str] = &["ES", "GO"];
const DIESEL: &[&str] = &["GO"];
const HYBRID: &[&str] = &["EH", "ES", "EE"];
const ELECTRIC: &[&str] = &["EL"];

#[rustfmt::skip]
const CARS: &[Model] = &[
    ("Renault", "Clio", "VF1", BOTH), ("Renault", "Clio IV", "VF1", BOTH), ("Renault", "Mégane", "VF1", BOTH),
    ("Renault", "Captur", "VF1", BOTH), ("Renault", "Scénic", "VF1", BOTH), ("Renault", "Twingo", "VF1", PETROL),
    ("Renault", "Zoé", "VF1", ELECTRIC), ("Renault", "Kadjar", "VF1", BOTH), ("Renault", "Espace", "VF1", DIESEL),
    ("Renault", "Austral", "VF1", HYBRID), ("Peugeot", "208", "VF3", BOTH), ("Peugeot", "308", "VF3", BOTH),
    ("Peugeot", "3008", "VF3", BOTH), ("Peugeot", "2008", "VF3", BOTH), ("Peugeot", "207", "VF3", BOTH),
    ("Peugeot", "508 SW", "VF3", DIESEL), ("Peugeot", "e-208", "VR3", ELECTRIC), ("Peugeot", "5008", "VF3", DIESEL),
    ("Citroën", "C3", "VF7", BOTH), ("Citroën", "C4 Picasso", "VF7", BOTH), ("Citroën", "C5 Aircross", "VR7", HYBRID),
    ("Citroën", "Berlingo", "VF7", DIESEL), ("Citroën", "C1", "VF7", PETROL), ("DS", "DS 3", "VF7", BOTH),
    ("DS", "DS 7 Crossback", "VR1", BOTH), ("Dacia", "Sandero", "UU1", PETROL), ("Dacia", "Duster", "UU1", BOTH),
    ("Dacia", "Spring", "UU1", ELECTRIC), ("Dacia", "Logan MCV", "UU1", BOTH), ("Volkswagen", "Golf", "WVW", BOTH),
    ("Volkswagen", "Polo", "WVW", BOTH), ("Volkswagen", "Tiguan", "WVG", DIESEL), ("Volkswagen", "ID.3", "WVW", ELECTRIC),
    ("Audi", "A3 Sportback", "WAU", BOTH), ("Audi", "Q3", "WAU", DIESEL), ("BMW", "Série 1", "WBA", BOTH),
    ("BMW", "X1", "WBA", DIESEL), ("BMW", "320d", "WBA", DIESEL), ("Mercedes-Benz", "Classe A", "WDD", BOTH),
    ("Mercedes-Benz", "GLA 200", "W1N", BOTH), ("Opel", "Corsa", "W0L", BOTH), ("Opel", "Mokka", "W0V", BOTH),
    ("Ford", "Fiesta", "WF0", PETROL), ("Ford", "Focus", "WF0", BOTH), ("Ford", "Puma", "WF0", HYBRID),
    ("Toyota", "Yaris", "VNK", HYBRID), ("Toyota", "Corolla", "SB1", HYBRID), ("Toyota", "Aygo", "TNK", PETROL),
    ("Toyota", "RAV4", "JTM", HYBRID), ("Nissan", "Qashqai", "SJN", BOTH), ("Nissan", "Juke", "SJN", PETROL),
    ("Nissan", "Leaf", "SJN", ELECTRIC), ("Fiat", "500", "ZFA", PETROL), ("Fiat", "Panda", "ZFA", PETROL),
    ("Fiat", "Tipo", "ZFA", BOTH), ("Kia", "Picanto", "KNA", PETROL), ("Kia", "Sportage", "U5Y", BOTH),
    ("Kia", "Niro", "KNA", HYBRID), ("Hyundai", "i20", "NLH", PETROL), ("Hyundai", "Tucson", "TMA", HYBRID),
    ("Hyundai", "Kona", "KMH", ELECTRIC), ("Suzuki", "Swift", "TSM", PETROL), ("Suzuki", "Vitara", "TSM", HYBRID),
    ("Seat", "Ibiza", "VSS", BOTH), ("Seat", "Leon", "VSS", BOTH), ("Skoda", "Octavia", "TMB", DIESEL),
    ("Skoda", "Fabia", "TMB", PETROL), ("Mini", "Cooper", "WMW", BOTH), ("Volvo", "XC40", "YV1", HYBRID),
    ("Tesla", "Model 3", "5YJ", ELECTRIC), ("Tesla", "Model Y", "LRW", ELECTRIC), ("MG", "MG4", "LSJ", ELECTRIC),
    ("Mazda", "CX-5", "JMZ", BOTH), ("Mazda", "2", "JMZ", PETROL), ("Honda", "Jazz", "JHM", HYBRID),
    ("Smart", "Fortwo", "WME", PETROL), ("Alfa Romeo", "Giulietta", "ZAR", BOTH), ("Jeep", "Renegade", "1C4", BOTH),
    ("Land Rover", "Range Rover Evoque", "SAL", DIESEL), ("Lancia", "Ypsilon", "ZLA", PETROL),
];

#[rustfmt::skip]
const VANS: &[Model] = &[
    ("Renault", "Kangoo Express", "VF1", DIESEL), ("Renault", "Trafic", "VF1", DIESEL),
    ("Renault", "Master", "VF1", DIESEL), ("Peugeot", "Partner", "VF3", DIESEL), ("Peugeot", "Expert", "VF3", DIESEL),
    ("Citroën", "Jumpy", "VF7", DIESEL), ("Citroën", "Jumper", "VF7", DIESEL), ("Fiat", "Ducato", "ZFA", DIESEL),
    ("Fiat", "Doblo Cargo", "ZFA", DIESEL), ("Ford", "Transit Custom", "WF0", DIESEL),
    ("Volkswagen", "Transporter", "WV1", DIESEL), ("Mercedes-Benz", "Sprinter", "WDB", DIESEL),
    ("Mercedes-Benz", "Vito", "WDF", DIESEL), ("Iveco", "Daily", "ZCF", DIESEL), ("Opel", "Vivaro", "W0V", DIESEL),
    ("Toyota", "Proace", "YAR", DIESEL), ("Nissan", "NV200", "VSK", DIESEL),
];

#[rustfmt::skip]
const MOTORCYCLES: &[Model] = &[
    ("Yamaha", "MT-07", "JYA", PETROL), ("Yamaha", "XMAX 125", "VG5", PETROL), ("Yamaha", "Tracer 900", "JYA", PETROL),
    ("Yamaha", "TMAX 560", "JYA", PETROL), ("Honda", "CB 500 F", "MLH", PETROL), ("Honda", "Africa Twin", "JH2", PETROL),
    ("Honda", "Forza 125", "ZDC", PETROL), ("Honda", "PCX 125", "RLH", PETROL), ("Kawasaki", "Z 650", "JKA", PETROL),
    ("Kawasaki", "Ninja 400", "JKA", PETROL), ("Suzuki", "SV 650", "JS1", PETROL), ("Suzuki", "GSX-R 600", "JS1", PETROL),
    ("BMW", "R 1200 GS", "WB1", PETROL), ("BMW", "F 800 R", "WB1", PETROL), ("KTM", "390 Duke", "VBK", PETROL),
    ("KTM", "690 SMC R", "VBK", PETROL), ("Ducati", "Monster 821", "ZDM", PETROL), ("Triumph", "Street Triple", "SMT", PETROL),
    ("Triumph", "Bonneville T100", "SMT", PETROL), ("Harley-Davidson", "Sportster 883", "1HD", PETROL),
    ("Piaggio", "MP3 500", "ZAP", PETROL), ("Vespa", "GTS 300", "ZAP", PETROL), ("Peugeot", "Kisbee 50", "VGA", PETROL),
    ("Royal Enfield", "Himalayan", "ME3", PETROL), ("SYM", "Fiddle 125", "RFG", PETROL), ("Kymco", "Agility 50", "RFB", PETROL),
];
