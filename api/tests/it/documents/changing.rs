//! Papers that are captured and sorted, replaced, get another file, and come back.

use chrono::Duration;
use domain::access::Role;
use domain::document::DocumentKind;
use futures::TryStreamExt;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::{Answer, Person, TestApp, send, share, specimens};

use super::{PDF, PNG, read, upload};

async fn capture(person: &Person, parts: &[(&str, &str)]) -> Answer {
    let file = Part::bytes(specimens::bytes(PNG));
    let form = Form::new().part("file", file.file_name("IMG_2345.png"));
    let form =
        parts.iter().fold(form, |form, (name, text)| form.text((*name).to_owned(), (*text).to_owned()));
    let request = person.request(Method::POST, "/api/documents/quick-capture/").multipart(form);
    send(request, "a capture".to_owned()).await
}

async fn car(person: &Person) -> i64 {
    let form = json!({ "make": "Fiat", "model": "Panda", "year": 2015 });
    person.post("/api/vehicles/", form).await.created()["id"].as_i64().expect("an id")
}

async fn inbox(person: &Person) -> Value {
    person.get("/api/documents/?is_inbox=true").await.ok()["count"].clone()
}

#[tokio::test]
async fn what_is_captured_waits_in_the_inbox_until_it_is_sorted() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let vehicle = car(&alice).await;
    let note = "Plein à Lyon\n54,20 EUR";
    let parts = [("note", note), ("vehicle", &vehicle.to_string())];
    let paper = capture(&alice, &parts).await.created();
    assert_eq!((&paper["is_inbox"], &paper["status"]), (&json!(true), &json!("queued")));
    assert_eq!((&paper["title"], &paper["description"]), (&json!("Plein à Lyon"), &json!(note)));
    assert_eq!(paper["vehicle"], json!(vehicle));
    assert_eq!(inbox(&alice).await, json!(1));
    let path = format!("/api/documents/{}/", paper["id"]);
    // What is read, or called otherwise, is not sorted by that.
    read(&app, &paper, DocumentKind::FuelReceipt, &[]).await;
    assert_eq!(alice.patch(&path, json!({ "title": "Plein" })).await.ok()["is_inbox"], json!(true));
    let sorted = alice.patch(&path, json!({ "document_type": "fuel_receipt" })).await.ok();
    assert_eq!(sorted["is_inbox"], json!(false));
    assert_eq!(inbox(&alice).await, json!(0));
    alice.patch(&path, json!({ "is_inbox": true })).await.ok();
    assert_eq!(alice.patch(&path, json!({ "vehicle": vehicle })).await.ok()["is_inbox"], json!(false));
    let his = capture(&bob, &[]).await.created();
    assert_eq!((&his["title"], &his["vehicle"]), (&json!("Photo à classer"), &Value::Null));
    capture(&bob, &[]).await.assert_problem(409, "duplicate_document");
    let carol = app.person("carol").await;
    capture(&carol, &[("vehicle", &vehicle.to_string())]).await.assert_invalid(&["vehicle"]);
    capture(&carol, &[("note", "\u{7}"), ("vehicle", "x")]).await.assert_invalid(&["note", "vehicle"]);
    assert_eq!(alice.get("/api/documents/stats/").await.ok()["inbox"], json!(0));
}

#[tokio::test]
async fn replacing_forgets_what_is_not_said() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let vehicle = car(&alice).await;
    let paper = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    let all = json!({
        "title": "Facture", "description": "Vidange", "document_type": "invoice", "vehicle": vehicle,
        "issued_on": "2026-01-31", "expires_on": "2027-01-31",
    });
    let full = alice.put(&path, all).await.ok();
    assert_eq!((&full["vehicle"], &full["expires_on"]), (&json!(vehicle), &json!("2027-01-31")));
    share(&app, vehicle, &bob, Role::Editor).await;
    // An editor replaces what is said, but does not take the paper off its vehicle.
    bob.put(&path, json!({ "title": "À moi" })).await.assert_problem(403, "permission_denied");
    let his = bob.put(&path, json!({ "title": "Nommée", "vehicle": vehicle })).await.ok();
    assert_eq!(
        (&his["title"], &his["description"], &his["expires_on"]),
        (&json!("Nommée"), &Value::Null, &Value::Null)
    );
    let bare = alice.put(&path, json!({ "title": "Nue" })).await.ok();
    assert_eq!((&bare["vehicle"], &bare["document_type"]), (&Value::Null, &Value::Null));
    alice.put(&path, json!({})).await.assert_invalid(&["title"]);
    let bad = json!({ "title": " ", "issued_on": "31/01/2026", "document_type": "novel" });
    alice.put(&path, bad).await.assert_invalid(&["document_type", "issued_on", "title"]);
    bob.put(&path, json!({ "title": "x" })).await.assert_problem(404, "not_found");
}

async fn new_version(person: &Person, path: &str, specimen: &str, parts: &[(&str, &str)]) -> Answer {
    let file = Part::bytes(specimens::bytes(specimen)).file_name("mieux.png");
    let form = Form::new().part("file", file);
    let form =
        parts.iter().fold(form, |form, (name, text)| form.text((*name).to_owned(), (*text).to_owned()));
    send(person.request(Method::PATCH, path).multipart(form), "another file".to_owned()).await
}

#[tokio::test]
async fn another_file_takes_the_place_of_the_first_and_is_read() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let paper = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    read(&app, &paper, DocumentKind::Registration, &[("A", "AB-123-CD")]).await;
    alice.patch(&format!("{path}analysis/"), json!({ "fields": { "A": "AB-124-CD" } })).await.ok();
    sqlx::query("update jobs set state = 'done' where kind = 'analyze_document'")
        .execute(&app.context.db)
        .await
        .expect("jobs are over");
    let old = key(&app, &paper).await;
    let changed = new_version(&alice, &path, PNG, &[("title", "Mieux photographiée")]).await.ok();
    assert_eq!((&changed["id"], &changed["status"]), (&paper["id"], &json!("queued")));
    assert_eq!(
        (&changed["mime_type"], &changed["title"]),
        (&json!("image/png"), &json!("Mieux photographiée"))
    );
    assert_eq!((&changed["original_name"], &changed["document_type"]), (&json!("mieux.png"), &Value::Null));
    assert_ne!(changed["task_id"], paper["task_id"]);
    assert_eq!(changed["analysis_data"]["license_plate"], Value::Null);
    let file = alice.get(&format!("{path}download/")).await.expect(200);
    assert_eq!(file.header("content-type"), "image/png");
    let shown = alice.get(&format!("{path}analysis/")).await.ok();
    assert_eq!(shown["fields"][0]["correction"]["value"], "AB-124-CD", "corrections stay");
    alice.post(&format!("{path}apply/"), json!({})).await.assert_problem(409, "document_not_analyzed");
    // The first file can be uploaded by itself again; the old one is retired until the next purge.
    upload(&alice, PDF).await;
    let retired = sqlx::query_scalar::<_, String>("select storage_key from retired_files");
    assert_eq!(retired.fetch_all(&app.context.db).await.expect("keys"), [old]);
}

async fn key(app: &TestApp, paper: &Value) -> String {
    sqlx::query_scalar("select storage_key from documents where id = $1")
        .bind(paper["id"].as_i64())
        .fetch_one(&app.context.db)
        .await
        .expect("a key")
}

#[tokio::test]
async fn another_file_is_looked_at_like_any_upload() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let (paper, other) = (upload(&alice, PDF).await, upload(&alice, PNG).await);
    let path = format!("/api/documents/{}/", paper["id"]);
    let before = key(&app, &paper).await;
    let again = new_version(&alice, &path, PNG, &[]).await.assert_problem(409, "duplicate_document");
    assert_eq!(again["existing_id"], other["id"]);
    let same = new_version(&alice, &path, PDF, &[("title", "Pareille")]).await.ok();
    assert_eq!((&same["title"], &same["task_id"]), (&json!("Pareille"), &paper["task_id"]));
    bob_and_text(&alice, &bob, &path).await;
    let car = car(&alice).await;
    alice.patch(&path, json!({ "vehicle": car })).await.ok();
    share(&app, car, &bob, Role::Viewer).await;
    new_version(&bob, &path, "insurance/clean/ins_clean_002.pdf", &[])
        .await
        .assert_problem(403, "permission_denied");
    let carol = app.person("carol").await;
    share(&app, car, &carol, Role::Editor).await;
    // She is not told which of Alice's papers it is.
    let refused = new_version(&carol, &path, PNG, &[]).await.assert_problem(409, "duplicate_document");
    assert_eq!(refused.get("existing_id"), None);
    assert_eq!(key(&app, &paper).await, before);
    let changed = new_version(&carol, &path, "insurance/clean/ins_clean_002.pdf", &[]).await.ok();
    assert_eq!(changed["role"], "editor");
    assert_ne!(key(&app, &paper).await, before);
}

async fn bob_and_text(alice: &Person, bob: &Person, path: &str) {
    new_version(bob, path, PNG, &[]).await.assert_problem(404, "not_found");
    let text = Form::new().part("file", Part::bytes(b"I am a text".to_vec()).file_name("a.txt"));
    let sent = send(alice.request(Method::PATCH, path).multipart(text), "a text".to_owned()).await;
    sent.assert_problem(415, "unsupported_media_type");
    let empty = Form::new().text("title", "sans fichier");
    let sent = send(alice.request(Method::PATCH, path).multipart(empty), "no file".to_owned()).await;
    sent.assert_invalid(&["file"]);
}

async fn files(app: &TestApp) -> usize {
    let far = app.context.clock.now() + Duration::days(1);
    app.context.files.stored_before(far).try_collect::<Vec<_>>().await.expect("keys").len()
}

#[tokio::test]
async fn refused_files_leave_nothing_in_the_store() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let paper = upload(&alice, PDF).await;
    upload(&alice, PNG).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    let before = files(&app).await;
    new_version(&alice, &path, PNG, &[]).await.assert_problem(409, "duplicate_document");
    new_version(&alice, &path, PDF, &[]).await.ok();
    new_version(&alice, &path, "insurance/clean/ins_clean_002.pdf", &[("vehicle", "4711")])
        .await
        .assert_invalid(&["vehicle"]);
    assert_eq!(files(&app).await, before);
}

#[tokio::test]
async fn a_deleted_paper_comes_back_within_thirty_days() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let paper = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    alice.delete(&path).await.expect(204);
    alice.get(&path).await.assert_problem(404, "not_found");
    bob.post_empty(&format!("{path}restore/")).await.assert_problem(404, "not_found");
    let back = alice.post_empty(&format!("{path}restore/")).await.ok();
    assert_eq!((&back["id"], &back["status"]), (&paper["id"], &json!("queued")));
    alice.post_empty(&format!("{path}restore/")).await.ok();
    alice.get(&path).await.ok();
    alice.delete(&path).await.expect(204);
    let again = upload(&alice, PDF).await;
    let refused =
        alice.post_empty(&format!("{path}restore/")).await.assert_problem(409, "duplicate_document");
    assert_eq!(refused["existing_id"], again["id"]);
    alice.delete(&format!("/api/documents/{}/", again["id"])).await.expect(204);
    alice.post_empty(&format!("{path}restore/")).await.ok();
    alice.delete(&path).await.expect(204);
    sqlx::query("update documents set deleted_at = now() - interval '31 days' where id = $1")
        .bind(paper["id"].as_i64())
        .execute(&app.context.db)
        .await
        .expect("time passes");
    alice.post_empty(&format!("{path}restore/")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn restoring_takes_an_editor_and_reads_what_was_not_read() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let vehicle = car(&alice).await;
    let paper = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    alice.patch(&path, json!({ "vehicle": vehicle })).await.ok();
    alice.delete(&path).await.expect(204);
    // The worker finds a deleted paper and ends.
    sqlx::query("update jobs set state = 'done' where kind = 'analyze_document'")
        .execute(&app.context.db)
        .await
        .expect("jobs are over");
    share(&app, vehicle, &bob, Role::Viewer).await;
    bob.post_empty(&format!("{path}restore/")).await.assert_problem(403, "permission_denied");
    let carol = app.person("carol").await;
    share(&app, vehicle, &carol, Role::Editor).await;
    let back = carol.post_empty(&format!("{path}restore/")).await.ok();
    assert_eq!(back["status"], "queued");
    assert_ne!(back["task_id"], paper["task_id"], "a job of its own");
}
