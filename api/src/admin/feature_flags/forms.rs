//! What staff say about a feature.

use database::feature_flags::Kept;
use domain::feature_flag::{FeatureFlag, Rules};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Longest description.
const MAX_DESCRIPTION: usize = 500;
/// Most people and plans that are named.
const MAX_NAMED: usize = 1000;
/// Longest name of a plan.
const MAX_PLAN: usize = 50;

/// A feature to add.
#[derive(Debug, Clone, Object)]
#[oai(rename = "FeatureFlagForm")]
pub struct FlagForm {
    /// Its name: small letters, digits and `_`.
    #[oai(validator(max_length = 63))]
    pub key: String,
    /// What it is for.
    #[oai(validator(max_length = 500))]
    pub description: Option<String>,
    /// Whether anybody has it; nobody when absent.
    pub is_enabled: Option<bool>,
    /// Who has it then.
    pub rules: Option<RulesForm>,
}

/// What is to be changed of a feature.
#[derive(Debug, Clone, Object)]
#[oai(rename = "FeatureFlagPatch")]
pub struct FlagPatch {
    /// What it is for.
    #[oai(validator(max_length = 500))]
    pub description: MaybeUndefined<String>,
    /// Whether anybody has it.
    pub is_enabled: Option<bool>,
    /// Who has it then.
    pub rules: Option<RulesForm>,
}

/// Who has a feature.
#[derive(Debug, Clone, Object)]
#[oai(rename = "FeatureFlagRulesForm")]
pub struct RulesForm {
    /// The share of people who have it, 0 to 100; 0 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub percent: Option<u8>,
    /// Only people with one of these plans can have it; all can when there are none.
    #[oai(validator(max_items = 1000))]
    pub plans: Option<Vec<String>>,
    /// Numbers of accounts that have it, whatever plan and share.
    #[oai(validator(max_items = 1000))]
    pub users: Option<Vec<i64>>,
}

impl FlagForm {
    pub(super) fn parse(self) -> Result<(FeatureFlag, Option<String>), ApiError> {
        let mut form = Form::default();
        form.check("key", FeatureFlag::is_key(&self.key), || {
            say!(
                "Commencez par une lettre minuscule, puis des minuscules, chiffres et _, 63 caractères au plus.",
                "Begin with a small letter, then small letters, digits and _, 63 characters at most."
            )
        });
        let description = form.text("description", self.description.as_deref(), MAX_DESCRIPTION);
        let (rollout_percent, rules) = self.rules.map(|rules| rules.parse(&mut form)).unwrap_or_default();
        form.finish()?;
        let is_enabled = self.is_enabled.unwrap_or(false);
        Ok((FeatureFlag { key: self.key, is_enabled, rollout_percent, rules }, description))
    }
}

impl FlagPatch {
    pub(super) fn apply_to(self, kept: &mut Kept) -> Result<(), ApiError> {
        let mut form = Form::default();
        match &self.description {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => kept.description = None,
            MaybeUndefined::Value(text) => {
                kept.description = form.text("description", Some(text), MAX_DESCRIPTION);
            }
        }
        kept.flag.is_enabled = self.is_enabled.unwrap_or(kept.flag.is_enabled);
        if let Some(rules) = self.rules {
            (kept.flag.rollout_percent, kept.flag.rules) = rules.parse(&mut form);
        }
        form.finish()
    }

    /// The same on nothing, for what is wrong with it.
    fn check(self) -> Result<(), ApiError> {
        let flag = FeatureFlag {
            key: String::new(),
            is_enabled: false,
            rollout_percent: 0,
            rules: Rules::default(),
        };
        let updated_at = chrono::DateTime::UNIX_EPOCH;
        self.apply_to(&mut Kept { flag, description: None, updated_at })
    }
}

impl RulesForm {
    fn parse(self, form: &mut Form) -> (u8, Rules) {
        let percent = self.percent.unwrap_or(0);
        form.check("rules.percent", percent <= 100, || {
            say!("Indiquez une part de 0 à 100.", "Give a share from 0 to 100.")
        });
        let (plans, users) = (self.plans.unwrap_or_default(), self.users.unwrap_or_default());
        let is_plan = |plan: &String| {
            (1..=MAX_PLAN).contains(&plan.chars().count()) && !plan.contains(char::is_control)
        };
        form.check("rules.plans", plans.len() <= MAX_NAMED && plans.iter().all(is_plan), || {
            say!(
                "Indiquez au plus {} formules, de 1 à 50 caractères.",
                "Name at most {} plans, of 1 to 50 characters.",
                MAX_NAMED
            )
        });
        form.check("rules.users", users.len() <= MAX_NAMED, || {
            say!("Indiquez au plus {} comptes.", "Name at most {} accounts.", MAX_NAMED)
        });
        (percent, Rules { users, plans })
    }
}

impl Meaning for FlagForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for FlagPatch {
    fn faults(self) -> Errors {
        faults_of(self.check())
    }
}
