//! The lists of makes: who makes what, from when to when, and how his numbers look.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::Sort;

/// A maker.
pub struct Make {
    /// As printed in D.1.
    pub name: String,
    /// World manufacturer codes.
    pub wmis: Vec<&'static str>,
    /// How the other 14 signs of the VIN look; see [`super::marks`].
    pub vins: Vec<&'static str>,
    /// The letters in the national type code.
    pub cnit: &'static str,
    /// The country of type approval: `e2`.
    pub approval: &'static str,
    /// How D.2 looks.
    pub variants: Vec<&'static str>,
    /// What he makes.
    pub models: Vec<Model>,
}

/// A model.
pub struct Model {
    /// As printed in D.3.
    pub name: String,
    /// Its build.
    pub body: Body,
    /// First year of sale.
    pub from: i32,
    /// Last year of sale.
    pub to: i32,
}

/// Builds that differ in mass and power.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Body {
    City,
    Compact,
    Family,
    Suv,
    Mpv,
    Coupe,
    Electric,
    SmallVan,
    Van,
    Scooter,
    MaxiScooter,
    LightMoto,
    Roadster,
    Sport,
    Tourer,
    ElectricMoto,
    Trailer,
    HeavyTrailer,
    Caravan,
}

/// What vehicles of a build have in common; kilogrammes and kilowatts.
pub struct Frame {
    /// Unladen.
    pub empty: RangeInclusive<i64>,
    /// What it may carry.
    pub load: RangeInclusive<i64>,
    /// The greatest admissible mass.
    pub limit: u32,
    /// What it may draw.
    pub towed: RangeInclusive<i64>,
    /// Net power.
    pub kw: RangeInclusive<i64>,
    /// Piston displacements, small to large.
    pub cm3: &'static [u32],
    /// Seats.
    pub seats: &'static [u32],
}

/// Every make.
pub static MAKES: LazyLock<Vec<Make>> = LazyLock::new(|| {
    [include_str!("cars.txt"), include_str!("others.txt")]
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.starts_with('#'))
        .map(|line| parse(line).expect("the lists of makes are well formed"))
        .collect()
});

fn parse(line: &'static str) -> Option<Make> {
    let columns: Vec<&'static str> = line.split('|').map(str::trim).collect();
    let [name, wmis, vins, cnit, approval, variants, models] = columns[..] else { return None };
    Some(Make {
        name: name.to_owned(),
        wmis: wmis.split(',').collect(),
        vins: vins.split(';').collect(),
        cnit,
        approval,
        variants: variants.split(';').collect(),
        models: models.split(';').map(parse_model).collect::<Option<_>>()?,
    })
}

fn parse_model(text: &str) -> Option<Model> {
    let mut parts = text.split(':');
    let (name, body, years) = (parts.next()?, parts.next()?, parts.next()?);
    let (from, to) = years.split_once('-')?;
    let to = if to.is_empty() { 2099 } else { to.parse().ok()? };
    Some(Model { name: name.to_owned(), body: Body::named(body)?, from: from.parse().ok()?, to })
}

impl Body {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "city" => Self::City,
            "compact" => Self::Compact,
            "family" => Self::Family,
            "suv" => Self::Suv,
            "mpv" => Self::Mpv,
            "coupe" => Self::Coupe,
            "electric" => Self::Electric,
            "smallvan" => Self::SmallVan,
            "van" => Self::Van,
            "scooter" => Self::Scooter,
            "maxiscooter" => Self::MaxiScooter,
            "lightmoto" => Self::LightMoto,
            "roadster" => Self::Roadster,
            "sport" => Self::Sport,
            "tourer" => Self::Tourer,
            "electricmoto" => Self::ElectricMoto,
            "trailer" => Self::Trailer,
            "heavytrailer" => Self::HeavyTrailer,
            "caravan" => Self::Caravan,
            _ => return None,
        })
    }

    /// Which papers it has.
    pub fn sort(self) -> Sort {
        match self {
            Self::City | Self::Compact | Self::Family | Self::Suv | Self::Mpv | Self::Coupe => Sort::Car,
            Self::Electric => Sort::ElectricCar,
            Self::SmallVan | Self::Van => Sort::Van,
            Self::Trailer | Self::HeavyTrailer => Sort::Trailer,
            Self::Caravan => Sort::Caravan,
            _ => Sort::Motorcycle,
        }
    }

    /// European and national words for a car's shape: AA saloon, AB hatchback, AC estate, AD coupe, AE open, AF
    /// multi-purpose.
    pub fn shapes(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::City => &[("AB", "CI"), ("AB", "CI"), ("AA", "CI")],
            Self::Family => &[("AA", "CI"), ("AC", "BREAK"), ("AC", "CI"), ("AA", "BERLINE")],
            Self::Suv => &[("AC", "CI"), ("AF", "CI"), ("AC", "BREAK"), ("AB", "CI")],
            Self::Mpv => &[("AF", "CI"), ("AF", "BREAK"), ("AC", "CI")],
            Self::Coupe => &[("AD", "CI"), ("AE", "CABR"), ("AD", "COUPE")],
            _ => &[("AB", "CI"), ("AA", "CI"), ("AC", "CI"), ("AB", "BERLINE")],
        }
    }

    /// Masses and powers.
    pub fn frame(self) -> Frame {
        let of =
            |empty, load, limit, towed, kw, cm3, seats| Frame { empty, load, limit, towed, kw, cm3, seats };
        match self {
            Self::City => of(790..=1240, 340..=480, 2500, 0..=1100, 40..=88, SMALL, &[5, 5, 5, 4]),
            Self::Compact => of(1050..=1460, 420..=560, 2500, 700..=1700, 60..=150, MIDDLE, &[5]),
            Self::Family => of(1250..=1750, 440..=620, 2900, 1000..=2000, 80..=210, LARGE, &[5]),
            Self::Suv => of(1180..=2050, 440..=680, 3200, 900..=2500, 75..=200, LARGE, &[5, 5, 5, 7]),
            Self::Mpv => of(1250..=1780, 480..=750, 3000, 800..=1800, 66..=145, MIDDLE, &[5, 5, 7, 7]),
            Self::Coupe => of(1020..=1690, 250..=420, 2400, 0..=1500, 85..=331, SPORT, &[2, 4, 4]),
            Self::Electric => of(1080..=2260, 360..=560, 3200, 0..=1600, 60..=258, &[], &[5, 5, 5, 4]),
            Self::SmallVan => of(1130..=1560, 480..=820, 2500, 600..=1500, 50..=96, MIDDLE, &[2, 3, 3, 5]),
            Self::Van => of(1640..=2260, 800..=1300, 3500, 1500..=3000, 66..=140, VANS, &[3, 3, 3, 2, 6]),
            Self::Scooter => of(98..=178, 165..=200, 400, 0..=0, 6..=11, &[124, 125], &[2]),
            Self::MaxiScooter => of(185..=268, 170..=210, 550, 0..=0, 21..=35, &[330, 399, 499, 550], &[2]),
            Self::LightMoto => of(128..=146, 170..=200, 400, 0..=0, 9..=11, &[124, 125], &[2]),
            Self::Roadster => {
                of(158..=248, 165..=215, 480, 0..=0, 25..=92, &[373, 471, 649, 689, 748, 948], &[2])
            }
            Self::Sport => of(168..=208, 165..=190, 430, 0..=0, 72..=158, &[599, 749, 998, 1103], &[2, 1]),
            Self::Tourer => {
                of(198..=372, 185..=230, 650, 0..=0, 40..=108, &[645, 745, 890, 998, 1170, 1254], &[2])
            }
            Self::ElectricMoto => of(182..=231, 165..=185, 480, 0..=0, 15..=31, &[], &[2]),
            Self::Trailer => of(120..=240, 350..=600, 750, 0..=0, 0..=0, &[], &[]),
            Self::HeavyTrailer => of(340..=900, 900..=2600, 3500, 0..=0, 0..=0, &[], &[]),
            Self::Caravan => of(760..=1350, 180..=400, 2000, 0..=0, 0..=0, &[], &[]),
        }
    }
}

const SMALL: &[u32] = &[875, 898, 998, 999, 1124, 1149, 1198, 1199, 1242, 1360, 1398, 1461];
const MIDDLE: &[u32] =
    &[1197, 1199, 1248, 1332, 1395, 1461, 1498, 1499, 1560, 1596, 1598, 1870, 1968, 1995, 1997];
const LARGE: &[u32] =
    &[1332, 1498, 1560, 1598, 1685, 1749, 1896, 1968, 1984, 1995, 1997, 2143, 2179, 2199, 2967];
const SPORT: &[u32] = &[1390, 1598, 1798, 1984, 1998, 2354, 2497, 2979, 3189, 3436, 3996];
const VANS: &[u32] = &[1461, 1598, 1749, 1870, 1968, 1995, 1997, 2143, 2198, 2287, 2298, 2299];
