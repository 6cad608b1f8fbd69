//! What can be set, with what people call it.

use domain::locale::Locale;
use domain::settings::{ConsumptionUnit, Currency, DistanceUnit, Labelled, LeadDays, Theme, VolumeUnit};
use poem_openapi::Object;

use crate::locale;

/// A value and what people call it.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Choice")]
pub struct ChoiceView {
    /// What is sent.
    pub value: String,
    /// What people call it, in French or English.
    pub label: String,
}

/// What things can be measured in.
#[derive(Debug, Clone, Object)]
pub struct UnitOptions {
    /// Distances.
    pub distance: Vec<ChoiceView>,
    /// Volumes.
    pub volume: Vec<ChoiceView>,
    /// Fuel consumption.
    pub consumption: Vec<ChoiceView>,
}

/// What can be set.
#[derive(Debug, Clone, Object)]
pub struct SettingsOptions {
    /// Languages.
    pub languages: Vec<ChoiceView>,
    /// How the product can look.
    pub themes: Vec<ChoiceView>,
    /// Time zones, by their IANA names.
    pub timezones: Vec<String>,
    /// What things can be measured in.
    pub units: UnitOptions,
    /// What amounts can be shown in.
    pub currencies: Vec<ChoiceView>,
    /// The farthest a reminder can be ahead, in days.
    pub max_lead_days: u16,
    /// The most reminders of one date.
    pub max_reminders: u32,
}

impl SettingsOptions {
    /// All of it, in the language of the request.
    pub(super) fn all() -> Self {
        Self {
            languages: choices(&[Locale::Fr, Locale::En], Locale::as_str),
            themes: choices(Theme::ALL, Theme::as_str),
            timezones: chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect(),
            units: UnitOptions {
                distance: choices(DistanceUnit::ALL, DistanceUnit::as_str),
                volume: choices(VolumeUnit::ALL, VolumeUnit::as_str),
                consumption: choices(ConsumptionUnit::ALL, ConsumptionUnit::as_str),
            },
            currencies: choices(Currency::ALL, Currency::as_str),
            max_lead_days: LeadDays::MAX,
            max_reminders: LeadDays::MOST as u32,
        }
    }
}

fn choices<T: Labelled>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<ChoiceView> {
    let locale = locale::current();
    let choice =
        |value: &T| ChoiceView { value: word(*value).to_owned(), label: value.label(locale).to_owned() };
    all.iter().map(choice).collect()
}
