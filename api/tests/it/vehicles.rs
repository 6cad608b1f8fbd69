//! Vehicles through HTTP: entering, changing, listing, sharing, and out of their certificate.

mod from_document;

pub use from_document::read_certificate;

use domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp, send, share};

/// A request with one header more.
async fn with_header(
    client: &Client,
    method: Method,
    path: &str,
    header: (&str, &str),
    body: Value,
) -> Answer {
    let request = client.request(method, path).header(header.0, header.1).json(&body);
    send(request, format!("{path} with {}: {}", header.0, header.1)).await
}

fn clio() -> Value {
    json!({ "make": "Renault", "model": "Clio", "year": 2019, "license_plate": "gh482kt" })
}

fn path(vehicle: &Value) -> String {
    format!("/api/vehicles/{}/", vehicle["id"])
}

#[tokio::test]
async fn a_vehicle_is_entered_and_found_again() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let form = json!({
        "make": " Renault ", "model": "Clio", "year": 2019, "license_plate": "gh482kt",
        "vin": "vf1 cb05c f25512345", "fuel_type": "diesel", "transmission": "manual",
        "first_registration_date": "2019-08-27", "category_eu": "m1", "power_kw": 66.55, "co2_gkm": 104,
        "euro_norm": "Euro 6d", "is_collection": null, "unknown_key": true
    });
    let answer = alice.post("/api/vehicles/", form).await.expect(201);
    let vehicle = answer.json();
    assert_eq!(answer.header("location"), path(&vehicle));
    assert_eq!(answer.header("etag"), "\"1\"");
    for (field, value) in [
        ("make", json!("Renault")),
        ("license_plate", json!("GH-482-KT")),
        ("plate_normalized", json!("GH482KT")),
        ("plate_format", json!("siv")),
        ("vin", json!("VF1CB05CF25512345")),
        ("fuel_type", json!("diesel")),
        ("category_eu", json!("M1")),
        ("power_kw", json!(66.55)),
        ("euro_norm", json!("6")),
        ("is_collection", json!(false)),
        ("status", json!("active")),
        ("color", Value::Null),
        ("role", json!("owner")),
        ("owner_id", json!(alice.id.0)),
        ("documents_count", json!(0)),
        ("version", json!(1)),
    ] {
        assert_eq!(vehicle.get(field), Some(&value), "{field}");
    }
    let found = alice.get(&path(&vehicle)).await.expect(200);
    assert_eq!(found.header("etag"), "\"1\"");
    assert_eq!(found.json(), vehicle);
}

#[tokio::test]
async fn everything_wrong_is_named_at_once_in_the_callers_language() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let shape =
        json!({ "make": 7, "year": 1492, "fuel_type": "water", "seats": -1, "purchase_date": "yesterday" });
    let refused = alice.post("/api/vehicles/", shape).await;
    refused.assert_invalid(&["make", "model", "year", "fuel_type", "seats", "purchase_date"]);
    let meaning = json!({
        "make": " ", "model": "Clio", "year": 2019, "license_plate": "AI-123-BB", "vin": "WVWZZZ_1",
        "euro_norm": "seven", "color": "rou\u{0}ge", "certificate_date": "1492-10-12"
    });
    let refused = alice.post("/api/vehicles/", meaning.clone()).await;
    let body =
        refused.assert_invalid(&["make", "license_plate", "vin", "euro_norm", "color", "certificate_date"]);
    assert_eq!(
        body["errors"]["license_plate"][0],
        "Les lettres I, O et U ne figurent jamais sur une plaque."
    );
    let english =
        with_header(&alice, Method::POST, "/api/vehicles/", ("accept-language", "en"), meaning).await;
    let body = english.assert_problem(400, "invalid");
    assert_eq!(body["errors"]["license_plate"][0], "The letters I, O and U never stand on a plate.");
    assert_eq!(alice.get("/api/vehicles/").await.ok()["count"], 0);
}

#[tokio::test]
async fn a_plate_that_i_have_already_is_a_conflict_but_anothers_is_not_told() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    alice.post("/api/vehicles/", clio()).await.created();
    alice.post("/api/vehicles/", clio()).await.assert_problem(409, "license_plate_taken");
    bob.post("/api/vehicles/", clio()).await.created();
    let with_vin = |vin: &str| json!({ "make": "Dacia", "model": "Sandero", "year": 2021, "vin": vin });
    alice.post("/api/vehicles/", with_vin("UU1B5220X12345678")).await.created();
    alice.post("/api/vehicles/", with_vin("uu1b5220x12345678")).await.assert_problem(409, "vin_taken");
}

#[tokio::test]
async fn repeating_a_key_gives_the_first_answer_and_no_second_vehicle() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let key = ("idempotency-key", "k-1");
    let first = with_header(&alice, Method::POST, "/api/vehicles/", key, clio()).await.expect(201);
    let again = with_header(&alice, Method::POST, "/api/vehicles/", key, clio()).await.expect(201);
    assert_eq!(first.json(), again.json());
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(alice.get("/api/vehicles/").await.ok()["count"], 1);
    let other = json!({ "make": "Dacia", "model": "Sandero", "year": 2021 });
    let refused = with_header(&alice, Method::POST, "/api/vehicles/", key, other.clone()).await;
    refused.assert_problem(409, "idempotency_key_reused");
    // A refused request keeps no key.
    let key = ("idempotency-key", "k-2");
    with_header(&alice, Method::POST, "/api/vehicles/", key, json!({ "make": "Dacia" })).await.expect(400);
    with_header(&alice, Method::POST, "/api/vehicles/", key, other).await.expect(201);
}

#[tokio::test]
async fn a_patch_leaves_the_absent_alone_and_null_clears() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let vehicle = alice.post("/api/vehicles/", clio()).await.created();
    let patch = json!({ "color": "rouge", "license_plate": null, "status": "sold" });
    let answer = alice.patch(&path(&vehicle), patch).await.expect(200);
    assert_eq!(answer.header("etag"), "\"2\"");
    let changed = answer.json();
    assert_eq!((&changed["color"], &changed["status"]), (&json!("rouge"), &json!("sold")));
    assert_eq!((&changed["license_plate"], &changed["plate_format"]), (&Value::Null, &Value::Null));
    assert_eq!((&changed["make"], &changed["year"]), (&json!("Renault"), &json!(2019)));
    alice
        .patch(&path(&vehicle), json!({ "make": null, "year": null }))
        .await
        .assert_invalid(&["make", "year"]);
    assert_eq!(alice.get(&path(&vehicle)).await.ok(), changed);
}

#[tokio::test]
async fn a_put_forgets_what_it_does_not_say() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let vehicle = alice.post("/api/vehicles/", clio()).await.created();
    let form = json!({ "make": "Renault", "model": "Clio V", "year": 2020, "color": "bleu" });
    let replaced = alice.put(&path(&vehicle), form).await.ok();
    assert_eq!((&replaced["model"], &replaced["color"]), (&json!("Clio V"), &json!("bleu")));
    assert_eq!((&replaced["license_plate"], &replaced["version"]), (&Value::Null, &json!(2)));
    alice.put(&path(&vehicle), json!({ "color": "vert" })).await.assert_invalid(&["make", "model", "year"]);
}

#[tokio::test]
async fn a_change_to_an_old_version_is_refused() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let vehicle = alice.post("/api/vehicles/", clio()).await.created();
    let path = path(&vehicle);
    let red = json!({ "color": "rouge" });
    with_header(&alice, Method::PATCH, &path, ("if-match", "\"1\""), red.clone()).await.expect(200);
    let late = with_header(&alice, Method::PATCH, &path, ("if-match", "\"1\""), red.clone()).await;
    late.assert_problem(412, "precondition_failed");
    let late = with_header(&alice, Method::PUT, &path, ("if-match", "\"1\""), clio()).await;
    late.assert_problem(412, "precondition_failed");
    with_header(&alice, Method::PATCH, &path, ("if-match", "*"), red).await.expect(200);
}

#[tokio::test]
async fn a_deleted_vehicle_is_gone_for_everybody() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let vehicle = alice.post("/api/vehicles/", clio()).await.created();
    let id = vehicle["id"].as_i64().expect("an id");
    share(&app, id, &bob, Role::Manager).await;
    bob.delete(&path(&vehicle)).await.assert_problem(403, "permission_denied");
    alice.delete(&path(&vehicle)).await.expect(204);
    for person in [&alice, &bob] {
        person.get(&path(&vehicle)).await.assert_problem(404, "not_found");
        assert_eq!(person.get("/api/vehicles/").await.ok()["count"], 0);
    }
    alice.delete(&path(&vehicle)).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_list_has_pages_filters_an_order_and_a_search() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    for (make, model, year, fuel) in [
        ("Citroën", "C3", 2012, "diesel"),
        ("Renault", "Clio", 2019, "gasoline"),
        ("Renault", "Zoé", 2021, "electric"),
    ] {
        let form = json!({ "make": make, "model": model, "year": year, "fuel_type": fuel });
        alice.post("/api/vehicles/", form).await.created();
    }
    let theirs = json!({ "make": "Fiat", "model": "500", "year": 2010 });
    let shared = bob.post("/api/vehicles/", theirs).await.created();
    share(&app, shared["id"].as_i64().expect("an id"), &alice, Role::Viewer).await;
    for (query, models) in [
        ("?ordering=year", vec!["500", "C3", "Clio", "Zoé"]),
        ("?ordering=-make,year", vec!["Clio", "Zoé", "500", "C3"]),
        ("?shared=true", vec!["500"]),
        ("?shared=false&ordering=model", vec!["C3", "Clio", "Zoé"]),
        ("?search=zoe%20RENAULT", vec!["Zoé"]),
        ("?search=%25", vec![]),
        ("?make=citroen", vec!["C3"]),
        ("?fuel_type=diesel", vec!["C3"]),
        ("?fuel_type__in=diesel,electric&ordering=year", vec!["C3", "Zoé"]),
        ("?year__gte=2012&year__lte=2019&ordering=year", vec!["C3", "Clio"]),
        ("?year__in=2010,2021&ordering=year", vec!["500", "Zoé"]),
        ("?status=sold", vec![]),
    ] {
        let list = alice.get(&format!("/api/vehicles/{query}")).await.ok();
        let found: Vec<_> =
            list["results"].as_array().into_iter().flatten().map(|v| v["model"].clone()).collect();
        assert_eq!(found, models, "{query}");
        assert_eq!(list["count"], models.len(), "{query}");
    }
    let first = alice.get("/api/vehicles/?page_size=3&ordering=year").await.ok();
    assert_eq!((&first["count"], &first["previous"]), (&json!(4), &Value::Null));
    let next = first["next"].as_str().expect("an address of the next page");
    assert!(next.starts_with("http") && next.contains("ordering=year") && next.ends_with("page=2"), "{next}");
    let last = alice.get("/api/vehicles/?page_size=3&ordering=year&page=2").await.ok();
    assert_eq!((&last["results"][0]["model"], &last["next"]), (&json!("Zoé"), &Value::Null));
    alice.get("/api/vehicles/?page=3&page_size=3").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_filter_that_cannot_be_understood_is_named() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    for (query, field) in [
        ("?fuel_type=water", "fuel_type"),
        ("?fuel_type__in=diesel,water", "fuel_type__in"),
        ("?year__in=2019,new", "year__in"),
        ("?year__gte=new", "year__gte"),
        ("?shared=perhaps", "shared"),
        ("?make=a%00b", "make"),
        ("?search=a%00b", "search"),
        ("?ordering=owner_id", "ordering"),
        ("?ordering=make,model,year", "ordering"),
    ] {
        alice.get(&format!("/api/vehicles/{query}")).await.assert_invalid(&[field]);
    }
}

#[tokio::test]
async fn stats_count_what_the_list_shows() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    for (model, year, fuel) in
        [("Clio", 2019, Some("diesel")), ("Zoé", 2021, Some("electric")), ("R5", 2019, None)]
    {
        let form = json!({ "make": "Renault", "model": model, "year": year, "fuel_type": fuel });
        alice.post("/api/vehicles/", form).await.created();
    }
    let stats = alice.get("/api/vehicles/stats/").await.ok();
    let expected = json!({
        "total": 3,
        "by_fuel_type": { "diesel": 1, "electric": 1, "unknown": 1 },
        "by_make": { "Renault": 3 },
        "by_year": { "2019": 2, "2021": 1 }
    });
    assert_eq!(stats, expected);
    let nobody = app.bob().await.get("/api/vehicles/stats/").await.ok();
    assert_eq!(nobody, json!({ "total": 0, "by_fuel_type": {}, "by_make": {}, "by_year": {} }));
}
