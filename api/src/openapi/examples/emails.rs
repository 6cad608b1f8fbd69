//! Examples of letters.

use serde_json::{Value, json};

pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "EmailTemplate.key" | "template" => json!("maintenance-reminder"),
        "subject" => json!("À prévoir : Vidange (La 308)"),
        "html" => json!("<!doctype html><html lang=\"fr\">…</html>"),
        "EmailPreview.text" => json!("Bonjour,\n\nUne échéance approche…"),
        "to" | "address" => json!("alice@exemple.fr"),
        "message_id" => json!("3f2b8c1e0d4a4b6f9a7c5e2d1b0f8a6c@letters.autotrack"),
        "attempts" => json!(1),
        "EmailMessage.error" | "EmailMessageDetail.error" => json!("450 4.2.1 greylisted"),
        "is_test" => json!(false),
        "resend_of" => json!(null),
        "EmailEvent.kind" => json!("bounced"),
        "EmailEvent.detail" | "reason" => json!("550 5.1.1 no such user"),
        "Unsubscribed.message" => json!("C’est noté : vous ne recevrez plus ces rappels."),
        _ => return None,
    };
    Some(value)
}
