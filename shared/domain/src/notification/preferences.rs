//! How somebody wants to be told of things, and what that means for one notification.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{NotificationKind, QuietHours, quiet};
use crate::document::words;
use crate::letter::LetterKind;

/// When the digest leaves, by the clock on its reader's wall.
const DIGEST_AT: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("eight o’clock is a time");

words! {
    /// Whether letters are bundled.
    Digest {
        /// Each by itself.
        Off = "off",
        /// One a day.
        Daily = "daily",
        /// One a week, on Mondays.
        Weekly = "weekly",
    }
}

/// The channels of one kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// By letter.
    pub email: bool,
    /// Inside the product.
    pub in_app: bool,
    /// By a push to their browsers.
    pub push: bool,
}

/// What switches whole groups of notifications off at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own: they make no states together"
)]
pub struct Switches {
    /// All letters but the mandatory ones.
    pub email: bool,
    /// All pushes.
    pub push: bool,
    /// All reminders of maintenance, inspections and insurances.
    pub maintenance_reminders: bool,
    /// All about the subscription but what is mandatory.
    pub subscription_alerts: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { email: true, push: true, maintenance_reminders: true, subscription_alerts: true }
    }
}

/// How somebody wants to be told of things.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferences {
    /// The channels that were chosen; other kinds have their defaults.
    pub chosen: BTreeMap<&'static str, Channels>,
    /// When to be left alone.
    pub quiet: Option<QuietHours>,
    /// Whether letters are bundled.
    pub digest: Digest,
    /// The clock on the wall, for the digest.
    pub zone: Tz,
    /// What is switched off altogether.
    pub switches: Switches,
}

/// When something is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Now,
    /// After the quiet hours.
    After(DateTime<Utc>),
    /// With the digest.
    Digest(DateTime<Utc>),
    /// Not at all.
    Never,
}

/// What becomes of a notification on each channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Whether it is shown inside the product.
    pub in_app: bool,
    /// When its letter leaves.
    pub email: Timing,
    /// When its push leaves.
    pub push: Timing,
}

impl Preferences {
    /// Those of somebody who never decided anything.
    pub fn new(zone: Tz) -> Self {
        Self {
            chosen: BTreeMap::new(),
            quiet: None,
            digest: Digest::Off,
            zone,
            switches: Switches::default(),
        }
    }

    /// The channels of a kind, chosen or by default; what is mandatory is on.
    pub fn channels(&self, kind: NotificationKind) -> Channels {
        let chosen = self.chosen.get(kind.as_str()).copied().unwrap_or_else(|| kind.default_channels());
        Channels { email: chosen.email || kind.is_mandatory(), ..chosen }
    }

    /// The letter that tells of a kind and can be declined by one click in it, if there is one.
    pub fn declinable(&self, kind: NotificationKind) -> Option<LetterKind> {
        if kind.is_mandatory() {
            return None;
        }
        if self.digest != Digest::Off {
            return Some(LetterKind::NotificationDigest);
        }
        match kind {
            NotificationKind::Maintenance | NotificationKind::Inspection | NotificationKind::Insurance => {
                Some(LetterKind::MaintenanceReminder)
            }
            NotificationKind::Subscription => Some(LetterKind::SubscriptionRenewal),
            NotificationKind::Info => Some(LetterKind::NotificationDigest),
            _ => None,
        }
    }

    /// The channels that are left when the switches are looked at, too.
    pub fn open_channels(&self, kind: NotificationKind) -> Channels {
        let (wanted, switches) = (self.channels(kind), &self.switches);
        let is_open = match kind {
            NotificationKind::Maintenance | NotificationKind::Inspection | NotificationKind::Insurance => {
                switches.maintenance_reminders
            }
            NotificationKind::Subscription => switches.subscription_alerts,
            _ => true,
        };
        Channels {
            email: wanted.email && is_open && (switches.email || kind.is_mandatory()),
            in_app: wanted.in_app && is_open,
            push: wanted.push && is_open && switches.push,
        }
    }

    /// What becomes of a notification of this kind that is written `now`.
    pub fn plan(&self, kind: NotificationKind, now: DateTime<Utc>) -> Plan {
        let open = self.open_channels(kind);
        let is_patient = !kind.is_mandatory();
        let after_quiet = |at| self.quiet.filter(|_| is_patient).and_then(|quiet| quiet.end_around(at));
        let direct = after_quiet(now).map_or(Timing::Now, Timing::After);
        let digest = self.next_digest(now).filter(|_| is_patient);
        let email = digest.map_or(direct, |at| Timing::Digest(after_quiet(at).unwrap_or(at)));
        Plan {
            in_app: open.in_app,
            email: if open.email { email } else { Timing::Never },
            push: if open.push { direct } else { Timing::Never },
        }
    }

    /// When the next digest leaves.
    fn next_digest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.digest {
            Digest::Off => None,
            Digest::Daily => quiet::next(self.zone, DIGEST_AT, now, |_| true),
            Digest::Weekly => quiet::next(self.zone, DIGEST_AT, now, |day| day.weekday() == Weekday::Mon),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn quiet(start: &str, end: &str) -> Option<QuietHours> {
        QuietHours::new(start.parse().unwrap(), end.parse().unwrap(), Paris)
    }

    #[test]
    fn what_is_mandatory_leaves_at_once_whatever_was_chosen() {
        let off = Channels { email: false, in_app: false, push: false };
        let mut preferences = Preferences {
            quiet: quiet("00:00:00", "23:59:00"),
            digest: Digest::Weekly,
            switches: Switches { email: false, ..Switches::default() },
            ..Preferences::new(Paris)
        };
        for kind in [NotificationKind::Security, NotificationKind::Billing, NotificationKind::Legal] {
            preferences.chosen.insert(kind.as_str(), off);
            assert_eq!(preferences.plan(kind, at("2026-06-01T10:00:00Z")).email, Timing::Now, "{kind}");
        }
    }

    #[test]
    fn quiet_hours_put_letters_and_pushes_off_and_the_product_shows_at_once() {
        let preferences = Preferences { quiet: quiet("22:00:00", "07:00:00"), ..Preferences::new(Paris) };
        let plan = preferences.plan(NotificationKind::DocumentRead, at("2026-06-01T21:00:00Z"));
        let morning = Timing::After(at("2026-06-02T05:00:00Z"));
        assert_eq!(plan, Plan { in_app: true, email: morning, push: morning });
    }

    #[test]
    fn a_digest_leaves_at_eight_by_the_clock_on_the_wall_in_summer_and_winter() {
        let daily = Preferences { digest: Digest::Daily, ..Preferences::new(Paris) };
        let email = |now: &str| daily.plan(NotificationKind::DocumentRead, at(now)).email;
        assert_eq!(email("2026-06-01T05:59:59Z"), Timing::Digest(at("2026-06-01T06:00:00Z")));
        assert_eq!(email("2026-06-01T06:00:00Z"), Timing::Digest(at("2026-06-02T06:00:00Z")));
        assert_eq!(email("2026-10-24T12:00:00Z"), Timing::Digest(at("2026-10-25T07:00:00Z")));
        assert_eq!(email("2026-03-28T12:00:00Z"), Timing::Digest(at("2026-03-29T06:00:00Z")));
        let push = daily.plan(NotificationKind::DocumentRead, at("2026-06-01T12:00:00Z")).push;
        assert_eq!(push, Timing::Now);
    }

    #[test]
    fn a_weekly_digest_leaves_on_monday_and_waits_for_the_end_of_quiet_hours() {
        let weekly = Preferences {
            digest: Digest::Weekly,
            quiet: quiet("22:00:00", "09:30:00"),
            ..Preferences::new(Paris)
        };
        // 1 June 2026 is a Monday.
        let email = |now: &str| weekly.plan(NotificationKind::DocumentRead, at(now)).email;
        assert_eq!(email("2026-06-01T12:00:00Z"), Timing::Digest(at("2026-06-08T07:30:00Z")));
    }

    #[test]
    fn switches_close_whole_groups() {
        let mut preferences = Preferences::new(Paris);
        preferences.switches =
            Switches { email: false, push: true, maintenance_reminders: false, subscription_alerts: false };
        let closed = Channels { email: false, in_app: false, push: false };
        assert_eq!(preferences.open_channels(NotificationKind::Inspection), closed);
        assert_eq!(preferences.open_channels(NotificationKind::Subscription), closed);
        assert_eq!(
            preferences.open_channels(NotificationKind::DocumentRead),
            Channels { email: false, in_app: true, push: true }
        );
    }
}
