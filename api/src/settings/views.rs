//! Settings on the wire.

use database::{settings, users};
use domain::ids::UserId;
use domain::locale::Locale;
use domain::settings as words;
use domain::settings::{LeadDays, Settings};
use poem_openapi::{Enum, Object};
use serde_json::Value;
use sqlx::PgConnection;

use crate::accounts::LocaleWord;
use crate::error::ApiError;

/// How the product looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase", remote = "words::Theme")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the device is set.
    Auto,
}

/// What distances are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "words::DistanceUnit")]
pub enum DistanceUnit {
    /// Kilometres.
    #[oai(rename = "km")]
    Kilometre,
    /// Miles.
    #[oai(rename = "mi")]
    Mile,
}

/// What volumes are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "words::VolumeUnit")]
pub enum VolumeUnit {
    /// Litres.
    #[oai(rename = "l")]
    Litre,
    /// Imperial gallons.
    #[oai(rename = "gal_uk")]
    ImperialGallon,
    /// US gallons.
    #[oai(rename = "gal_us")]
    UsGallon,
}

/// What fuel consumption is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "words::ConsumptionUnit")]
pub enum ConsumptionUnit {
    /// Litres for 100 km.
    #[oai(rename = "l_100km")]
    LitresPer100Km,
    /// Miles per gallon.
    #[oai(rename = "mpg")]
    MilesPerGallon,
    /// Kilometres per litre.
    #[oai(rename = "km_l")]
    KilometresPerLitre,
}

/// What amounts are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "words::Currency")]
pub enum Currency {
    /// Euro.
    #[oai(rename = "EUR")]
    Euro,
    /// Swiss franc.
    #[oai(rename = "CHF")]
    SwissFranc,
    /// Pound sterling.
    #[oai(rename = "GBP")]
    Pound,
    /// US dollar.
    #[oai(rename = "USD")]
    Dollar,
    /// Franc of the French Pacific.
    #[oai(rename = "XPF")]
    PacificFranc,
    /// Moroccan dirham.
    #[oai(rename = "MAD")]
    Dirham,
}

/// What things are measured in.
#[derive(Debug, Clone, Object)]
pub struct Units {
    /// Distances.
    pub distance: DistanceUnit,
    /// Volumes.
    pub volume: VolumeUnit,
    /// Fuel consumption.
    pub consumption: ConsumptionUnit,
}

/// How many days before a date one is reminded of it, farthest first.
#[derive(Debug, Clone, Object)]
pub struct ReminderLeadDays {
    /// Of the next contrôle technique.
    pub inspection: Vec<u16>,
    /// Of the next maintenance.
    pub maintenance: Vec<u16>,
    /// Of the end of an insurance.
    pub insurance: Vec<u16>,
}

/// What somebody set for themselves.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Settings")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own: they make no states together"
)]
pub struct SettingsView {
    /// The language of letters and messages; the same as `locale` of the account.
    pub language: LocaleWord,
    /// How the product looks.
    pub theme: Theme,
    /// The clock on the wall, by its IANA name.
    pub timezone: String,
    /// What things are measured in.
    pub units: Units,
    /// What amounts are shown in.
    pub currency: Currency,
    /// How many days before a date one is reminded of it.
    pub reminder_lead_days: ReminderLeadDays,
    /// Whether letters are sent at all, but for mandatory ones.
    pub email_notifications: bool,
    /// Whether pushes are sent at all.
    pub push_notifications: bool,
    /// Whether one is reminded of maintenance, inspections and insurances.
    pub maintenance_reminders: bool,
    /// Whether one is told about the subscription, but for what is mandatory.
    pub subscription_alerts: bool,
    /// Whether others may see the profile.
    pub profile_public: bool,
    /// Whether reviews hide the reviewer's name.
    pub anonymous_reviews: bool,
    /// Whether use of the product may be counted.
    pub usage_statistics: bool,
    /// What the frontend keeps here.
    pub custom_settings: Value,
}

impl SettingsView {
    /// The settings of `user`.
    pub(super) async fn load(db: &mut PgConnection, user: UserId) -> Result<Self, ApiError> {
        let kept = settings::get(db, user).await?;
        let locale = users::get(db, user).await?.locale;
        Ok(Self::of(kept, locale))
    }

    fn of(kept: Settings, locale: Locale) -> Self {
        let days = |lead: &LeadDays| lead.days().to_vec();
        Self {
            language: locale.into(),
            theme: kept.theme.into(),
            timezone: kept.timezone.name().to_owned(),
            units: Units {
                distance: kept.distance.into(),
                volume: kept.volume.into(),
                consumption: kept.consumption.into(),
            },
            currency: kept.currency.into(),
            reminder_lead_days: ReminderLeadDays {
                inspection: days(&kept.inspection_lead),
                maintenance: days(&kept.maintenance_lead),
                insurance: days(&kept.insurance_lead),
            },
            email_notifications: kept.switches.email,
            push_notifications: kept.switches.push,
            maintenance_reminders: kept.switches.maintenance_reminders,
            subscription_alerts: kept.switches.subscription_alerts,
            profile_public: kept.profile_public,
            anonymous_reviews: kept.anonymous_reviews,
            usage_statistics: kept.usage_statistics,
            custom_settings: kept.custom.into(),
        }
    }
}
