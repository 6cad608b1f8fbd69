//! A feature on the wire.

use chrono::{DateTime, Utc};
use database::feature_flags::Kept;
use poem_openapi::Object;

/// A feature and who has it.
#[derive(Debug, Clone, Object)]
#[oai(rename = "FeatureFlag")]
pub struct FlagView {
    /// Its name.
    pub key: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether anybody has it.
    pub is_enabled: bool,
    /// Who has it then.
    pub rules: RulesView,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// Who has a feature.
#[derive(Debug, Clone, Object)]
#[oai(rename = "FeatureFlagRules")]
pub struct RulesView {
    /// The share of people who have it, 0 to 100.
    pub percent: u8,
    /// Only people with one of these plans can have it; all can when there are none.
    pub plans: Vec<String>,
    /// Numbers of accounts that have it, whatever plan and share.
    pub users: Vec<i64>,
}

impl From<Kept> for FlagView {
    fn from(kept: Kept) -> Self {
        let flag = kept.flag;
        let rules =
            RulesView { percent: flag.rollout_percent, plans: flag.rules.plans, users: flag.rules.users };
        Self {
            key: flag.key,
            description: kept.description,
            is_enabled: flag.is_enabled,
            rules,
            updated_at: kept.updated_at,
        }
    }
}
