//! Examples of what concerns an account as a whole, and of what staff see.

use serde_json::{Value, json};

pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "action" => json!("user_suspended"),
        "Activity.action" => json!("login"),
        "ip" => json!("203.0.113.7"),
        "user_agent" => json!("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
        "Activity.target" => json!("user/42"),
        "target_type" => json!("user"),
        "target_id" => json!("42"),
        "actor_kind" => json!("staff"),
        "Consent.version" => json!("2026-11"),
        "ErasureForm.reason" => json!("Je n’ai plus de voiture."),
        "ReasonForm.reason" => json!("Demande reçue par courrier"),
        "Erasure.message" => json!("Votre compte sera supprimé. D’ici là, vous pouvez encore annuler."),
        "ErasureOrdered.message" => json!("Le compte est en cours de suppression."),
        "AdminUser.locale" | "AdminUserDetail.locale" => json!("fr"),
        "ApiKey.name" | "ApiKeyForm.name" | "NewApiKey.name" => json!("Tableur du garage"),
        "ApiKey.prefix" | "NewApiKey.prefix" => json!("atk_Zk3vQ9aB"),
        "NewApiKey.key" => json!("atk_Zk3vQ9aB4m1o7cYtX0pLr2sWdEuHfGiJkNqVzTyO5b8"),
        "diff" => json!({ "is_active": [true, false] }),
        "StateCount.state" => json!("done"),
        _ => return None,
    };
    Some(value)
}
