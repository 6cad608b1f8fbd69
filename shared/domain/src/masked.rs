//! What operators are shown of texts that may hold what is none of their business: secrets and people's addresses.

use serde_json::Value;

/// What stands in place of a secret.
pub const MASK: &str = "••••••";

/// Parts of names whose values are secrets.
const SECRET_NAMES: [&str; 20] = [
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
    "p256dh",
    "auth",
    "endpoint",
    "jwt",
    "pwd",
    "session",
    "_key",
];

/// What secrets begin with wherever they stand: access tokens, keys of ours and of Stripe's.
const SECRET_BEGINNINGS: [&str; 8] = ["eyj", "atk_", "sk_", "rk_", "whsec_", "pk_live_", "bearer", "basic"];

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

/// A text with the mail addresses in it masked, and what looks like a secret: values of secret names, tokens, and what
/// stands before the host of an address.
pub fn text(text: &str) -> String {
    let mut follows_secret = false;
    let mut shown = String::new();
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "\"'<>(),;".contains(c)) {
        let end = word.trim_end_matches(|c: char| c.is_whitespace() || "\"'<>(),;".contains(c)).len();
        let (body, rest) = word.split_at(end);
        if !body.is_empty() {
            let is_beginning = SECRET_BEGINNINGS.iter().any(|it| body.eq_ignore_ascii_case(it));
            shown.push_str(&if follows_secret && !is_beginning { MASK.to_owned() } else { self::word(body) });
            // `password: x`, `Bearer x`.
            follows_secret = is_beginning || body.strip_suffix(':').is_some_and(is_secret);
        }
        shown.push_str(rest);
    }
    shown
}

/// One word: an address, a secret, a setting of one, or itself.
fn word(word: &str) -> String {
    let lower = word.to_lowercase();
    let is_token = SECRET_BEGINNINGS.iter().any(|it| lower.starts_with(it) && lower.len() >= it.len() + 12);
    if is_token {
        return MASK.to_owned();
    }
    if let Some((scheme, rest)) = word.split_once("://") {
        return format!("{scheme}://{}", url(rest));
    }
    if word.contains(['=', '&']) {
        return word.split_inclusive('&').map(setting).collect();
    }
    let (name, host) = word.split_once('@').or_else(|| word.split_once("%40")).unwrap_or((word, ""));
    if !name.is_empty() && host.contains('.') { address(&format!("{name}@{host}")) } else { word.to_owned() }
}

/// What follows `://`: without who signs in, and with the settings masked that are secrets.
fn url(rest: &str) -> String {
    let (place, settings) = rest.split_once('?').map_or((rest, None), |(place, all)| (place, Some(all)));
    let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    let authority =
        authority.rsplit_once('@').map_or(authority.to_owned(), |(_, host)| format!("{MASK}@{host}"));
    let settings: Option<String> = settings.map(|all| all.split_inclusive('&').map(setting).collect());
    settings.map_or_else(|| format!("{authority}{path}"), |all| format!("{authority}{path}?{all}"))
}

/// `name=value`, perhaps with the `&` that ends it.
fn setting(part: &str) -> String {
    let end = if part.ends_with('&') { "&" } else { "" };
    match part.trim_end_matches('&').split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}{end}"),
        Some((name, value)) => format!("{name}={}{end}", word(value)),
        None => format!("{}{end}", word(part.trim_end_matches('&'))),
    }
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
        assert_eq!(text("to alice%40exemple.fr"), "to a…@exemple.fr");
        assert_eq!(address("alice@exemple.fr"), "a…@exemple.fr");
    }

    #[test]
    fn secrets_in_a_text_are_masked_and_the_rest_stays() {
        for (said, shown) in [
            ("Authorization: Bearer abc.def", "Authorization: Bearer ••••••"),
            ("refused (password: hunter2), again", "refused (password: ••••••), again"),
            (
                "GET https://x.example/r?uid=7&token=abc&page=2",
                "GET https://x.example/r?uid=7&token=••••••&page=2",
            ),
            ("postgres://autotrack:geheim@localhost/db is away", "postgres://••••••@localhost/db is away"),
            ("key sk_live_51Hxxxxxxxxxxxx expired", "key •••••• expired"),
            ("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "••••••"),
            ("a skipped page, 3=4", "a skipped page, 3=4"),
        ] {
            assert_eq!(text(said), shown);
        }
    }
}
