//! What people set for themselves; who set nothing has no row.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::locale::Locale;
use domain::notification::Switches;
use domain::settings::{ConsumptionUnit, Currency, DistanceUnit, LeadDays, Settings, Theme, VolumeUnit};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// The settings of `user`; the defaults when there is no row.
pub async fn get(db: &mut PgConnection, user: UserId) -> Result<Settings, DatabaseError> {
    let row = sqlx::query!(
        "select theme, timezone, distance_unit, volume_unit, consumption_unit, currency, inspection_lead_days,
            maintenance_lead_days, insurance_lead_days, email_notifications, push_notifications,
            maintenance_reminders, subscription_alerts, profile_public, anonymous_reviews, usage_statistics,
            custom_settings
        from user_settings
        where user_id = $1",
        user.0
    )
    .fetch_optional(db)
    .await?;
    let usual = Settings::default();
    let Some(row) = row else { return Ok(usual) };
    Ok(Settings {
        theme: Theme::from_word(&row.theme).unwrap_or(usual.theme),
        timezone: row.timezone.parse().unwrap_or(usual.timezone),
        distance: DistanceUnit::from_word(&row.distance_unit).unwrap_or(usual.distance),
        volume: VolumeUnit::from_word(&row.volume_unit).unwrap_or(usual.volume),
        consumption: ConsumptionUnit::from_word(&row.consumption_unit).unwrap_or(usual.consumption),
        currency: Currency::from_word(&row.currency).unwrap_or(usual.currency),
        inspection_lead: lead_days(&row.inspection_lead_days).unwrap_or(usual.inspection_lead),
        maintenance_lead: lead_days(&row.maintenance_lead_days).unwrap_or(usual.maintenance_lead),
        insurance_lead: lead_days(&row.insurance_lead_days).unwrap_or(usual.insurance_lead),
        switches: Switches {
            email: row.email_notifications,
            push: row.push_notifications,
            maintenance_reminders: row.maintenance_reminders,
            subscription_alerts: row.subscription_alerts,
        },
        profile_public: row.profile_public,
        anonymous_reviews: row.anonymous_reviews,
        usage_statistics: row.usage_statistics,
        custom: match row.custom_settings {
            Value::Object(custom) => custom,
            _ => usual.custom,
        },
    })
}

/// Keeps the settings of `user`.
pub async fn save(
    db: &mut PgConnection,
    user: UserId,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let switches = &settings.switches;
    sqlx::query!(
        "insert into user_settings
            (user_id, theme, timezone, distance_unit, volume_unit, consumption_unit, currency, inspection_lead_days,
            maintenance_lead_days, insurance_lead_days, email_notifications, push_notifications,
            maintenance_reminders, subscription_alerts, profile_public, anonymous_reviews, usage_statistics,
            custom_settings, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        on conflict (user_id) do update
        set theme = excluded.theme, timezone = excluded.timezone, distance_unit = excluded.distance_unit,
            volume_unit = excluded.volume_unit, consumption_unit = excluded.consumption_unit,
            currency = excluded.currency, inspection_lead_days = excluded.inspection_lead_days,
            maintenance_lead_days = excluded.maintenance_lead_days,
            insurance_lead_days = excluded.insurance_lead_days,
            email_notifications = excluded.email_notifications, push_notifications = excluded.push_notifications,
            maintenance_reminders = excluded.maintenance_reminders,
            subscription_alerts = excluded.subscription_alerts, profile_public = excluded.profile_public,
            anonymous_reviews = excluded.anonymous_reviews, usage_statistics = excluded.usage_statistics,
            custom_settings = excluded.custom_settings, updated_at = excluded.updated_at",
        user.0,
        settings.theme.as_str(),
        settings.timezone.name(),
        settings.distance.as_str(),
        settings.volume.as_str(),
        settings.consumption.as_str(),
        settings.currency.as_str(),
        &whole(&settings.inspection_lead),
        &whole(&settings.maintenance_lead),
        &whole(&settings.insurance_lead),
        switches.email,
        switches.push,
        switches.maintenance_reminders,
        switches.subscription_alerts,
        settings.profile_public,
        settings.anonymous_reviews,
        settings.usage_statistics,
        Value::Object(settings.custom.clone()),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what `user` set: the defaults hold again.
pub async fn delete(db: &mut PgConnection, user: UserId) -> Result<(), DatabaseError> {
    sqlx::query!("delete from user_settings where user_id = $1", user.0).execute(db).await?;
    Ok(())
}

/// The language of an account, locked until the transaction ends; who changes settings waits for each other here.
pub async fn locale_for_update(db: &mut PgConnection, user: UserId) -> Result<Locale, DatabaseError> {
    let tag = sqlx::query_scalar!("select locale from users where id = $1 for no key update", user.0)
        .fetch_one(db)
        .await?;
    Ok(Locale::from_tag(&tag).unwrap_or_default())
}

/// Sets the language of an account.
pub async fn set_locale(
    db: &mut PgConnection,
    user: UserId,
    locale: Locale,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users set locale = $2, updated_at = $3 where id = $1 and locale <> $2",
        user.0,
        locale.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

fn lead_days(days: &[i32]) -> Option<LeadDays> {
    let days: Result<Vec<u16>, _> = days.iter().map(|day| u16::try_from(*day)).collect();
    LeadDays::new(days.ok()?)
}

fn whole(lead: &LeadDays) -> Vec<i32> {
    lead.days().iter().map(|day| i32::from(*day)).collect()
}
