//! Preferences on the wire.

use std::collections::BTreeMap;

use database::{letters, notifications};
use domain::ids::UserId;
use domain::locale::Locale;
use domain::notification::{self, Channels, NotificationKind};
use poem_openapi::{Enum, Object};
use sqlx::PgConnection;

use crate::error::ApiError;

/// The channels of one type.
#[derive(Debug, Clone, Copy, Object)]
#[oai(rename = "Channels")]
pub struct ChannelsView {
    /// By letter.
    pub email: bool,
    /// Inside the product.
    pub in_app: bool,
    /// By a push to one's browsers.
    pub push: bool,
}

impl From<Channels> for ChannelsView {
    fn from(channels: Channels) -> Self {
        Self { email: channels.email, in_app: channels.in_app, push: channels.push }
    }
}

/// Something to be told of.
#[derive(Debug, Clone, Object)]
#[oai(rename = "NotificationTypeInfo")]
pub struct TypeView {
    /// Its name.
    pub name: String,
    /// What people call it, in the caller's language.
    pub label: String,
    /// The channels that it takes unless one decides otherwise.
    pub default_channels: ChannelsView,
    /// Whether its letters cannot be switched off.
    pub mandatory: bool,
}

impl TypeView {
    pub(super) fn of(kind: NotificationKind, locale: Locale) -> Self {
        Self {
            name: kind.as_str().to_owned(),
            label: kind.label(locale).to_owned(),
            default_channels: kind.default_channels().into(),
            mandatory: kind.is_mandatory(),
        }
    }
}

/// Whether letters are bundled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "Digest", rename_all = "lowercase", remote = "notification::Digest")]
pub enum DigestWord {
    /// Each by itself.
    Off,
    /// One a day, at eight.
    Daily,
    /// One a week, on Monday at eight.
    Weekly,
}

/// When one wants to be left alone.
#[derive(Debug, Clone, Object)]
#[oai(rename = "QuietHours")]
pub struct QuietHoursView {
    /// From then, by the clock on the wall.
    pub start: String,
    /// Until then; on the next day if it is before `start`.
    pub end: String,
    /// Whose clock; that of the settings unless one was named.
    pub tz: String,
}

/// How one wants to be told of things.
#[derive(Debug, Clone, Object)]
#[oai(rename = "NotificationPreferences")]
pub struct PreferencesView {
    /// The channels of every type, without letters that were declined.
    pub matrix: BTreeMap<String, ChannelsView>,
    /// Kinds of letters that were declined by one click.
    pub declined: Vec<String>,
    /// When one wants to be left alone.
    pub quiet_hours: Option<QuietHoursView>,
    /// Whether letters are bundled.
    pub digest: DigestWord,
}

impl PreferencesView {
    pub(super) async fn load(db: &mut PgConnection, user: UserId) -> Result<Self, ApiError> {
        let kept = notifications::preferences(db, user).await?;
        let preferences = notifications::recipient(db, user).await?.preferences;
        let declined = letters::declined(db, user).await?;
        let row = |kind: &NotificationKind| {
            let mut channels = preferences.channels(*kind);
            channels.email &= preferences.declinable(*kind).is_none_or(|letter| !declined.contains(&letter));
            (kind.as_str().to_owned(), ChannelsView::from(channels))
        };
        Ok(Self {
            matrix: NotificationKind::ALL.iter().map(row).collect(),
            declined: declined.iter().map(|letter| letter.as_str().to_owned()).collect(),
            quiet_hours: kept.quiet.map(|(start, end, zone)| QuietHoursView {
                start: start.format("%H:%M").to_string(),
                end: end.format("%H:%M").to_string(),
                tz: zone.unwrap_or(preferences.zone).name().to_owned(),
            }),
            digest: kept.digest.into(),
        })
    }
}
