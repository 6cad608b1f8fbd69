//! What was read goes to a vehicle, field by field.

use domain::access::Role;
use domain::analysis::AnalysisStatus;
use domain::document::DocumentKind;
use serde_json::{Value, json};
use testkit::{Person, TestApp, share};

use super::{PDF, PNG, field, read, read_as, upload};

/// A certificate of Alice's that was read: sure of plate and VIN, not of the model.
async fn certificate(app: &TestApp, alice: &Person) -> Value {
    let document = upload(alice, PNG).await;
    let mut fields: Vec<_> = [
        ("A", "AB-123-CD"),
        ("D.1", "RENAULT"),
        ("D.3", "CLI0"),
        ("E", "VF1CB05CF25512345"),
        ("P.1", "1461"),
        ("X.1", "2027-01-08"),
    ]
    .map(|(key, value)| field(key, value))
    .to_vec();
    fields[2].confidence = 0.6;
    read_as(app, &document, DocumentKind::Registration, fields, AnalysisStatus::NeedsReview).await;
    document
}

async fn clio(alice: &Person) -> i64 {
    let form = json!({ "make": "Renault", "model": "Clio", "year": 2019 });
    alice.post("/api/vehicles/", form).await.created()["id"].as_i64().expect("an id")
}

fn path(document: &Value) -> String {
    format!("/api/documents/{}/apply/", document["id"])
}

fn names(list: &Value, member: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.as_array().expect("a list").iter().map(|one| (text(&one["field"]), text(&one[member]))).collect()
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[tokio::test]
async fn without_names_what_is_sure_fills_what_is_blank_and_nothing_else() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (document, vehicle) = (certificate(&app, &alice).await, clio(&alice).await);
    let fix = json!({ "fields": { "E": "VF1CB05CF25512346", "X.1": null } });
    alice.patch(&format!("/api/documents/{}/analysis/", document["id"]), fix).await.ok();
    let form = json!({ "target_id": vehicle });
    let applied = alice.post(&path(&document), form.clone()).await.ok();
    assert_eq!((&applied["target"], &applied["target_id"]), (&json!("vehicle"), &json!(vehicle)));
    let changed = pairs(&[("A", "reading"), ("E", "correction"), ("P.1", "reading")]);
    assert_eq!(names(&applied["changed"], "source"), changed);
    let skipped = pairs(&[("D.1", "occupied"), ("D.3", "unsure")]);
    assert_eq!(names(&applied["skipped"], "reason"), skipped);
    let vin = json!({
        "field": "E", "column": "vin", "before": null, "after": "VF1CB05CF25512346", "source": "correction"
    });
    assert_eq!(applied["changed"][1], vin);
    let shown = alice.get(&format!("/api/vehicles/{vehicle}/")).await.ok();
    assert_eq!((&shown["vin"], &shown["displacement_cc"]), (&json!("VF1CB05CF25512346"), &json!(1461)));
    assert_eq!((&shown["model"], &shown["inspection_due_date"]), (&json!("Clio"), &Value::Null));
    assert_eq!(shown["version"], 2);
    // Once more changes nothing, not even the version.
    let again = alice.post(&path(&document), form).await.ok();
    assert_eq!(again["changed"], json!([]));
    assert_eq!(alice.get(&format!("/api/vehicles/{vehicle}/")).await.ok()["version"], 2);
}

#[tokio::test]
async fn what_is_named_is_written_over_what_stands_there_by_code_or_by_column() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (document, vehicle) = (certificate(&app, &alice).await, clio(&alice).await);
    let hang = json!({ "vehicle": vehicle });
    alice.patch(&format!("/api/documents/{}/", document["id"]), hang).await.ok();
    let form = json!({ "target": "vehicle", "fields": ["D.1", "model", "license_plate", "A", "G.1"] });
    let applied = alice.post(&path(&document), form).await.ok();
    let changed = pairs(&[("D.1", "make"), ("D.3", "model"), ("A", "license_plate")]);
    assert_eq!(names(&applied["changed"], "column"), changed);
    assert_eq!(
        (&applied["changed"][0]["before"], &applied["changed"][0]["after"]),
        (&json!("Renault"), &json!("RENAULT"))
    );
    assert_eq!(names(&applied["skipped"], "reason"), pairs(&[("G.1", "absent")]));
    let shown = alice.get(&format!("/api/vehicles/{vehicle}/")).await.ok();
    assert_eq!((&shown["model"], &shown["vin"]), (&json!("CLI0"), &Value::Null), "only what was named");
    let nothing = alice.post(&path(&document), json!({ "fields": [] })).await.ok();
    assert_eq!((&nothing["changed"], &nothing["skipped"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn other_kinds_of_paper_have_their_own_fields() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (document, vehicle) = (upload(&alice, PDF).await, clio(&alice).await);
    let fields = [("plate", "AB-123-CD"), ("next_due", "2028-05-04"), ("mileage", "61234")];
    read(&app, &document, DocumentKind::Inspection, &fields).await;
    let applied = alice.post(&path(&document), json!({ "target_id": vehicle })).await.ok();
    let changed = pairs(&[("plate", "license_plate"), ("next_due", "inspection_due_date")]);
    assert_eq!(names(&applied["changed"], "column"), changed);
    let form = json!({ "target_id": vehicle, "fields": ["mileage", "A"] });
    alice.post(&path(&document), form).await.assert_invalid(&["fields.A", "fields.mileage"]);
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_by_name_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (document, vehicle) = (upload(&alice, PNG).await, clio(&alice).await);
    let apply = |form: Value| {
        let (alice, path) = (alice.clone(), path(&document));
        async move { alice.post(&path, form).await }
    };
    apply(json!({ "target_id": vehicle })).await.assert_problem(409, "document_not_analyzed");
    let fields = [("A", "AI-123-BB"), ("E", "VF1CB05CF25512345")];
    read(&app, &document, DocumentKind::Registration, &fields).await;
    apply(json!({})).await.assert_invalid(&["target_id"]);
    let named = json!({ "target_id": vehicle, "fields": ["E", "A", "total_ttc"] });
    apply(named).await.assert_invalid(&["fields.A", "fields.total_ttc"]);
    apply(json!({ "target_id": vehicle, "fields": "A" })).await.assert_invalid(&["fields"]);
    apply(json!({ "target_id": 4711 })).await.assert_problem(404, "not_found");
    for later in ["maintenance", "expense", "novel"] {
        let refused =
            apply(json!({ "target": later, "target_id": vehicle })).await.assert_invalid(&["target"]);
        assert!(refused["errors"]["target"][0].as_str().expect("a message").contains("vehicle"), "{refused}");
    }
    assert_eq!(alice.get(&format!("/api/vehicles/{vehicle}/")).await.ok()["version"], 1);
    // Unasked, what does not fit is passed over, and said.
    let applied = apply(json!({ "target_id": vehicle })).await.ok();
    assert_eq!(names(&applied["skipped"], "reason"), pairs(&[("A", "unfit")]));
}

#[tokio::test]
async fn applying_takes_an_editor_of_both() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let (document, vehicle) = (certificate(&app, &alice).await, clio(&alice).await);
    let his = clio(&bob).await;
    let form = json!({ "target_id": vehicle });
    bob.post(&path(&document), form.clone()).await.assert_problem(404, "not_found");
    alice.post(&path(&document), json!({ "target_id": his })).await.assert_problem(404, "not_found");
    alice.patch(&format!("/api/documents/{}/", document["id"]), json!({ "vehicle": vehicle })).await.ok();
    share(&app, vehicle, &bob, Role::Viewer).await;
    bob.post(&path(&document), form.clone()).await.assert_problem(403, "permission_denied");
    let carol = app.person("carol").await;
    share(&app, vehicle, &carol, Role::Editor).await;
    let applied = carol.post(&path(&document), form.clone()).await.ok();
    assert_eq!(applied["changed"].as_array().map(Vec::len), Some(4), "{applied}");
    alice.delete(&format!("/api/documents/{}/", document["id"])).await.expect(204);
    alice.post(&path(&document), form).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_vin_of_another_vehicle_of_mine_is_a_conflict() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (document, vehicle) = (certificate(&app, &alice).await, clio(&alice).await);
    let other = json!({ "make": "Fiat", "model": "Panda", "year": 2015, "vin": "VF1CB05CF25512345" });
    alice.post("/api/vehicles/", other).await.created();
    let form = json!({ "target_id": vehicle, "fields": ["vin"] });
    alice.post(&path(&document), form).await.assert_problem(409, "vin_taken");
}
