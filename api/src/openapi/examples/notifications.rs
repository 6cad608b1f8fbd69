//! Examples of notifications and settings.

use serde_json::{Value, json};

/// The example of a field of a notification or a setting; `Schema.field` where the bare name means something else.
pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "NotificationView.title" | "NotificationDetail.title" | "NotificationForm.title" => {
            json!("Document lu")
        }
        "NotificationView.message" | "NotificationDetail.message" | "NotificationForm.message" => {
            json!("« Facture » a été lu (facture) : 11 champs relevés.")
        }
        "link" => json!("/documents/42"),
        "metadata" => json!({ "document_id": 42 }),
        "provider_id" => json!("42"),
        "DeliveryView.error" => json!("not wanted"),
        "NotificationTypeInfo.name" => json!("document_read"),
        "NotificationTypeInfo.label" => json!("Document lu"),
        "user_ids" => json!([7, 12]),
        "declined" => json!(["maintenance-reminder"]),
        "QuietHours.start" | "QuietHoursForm.start" => json!("22:00"),
        "QuietHours.end" | "QuietHoursForm.end" => json!("07:00"),
        "tz" | "timezone" => json!("Europe/Paris"),
        "public_key" | "p256dh" => {
            json!("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
        }
        "auth" => json!("BTBZMqHH6r4Tts7J_aSIgg"),
        "endpoint" => json!("https://updates.push.services.mozilla.com/wpush/v2/gAAAAA"),
        "user_agent" => json!("Firefox 130 sur Windows"),
        "custom_settings" => json!({ "tiles": ["fuel", "dates"] }),
        "Choice.value" => json!("km"),
        "Choice.label" => json!("Kilomètres"),
        "max_lead_days" => json!(365),
        "max_reminders" => json!(10),
        _ => return None,
    };
    Some(value)
}
