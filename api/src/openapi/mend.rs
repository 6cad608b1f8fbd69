//! What poem-openapi says wrongly or not at all, put right.

use serde_json::{Map, Value, json};

use super::{examples, mentioned, operations};

/// Every mend, in an order in which each may build on the ones before.
pub(super) fn all(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    document["info"]["license"] = json!({
        "name": "AGPL-3.0-or-later",
        "url": "https://www.gnu.org/licenses/agpl-3.0.html"
    });
    document["servers"] = json!([{ "url": "https://api.autotrack.example" }]);
    spell_paths(document);
    name_media_types(document);
    name_formats(document);
    describe_streams(document);
    name_files(document);
    name_schemas(document);
    say_what_is_null(document);
    prune_answers(document);
    describe_headers(document);
    share_answers(document);
    examples::add(document);
}

/// The canonical spelling of a path ends in a slash.
fn spell_paths(document: &mut Value) {
    let paths = document["paths"].as_object_mut().expect("a document has paths");
    let spelled = std::mem::take(paths).into_iter().map(|(path, item)| {
        let path = if path.ends_with('/') { path } else { format!("{path}/") };
        (path, item)
    });
    *paths = spelled.collect();
}

/// A media type is named without its charset.
fn name_media_types(document: &mut Value) {
    each_map(document, &mut |map| {
        for (wrong, right) in [("application/json; charset=utf-8", "application/json")] {
            if let Some(content) = map.remove(wrong) {
                map.insert(right.to_owned(), content);
            }
        }
    });
}

/// A calendar date is what RFC 3339 calls a full date, and what every other tool calls `date`.
fn name_formats(document: &mut Value) {
    each_map(document, &mut |map| {
        if map.get("format").is_some_and(|format| format == "naive-date") {
            map.insert("format".to_owned(), json!("date"));
        }
    });
}

/// What a stream of events carries is one event, not a list.
fn describe_streams(document: &mut Value) {
    each_map(document, &mut |map| {
        let Some(stream) = map.get_mut("text/event-stream") else { return };
        if let Some(item) = stream.pointer("/schema/items").cloned() {
            stream["schema"] = item;
        }
    });
}

/// Operations that answer a file, and what it may be.
const FILES: [(&str, &[&str]); 2] = [
    ("download_document", &["application/pdf", "image/jpeg", "image/png"]),
    ("download_export", &["application/zip"]),
];

/// A file is answered as what it is, not as bytes of any kind.
fn name_files(document: &mut Value) {
    for (_, _, operation) in operations(document) {
        let kinds = FILES.iter().find(|(id, _)| operation["operationId"] == *id);
        let Some((_, kinds)) = kinds else { continue };
        let content = operation.get_mut("responses").and_then(|all| all.pointer_mut("/200/content"));
        let Some(content) = content.and_then(Value::as_object_mut) else { continue };
        if let Some(bytes) = content.remove("application/octet-stream") {
            content.extend(kinds.iter().map(|kind| ((*kind).to_owned(), bytes.clone())));
        }
    }
}

/// `Page_VehicleView` becomes `VehicleViewPage`: generated clients turn schema names into type names.
fn name_schemas(document: &mut Value) {
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let mut renamed = text;
    for name in schemas.keys().filter(|name| name.contains(['<', '_'])) {
        if let Some((outer, inner)) = name.trim_end_matches('>').split_once(['<', '_']) {
            let better = format!("{inner}{outer}");
            renamed = renamed.replace(&format!("\"{name}\":"), &format!("\"{better}\":")).replace(
                &format!("#/components/schemas/{name}\""),
                &format!("#/components/schemas/{better}\""),
            );
        }
    }
    *document = serde_json::from_str(&renamed).expect("renaming keeps the document valid");
}

/// In an answer every property is there, and an optional one is null; in a request null is the same as absent.
fn say_what_is_null(document: &mut Value) {
    let mut asked = Value::Array(Vec::new());
    for (_, _, operation) in operations(document) {
        if let (Some(body), Value::Array(all)) = (operation.get("requestBody"), &mut asked) {
            all.push(body.clone());
        }
    }
    let schemas = document["components"]["schemas"].clone();
    let inputs = mentioned(&asked, &schemas);
    let Some(all) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in all.iter_mut().filter(|(name, _)| *name != "Problem") {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { continue };
        let names: Vec<Value> = properties.keys().map(|key| json!(key)).collect();
        for (key, property) in properties.iter_mut() {
            if !required.contains(&json!(key)) {
                make_nullable(property, &schemas);
            }
        }
        if !inputs.contains(name) && !names.is_empty() {
            schema["required"] = Value::Array(names);
        }
    }
}

/// OpenAPI 3.0 lets only what has a type be null; what has none may be anything already.
fn make_nullable(property: &mut Value, schemas: &Value) {
    if let Some(reference) = property.get("$ref").cloned() {
        *property = json!({ "allOf": [{ "$ref": reference }] });
    }
    let refers_to = property.pointer("/allOf/0/$ref").and_then(Value::as_str);
    let name = refers_to.and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    if let Some(kind) = schemas[name].get("type").cloned() {
        property["type"] = kind;
    }
    if property.get("type").is_none() {
        return;
    }
    property["nullable"] = json!(true);
    // OpenAPI 3.0 counts null among the values of an enum only when it stands there.
    if let Some(words) = property.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
}

/// An operation without authentication cannot answer 401 or 403, and one that reads cannot conflict.
fn prune_answers(document: &mut Value) {
    for (path, method, operation) in operations(document) {
        let is_open = operation.get("security").and_then(Value::as_array).is_none_or(Vec::is_empty);
        let has_body = operation.contains_key("requestBody");
        let has_id = path.contains('{');
        if is_open {
            operation.insert("security".to_owned(), json!([]));
        }
        let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        let answers_problems = answers.contains_key("500");
        answers.retain(|status, _| match status.as_str() {
            "403" => !is_open,
            "409" | "412" => method != "get",
            "413" | "415" => has_body,
            _ => true,
        });
        if !answers_problems {
            for status in ["429", "503"] {
                answers.entry(status).or_insert_with(problem);
            }
        }
        answers.entry("405").or_insert_with(problem);
        if has_id {
            answers.entry("404").or_insert_with(problem);
        }
    }
}

fn problem() -> Value {
    json!({
        "description": "The request cannot be served; the problem says why.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    })
}

/// What every answer carries is said once.
fn describe_headers(document: &mut Value) {
    for (_, _, operation) in operations(document) {
        let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        for answer in answers.values_mut() {
            if answer["description"].as_str().is_none_or(str::is_empty) {
                answer["description"] = json!("Done; here is the result.");
            }
            if answer.get("headers").is_none() {
                answer["headers"] = json!({});
            }
            answer["headers"]["X-Request-Id"] = json!({
                "description": "Id of this request, also in our logs.",
                "schema": { "type": "string", "format": "uuid" }
            });
        }
    }
}

/// A problem that many operations answer alike is said once and referred to: otherwise half of the document repeats it.
fn share_answers(document: &mut Value) {
    let mut shared = Map::new();
    for (_, _, operation) in operations(document) {
        let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        for (status, answer) in answers.iter_mut() {
            let is_problem = answer.pointer("/content/application~1problem+json").is_some();
            let name = format!("Problem{status}");
            if is_problem && *shared.entry(&name).or_insert_with(|| answer.clone()) == *answer {
                *answer = json!({ "$ref": format!("#/components/responses/{name}") });
            }
        }
    }
    document["components"]["responses"] = Value::Object(shared);
}

fn each_map(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            change(map);
            map.values_mut().for_each(|value| each_map(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| each_map(value, change)),
        _ => {}
    }
}
