//! What people decide about being told of things.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use chrono_tz::Tz;
use database::notifications::Kept;
use domain::notification::{Channel, Channels, Digest, NotificationKind};
use poem_openapi::Object;

use super::views::DigestWord;
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::{say, zones};

/// How one wants to be told of things.
#[derive(Debug, Clone, Object)]
#[oai(rename = "NotificationPreferencesForm")]
pub struct PreferencesForm {
    /// `{type: {email, in_app, push}}`; what is left away has its default.
    pub matrix: Option<BTreeMap<String, BTreeMap<String, bool>>>,
    /// When one wants to be left alone; never when absent.
    pub quiet_hours: Option<QuietHoursForm>,
    /// Whether letters are bundled; `off` when absent.
    pub digest: Option<DigestWord>,
}

/// When one wants to be left alone.
#[derive(Debug, Clone, Object)]
pub struct QuietHoursForm {
    /// From then, by the clock on the wall, as `22:00`.
    #[oai(validator(max_length = 8))]
    pub start: String,
    /// Until then; on the next day if it is before `start`.
    #[oai(validator(max_length = 8))]
    pub end: String,
    /// Whose clock, as `Europe/Paris`; that of the settings when absent.
    #[oai(validator(max_length = 50))]
    pub tz: Option<String>,
}

impl PreferencesForm {
    /// What was decided, or everything that is wrong with it.
    pub(super) fn parse(self) -> Result<Kept, ApiError> {
        let mut form = Form::default();
        let matrix = self.matrix.unwrap_or_default();
        let chosen = matrix.iter().filter_map(|(name, row)| channels(&mut form, name, row)).collect();
        let quiet = self.quiet_hours.and_then(|hours| hours.parse(&mut form));
        form.finish()?;
        Ok(Kept { chosen, quiet, digest: self.digest.map_or(Digest::Off, Into::into) })
    }
}

/// The channels of one type; what is left away keeps its default.
fn channels(form: &mut Form, name: &str, row: &BTreeMap<String, bool>) -> Option<(&'static str, Channels)> {
    let Some(kind) = NotificationKind::from_word(name) else {
        form.refuse(&format!("matrix.{name}"), say!("Type inconnu.", "Unknown type."));
        return None;
    };
    let mut channels = kind.default_channels();
    for (word, is_on) in row {
        let at = format!("matrix.{name}.{word}");
        match Channel::from_word(word) {
            Some(Channel::Email) => {
                form.check(&at, *is_on || !kind.is_mandatory(), || {
                    say!(
                        "Ces e-mails sont obligatoires : ils ne peuvent pas être désactivés.",
                        "These e-mails are mandatory: they cannot be switched off."
                    )
                });
                channels.email = *is_on;
            }
            Some(Channel::InApp) => channels.in_app = *is_on,
            Some(Channel::Push) => channels.push = *is_on,
            None => form.refuse(&at, say!("Canal inconnu.", "Unknown channel.")),
        }
    }
    Some((kind.as_str(), channels))
}

impl QuietHoursForm {
    fn parse(self, form: &mut Form) -> Option<(NaiveTime, NaiveTime, Option<Tz>)> {
        let start = time(form, "quiet_hours.start", &self.start);
        let end = time(form, "quiet_hours.end", &self.end);
        form.check("quiet_hours.end", start.is_none() || start != end, || {
            say!("La fin doit différer du début.", "The end must differ from the start.")
        });
        let zone = self.tz.and_then(|name| zones::parse(form, "quiet_hours.tz", &name));
        Some((start?, end?, zone))
    }
}

fn time(form: &mut Form, field: &str, text: &str) -> Option<NaiveTime> {
    let parsed = ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok());
    form.check(field, parsed.is_some(), || {
        say!("Indiquez une heure, par exemple 22:00.", "Give a time, such as 22:00.")
    });
    parsed
}

impl Meaning for PreferencesForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}
