//! The settings as an operator meets them.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod example;
mod production;
mod sections;

use std::collections::BTreeMap;

use config::{ConfigError, Settings};

/// Settings with which production starts.
fn production() -> BTreeMap<&'static str, String> {
    let key = "2026-11:c29tZSBieXRlcyB0aGF0IGFyZSBsb25nIGVub3VnaCE=";
    [
        ("AUTOTRACK_ENV", "production"),
        ("DATABASE_URL", "postgres://autotrack:hunter2@db/autotrack"),
        ("REDIS_URL", "redis://:hunter2@redis:6379/0"),
        ("AUTOTRACK_PUBLIC_URL", "https://api.autotrack.example"),
        ("AUTOTRACK_FRONTEND_URL", "https://app.autotrack.example"),
        ("AUTOTRACK_SMTP_URL", "smtps://user:hunter2@smtp.example:465"),
        ("AUTOTRACK_MAIL_FROM", "AutoTrack <ne-pas-repondre@autotrack.example>"),
        ("AUTOTRACK_FILES_URL", "s3://papers/autotrack"),
        ("AUTOTRACK_JWT_KEYS", key),
        ("AUTOTRACK_REFRESH_KEYS", key),
        ("AUTOTRACK_PEPPER_KEYS", key),
        ("AUTOTRACK_TOTP_KEYS", key),
        ("AUTOTRACK_VAPID_KEYS", key),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

fn read(values: &BTreeMap<&'static str, String>) -> Result<Settings, ConfigError> {
    Settings::from_lookup(|name| values.get(name).cloned())
}

/// Production's settings with some of them changed; an empty value removes one.
fn changed(changes: &[(&'static str, &str)]) -> Result<Settings, ConfigError> {
    let mut values = production();
    values.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    read(&values)
}

/// The names that `changes` make production refuse.
fn refused(changes: &[(&'static str, &str)]) -> Vec<&'static str> {
    changed(changes).unwrap_err().problems.iter().map(|problem| problem.name).collect()
}
