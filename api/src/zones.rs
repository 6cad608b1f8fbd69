//! Time zones by their names.

use chrono_tz::Tz;

use crate::form::Form;
use crate::say;

/// The zone of this name (IANA); none such is a fault of `field`.
pub fn parse(form: &mut Form, field: &str, name: &str) -> Option<Tz> {
    let zone = name.parse().ok();
    form.check(field, zone.is_some(), || {
        say!(
            "Ce fuseau horaire n’existe pas. Exemple : Europe/Paris.",
            "There is no such time zone. Example: Europe/Paris."
        )
    });
    zone
}
