//! The API document: complete, and the one that is checked in.

use serde_json::Value;
use testkit::TestApp;

#[test]
fn the_document_that_is_checked_in_is_the_one_the_code_gives() {
    let kept = include_str!("../../openapi.json");
    assert!(kept == api::openapi::text(), "api/openapi.json is out of date: ./test --write");
}

#[tokio::test]
async fn the_served_document_differs_only_in_its_servers() {
    let app = TestApp::start().await;
    let mut served = app.nobody().get("/api/schema/").await.ok();
    assert!(served["servers"][0]["url"].is_string());
    let kept = api::openapi::document();
    served["servers"] = kept["servers"].clone();
    assert_eq!(served, kept);
}

#[tokio::test]
async fn the_browser_page_runs_only_its_own_script() {
    let app = TestApp::start().await;
    let page = app.nobody().get("/api/docs/").await.expect(200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("script-src 'unsafe"), "{policy}");
    assert!(page.text().contains("list_vehicles"), "the document is in the page");
}

#[test]
fn every_operation_says_what_it_does() {
    let document = api::openapi::document();
    for (path, item) in document["paths"].as_object().expect("paths") {
        assert!(path.ends_with('/'), "{path} is not the canonical spelling");
        for (method, operation) in item.as_object().expect("methods") {
            let name = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{name} has no summary");
            assert!(operation["tags"].is_array(), "{name} has no tag");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(
                    parameter["description"].is_string(),
                    "{name}: {} has no description",
                    parameter["name"]
                );
            }
        }
    }
}

#[test]
fn every_field_has_a_description_and_an_example() {
    let document = api::openapi::document();
    let mut bare = Vec::new();
    for (schema, content) in document["components"]["schemas"].as_object().expect("schemas") {
        assert!(!schema.contains(['<', '_']), "{schema} is no name for a type");
        for (name, property) in content["properties"].as_object().into_iter().flatten() {
            if !is_described(property) {
                bare.push(format!("{schema}.{name}"));
            }
        }
    }
    assert!(bare.is_empty(), "without description or example: {bare:#?}");
}

/// References and lists show the examples of what they refer to.
fn is_described(property: &Value) -> bool {
    let refers = ["$ref", "allOf", "items", "enum", "additionalProperties"]
        .iter()
        .any(|key| property.get(key).is_some());
    refers || (property["description"].is_string() && property.get("example").is_some())
}
