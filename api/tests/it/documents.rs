//! Papers through HTTP: what is taken, what is refused, and what can be done with them.

mod applying;
mod archive;
mod batches;
mod changing;
mod lists;

use std::time::Duration;

use database::documents;
use domain::analysis::{Analysis, AnalysisStatus, Field, Warning};
use domain::clock::Clock;
use domain::document::{DocumentKind, FailureReason};
use domain::ids::{DocumentId, JobId};
use domain::reading::BBox;
use operations::documents::Ended;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Person, TestApp, send, specimens};

const PDF: &str = "invoice/clean/inv_clean_003.pdf";
const PNG: &str = "registration/clean/reg_clean_005.png";

async fn upload(person: &Person, specimen: &str) -> Value {
    person.upload("papier.bin", specimens::bytes(specimen), &[]).await.created()
}

/// Ends the reading of a paper as a worker would, with these fields.
async fn read(app: &TestApp, document: &Value, kind: DocumentKind, fields: &[(&str, &str)]) {
    let fields: Vec<Field> = fields.iter().map(|(key, value)| field(key, value)).collect();
    read_as(app, document, kind, fields, AnalysisStatus::NeedsReview).await;
}

/// The same with fields of any confidence, and with or without a doubt.
async fn read_as(
    app: &TestApp,
    document: &Value,
    kind: DocumentKind,
    fields: Vec<Field>,
    status: AnalysisStatus,
) {
    let id = DocumentId(document["id"].as_i64().expect("an id"));
    let job = JobId(document["task_id"].as_str().expect("a task").parse().expect("a UUID"));
    let analysis = Analysis {
        status,
        document_type: kind,
        mean_confidence: 0.9,
        engine: "test".to_owned(),
        engine_version: "1".to_owned(),
        pages: 1,
        fields,
        warnings: vec![Warning { code: "missing".to_owned(), field: Some("E".to_owned()) }],
        text: "Certificat d’immatriculation de la Clio".to_owned(),
    };
    let mut work = app.context.begin().await.expect("a transaction");
    let row = documents::reader(&mut work, id).await.expect("the paper");
    let ended = Ended { document: id, job, now: app.context.clock.now() };
    operations::documents::read(&mut work, ended, &row, &analysis, Duration::from_millis(5))
        .await
        .expect("written");
    work.commit().await.expect("committed");
}

fn field(key: &str, value: &str) -> Field {
    Field {
        key: key.to_owned(),
        value: json!(value),
        raw: value.to_owned(),
        confidence: 0.95,
        page: 1,
        bbox: BBox { x: 0.1, y: 0.2, w: 0.3, h: 0.04 },
        evidence: vec!["check:mrz".to_owned()],
    }
}

#[tokio::test]
async fn an_uploaded_paper_waits_to_be_read_and_can_be_had_back() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let parts = [("title", "Facture d’été"), ("document_type", "invoice"), ("description", "  ")];
    let document = alice.upload("../../facture \"été\".pdf", specimens::bytes(PDF), &parts).await.created();
    assert_eq!(document["status"], "queued");
    assert_eq!(document["title"], "Facture d’été");
    assert_eq!(document["document_type"], "invoice");
    assert_eq!(document["mime_type"], "application/pdf");
    assert_eq!(document["description"], Value::Null);
    assert!(!document["original_name"].as_str().expect("a name").contains('/'));
    let task =
        alice.get(&format!("/api/tasks/{}/", document["task_id"].as_str().expect("a task"))).await.ok();
    assert_eq!((task["status"].as_str(), task["kind"].as_str()), (Some("queued"), Some("analyze_document")));
    let file = alice.get(document["file_url"].as_str().expect("an address")).await.expect(200);
    assert_eq!(file.bytes, specimens::bytes(PDF));
    assert_eq!(file.header("content-type"), "application/pdf");
    assert!(file.header("content-disposition").starts_with("attachment; filename="));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn the_same_file_twice_is_a_conflict_that_names_the_first() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let first = upload(&alice, PDF).await;
    let again =
        alice.upload("autre.pdf", specimens::bytes(PDF), &[]).await.assert_problem(409, "duplicate_document");
    assert_eq!(again["existing_id"], first["id"]);
    upload(&bob, PDF).await;
    alice.delete(&format!("/api/documents/{}/", first["id"])).await.expect(204);
    upload(&alice, PDF).await;
}

#[tokio::test]
async fn a_repeated_idempotency_key_gets_the_first_answer() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let post = |bytes: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("a.pdf");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request =
            alice.request(Method::POST, "/api/documents/").header("idempotency-key", "k-1").multipart(form);
        send(request, "an upload with a key".to_owned())
    };
    let first = post(specimens::bytes(PDF)).await.created();
    let second = post(specimens::bytes(PDF)).await.created();
    assert_eq!(first, second);
    post(specimens::bytes(PNG)).await.assert_problem(409, "idempotency_key_reused");
    assert_eq!(alice.get("/api/documents/").await.ok()["count"], 1);
    let jobs: i64 = sqlx::query_scalar("select count(*) from jobs where kind = 'analyze_document'")
        .fetch_one(&app.context.db)
        .await
        .expect("jobs");
    assert_eq!(jobs, 1);
}

#[tokio::test]
async fn what_is_no_paper_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    alice
        .upload("photo.jpg", b"I am a text".to_vec(), &[])
        .await
        .assert_problem(415, "unsupported_media_type");
    alice.upload("leer.pdf", Vec::new(), &[]).await.assert_invalid(&["file"]);
    alice.upload("gross.png", png_header(65_535, 65_535), &[]).await.assert_problem(413, "too_many_pixels");
    alice.upload("kaputt.png", specimens::bytes(PNG)[..20].to_vec(), &[]).await.assert_invalid(&["file"]);
    let bad = [("document_type", "novel"), ("vehicle", "abc"), ("title", "\u{7}")];
    alice.upload("a.pdf", specimens::bytes(PDF), &bad).await.assert_invalid(&[
        "document_type",
        "title",
        "vehicle",
    ]);
    alice.upload("a.pdf", specimens::bytes(PDF), &[("vehicle", "4711")]).await.assert_invalid(&["vehicle"]);
    let empty = reqwest::multipart::Form::new().text("title", "sans fichier");
    let request = alice.request(Method::POST, "/api/documents/").multipart(empty);
    send(request, "a form without a file".to_owned()).await.assert_invalid(&["file"]);
    alice.post("/api/documents/", json!({})).await.assert_problem(415, "unsupported_media_type");
    assert_eq!(alice.get("/api/documents/").await.ok()["count"], 0, "nothing half written");
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_while_it_streams() {
    let limit = [("AUTOTRACK_UPLOAD_LIMIT", "1048576")];
    let app = TestApp::start_with(&limit, Clock::system()).await;
    let alice = app.alice().await;
    let mut big = specimens::bytes(PDF);
    big.resize(3 * 1024 * 1024, b' ');
    alice.upload("gros.pdf", big, &[]).await.assert_problem(413, "too_large");
}

/// A PNG whose header promises more than anybody can hold.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(13_u32.to_be_bytes());
    png.extend(&header);
    png.extend(crc32(&header).to_be_bytes());
    png.extend([0, 0, 0, 0]);
    png.extend(b"IEND");
    png.extend(crc32(b"IEND").to_be_bytes());
    png
}

/// The checksum of PNG chunks (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[tokio::test]
async fn a_reading_shows_its_fields_and_corrections_stay_apart() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PNG).await;
    read(&app, &document, DocumentKind::Registration, &[("A", "AB-123-CD"), ("D.1", "RENAULT")]).await;
    let path = format!("/api/documents/{}/", document["id"]);
    let detail = alice.get(&path).await.ok();
    assert_eq!(
        (detail["status"].as_str(), detail["is_analyzed"].as_bool()),
        (Some("needs_review"), Some(true))
    );
    assert_eq!(detail["analysis_data"]["license_plate"], "AB-123-CD");
    assert_eq!(detail["analysis_data"]["vin"], Value::Null);
    assert!(detail["extracted_text"].as_str().expect("text").contains("Clio"));
    let fix = json!({ "fields": { "A": "AB-124-CD", "E": "VF1CB05CF25512345" } });
    let analysis = alice.patch(&format!("{path}analysis/"), fix).await.ok();
    let find = |key: &str| {
        analysis["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .find(|field| field["key"] == key)
            .cloned()
            .expect("a field")
    };
    assert_eq!(
        (&find("A")["value"], &find("A")["correction"]["value"]),
        (&json!("AB-123-CD"), &json!("AB-124-CD"))
    );
    assert_eq!(
        (&find("E")["value"], &find("E")["correction"]["value"]),
        (&Value::Null, &json!("VF1CB05CF25512345"))
    );
    assert_eq!(find("A")["evidence"], json!(["check:mrz"]));
    let bad = json!({ "fields": { "total_ttc": "1.00" } });
    alice.patch(&format!("{path}analysis/"), bad).await.assert_invalid(&["fields.total_ttc"]);
    let nul = json!({ "fields": { "A": "a\u{0}b" } });
    alice.patch(&format!("{path}analysis/"), nul).await.assert_invalid(&["fields.A"]);
    read(&app, &document, DocumentKind::Registration, &[("A", "ZZ-999-ZZ")]).await;
    let analysis = alice.get(&format!("{path}analysis/")).await.ok();
    assert_eq!(analysis["fields"][0]["value"], "ZZ-999-ZZ");
    assert_eq!(
        analysis["fields"][0]["correction"]["value"], "AB-124-CD",
        "no reading overwrites a correction"
    );
}

#[tokio::test]
async fn the_end_of_a_reading_is_told_once_inside_the_product_and_by_letter() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PNG).await;
    for _ in 0..2 {
        read(&app, &document, DocumentKind::Registration, &[("A", "AB-123-CD")]).await;
    }
    let notes = alice.get("/api/notifications/?notification_type=document_needs_review").await.ok();
    assert_eq!(notes["count"], 1);
    let letters: i64 =
        sqlx::query_scalar("select count(*) from letters where kind = 'document-needs-review'")
            .fetch_one(&app.context.db)
            .await
            .expect("letters");
    assert_eq!(letters, 1, "one job, one letter");
}

#[tokio::test]
async fn a_paper_that_cannot_be_read_says_why_in_the_users_words() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PDF).await;
    let id = DocumentId(document["id"].as_i64().expect("an id"));
    let mut work = app.context.begin().await.expect("a transaction");
    let row = documents::reader(&mut work, id).await.expect("the paper");
    let job = JobId(document["task_id"].as_str().expect("a task").parse().expect("a UUID"));
    let ended = Ended { document: id, job, now: app.context.clock.now() };
    operations::documents::failed(&mut work, ended, &row, FailureReason::PasswordProtected)
        .await
        .expect("written");
    work.commit().await.expect("committed");
    let shown = alice.get(&format!("/api/documents/{id}/")).await.ok();
    assert_eq!(shown["status"], "failed");
    assert_eq!(shown["error"], "Le PDF est protégé par un mot de passe.");
    let again = alice.post_empty(&format!("/api/documents/{id}/analyze/")).await.expect(202).json();
    assert_eq!(again["task_id"], document["task_id"], "the reading that waits already is the answer");
    assert_eq!(alice.get(&format!("/api/documents/{id}/")).await.ok()["status"], "queued");
}

#[tokio::test]
async fn papers_are_found_by_filter_word_and_order() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let upload = |specimen: &'static str, title: &'static str, kind: &'static str| {
        let parts = [("title", title), ("document_type", kind)];
        let alice = alice.clone();
        async move { alice.upload("a", specimens::bytes(specimen), &parts).await.created() }
    };
    upload(PDF, "Vidange d’Été", "invoice").await;
    upload(PNG, "Carte grise", "registration").await;
    let titles = |query: &'static str| {
        let alice = alice.clone();
        async move {
            let list = alice.get(&format!("/api/documents/?{query}")).await.ok();
            let rows = list["results"].as_array().expect("rows").clone();
            rows.iter().map(|row| row["title"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(titles("").await, ["Carte grise", "Vidange d’Été"]);
    assert_eq!(titles("ordering=-title").await, ["Vidange d’Été", "Carte grise"]);
    assert_eq!(titles("search=ete%20VIDANGE").await, ["Vidange d’Été"]);
    assert_eq!(titles("search=100%25").await, [""; 0]);
    assert_eq!(titles("document_type=registration").await, ["Carte grise"]);
    assert_eq!(
        titles("document_type__in=invoice,registration&status=queued&is_analyzed=false").await.len(),
        2
    );
    let page = alice.get("/api/documents/?page_size=1").await.ok();
    assert_eq!(page["count"], 2);
    let next = page["next"].as_str().expect("a next page");
    assert!(next.ends_with("/api/documents/?page_size=1&page=2"), "{next}");
    assert_eq!(titles("document_type=invoice&document_type__in=registration").await, [""; 0]);
    alice.get("/api/documents/?expires_on__lte=-9999-01-01").await.assert_invalid(&["expires_on__lte"]);
    alice.get("/api/documents/?search=a%00b").await.assert_invalid(&["search"]);
    alice.get("/api/documents/?document_type=novel").await.assert_invalid(&["document_type"]);
    alice.get("/api/documents/?page=3").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn what_a_person_said_outlives_readings_and_what_was_read_does_not() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", document["id"]);
    read(&app, &document, DocumentKind::Registration, &[]).await;
    assert_eq!(alice.get(&path).await.ok()["document_type"], "registration");
    // Nobody said what it is: the next reading detects again, whether asked to or not.
    for form in [json!({}), json!({ "document_type": "auto" })] {
        let again = analyze(&app, &alice, &path, form).await;
        assert_eq!(asked_kind(&app, &again).await, Value::Null);
        read(&app, &again, DocumentKind::Insurance, &[("valid_until", "2027-03-31")]).await;
    }
    let detected = alice.get(&path).await.ok();
    assert_eq!(
        (&detected["document_type"], &detected["expires_on"]),
        (&json!("insurance"), &json!("2027-03-31"))
    );
    let again = analyze(&app, &alice, &path, json!({})).await;
    // Said while it is read.
    alice.patch(&path, json!({ "document_type": "invoice", "expires_on": "2028-01-01" })).await.ok();
    read(&app, &again, DocumentKind::Insurance, &[("valid_until", "2027-04-30")]).await;
    let said = alice.get(&path).await.ok();
    assert_eq!((&said["document_type"], &said["expires_on"]), (&json!("invoice"), &json!("2028-01-01")));
    let again = analyze(&app, &alice, &path, json!({})).await;
    assert_eq!(asked_kind(&app, &again).await, "invoice");
    read(&app, &again, DocumentKind::Invoice, &[]).await;
    // Detecting was asked for: what was said before is forgotten.
    let again = analyze(&app, &alice, &path, json!({ "document_type": "auto" })).await;
    assert_eq!(asked_kind(&app, &again).await, Value::Null);
    read(&app, &again, DocumentKind::Insurance, &[]).await;
    assert_eq!(alice.get(&path).await.ok()["document_type"], "insurance");
    // Nothing said is what was read.
    assert_eq!(alice.patch(&path, json!({ "document_type": "fine" })).await.ok()["document_type"], "fine");
    assert_eq!(alice.get(&format!("{path}analysis/")).await.ok()["document_type"], "insurance");
    assert_eq!(alice.patch(&path, json!({ "document_type": null })).await.ok()["document_type"], "insurance");
}

/// Has a paper read again when the job before is over; the paper's id and the task's.
async fn analyze(app: &TestApp, person: &Person, path: &str, form: Value) -> Value {
    sqlx::query("delete from jobs where queue = 'ocr'")
        .execute(&app.context.db)
        .await
        .expect("no job is left");
    let accepted = person.post(&format!("{path}analyze/"), form).await.expect(202).json();
    json!({ "id": accepted["document_id"], "task_id": accepted["task_id"] })
}

/// As what the worker will read it.
async fn asked_kind(app: &TestApp, document: &Value) -> Value {
    let mut db = app.context.db.acquire().await.expect("a connection");
    let id = DocumentId(document["id"].as_i64().expect("an id"));
    json!(documents::reader(&mut db, id).await.expect("the paper").said().map(DocumentKind::as_str))
}

#[tokio::test]
async fn what_is_said_of_a_paper_can_be_changed_and_taken_back() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let document = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", document["id"]);
    let mine = alice
        .post("/api/vehicles/", json!({ "make": "Fiat", "model": "Panda", "year": 2015 }))
        .await
        .created();
    let others =
        bob.post("/api/vehicles/", json!({ "make": "Fiat", "model": "Uno", "year": 1990 })).await.created();
    let patch = json!({ "title": "Facture", "vehicle": mine["id"], "expires_on": "2027-01-31", "description": "révision" });
    let changed = alice.patch(&path, patch).await.ok();
    assert_eq!((&changed["title"], &changed["vehicle"]), (&json!("Facture"), &mine["id"]));
    assert_eq!(changed["expires_on"], "2027-01-31");
    let changed = alice.patch(&path, json!({ "expires_on": null, "vehicle": null })).await.ok();
    assert_eq!((&changed["expires_on"], &changed["vehicle"]), (&Value::Null, &Value::Null));
    assert_eq!(changed["description"], "révision", "what is absent stays");
    alice.patch(&path, json!({ "vehicle": others["id"] })).await.assert_invalid(&["vehicle"]);
    for day in ["-9999-01-01", "-500-01-01", "+500-01-01", "12026-01-01", "0000-01-01"] {
        alice.patch(&path, json!({ "expires_on": day })).await.assert_invalid(&["expires_on"]);
    }
    alice.patch(&path, json!({ "title": " " })).await.assert_invalid(&["title"]);
    alice
        .patch(&path, json!({ "expires_on": "31/01/2027", "title": 3 }))
        .await
        .assert_invalid(&["expires_on", "title"]);
}

#[tokio::test]
async fn events_tell_of_each_change_and_end_with_the_reading() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PNG).await;
    let path = format!("/api/documents/{}/events/", document["id"]);
    let mut stream = alice.request(Method::GET, &path).send().await.expect("a stream");
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let first = stream.chunk().await.expect("a chunk").expect("an event");
    assert!(String::from_utf8_lossy(&first).contains("\"status\":\"queued\""), "{first:?}");
    read(&app, &document, DocumentKind::Registration, &[("A", "AB-123-CD")]).await;
    let mut rest = String::new();
    while let Some(chunk) = stream.chunk().await.expect("a chunk") {
        rest.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(rest.contains("\"status\":\"needs_review\"") && rest.contains("\"progress\":100"), "{rest}");
}

#[tokio::test]
async fn events_end_when_the_server_stops_and_are_never_held_back_by_compression() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PNG).await;
    let path = format!("/api/documents/{}/events/", document["id"]);
    let request = alice.request(Method::GET, &path).header("accept-encoding", "gzip");
    let mut stream = request.send().await.expect("a stream");
    assert_eq!(stream.headers().get("content-encoding"), None);
    let first = stream.chunk().await.expect("a chunk").expect("an event");
    assert!(String::from_utf8_lossy(&first).contains("queued"));
    app.stop();
    // A second is how long the server would wait before it cuts the rest off.
    let end = tokio::time::timeout(Duration::from_millis(900), stream.chunk()).await;
    assert!(matches!(end, Ok(Ok(None))), "{end:?}");
}

#[tokio::test]
async fn a_form_is_a_form_in_any_case_and_has_one_file() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let body = |files: usize| {
        let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nabc\r\n";
        format!("{}--x--\r\n", file.repeat(files))
    };
    let post = |kind: &str, files: usize| {
        let request = alice.request(Method::POST, "/api/documents/").header("content-type", kind.to_owned());
        send(request.body(body(files)), kind.to_owned())
    };
    // Understood as a form, and refused for what is in it.
    post("Multipart/Form-Data; boundary=x", 1).await.assert_problem(415, "unsupported_media_type");
    post("multipart/form-data; boundary=x", 2).await.assert_invalid(&["file"]);
}

#[tokio::test]
async fn events_end_when_the_session_is_revoked() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let document = upload(&alice, PNG).await;
    let path = format!("/api/documents/{}/events/", document["id"]);
    let mut stream = alice.request(Method::GET, &path).send().await.expect("a stream");
    stream.chunk().await.expect("a chunk").expect("an event");
    alice.post("/api/auth/logout/", json!({})).await.expect(200);
    let end = tokio::time::timeout(Duration::from_secs(10), async {
        while stream.chunk().await.is_ok_and(|c| c.is_some()) {}
    });
    end.await.expect("the stream ends");
}

#[tokio::test]
async fn a_description_may_have_lines_and_a_correction_must_have_the_form_of_its_field() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let parts = [("description", "première ligne\r\n\tseconde")];
    let document = alice.upload("a.png", specimens::bytes(PNG), &parts).await.created();
    assert_eq!(document["description"], "première ligne\n\tseconde");
    read(&app, &document, DocumentKind::Registration, &[("A", "AB-123-CD")]).await;
    let path = format!("/api/documents/{}/analysis/", document["id"]);
    let bad = json!({ "fields": { "B": "2019-02-30", "E": "bad vin!", "P.1": -5, "P.6": true, "A": {} } });
    alice.patch(&path, bad).await.assert_invalid(&[
        "fields.A",
        "fields.B",
        "fields.E",
        "fields.P.1",
        "fields.P.6",
    ]);
    let good = json!({ "fields": { "B": "2019-02-28", "P.1": 1461, "C.1": "a\\u0000b", "K": null } });
    alice.patch(&path, good).await.ok();
}

#[tokio::test]
async fn a_paper_lets_go_of_a_vehicle_that_was_deleted() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let vehicle = alice
        .post("/api/vehicles/", json!({ "make": "Fiat", "model": "Panda", "year": 2015 }))
        .await
        .created();
    let id = vehicle["id"].to_string();
    let document = alice.upload("a.png", specimens::bytes(PNG), &[("vehicle", &id)]).await.created();
    let (path, list) =
        (format!("/api/documents/{}/", document["id"]), format!("/api/documents/?vehicle={id}"));
    assert_eq!(
        (alice.get(&list).await.ok()["count"].clone(), document["vehicle"].clone()),
        (json!(1), vehicle["id"].clone())
    );
    alice.delete(&format!("/api/vehicles/{id}/")).await.expect(204);
    assert_eq!(alice.get(&path).await.ok()["vehicle"], Value::Null);
    assert_eq!(alice.get(&list).await.ok()["count"], 0);
    alice.patch(&path, json!({ "vehicle": vehicle["id"] })).await.assert_invalid(&["vehicle"]);
}
