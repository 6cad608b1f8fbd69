//! Switching features on for some people. Each deed is in the audit log with what it changed.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::audit::{self, Actor, Event};
use database::feature_flags::{self, Kept};
use domain::feature_flag::FeatureFlag;
use domain::ids::UserId;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::Context;
use crate::accounts::Origin;

/// Adds a flag.
///
/// # Errors
/// A constraint when there is one of this name.
pub async fn create(
    ctx: &Context,
    staff: UserId,
    flag: FeatureFlag,
    description: Option<String>,
    origin: &Origin,
) -> Result<Kept, DatabaseError> {
    let now = ctx.clock.now();
    let kept = Kept { flag, description, updated_at: now };
    let mut work = ctx.begin().await?;
    feature_flags::insert(&mut work, &kept, staff).await?;
    note(&mut work, staff, "feature_flag_created", (None, &kept), origin, now).await?;
    work.commit().await?;
    Ok(kept)
}

/// Changes a flag by `change`.
///
/// # Errors
/// Not found when there is none of this name; what `change` refuses.
pub async fn change<E>(
    ctx: &Context,
    staff: UserId,
    key: &str,
    change: impl FnOnce(&mut Kept) -> Result<(), E>,
    origin: &Origin,
) -> Result<Kept, E>
where
    E: From<DatabaseError> + From<sqlx::Error>,
{
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let before = feature_flags::get_for_update(&mut work, key).await?;
    let mut after = before.clone();
    change(&mut after)?;
    after.updated_at = now;
    feature_flags::save(&mut work, &after, staff).await?;
    note(&mut work, staff, "feature_flag_changed", (Some(&before), &after), origin, now).await?;
    work.commit().await?;
    Ok(after)
}

async fn note(
    db: &mut PgConnection,
    staff: UserId,
    action: &str,
    (before, after): (Option<&Kept>, &Kept),
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let diff = json!([before.map(particulars), particulars(after)]);
    let event = Event {
        actor: Actor::Staff(staff),
        action,
        target: Some(("feature_flag", after.flag.key.clone())),
        ip: origin.ip,
        user_agent: origin.user_agent.as_deref(),
        request_id: origin.request_id,
        diff: Some(&diff),
    };
    audit::insert(db, &event, now).await
}

fn particulars(kept: &Kept) -> Value {
    let flag = &kept.flag;
    json!({ "is_enabled": flag.is_enabled, "percent": flag.rollout_percent, "rules": flag.rules })
}
