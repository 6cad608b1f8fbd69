//! Whatever is wrong is said as a problem, in the caller's language, and named.

use reqwest::Method;
use serde_json::json;
use testkit::{TestApp, send};

#[tokio::test]
async fn the_frameworks_own_refusals_are_problems_too() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    app.nobody().get("/api/nothing/").await.assert_problem(404, "not_found");
    app.nobody().delete("/api/health/").await.assert_problem(405, "method_not_allowed");
    alice.get("/api/vehicles/abc/").await.assert_problem(404, "not_found");
    alice.get("/api/vehicles/99999999999999999999/").await.assert_problem(404, "not_found");
    alice.get("/api/vehicles/4711/").await.assert_problem(404, "not_found");
    alice.get("/api/vehicles/?page=99999999999").await.assert_invalid(&["page"]);
    alice.get("/api/vehicles/?page=0").await.assert_invalid(&["page"]);
    alice.get("/api/vehicles/?page_size=101").await.assert_invalid(&["page_size"]);
    alice.get("/api/vehicles/?page=4000000000").await.assert_problem(404, "not_found");
    alice.get("/api/vehicles/?ordering=password").await.assert_invalid(&["ordering"]);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_and_a_huge_one_too() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let post = |body: String, kind: &str| {
        alice.request(Method::POST, "/api/vehicles/").header("content-type", kind.to_owned()).body(body)
    };
    let broken = send(post("{\"make\": ".to_owned(), "application/json"), "broken JSON".to_owned()).await;
    broken.assert_problem(400, "invalid");
    let text = send(post("make=Renault".to_owned(), "text/plain"), "text".to_owned()).await;
    text.assert_problem(415, "unsupported_media_type");
    let huge = format!("{{\"make\": \"{}\"}}", "a".repeat(10 * 1024 * 1024));
    send(post(huge, "application/json"), "10 MB of JSON".to_owned()).await.assert_problem(413, "too_large");
    let vast = r#"{"document_id": 9223372036854775808}"#;
    let request = alice
        .request(Method::POST, "/api/vehicles/from-document/")
        .header("content-type", "application/json");
    send(request.body(vast), "a vast number".to_owned()).await.assert_invalid(&["document_id"]);
    let list = send(post("[1]".to_owned(), "application/json"), "a list".to_owned()).await;
    list.assert_problem(400, "invalid");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once_in_the_callers_language() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let form = json!({ "make": 5, "year": "abc", "license_plate": ["x"] });
    alice.post("/api/vehicles/", form).await.assert_invalid(&["license_plate", "make", "model", "year"]);
    let form =
        json!({ "make": " ", "model": "Clio", "year": 1700, "license_plate": "AI-123-BB", "vin": "OOO" });
    let request = alice.request(Method::POST, "/api/vehicles/").json(&form);
    let french = send(request, "a bad form".to_owned()).await;
    let french = french.assert_invalid(&["license_plate", "make", "vin", "year"]);
    assert_eq!(
        french["errors"]["license_plate"][0],
        "Les lettres I, O et U ne figurent jamais sur une plaque."
    );
    let request =
        alice.request(Method::POST, "/api/vehicles/").header("accept-language", "en-GB").json(&form);
    let english = send(request, "a bad form".to_owned()).await.assert_problem(400, "invalid");
    assert_eq!(english["errors"]["license_plate"][0], "The letters I, O and U never stand on a plate.");
}

#[tokio::test]
async fn answers_carry_safe_headers_and_an_id() {
    let app = TestApp::start().await;
    let answer = app.alice().await.get("/api/auth/me/").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(answer.header("x-request-id").parse::<uuid::Uuid>().is_ok());
    let given = "0199f0a2-7c1e-7cc3-98c4-dc0c0c07398f";
    let request = app.nobody().request(Method::GET, "/api/nothing/").header("x-request-id", given);
    assert_eq!(send(request, "an unknown path".to_owned()).await.header("x-request-id"), given);
}

#[tokio::test]
async fn only_known_origins_may_call_from_a_browser() {
    let app = TestApp::start_with(
        &[("AUTOTRACK_CORS_ORIGINS", "https://app.autotrack.example")],
        domain::clock::Clock::system(),
    )
    .await;
    let ask = |origin: &str| {
        let request =
            app.nobody().request(Method::GET, "/api/health/live/").header("origin", origin.to_owned());
        send(request, format!("from {origin}"))
    };
    let known = ask("https://app.autotrack.example").await;
    assert_eq!(known.header("access-control-allow-origin"), "https://app.autotrack.example");
    let unknown = ask("https://evil.example").await;
    assert_eq!(unknown.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn headers_that_decide_are_understood_or_refused() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let form = json!({ "make": "Fiat", "model": "Panda", "year": 2015 });
    let vehicle = alice.post("/api/vehicles/", form.clone()).await.created();
    let path = format!("/api/vehicles/{}/", vehicle["id"]);
    let odd = reqwest::header::HeaderValue::from_bytes(b"\"1\xe9\"").expect("bytes that HTTP allows");
    let change = alice.request(Method::PATCH, &path).header("if-match", odd.clone());
    send(change.json(&json!({ "color": "rouge" })), "an odd If-Match".to_owned())
        .await
        .assert_invalid(&["If-Match"]);
    let create = alice.request(Method::POST, "/api/vehicles/").header("idempotency-key", odd);
    send(create.json(&form), "an odd key".to_owned()).await.assert_invalid(&["Idempotency-Key"]);
    let create = alice.request(Method::POST, "/api/vehicles/").header("idempotency-key", "a");
    send(create.header("idempotency-key", "b").json(&form), "two keys".to_owned())
        .await
        .assert_invalid(&["Idempotency-Key"]);
    assert_eq!(alice.get("/api/vehicles/").await.ok()["count"], 1);
    assert_eq!(alice.get(&path).await.ok()["color"], serde_json::Value::Null);
}

#[tokio::test]
async fn text_is_compressed_for_who_takes_it_and_compressed_bodies_are_refused() {
    let app = TestApp::start().await;
    let get = |accepted: &'static str| {
        let request = app.nobody().request(Method::GET, "/api/schema/").header("accept-encoding", accepted);
        send(request, accepted.to_owned())
    };
    let (packed, plain) = (get("gzip, br").await, get("gzip;q=0").await);
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    assert!(packed.bytes.len() * 4 < plain.bytes.len());
    let request = app.nobody().request(Method::POST, "/api/auth/login/").header("content-encoding", "gzip");
    send(request.json(&json!({})), "a packed body".to_owned())
        .await
        .assert_problem(415, "unsupported_media_type");
}
