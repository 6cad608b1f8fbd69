//! Features that are switched on for some people before all the others.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// Who gets a feature, whatever the share of all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// These have it, even outside of plans and share.
    pub users: Vec<i64>,
    /// Only people with one of these plans can have it; all can when there are none.
    pub plans: Vec<String>,
}

/// A feature and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureFlag {
    /// Its name.
    pub key: String,
    /// Off for everybody, or not.
    pub is_enabled: bool,
    /// The share of people who have it, in per cent.
    pub rollout_percent: u8,
    /// Who has it whatever the share.
    pub rules: Rules,
}

impl FeatureFlag {
    /// Whether `text` can be the name of one: `new_dashboard`.
    pub fn is_key(text: &str) -> bool {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        text.len() <= 63 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_word)
    }

    /// Whether `user`, with this plan, has the feature; the same each time, and still so when the share grows.
    pub fn is_on(&self, user: UserId, plan: &str) -> bool {
        if !self.is_enabled {
            return false;
        }
        let has_plan = self.rules.plans.is_empty() || self.rules.plans.iter().any(|known| known == plan);
        self.rules.users.contains(&user.0) || (has_plan && self.place_of(user) < self.rollout_percent)
    }

    /// The user's place from 0 to 99 for this feature: not the same people go first everywhere.
    fn place_of(&self, user: UserId) -> u8 {
        // FNV-1a, then mixed: its low bits alone are poor for short texts.
        let text = format!("{}:{user}", self.key);
        let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mixed = (sum ^ (sum >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed >> 32) % 100) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(percent: u8) -> FeatureFlag {
        FeatureFlag {
            key: "new_dashboard".into(),
            is_enabled: true,
            rollout_percent: percent,
            rules: Rules::default(),
        }
    }

    #[test]
    fn a_share_grows_without_taking_the_feature_from_anybody() {
        let having = |percent| (1..=10_000).filter(|id| flag(percent).is_on(UserId(*id), "free")).count();
        assert_eq!((having(0), having(100)), (0, 10_000));
        assert!((2_800..3_200).contains(&having(30)), "{}", having(30));
        for id in 1..=2_000 {
            assert!(!flag(30).is_on(UserId(id), "free") || flag(31).is_on(UserId(id), "free"));
        }
    }

    #[test]
    fn a_name_is_a_word_in_small_letters() {
        for (text, is_key) in
            [("new_dashboard", true), ("a", true), ("", false), ("2fa", false), ("New", false), ("é", false)]
        {
            assert_eq!(FeatureFlag::is_key(text), is_key, "{text}");
        }
        assert!(FeatureFlag::is_key(&"a".repeat(63)) && !FeatureFlag::is_key(&"a".repeat(64)));
    }

    #[test]
    fn rules_name_people_and_plans() {
        let rules = Rules { users: vec![7], plans: vec!["pro".into()] };
        let named = FeatureFlag { rules, ..flag(100) };
        assert!(named.is_on(UserId(7), "free") && named.is_on(UserId(8), "pro"));
        assert!(!named.is_on(UserId(8), "free"));
        assert!(!FeatureFlag { is_enabled: false, ..named }.is_on(UserId(7), "pro"));
    }
}
