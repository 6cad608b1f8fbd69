//! The published API document: poem-openapi's raw one, with its known faults mended.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::server;

mod examples;
mod mend;

/// The document as it is checked in; its `servers` are an example, since they depend on where it runs.
pub fn document() -> Value {
    let raw = server::service()
        .description(
            "AutoTrack keeps the vehicles of French drivers and small fleets: papers read by photograph, legal dates, \
             costs and reminders. Errors are RFC 9457 problems with a stable `code`; messages come in French or English \
             (`Accept-Language`).",
        )
        .spec();
    let mut document: Value = serde_json::from_str(&raw).expect("poem-openapi writes valid JSON");
    mend::all(&mut document);
    document
}

/// The document as text, laid out for reading and comparing.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).expect("a JSON value can be written");
    text.push('\n');
    text
}

/// Every path of the document.
pub(crate) fn paths() -> Vec<String> {
    let document = document();
    document["paths"].as_object().map(|paths| paths.keys().cloned().collect()).unwrap_or_default()
}

/// The document as it is served at `public_url`.
pub(crate) fn published(public_url: &str) -> String {
    let mut document = document();
    document["servers"] = json!([{ "url": public_url.trim_end_matches('/') }]);
    document.to_string()
}

/// Every operation of a document, with its path and method.
pub(crate) fn operations(
    document: &mut Value,
) -> impl Iterator<Item = (String, String, &mut Map<String, Value>)> {
    let paths = document["paths"].as_object_mut().expect("a document has paths");
    paths.iter_mut().flat_map(|(path, item)| {
        let path = path.clone();
        let methods = item.as_object_mut().expect("a path item is an object").iter_mut();
        methods.filter_map(move |(method, operation)| {
            operation.as_object_mut().map(|operation| (path.clone(), method.clone(), operation))
        })
    })
}

/// Names of the schemas that `value` mentions, directly or through others.
pub(crate) fn mentioned(value: &Value, schemas: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(name) =
                    fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
                    && found.insert(name.to_owned())
                {
                    open.push(&schemas[name]);
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}
