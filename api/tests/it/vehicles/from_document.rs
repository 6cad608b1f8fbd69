//! A certificate that was read becomes a vehicle.

use database::documents::{self, NewAnalysis, NewDocument, Verdict};
use domain::access::{Access, Role};
use domain::document::DocumentKind;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Person, TestApp, share};

use super::with_header;

const PATH: &str = "/api/vehicles/from-document/";

/// Readings as the reader writes them.
fn fields(values: &[(&str, &str)]) -> Value {
    let field = |(key, value): &(&str, &str)| {
        json!({
            "key": key, "value": value, "raw": value, "confidence": 0.93, "page": 1,
            "bbox": { "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.02 }, "evidence": ["rubric"]
        })
    };
    values.iter().map(field).collect()
}

fn golf() -> Value {
    fields(&[
        ("A", "CK-219-FX"),
        ("B", "2005-06-20"),
        ("C.1", "DAVID YVES"),
        ("D.1", "VOLKSWAGEN"),
        ("D.3", "G0LF"),
        ("E", "WVWAWFEP2UDWM3838"),
        ("F.1", "1564"),
        ("G.1", "1102"),
        ("I", "2010-11-14"),
        ("J", "M1"),
        ("J.1", "VP"),
        ("P.1", "1461"),
        ("P.2", "146"),
        ("P.3", "GO"),
        ("P.6", "9"),
        ("S.1", "7"),
        ("V.7", "168"),
        ("V.9", "70/220*2003/76EURO4"),
        ("X.1", "2012-01-08"),
        ("formula", "2010NW22030"),
    ])
}

/// A certificate of `owner` that was read and hangs on no vehicle.
pub async fn read_certificate(app: &TestApp, owner: &Person) -> i64 {
    paper(app, owner, DocumentKind::Registration, &golf()).await
}

/// A paper of `owner`, read as `fields`.
async fn paper(app: &TestApp, owner: &Person, kind: DocumentKind, fields: &Value) -> i64 {
    let mut db = app.context.db.acquire().await.expect("a connection");
    let key = format!("test/{}/{kind}/{}", owner.id, fields.to_string().len());
    let new = NewDocument {
        user: owner.id,
        vehicle: None,
        title: "Carte grise",
        description: None,
        kind: Some(kind),
        storage_key: &key,
        original_name: None,
        file_size: 1,
        mime_type: "image/png",
        sha256: key.as_bytes(),
        is_inbox: false,
    };
    let id = documents::insert(&mut db, &new).await.expect("a document");
    let analysis = NewAnalysis {
        engine: "test",
        engine_version: "1",
        document_type: kind.as_str(),
        status: "analyzed",
        mean_confidence: 0.93,
        pages: 1,
        fields,
        warnings: &json!([]),
        duration_ms: 1,
    };
    documents::insert_analysis(&mut db, id, &analysis).await.expect("an analysis");
    let verdict = Verdict {
        status: "analyzed",
        kind,
        pages: 1,
        analysis_data: &json!({}),
        text: "",
        issued_on: None,
        expires_on: None,
    };
    documents::mark_read(&mut db, id, &verdict).await.expect("a verdict");
    id.0
}

async fn correct(app: &TestApp, by: &Person, document: i64, field: &str, value: Value) {
    let mut db = app.context.db.acquire().await.expect("a connection");
    let corrections = [(field.to_owned(), value)];
    documents::save_corrections(&mut db, Access::editor(by.id), document.into(), &corrections)
        .await
        .expect("a correction");
}

async fn vehicle_of(app: &TestApp, document: i64) -> Option<i64> {
    sqlx::query_scalar("select vehicle_id from documents where id = $1")
        .bind(document)
        .fetch_one(&app.context.db)
        .await
        .expect("a document")
}

#[tokio::test]
async fn a_certificate_becomes_a_vehicle_with_all_its_rubrics() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = paper(&app, &alice, DocumentKind::Registration, &golf()).await;
    correct(&app, &alice, document, "D.3", json!("GOLF")).await;
    let form = json!({ "document_id": document, "overrides": { "color": "gris", "co2_gkm": null } });
    let answer = alice.post(PATH, form).await.expect(201);
    let vehicle = answer.json();
    assert_eq!(answer.header("location"), format!("/api/vehicles/{}/", vehicle["id"]));
    assert_eq!(answer.header("etag"), "\"1\"");
    for (field, value) in [
        ("license_plate", json!("CK-219-FX")),
        ("first_registration_date", json!("2005-06-20")),
        ("make", json!("VOLKSWAGEN")),
        ("model", json!("GOLF")),
        ("vin", json!("WVWAWFEP2UDWM3838")),
        ("max_mass_kg", json!(1564)),
        ("empty_kg", json!(1102)),
        ("certificate_date", json!("2010-11-14")),
        ("category_eu", json!("M1")),
        ("genre_national", json!("VP")),
        ("displacement_cc", json!(1461)),
        ("power_kw", json!(146.0)),
        ("energy_code", json!("GO")),
        ("fiscal_power", json!(9)),
        ("seats", json!(7)),
        ("euro_class_raw", json!("70/220*2003/76EURO4")),
        ("inspection_due_date", json!("2012-01-08")),
        ("formula_number", json!("2010NW22030")),
        ("fuel_type", json!("diesel")),
        ("year", json!(2005)),
        ("euro_norm", json!("4")),
        ("color", json!("gris")),
        ("co2_gkm", Value::Null),
        ("documents_count", json!(1)),
    ] {
        assert_eq!(vehicle.get(field), Some(&value), "{field}");
    }
    assert_eq!(vehicle_of(&app, document).await, vehicle["id"].as_i64());
    assert_eq!((&vehicle["is_new"], &vehicle["changed"][0]["field"]), (&json!(true), &json!("A")));
    // Once more it is the same vehicle, and what was left blank on purpose is filled.
    let again = alice.post(PATH, json!({ "document_id": document })).await.ok();
    assert_eq!(
        (&again["id"], &again["version"], &again["is_new"]),
        (&vehicle["id"], &json!(2), &json!(false))
    );
    let co2 = json!([{ "field": "V.7", "column": "co2_gkm", "before": null, "after": 168 }]);
    assert_eq!(again["changed"], co2);
    // After that there is nothing left to change, and no new version.
    let again = alice.post(PATH, json!({ "document_id": document })).await.ok();
    assert_eq!((&again["version"], &again["changed"]), (&json!(2), &json!([])));
}

#[tokio::test]
async fn a_certificate_of_a_vehicle_that_i_edit_completes_it_and_says_what_changed() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let mine = json!({ "make": "VW", "model": "Golf", "year": 2005, "license_plate": "CK-219-FX" });
    let vehicle = alice.post("/api/vehicles/", mine).await.created();
    let id = vehicle["id"].as_i64().expect("an id");
    share(&app, id, &bob, Role::Editor).await;
    let document = paper(&app, &bob, DocumentKind::Registration, &golf()).await;
    let completed = bob.post(PATH, json!({ "document_id": document })).await.ok();
    assert_eq!((&completed["id"], &completed["owner_id"]), (&json!(id), &json!(alice.id.0)));
    let changed = completed["changed"].as_array().expect("a list");
    let of = |column: &str| changed.iter().find(|change| change["column"] == column);
    let vin = json!({ "field": "E", "column": "vin", "before": null, "after": "WVWAWFEP2UDWM3838" });
    assert_eq!(of("vin"), Some(&vin));
    assert_eq!((of("make"), of("license_plate")), (None, None), "what stood there stays");
    assert_eq!(vehicle_of(&app, document).await, Some(id));
    // The VIN is known now: a certificate of another one with that plate is another vehicle, and one plate has one.
    let other = fields(&[
        ("A", "CK-219-FX"),
        ("B", "2019-01-02"),
        ("D.1", "SEAT"),
        ("D.3", "LEON"),
        ("E", "VSSZZZ5FZKR012345"),
    ]);
    let other = paper(&app, &alice, DocumentKind::Registration, &other).await;
    alice.post(PATH, json!({ "document_id": other })).await.assert_problem(409, "license_plate_taken");
    let said = json!({ "document_id": other, "overrides": { "vin": "WVWAWFEP2UDWM3838" } });
    alice.post(PATH, said).await.assert_problem(409, "vin_mismatch");
}

#[tokio::test]
async fn a_vehicle_that_i_only_look_at_is_not_completed_by_my_certificate() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let mine = json!({ "make": "VW", "model": "Golf", "year": 2005, "vin": "WVWAWFEP2UDWM3838" });
    let vehicle = alice.post("/api/vehicles/", mine).await.created();
    share(&app, vehicle["id"].as_i64().expect("an id"), &bob, Role::Viewer).await;
    let document = paper(&app, &bob, DocumentKind::Registration, &golf()).await;
    let made = bob.post(PATH, json!({ "document_id": document })).await.created();
    assert_eq!((&made["owner_id"], &made["is_new"]), (&json!(bob.id.0), &json!(true)));
    let untouched = alice.get(&format!("/api/vehicles/{}/", vehicle["id"])).await.ok();
    assert_eq!((&untouched["version"], &untouched["license_plate"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn with_a_vehicle_only_its_blanks_are_filled() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = paper(&app, &alice, DocumentKind::Registration, &golf()).await;
    let mine = json!({ "make": "Volkswagen", "model": "Golf", "year": 2006, "license_plate": "AA-123-BB" });
    let vehicle = alice.post("/api/vehicles/", mine).await.created();
    let form = json!({ "document_id": document, "vehicle_id": vehicle["id"] });
    let completed = alice.post(PATH, form.clone()).await.ok();
    assert_eq!((&completed["id"], &completed["version"]), (&vehicle["id"], &json!(2)));
    assert_eq!(
        (&completed["make"], &completed["license_plate"]),
        (&json!("Volkswagen"), &json!("AA-123-BB"))
    );
    assert_eq!((&completed["vin"], &completed["fuel_type"]), (&json!("WVWAWFEP2UDWM3838"), &json!("diesel")));
    assert_eq!(completed["documents_count"], 1);
    // Once more is harmless: the paper hangs there already.
    assert_eq!(alice.post(PATH, form).await.ok()["documents_count"], 1);
    let another = json!({ "make": "Seat", "model": "Leon", "year": 2019, "vin": "VSSZZZ5FZKR012345" });
    let another = alice.post("/api/vehicles/", another).await.created();
    let form = json!({ "document_id": document, "vehicle_id": another["id"] });
    alice.post(PATH, form).await.assert_problem(409, "document_already_linked");
    let loose = paper(&app, &alice, DocumentKind::Registration, &fields(&[("E", "WVWAWFEP2UDWM3838")])).await;
    let form = json!({ "document_id": loose, "vehicle_id": another["id"] });
    alice.post(PATH, form).await.assert_problem(409, "vin_mismatch");
}

#[tokio::test]
async fn what_could_not_be_read_is_named_and_can_be_given() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document =
        paper(&app, &alice, DocumentKind::Registration, &fields(&[("D.1", "RENAULT"), ("A", "???")])).await;
    let refused = alice.post(PATH, json!({ "document_id": document })).await;
    refused.assert_invalid(&["overrides.model", "overrides.year"]);
    assert_eq!(vehicle_of(&app, document).await, None);
    let bad = json!({ "document_id": document, "overrides": { "license_plate": "AI-123-BB", "vin": "?" } });
    alice.post(PATH, bad).await.assert_invalid(&["overrides.license_plate", "overrides.vin"]);
    let bad = json!({ "document_id": document, "overrides": { "year": 1492 } });
    alice.post(PATH, bad).await.assert_invalid(&["overrides.year"]);
    let form = json!({ "document_id": document, "overrides": { "model": "Clio", "year": 2019 } });
    let vehicle = alice.post(PATH, form).await.created();
    assert_eq!((&vehicle["make"], &vehicle["license_plate"]), (&json!("RENAULT"), &Value::Null));
}

#[tokio::test]
async fn only_a_certificate_that_was_read_and_that_i_may_see_will_do() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let invoice = paper(&app, &alice, DocumentKind::Invoice, &fields(&[("total_ttc", "12.00")])).await;
    alice.post(PATH, json!({ "document_id": invoice })).await.assert_problem(409, "not_a_registration");
    let document = paper(&app, &alice, DocumentKind::Registration, &golf()).await;
    bob.post(PATH, json!({ "document_id": document })).await.assert_problem(404, "not_found");
    alice.post(PATH, json!({ "document_id": 4711 })).await.assert_problem(404, "not_found");
    alice.post(PATH, json!({})).await.assert_invalid(&["document_id"]);
    sqlx::query("update documents set status = 'queued' where id = $1")
        .bind(document)
        .execute(&app.context.db)
        .await
        .expect("a document");
    alice.post(PATH, json!({ "document_id": document })).await.assert_problem(409, "document_not_analyzed");
}

#[tokio::test]
async fn a_viewer_completes_nothing_and_takes_no_paper_away() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let document = paper(&app, &alice, DocumentKind::Registration, &golf()).await;
    let vehicle = alice
        .post(PATH, json!({ "document_id": document, "overrides": { "model": "GOLF" } }))
        .await
        .created();
    share(&app, vehicle["id"].as_i64().expect("an id"), &bob, Role::Viewer).await;
    let form = json!({ "document_id": document, "vehicle_id": vehicle["id"] });
    bob.post(PATH, form).await.assert_problem(403, "permission_denied");
    bob.post(PATH, json!({ "document_id": document })).await.assert_problem(409, "document_already_linked");
    assert_eq!(vehicle_of(&app, document).await, vehicle["id"].as_i64());
}

#[tokio::test]
async fn repeating_a_key_makes_one_vehicle() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = paper(&app, &alice, DocumentKind::Registration, &golf()).await;
    let (key, form) = (("idempotency-key", "k-1"), json!({ "document_id": document }));
    let first = with_header(&alice, Method::POST, PATH, key, form.clone()).await.created();
    let again = with_header(&alice, Method::POST, PATH, key, form).await.created();
    assert_eq!(first, again);
    assert_eq!(alice.get("/api/vehicles/").await.ok()["count"], 1);
}
