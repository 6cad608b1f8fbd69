//! An example for every field, by the field's name: one name means one thing throughout the API.

mod admin;
mod documents;
mod emails;
mod jobs;
mod notifications;
mod privacy;
mod vehicles;

use serde_json::{Value, json};

/// The examples; a test finds the fields that have none.
fn example(name: &str) -> Option<Value> {
    let value = match name {
        "access" => json!("eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYtMTEiLCJ0eXAiOiJhdCtqd3QifQ.e30.c2ln"),
        "refresh" | "token" => json!("pX9o2m0mCk8sGxqv3cQ1hQ2bJ8yq1r6w0Zr4f7uN5tE"),
        "email" => json!("alice@exemple.fr"),
        "password" | "password_confirm" | "old_password" => json!("tournesol bleu"),
        "first_name" => json!("Alice"),
        "last_name" => json!("Martin"),
        "phone_number" => json!("+33612345678"),
        "postal_code" => json!("75011"),
        "department" => json!("75"),
        "roles" => json!(["user"]),
        "methods" => json!(["email"]),
        "otp_code" | "CodeForm.code" | "DisableForm.code" => json!("271828"),
        "new_password" | "new_password_confirm" => json!("tournesol jaune"),
        "new_email" => json!("alice.martin@exemple.fr"),
        "uid" => json!("0b6a3c57-6f63-4f3e-9d0c-6a9a1d0c2b11"),
        "valid" | "is_active" | "is_current" => json!(true),
        "ip_address" => json!("203.0.113.7"),
        "user_agent" => {
            json!("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0")
        }
        "device" => json!("Firefox · Windows"),
        "auth_method" => json!("password"),
        "secret" => json!("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
        "otpauth_uri" => json!(
            "otpauth://totp/AutoTrack:alice%40exemple.fr?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=AutoTrack"
        ),
        "qr_svg" => json!("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        "recovery_codes" => json!(["k3vd-w0qx", "7m2c-pa9e"]),
        "message" => json!("C’est fait."),
        "retry_after" => json!(60),
        "code" => json!("not_found"),
        "detail" => json!("Cet élément n’existe pas."),
        "title" => json!("Introuvable"),
        "type" => json!("about:blank"),
        "errors" => json!({ "license_plate": ["Les lettres I, O et U ne figurent jamais sur une plaque."] }),
        "count" => json!(43),
        "next" => json!("https://api.autotrack.example/api/vehicles/?page=3"),
        "previous" => json!("https://api.autotrack.example/api/vehicles/?page=1"),
        "service" => json!("autotrack-api"),
        "version" => json!("0.1.0"),
        "time" | "last_seen_at" => json!("2026-11-26T10:15:00Z"),
        "latency_ms" => json!(0.8),
        "uptime_s" => json!(86400),
        "Queue.name" => json!("ocr"),
        "depth" => json!(3),
        "oldest_s" => json!(1.2),
        "workers" | "revoked" => json!(2),
        "database" | "redis" => json!("connected"),
        "stripe" => json!("reachable"),
        "mode" => json!("test"),
        "connections" => json!(8),
        "idle_connections" => json!(5),
        "max_connections" => json!(16),
        "needed_schema" | "schema" => json!(6),
        _ => {
            return documents::example(name)
                .or_else(|| vehicles::example(name))
                .or_else(|| emails::example(name))
                .or_else(|| jobs::example(name))
                .or_else(|| notifications::example(name))
                .or_else(|| privacy::example(name))
                .or_else(|| admin::example(name));
        }
    };
    Some(value)
}

/// Adds an example to every property that has none and is no reference to another schema.
pub(super) fn add(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (schema_name, schema) in schemas.iter_mut() {
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { continue };
        for (name, property) in properties.iter_mut() {
            let refers = ["$ref", "allOf", "items", "enum"].iter().any(|key| property.get(key).is_some());
            if refers || property.get("example").is_some() {
                continue;
            }
            let found = example(&format!("{schema_name}.{name}"))
                .or_else(|| example(name))
                .or_else(|| by_type(property));
            if let Some(value) = found {
                property["example"] = value;
            }
        }
    }
}

/// What a value of this type looks like, where its name says nothing more.
fn by_type(property: &Value) -> Option<Value> {
    let kind = property["type"].as_str()?;
    let value = match (kind, property["format"].as_str()) {
        ("string", Some("date")) => json!("2019-08-27"),
        ("string", Some("date-time")) => json!("2026-11-26T10:15:00Z"),
        ("string", Some("uuid")) => json!("0199f0a2-7c1e-7cc3-98c4-dc0c0c07398f"),
        ("integer", _) => json!(42),
        ("number", _) => json!(0.97),
        ("boolean", _) => json!(true),
        _ => return None,
    };
    Some(value)
}
