//! What people set for themselves. The language is part of the account.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::words;
use crate::locale::Locale;
use crate::notification::Switches;

words! {
    /// How the product looks.
    Theme {
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
        /// As the device is set.
        Auto = "auto",
    }
}

words! {
    /// What distances are shown in.
    DistanceUnit {
        /// Kilometres.
        Kilometre = "km",
        /// Miles.
        Mile = "mi",
    }
}

words! {
    /// What volumes are shown in.
    VolumeUnit {
        /// Litres.
        Litre = "l",
        /// Imperial gallons.
        ImperialGallon = "gal_uk",
        /// US gallons.
        UsGallon = "gal_us",
    }
}

words! {
    /// What fuel consumption is shown in.
    ConsumptionUnit {
        /// Litres for 100 km.
        LitresPer100Km = "l_100km",
        /// Miles per gallon.
        MilesPerGallon = "mpg",
        /// Kilometres per litre.
        KilometresPerLitre = "km_l",
    }
}

words! {
    /// What amounts are shown in.
    Currency {
        /// Euro.
        Euro = "EUR",
        /// Swiss franc.
        SwissFranc = "CHF",
        /// Pound sterling.
        Pound = "GBP",
        /// US dollar.
        Dollar = "USD",
        /// Franc of the French Pacific.
        PacificFranc = "XPF",
        /// Moroccan dirham.
        Dirham = "MAD",
    }
}

/// A value that people choose by what it is called.
pub trait Labelled: Copy + 'static {
    /// What people call it.
    fn label(self, locale: Locale) -> &'static str;
}

macro_rules! labels {
    ($($name:ident { $($variant:ident = $french:literal, $english:literal;)+ })+) => {
        $(impl Labelled for $name {
            fn label(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$variant, Locale::Fr) => $french, (Self::$variant, Locale::En) => $english,)+
                }
            }
        })+
    };
}

labels! {
    Locale { Fr = "Français", "French"; En = "Anglais", "English"; }
    Theme { Light = "Clair", "Light"; Dark = "Sombre", "Dark"; Auto = "Selon l’appareil", "As the device"; }
    DistanceUnit { Kilometre = "Kilomètres", "Kilometres"; Mile = "Miles", "Miles"; }
    VolumeUnit {
        Litre = "Litres", "Litres";
        ImperialGallon = "Gallons impériaux", "Imperial gallons";
        UsGallon = "Gallons américains", "US gallons";
    }
    ConsumptionUnit {
        LitresPer100Km = "Litres aux 100 km", "Litres per 100 km";
        MilesPerGallon = "Miles par gallon", "Miles per gallon";
        KilometresPerLitre = "Kilomètres par litre", "Kilometres per litre";
    }
    Currency {
        Euro = "Euro", "Euro";
        SwissFranc = "Franc suisse", "Swiss franc";
        Pound = "Livre sterling", "Pound sterling";
        Dollar = "Dollar américain", "US dollar";
        PacificFranc = "Franc Pacifique", "CFP franc";
        Dirham = "Dirham marocain", "Moroccan dirham";
    }
}

/// How many days before a date somebody wants to be reminded of it, farthest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadDays(Vec<u16>);

impl LeadDays {
    /// The farthest a reminder can be ahead.
    pub const MAX: u16 = 365;
    /// The most reminders of one date.
    pub const MOST: usize = 10;

    /// Each day once; nothing if one is not from 1 to 365, or if there are more than ten.
    pub fn new(mut days: Vec<u16>) -> Option<Self> {
        days.sort_unstable_by(|a, b| b.cmp(a));
        days.dedup();
        let is_good = days.len() <= Self::MOST && days.iter().all(|day| (1..=Self::MAX).contains(day));
        is_good.then_some(Self(days))
    }

    /// The days, farthest first.
    pub fn days(&self) -> &[u16] {
        &self.0
    }
}

/// What somebody set for themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How the product looks.
    pub theme: Theme,
    /// The clock on the wall.
    pub timezone: Tz,
    /// What distances are shown in.
    pub distance: DistanceUnit,
    /// What volumes are shown in.
    pub volume: VolumeUnit,
    /// What fuel consumption is shown in.
    pub consumption: ConsumptionUnit,
    /// What amounts are shown in.
    pub currency: Currency,
    /// Reminders of the next contrôle technique.
    pub inspection_lead: LeadDays,
    /// Reminders of the next maintenance.
    pub maintenance_lead: LeadDays,
    /// Reminders of the end of an insurance.
    pub insurance_lead: LeadDays,
    /// What is switched off altogether.
    pub switches: Switches,
    /// Whether others may see the profile.
    pub profile_public: bool,
    /// Whether reviews hide the reviewer's name.
    pub anonymous_reviews: bool,
    /// Whether use of the product may be counted.
    pub usage_statistics: bool,
    /// What the frontend keeps here.
    pub custom: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        let days = |days: &[u16]| LeadDays(days.to_vec());
        Self {
            theme: Theme::Auto,
            timezone: chrono_tz::Europe::Paris,
            distance: DistanceUnit::Kilometre,
            volume: VolumeUnit::Litre,
            consumption: ConsumptionUnit::LitresPer100Km,
            currency: Currency::Euro,
            inspection_lead: days(&[60, 30, 7]),
            maintenance_lead: days(&[3]),
            insurance_lead: days(&[30, 7]),
            switches: Switches::default(),
            profile_public: false,
            anonymous_reviews: true,
            usage_statistics: false,
            custom: Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lead_days_are_sorted_and_bounded() {
        assert_eq!(LeadDays::new(vec![7, 30, 7, 365]).unwrap().days(), [365, 30, 7]);
        assert_eq!(LeadDays::new(vec![]).unwrap().days(), [] as [u16; 0]);
        assert_eq!(LeadDays::new(vec![0]), None);
        assert_eq!(LeadDays::new(vec![366]), None);
        assert_eq!(LeadDays::new((1..=11).collect()), None);
    }
}
