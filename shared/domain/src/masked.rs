//! What operators are shown of texts that may hold what is none of their business: secrets and people's addresses.

use serde_json::Value;

/// What stands in place of a secret.
pub const MASK: &str = "••••••";

/// Parts of names whose values are secrets.
const SECRET_NAMES: [&str; 13] = [
    "password",
    "passwd",
    "secret",
    "token",
    "code",
    "otp",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "signature",
    "credential",
    "private",
];

/// A value with the secrets in it masked: what is named as one, and the addresses in its texts.
pub fn value(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| {
                    let shown = if is_secret(name) { mask(member) } else { self::value(member) };
                    (name.clone(), shown)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(self::value).collect()),
        Value::String(text) => Value::String(self::text(text)),
        other => other.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// Whether there was a value stays visible.
fn mask(value: &Value) -> Value {
    if value.is_null() { Value::Null } else { Value::String(MASK.to_owned()) }
}

/// A text with the mail addresses in it masked.
pub fn text(text: &str) -> String {
    text.split_inclusive(|c: char| !is_of_address(c)).map(word).collect()
}

fn is_of_address(c: char) -> bool {
    c.is_alphanumeric() || "@._%+-'".contains(c)
}

/// A word and the character that ended it.
fn word(word: &str) -> String {
    let end =
        word.char_indices().next_back().filter(|(_, c)| !is_of_address(*c)).map_or(word.len(), |(at, _)| at);
    let (body, rest) = word.split_at(end);
    let is_address = body.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if is_address { format!("{}{rest}", address(body)) } else { word.to_owned() }
}

/// A mail address that can be recognised by who knows it, and not by others: `a…@exemple.fr`.
pub fn address(address: &str) -> String {
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    if host.is_empty() { format!("{first}…") } else { format!("{first}…@{host}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_at_any_depth_and_ids_stay() {
        let payload = json!({
            "letter_id": 7, "Password": "x", "nested": [{ "reset_token": "abc", "n": 1 }], "otp_code": null,
            "note": "for léa.b+x@exemple.fr, soon",
        });
        let shown = json!({
            "letter_id": 7, "Password": MASK, "nested": [{ "reset_token": MASK, "n": 1 }], "otp_code": null,
            "note": "for l…@exemple.fr, soon",
        });
        assert_eq!(value(&payload), shown);
    }

    #[test]
    fn addresses_in_a_text_are_masked_and_the_rest_stays() {
        let said = "550 5.1.1 <alice@exemple.fr>: no such user; see https://x.example/a?b, bob@exemple.fr";
        assert_eq!(
            text(said),
            "550 5.1.1 <a…@exemple.fr>: no such user; see https://x.example/a?b, b…@exemple.fr"
        );
        assert_eq!(text("a @ b, x@y, @exemple.fr"), "a @ b, x@y, @exemple.fr");
        assert_eq!(address("alice@exemple.fr"), "a…@exemple.fr");
    }
}
