//! Examples of what staff see and send.

use serde_json::{Value, json};

/// The example of a field for staff; `Schema.field` where the bare name means something else.
pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "FeatureFlag.key" | "FeatureFlagForm.key" => json!("new_dashboard"),
        "FeatureFlag.description" | "FeatureFlagForm.description" | "FeatureFlagPatch.description" => {
            json!("Le nouveau tableau de bord")
        }
        "is_enabled" => json!(true),
        "rules" => json!({ "percent": 10, "plans": ["premium"], "users": [7] }),
        "percent" => json!(10),
        "plans" => json!(["premium"]),
        "FeatureFlagRules.users" | "FeatureFlagRulesForm.users" => json!([7]),
        _ => return None,
    };
    Some(value)
}
