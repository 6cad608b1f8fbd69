//! From a template to a page, and the two files that every page loads.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response, handler};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::session::Operator;

/// Nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/console/", $name)))),+]
    };
}

/// Every template, part of the binary.
const SOURCES: &[(&str, &str)] = sources![
    "base.html",
    "parts.html",
    "sign-in.html",
    "code.html",
    "error.html",
    "overview.html",
    "jobs.html",
    "job.html",
    "retry-failed.html",
    "workers.html",
    "schedules.html",
    "letters.html",
    "suppressions.html",
    "health.html",
];
const STYLE: &str = include_str!("../../../templates/console/console.css");
const SCRIPT: &str = include_str!("../../../templates/console/console.js");

/// What is missing is an error, never a gap; what is given is escaped.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in SOURCES {
        templates.add_template(name, source).expect("a test parses every template of this build");
    }
    templates
});

/// Changes with the files, so that browsers may keep them.
static VERSION: LazyLock<String> =
    LazyLock::new(|| hex::encode(&Sha256::new().chain_update(STYLE).chain_update(SCRIPT).finalize()[..6]));

/// A page for somebody who is signed in. `here` is its entry in the navigation.
pub(super) fn signed_in(operator: &Operator, template: &str, here: &str, mut content: Value) -> Response {
    content["here"] = json!(here);
    content["form_token"] = json!(operator.form_token);
    html(StatusCode::OK, template, content)
}

/// A page for anybody.
pub(super) fn html(status: StatusCode, template: &str, mut content: Value) -> Response {
    content["version"] = json!(*VERSION);
    for name in ["here", "form_token"] {
        if content.get(name).is_none() {
            content[name] = Value::Null;
        }
    }
    let rendered = TEMPLATES.get_template(template).and_then(|page| page.render(Serde(&content)));
    let (status, text) = rendered.map_or_else(
        |error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                page.template = template,
                "a page is broken"
            );
            (StatusCode::INTERNAL_SERVER_ERROR, "This page is broken. It has been recorded.".to_owned())
        },
        |text| (status, text),
    );
    Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::CACHE_CONTROL, "no-store")
        .body(text)
        .into_response()
}

/// On to another page; what was posted is not posted again by a reload.
pub(super) fn see(path: &str) -> Response {
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, path)
        .header(header::CACHE_CONTROL, "no-store")
        .finish()
}

/// The address of a page of a list, with what narrows it.
pub(super) fn address<'a>(path: &str, given: impl Iterator<Item = (&'a str, &'a str)>, page: u32) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(given);
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    format!("{path}?{}", query.finish())
}

/// The style of every page.
#[handler]
pub(super) fn style() -> Response {
    file("text/css; charset=utf-8", STYLE)
}

/// The script of every page.
#[handler]
pub(super) fn script() -> Response {
    file("text/javascript; charset=utf-8", SCRIPT)
}

fn file(kind: &str, text: &'static str) -> Response {
    Response::builder().content_type(kind).header(header::CACHE_CONTROL, "public, max-age=86400").body(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_parses_and_runs_nothing_inline() {
        for (name, source) in SOURCES {
            assert!(TEMPLATES.get_template(name).is_ok(), "{name}");
            let lower = source.to_lowercase();
            for bad in
                ["<style", " style=", "javascript:", " onclick", " onload", "|safe", "http://", "https://"]
            {
                assert!(!lower.contains(bad), "{name} holds {bad}");
            }
            let scripts = lower.matches("<script").count();
            assert_eq!(scripts, lower.matches("<script src=\"/ops/console.js").count(), "{name}");
        }
    }

    #[test]
    fn every_template_of_the_folder_is_part_of_the_binary() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/console");
        for entry in folder.read_dir().unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_page = std::path::Path::new(&name).extension().is_some_and(|kind| kind == "html");
            assert!(!is_page || SOURCES.iter().any(|(known, _)| *known == name), "{name}");
        }
    }
}
