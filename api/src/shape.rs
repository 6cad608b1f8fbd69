//! Whether a JSON value has the shape that the published schema asks for; all that is wrong is named at once.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::form::Form;
use crate::problem::Errors;
use crate::say;

/// A value that was looked through.
pub(crate) struct Checked {
    /// The value; where a field was wrong, it is left away or something harmless stands there.
    pub value: Value,
    /// What is wrong with each field.
    pub errors: Errors,
}

/// Checks `value` against `schema`: each field that is missing, of the wrong type, too long or outside its bounds.
///
/// # Errors
/// 400 for what is no object at all.
pub(crate) fn check(value: Value, schema: &MetaSchemaRef, registry: &Registry) -> Result<Checked, ApiError> {
    let Value::Object(mut fields) = value else {
        return Err(ApiError::bad_request(say!("Un objet JSON est attendu.", "A JSON object is expected.")));
    };
    let mut form = Form::default();
    let Some(schema) = resolve(schema, registry) else {
        return Ok(Checked { value: Value::Object(fields), errors: Errors::new() });
    };
    object(&fields, schema, "", registry, &mut form);
    let errors = form.into_errors();
    for name in errors.keys().map(|path| path.split(['.', '[']).next().unwrap_or(path)) {
        fields.remove(name);
        let property = schema.properties.iter().find(|(known, _)| *known == name);
        if let Some((_, property)) = property.filter(|_| schema.required.contains(&name)) {
            fields.insert(name.to_owned(), harmless(property, registry));
        }
    }
    Ok(Checked { value: Value::Object(fields), errors })
}

/// Something of the right type for a field that must be there; it is never used, only parsed.
fn harmless(schema: &MetaSchemaRef, registry: &Registry) -> Value {
    let Some(schema) = resolve(schema, registry) else { return Value::Null };
    match (schema.ty, schema.format) {
        _ if !schema.enum_items.is_empty() => schema.enum_items[0].clone(),
        ("string", Some("naive-date")) => json!("2000-01-01"),
        ("string", Some("uuid")) => json!(uuid::Uuid::nil()),
        ("string", _) => json!("?".repeat(schema.min_length.unwrap_or(1))),
        ("integer", _) => json!(schema.minimum.unwrap_or(0.0) as i64),
        ("number", _) => json!(schema.minimum.unwrap_or(0.0)),
        ("boolean", _) => json!(false),
        ("array", _) => json!([]),
        _ => json!({}),
    }
}

fn resolve<'a>(schema: &'a MetaSchemaRef, registry: &'a Registry) -> Option<&'a MetaSchema> {
    match schema {
        MetaSchemaRef::Inline(schema) => Some(schema),
        MetaSchemaRef::Reference(name) => registry.schemas.get(name),
    }
}

fn object(
    fields: &serde_json::Map<String, Value>,
    schema: &MetaSchema,
    path: &str,
    registry: &Registry,
    form: &mut Form,
) {
    for (name, property) in &schema.properties {
        let at = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
        let is_required = schema.required.contains(name);
        match fields.get(*name) {
            None | Some(Value::Null) if is_required => {
                form.refuse(&at, say!("Ce champ est obligatoire.", "This field is required."));
            }
            None | Some(Value::Null) => {}
            Some(value) => field(value, property, &at, registry, form),
        }
    }
    // A map: all its values are of one shape, whatever they are called.
    if let Some(shape) = schema.additional_properties.as_deref() {
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            field(value, shape, &format!("{path}.{name}"), registry, form);
        }
    }
}

fn field(value: &Value, schema: &MetaSchemaRef, at: &str, registry: &Registry, form: &mut Form) {
    let Some(schema) = resolve(schema, registry) else { return };
    // A reference with a description of its own is published as `allOf` of the two.
    if !schema.all_of.is_empty() {
        return schema.all_of.iter().for_each(|part| field(value, part, at, registry, form));
    }
    match (schema.ty, value) {
        ("object", Value::Object(fields)) => object(fields, schema, at, registry, form),
        ("array", Value::Array(items)) => {
            if let Some(item) = &schema.items {
                for (index, value) in items.iter().enumerate() {
                    field(value, item, &format!("{at}[{index}]"), registry, form);
                }
            }
        }
        ("string", Value::String(text)) => string(text, schema, at, form),
        ("integer", Value::Number(number)) if number.is_u64() && !number.is_i64() => {
            form.refuse(at, say!("Ce nombre est trop grand.", "This number is too large."));
        }
        ("integer", Value::Number(number)) if number.is_i64() => {
            bounds(number.as_f64().unwrap_or_default(), schema, at, form);
        }
        ("number", Value::Number(number)) => bounds(number.as_f64().unwrap_or_default(), schema, at, form),
        ("boolean", Value::Bool(_)) | ("", _) => {}
        (expected, _) => form.refuse(at, wrong_type(expected)),
    }
}

fn wrong_type(expected: &str) -> String {
    match expected {
        "object" => say!("Un objet est attendu.", "An object is expected."),
        "array" => say!("Une liste est attendue.", "A list is expected."),
        "string" => say!("Un texte est attendu.", "A text is expected."),
        "integer" => say!("Un nombre entier est attendu.", "A whole number is expected."),
        "number" => say!("Un nombre est attendu.", "A number is expected."),
        _ => say!("Vrai ou faux est attendu.", "True or false is expected."),
    }
}

fn string(text: &str, schema: &MetaSchema, at: &str, form: &mut Form) {
    if !schema.enum_items.is_empty() && !schema.enum_items.iter().any(|item| item == text) {
        let words: Vec<&str> = schema.enum_items.iter().filter_map(Value::as_str).collect();
        form.refuse(at, say!("Choisissez parmi : {}.", "Choose one of: {}.", words.join(", ")));
    }
    let length = text.chars().count();
    if let Some(max) = schema.max_length.filter(|max| length > *max) {
        form.refuse(at, say!("{} caractères au maximum.", "At most {} characters.", max));
    }
    if let Some(min) = schema.min_length.filter(|min| length < *min) {
        form.refuse(at, say!("{} caractères au minimum.", "At least {} characters.", min));
    }
    // poem-openapi's name for what the published document calls `date`.
    if schema.format == Some("naive-date") && !is_date(text) {
        form.refuse(at, say!("Une date AAAA-MM-JJ est attendue.", "A date YYYY-MM-DD is expected."));
    }
    if schema.format == Some("uuid") && text.parse::<uuid::Uuid>().is_err() {
        form.refuse(at, say!("Un identifiant UUID est attendu.", "A UUID is expected."));
    }
}

/// Four digits of a year, as RFC 3339 has it: chrono would also take years that no database holds.
fn is_date(text: &str) -> bool {
    let has_four_digits = text.split('-').next().is_some_and(|year| year.len() == 4 && year != "0000");
    has_four_digits && !text.contains('+') && text.parse::<chrono::NaiveDate>().is_ok()
}

fn bounds(number: f64, schema: &MetaSchema, at: &str, form: &mut Form) {
    if let Some(min) = schema.minimum.filter(|min| number < *min) {
        form.refuse(at, say!("{} au minimum.", "At least {}.", min));
    }
    if let Some(max) = schema.maximum.filter(|max| number > *max) {
        form.refuse(at, say!("{} au maximum.", "At most {}.", max));
    }
    // A whole number beyond its type is refused here, not by a parser that stops at it.
    if schema.ty == "integer" && schema.format == Some("int32") && number.abs() > f64::from(i32::MAX) {
        form.refuse(at, say!("Ce nombre est trop grand.", "This number is too large."));
    }
}
