//! What people set for themselves.

use domain::locale::Locale;
use domain::settings::{LeadDays, Settings};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use serde_json::Value;

use super::views::{ConsumptionUnit, Currency, DistanceUnit, Theme, VolumeUnit};
use crate::accounts::LocaleWord;
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::{json, say, zones};

/// Most bytes of what the frontend keeps.
const MAX_CUSTOM: usize = 8 * 1024;

macro_rules! settings {
    ($($(#[$doc:meta])* $field:ident: $type:ty),+ $(,)?) => {
        /// What somebody sets for themselves; what is left away goes back to its default.
        #[derive(Debug, Clone, Default, Object)]
        pub struct SettingsForm {
            $($(#[$doc])* pub $field: Option<$type>),+
        }

        /// What to change of one's settings.
        #[derive(Debug, Clone, Default, Object)]
        pub struct SettingsPatch {
            $($(#[$doc])* pub $field: MaybeUndefined<$type>),+
        }

        impl From<SettingsForm> for SettingsPatch {
            fn from(form: SettingsForm) -> Self {
                Self { $($field: form.$field.map_or(MaybeUndefined::Null, MaybeUndefined::Value)),+ }
            }
        }
    };
}

settings! {
    /// The language of letters and messages.
    language: LocaleWord,
    /// How the product looks.
    theme: Theme,
    /// The clock on the wall, by its IANA name.
    #[oai(validator(max_length = 50))]
    timezone: String,
    /// What things are measured in.
    units: UnitsPatch,
    /// What amounts are shown in.
    currency: Currency,
    /// How many days before a date one is reminded of it.
    reminder_lead_days: LeadDaysPatch,
    /// Whether letters are sent at all, but for mandatory ones.
    email_notifications: bool,
    /// Whether pushes are sent at all.
    push_notifications: bool,
    /// Whether one is reminded of maintenance, inspections and insurances.
    maintenance_reminders: bool,
    /// Whether one is told about the subscription, but for what is mandatory.
    subscription_alerts: bool,
    /// Whether others may see the profile.
    profile_public: bool,
    /// Whether reviews hide the reviewer's name.
    anonymous_reviews: bool,
    /// Whether use of the product may be counted.
    usage_statistics: bool,
    /// What the frontend keeps here: an object of at most 8 KB.
    custom_settings: Value,
}

/// What things are to be measured in.
#[derive(Debug, Clone, Default, Object)]
pub struct UnitsPatch {
    /// Distances.
    pub distance: MaybeUndefined<DistanceUnit>,
    /// Volumes.
    pub volume: MaybeUndefined<VolumeUnit>,
    /// Fuel consumption.
    pub consumption: MaybeUndefined<ConsumptionUnit>,
}

/// How many days before a date one wants to be reminded of it: up to ten numbers from 1 to 365.
#[derive(Debug, Clone, Default, Object)]
pub struct LeadDaysPatch {
    /// Of the next contrôle technique.
    pub inspection: MaybeUndefined<Vec<i32>>,
    /// Of the next maintenance.
    pub maintenance: MaybeUndefined<Vec<i32>>,
    /// Of the end of an insurance.
    pub insurance: MaybeUndefined<Vec<i32>>,
}

impl SettingsPatch {
    /// Writes what was sent into `kept` and `locale`.
    pub(super) fn apply_to(self, kept: &mut Settings, locale: &mut Locale) -> Result<(), ApiError> {
        let (mut form, usual) = (Form::default(), Settings::default());
        set(locale, self.language, Locale::default());
        set(&mut kept.theme, self.theme, usual.theme);
        match self.timezone {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => kept.timezone = usual.timezone,
            MaybeUndefined::Value(name) => {
                kept.timezone = zones::parse(&mut form, "timezone", &name).unwrap_or(usual.timezone);
            }
        }
        if let Some(units) = sent(self.units) {
            set(&mut kept.distance, units.distance, usual.distance);
            set(&mut kept.volume, units.volume, usual.volume);
            set(&mut kept.consumption, units.consumption, usual.consumption);
        }
        set(&mut kept.currency, self.currency, usual.currency);
        if let Some(days) = sent(self.reminder_lead_days) {
            lead(&mut form, "inspection", days.inspection, &mut kept.inspection_lead, usual.inspection_lead);
            lead(
                &mut form,
                "maintenance",
                days.maintenance,
                &mut kept.maintenance_lead,
                usual.maintenance_lead,
            );
            lead(&mut form, "insurance", days.insurance, &mut kept.insurance_lead, usual.insurance_lead);
        }
        let switches = &mut kept.switches;
        set(&mut switches.email, self.email_notifications, usual.switches.email);
        set(&mut switches.push, self.push_notifications, usual.switches.push);
        set(
            &mut switches.maintenance_reminders,
            self.maintenance_reminders,
            usual.switches.maintenance_reminders,
        );
        set(&mut switches.subscription_alerts, self.subscription_alerts, usual.switches.subscription_alerts);
        set(&mut kept.profile_public, self.profile_public, usual.profile_public);
        set(&mut kept.anonymous_reviews, self.anonymous_reviews, usual.anonymous_reviews);
        set(&mut kept.usage_statistics, self.usage_statistics, usual.usage_statistics);
        match self.custom_settings {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => kept.custom = usual.custom,
            MaybeUndefined::Value(value) => {
                kept.custom = json::object(&mut form, "custom_settings", Some(value), MAX_CUSTOM);
            }
        }
        form.finish()
    }
}

/// What was sent of a group; with `null` all of it goes back to its defaults.
fn sent<T: AllNull>(group: MaybeUndefined<T>) -> Option<T> {
    match group {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(T::all_null()),
        MaybeUndefined::Value(group) => Some(group),
    }
}

trait AllNull {
    fn all_null() -> Self;
}

impl AllNull for UnitsPatch {
    fn all_null() -> Self {
        let (distance, volume, consumption) =
            (MaybeUndefined::Null, MaybeUndefined::Null, MaybeUndefined::Null);
        Self { distance, volume, consumption }
    }
}

impl AllNull for LeadDaysPatch {
    fn all_null() -> Self {
        let (inspection, maintenance, insurance) =
            (MaybeUndefined::Null, MaybeUndefined::Null, MaybeUndefined::Null);
        Self { inspection, maintenance, insurance }
    }
}

fn set<T, W: Into<T>>(kept: &mut T, sent: MaybeUndefined<W>, usual: T) {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *kept = usual,
        MaybeUndefined::Value(value) => *kept = value.into(),
    }
}

fn lead(form: &mut Form, name: &str, sent: MaybeUndefined<Vec<i32>>, kept: &mut LeadDays, usual: LeadDays) {
    let days = match sent {
        MaybeUndefined::Undefined => return,
        MaybeUndefined::Null => return *kept = usual,
        MaybeUndefined::Value(days) => days,
    };
    let days: Result<Vec<u16>, _> = days.into_iter().map(u16::try_from).collect();
    let Some(days) = days.ok().and_then(LeadDays::new) else {
        let message = say!(
            "Au plus {} nombres de jours, de 1 à {}.",
            "At most {} numbers of days, from 1 to {}.",
            LeadDays::MOST,
            LeadDays::MAX
        );
        return form.refuse(&format!("reminder_lead_days.{name}"), message);
    };
    *kept = days;
}

impl Meaning for SettingsForm {
    fn faults(self) -> Errors {
        SettingsPatch::from(self).faults()
    }
}

impl Meaning for SettingsPatch {
    fn faults(self) -> Errors {
        faults_of(self.apply_to(&mut Settings::default(), &mut Locale::default()))
    }
}
