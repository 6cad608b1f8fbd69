//! Features that are switched on for some people before all the others.

use chrono::{DateTime, Utc};
use domain::feature_flag::FeatureFlag;
use domain::ids::UserId;
use domain::paging::{Page, PageRequest};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A flag as staff see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// What it decides.
    pub flag: FeatureFlag,
    /// What it is for.
    pub description: Option<String>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// All flags, by name. Rules that this build cannot read name nobody.
pub async fn all(db: &mut PgConnection) -> Result<Vec<FeatureFlag>, DatabaseError> {
    let rows = sqlx::query!("select key, enabled, rollout_percent, rules from feature_flags order by key")
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| flag(row.key, row.enabled, row.rollout_percent, row.rules)).collect())
}

/// A page of the flags, by name.
pub async fn list(db: &mut PgConnection, page: PageRequest) -> Result<Page<Kept>, DatabaseError> {
    let rows = sqlx::query!(
        "select key, description, enabled, rollout_percent, rules, updated_at, count(*) over () as total
        from feature_flags
        order by key
        limit $1 offset $2",
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    let rows = rows.into_iter().map(|row| Kept {
        flag: flag(row.key, row.enabled, row.rollout_percent, row.rules),
        description: row.description,
        updated_at: row.updated_at,
    });
    Ok(Page { count, rows: rows.collect() })
}

/// The flag of this name, locked until the transaction ends, or not found.
pub async fn get_for_update(db: &mut PgConnection, key: &str) -> Result<Kept, DatabaseError> {
    let row = sqlx::query!(
        "select key, description, enabled, rollout_percent, rules, updated_at
        from feature_flags
        where key = $1
        for update",
        key
    )
    .fetch_one(db)
    .await?;
    Ok(Kept {
        flag: flag(row.key, row.enabled, row.rollout_percent, row.rules),
        description: row.description,
        updated_at: row.updated_at,
    })
}

/// Adds a flag; its name must be free.
pub async fn insert(db: &mut PgConnection, kept: &Kept, by: UserId) -> Result<(), DatabaseError> {
    let flag = &kept.flag;
    sqlx::query!(
        "insert into feature_flags (key, description, enabled, rollout_percent, rules, updated_by, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7)",
        flag.key,
        kept.description,
        flag.is_enabled,
        i16::from(flag.rollout_percent),
        json!(flag.rules),
        by.0,
        kept.updated_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes a flag.
pub async fn save(db: &mut PgConnection, kept: &Kept, by: UserId) -> Result<(), DatabaseError> {
    let flag = &kept.flag;
    sqlx::query!(
        "update feature_flags
        set description = $2, enabled = $3, rollout_percent = $4, rules = $5, updated_by = $6, updated_at = $7
        where key = $1",
        flag.key,
        kept.description,
        flag.is_enabled,
        i16::from(flag.rollout_percent),
        json!(flag.rules),
        by.0,
        kept.updated_at
    )
    .execute(db)
    .await?;
    Ok(())
}

fn flag(key: String, enabled: bool, percent: i16, rules: Value) -> FeatureFlag {
    let rules = serde_json::from_value(rules);
    FeatureFlag {
        key,
        is_enabled: enabled && rules.is_ok(),
        rollout_percent: u8::try_from(percent).unwrap_or(0),
        rules: rules.unwrap_or_default(),
    }
}
