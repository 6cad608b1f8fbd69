//! How people want to be told of things, as far as they decided anything.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::email_address::EmailAddress;
use domain::ids::UserId;
use domain::locale::Locale;
use domain::notification::{Channels, Digest, NotificationKind, Preferences, QuietHours, Switches};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::DatabaseError;

/// What somebody decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The channels of the kinds that were decided on.
    pub chosen: BTreeMap<&'static str, Channels>,
    /// Begin and end of the quiet hours, and the zone if it is not that of the settings.
    pub quiet: Option<(NaiveTime, NaiveTime, Option<Tz>)>,
    /// Whether letters are bundled.
    pub digest: Digest,
}

/// Somebody who is to be told something.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Where letters go; nothing for an account that nobody can be written at.
    pub address: Option<EmailAddress>,
    /// In which language.
    pub locale: Locale,
    /// How.
    pub preferences: Preferences,
    /// Whether a browser of theirs takes pushes.
    pub has_browser: bool,
}

/// How `user` wants to be told of things, and where; not found when there is no such account.
pub async fn recipient(db: &mut PgConnection, user: UserId) -> Result<Recipient, DatabaseError> {
    let row = sqlx::query!(
        r#"select u.email::text as "email!", u.locale, u.is_active,
            s.timezone as "timezone?", s.email_notifications as "email_switch?", s.push_notifications as "push_switch?",
            s.maintenance_reminders as "maintenance_switch?", s.subscription_alerts as "subscription_switch?",
            p.matrix as "matrix?", p.quiet_start, p.quiet_end, p.quiet_timezone, p.digest as "digest?",
            exists (select 1 from push_subscriptions b where b.user_id = u.id) as "has_browser!"
        from users u
        left join user_settings s on s.user_id = u.id
        left join notification_preferences p on p.user_id = u.id
        where u.id = $1"#,
        user.0
    )
    .fetch_one(db)
    .await?;
    let zone = row.timezone.as_deref().map_or(chrono_tz::Europe::Paris, zone_of);
    let quiet = row.quiet_start.zip(row.quiet_end).and_then(|(start, end)| {
        QuietHours::new(start, end, row.quiet_timezone.as_deref().map_or(zone, zone_of))
    });
    let switches = Switches {
        email: row.email_switch.unwrap_or(true),
        push: row.push_switch.unwrap_or(true),
        maintenance_reminders: row.maintenance_switch.unwrap_or(true),
        subscription_alerts: row.subscription_switch.unwrap_or(true),
    };
    let digest = row.digest.as_deref().and_then(Digest::from_word).unwrap_or(Digest::Off);
    let chosen = row.matrix.as_ref().map(channels_in).unwrap_or_default();
    Ok(Recipient {
        address: row.email.parse().ok().filter(|_| row.is_active),
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        preferences: Preferences { chosen, quiet, digest, zone, switches },
        has_browser: row.has_browser,
    })
}

/// Those of `users` who do not exist, or cannot sign in any more.
pub async fn unknown_readers(db: &mut PgConnection, users: &[UserId]) -> Result<Vec<UserId>, DatabaseError> {
    let ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    let unknown = sqlx::query_scalar!(
        r#"select r.id as "id!"
        from unnest($1::bigint[]) r (id)
        where not exists (select from users u where u.id = r.id and u.is_active)
        order by 1"#,
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(unknown.into_iter().map(UserId).collect())
}

/// What `user` decided; nothing was, when there is no row.
pub async fn preferences(db: &mut PgConnection, user: UserId) -> Result<Kept, DatabaseError> {
    let row = sqlx::query!(
        "select matrix, quiet_start, quiet_end, quiet_timezone, digest
        from notification_preferences
        where user_id = $1",
        user.0
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(Kept { chosen: BTreeMap::new(), quiet: None, digest: Digest::Off });
    };
    let zone = row.quiet_timezone.as_deref().map(zone_of);
    Ok(Kept {
        chosen: channels_in(&row.matrix),
        quiet: row.quiet_start.zip(row.quiet_end).map(|(start, end)| (start, end, zone)),
        digest: Digest::from_word(&row.digest).unwrap_or(Digest::Off),
    })
}

/// Keeps what `user` decided, in place of what was decided before.
pub async fn save_preferences(
    db: &mut PgConnection,
    user: UserId,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into notification_preferences
            (user_id, matrix, quiet_start, quiet_end, quiet_timezone, digest, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (user_id) do update
        set matrix = excluded.matrix, quiet_start = excluded.quiet_start, quiet_end = excluded.quiet_end,
            quiet_timezone = excluded.quiet_timezone, digest = excluded.digest, updated_at = excluded.updated_at",
        user.0,
        json!(kept.chosen),
        kept.quiet.map(|(start, _, _)| start),
        kept.quiet.map(|(_, end, _)| end),
        kept.quiet.and_then(|(_, _, zone)| zone).map(Tz::name),
        kept.digest.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Zones come and go with the world's politics: one that this build does not know is taken for Paris.
fn zone_of(name: &str) -> Tz {
    name.parse().unwrap_or(chrono_tz::Europe::Paris)
}

/// Kinds that this build does not know are left away.
fn channels_in(matrix: &Value) -> BTreeMap<&'static str, Channels> {
    let known = |kind: &NotificationKind| {
        let channels = matrix.get(kind.as_str())?;
        Some((kind.as_str(), serde_json::from_value(channels.clone()).ok()?))
    };
    NotificationKind::ALL.iter().filter_map(known).collect()
}
