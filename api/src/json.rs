//! Free-form JSON that people's programs keep with us.

use serde_json::{Map, Value};

use crate::form::Form;
use crate::say;

/// An object of at most `most_bytes`; an empty one for nothing. Anything else is a fault of `field`.
pub fn object(form: &mut Form, field: &str, value: Option<Value>, most_bytes: usize) -> Map<String, Value> {
    let Some(value) = value else { return Map::new() };
    if value.to_string().len() > most_bytes {
        let kib = most_bytes / 1024;
        form.refuse(field, say!("{} Ko au maximum.", "At most {} KB.", kib));
        return Map::new();
    }
    if has_nul(&value) {
        let message = say!("Le caractère NUL n’est pas accepté.", "The character NUL is not accepted.");
        form.refuse(field, message);
        return Map::new();
    }
    if let Value::Object(object) = value {
        return object;
    }
    form.refuse(field, say!("Un objet est attendu.", "An object is expected."));
    Map::new()
}

/// PostgreSQL's JSON can hold every character but this one.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_small_object_without_nul_is_taken() {
        for (value, is_good) in [
            (json!({ "a": [1, { "b": "é" }] }), true),
            (json!([1]), false),
            (json!("text"), false),
            (json!({ "a": ["x\0"] }), false),
            (json!({ "a\0": 1 }), false),
            (json!({ "a": "x".repeat(100) }), false),
        ] {
            let mut form = Form::default();
            let kept = object(&mut form, "metadata", Some(value.clone()), 100);
            assert_eq!(form.into_errors().is_empty(), is_good, "{value}");
            assert_eq!(Value::Object(kept) == value, is_good);
        }
    }
}
