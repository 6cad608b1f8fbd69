//! Features that are switched on for some people before all the others.

use domain::feature_flag::FeatureFlag;
use sqlx::PgConnection;

use crate::DatabaseError;

/// All flags, by name. Rules that this build cannot read name nobody.
pub async fn all(db: &mut PgConnection) -> Result<Vec<FeatureFlag>, DatabaseError> {
    let rows = sqlx::query!("select key, enabled, rollout_percent, rules from feature_flags order by key")
        .fetch_all(db)
        .await?;
    let flags = rows.into_iter().map(|row| {
        let rules = serde_json::from_value(row.rules);
        FeatureFlag {
            key: row.key,
            is_enabled: row.enabled && rules.is_ok(),
            rollout_percent: u8::try_from(row.rollout_percent).unwrap_or(0),
            rules: rules.unwrap_or_default(),
        }
    });
    Ok(flags.collect())
}
