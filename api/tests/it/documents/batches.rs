//! Several papers read as one task.

use domain::access::Role;
use domain::analysis::AnalysisStatus;
use domain::document::{DocumentKind, FailureReason};
use domain::ids::{DocumentId, JobId};
use operations::documents::Ended;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Person, TestApp, send, share, specimens};

use super::{field, read_as, upload};

const PATH: &str = "/api/documents/batch-analyze/";
const PAPERS: [&str; 4] = [
    "invoice/clean/inv_clean_003.pdf",
    "registration/clean/reg_clean_005.png",
    "registration/clean/reg_clean_004.pdf",
    "insurance/clean/ins_clean_002.pdf",
];

/// Papers whose first reading is over, so that the batch asks for new ones.
async fn papers(app: &TestApp, person: &Person) -> Vec<Value> {
    let mut papers = Vec::new();
    for specimen in PAPERS {
        let paper = upload(person, specimen).await;
        ended(app, &paper, AnalysisStatus::Analyzed).await;
        papers.push(paper);
    }
    over(app).await;
    let told = "delete from notifications";
    sqlx::query(told).execute(&app.context.db).await.expect("notifications are gone");
    papers
}

/// The jobs that read are over, as the worker leaves them.
async fn over(app: &TestApp) {
    sqlx::query("update jobs set state = 'done', finished_at = now() where kind = 'analyze_document'")
        .execute(&app.context.db)
        .await
        .expect("jobs are over");
}

async fn ended(app: &TestApp, paper: &Value, status: AnalysisStatus) {
    read_as(app, paper, DocumentKind::Invoice, vec![field("total_ttc", "12.00")], status).await;
}

async fn failed(app: &TestApp, paper: &Value) {
    let id = DocumentId(paper["id"].as_i64().expect("an id"));
    let job = JobId(paper["task_id"].as_str().expect("a task").parse().expect("a UUID"));
    let mut work = app.context.begin().await.expect("a transaction");
    let row = database::documents::reader(&mut work, id).await.expect("the paper");
    let ended = Ended { document: id, job, now: app.context.clock.now() };
    operations::documents::failed(&mut work, ended, &row, FailureReason::Damaged).await.expect("written");
    work.commit().await.expect("committed");
}

fn ids(papers: &[Value]) -> Value {
    papers.iter().map(|paper| paper["id"].clone()).collect()
}

async fn task(person: &Person, asked: &Value) -> (String, i64) {
    let task = person.get(&format!("/api/tasks/{}/", asked["task_id"].as_str().expect("a task"))).await.ok();
    assert_eq!(task["kind"], "analyze_documents");
    (task["status"].as_str().expect("a status").to_owned(), task["progress"].as_i64().expect("a number"))
}

#[tokio::test]
async fn several_papers_are_one_task_and_one_word_at_its_end() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let papers = papers(&app, &alice).await;
    let asked = alice.post(PATH, json!({ "document_ids": ids(&papers) })).await.expect(202).json();
    assert_eq!(asked["document_count"], 4);
    assert_eq!(task(&alice, &asked).await, ("queued".to_owned(), 0));
    let statuses = alice.get("/api/documents/?status=queued").await.ok();
    assert_eq!(statuses["count"], 4);
    ended(&app, &papers[0], AnalysisStatus::Analyzed).await;
    failed(&app, &papers[1]).await;
    alice.delete(&format!("/api/documents/{}/", papers[2]["id"])).await.expect(204);
    assert_eq!(task(&alice, &asked).await.1, 75);
    assert_eq!(alice.get("/api/notifications/").await.ok()["count"], 0, "nobody is told of each");
    for _ in 0..2 {
        ended(&app, &papers[3], AnalysisStatus::NeedsReview).await;
        assert_eq!(task(&alice, &asked).await, ("done".to_owned(), 100));
        let told = alice.get("/api/notifications/").await.ok();
        let told: Vec<&Value> = told["results"]
            .as_array()
            .expect("rows")
            .iter()
            .filter(|one| one["title"] == "Lecture de vos documents terminée")
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["message"], "1 document lu, 1 à vérifier, 1 illisible, 1 supprimé entre-temps.");
    }
    // What ended after the batch is told by itself again.
    let told = alice.get("/api/notifications/?notification_type=document_needs_review").await.ok();
    assert_eq!(told["count"], 2, "{told}");
}

#[tokio::test]
async fn of_papers_that_end_at_once_one_is_the_last() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let papers = papers(&app, &alice).await;
    let asked = alice.post(PATH, json!({ "document_ids": ids(&papers) })).await.expect(202).json();
    let end = |paper: usize| ended(&app, &papers[paper], AnalysisStatus::Analyzed);
    tokio::join!(end(0), end(1), end(2), end(3));
    assert_eq!(task(&alice, &asked).await, ("done".to_owned(), 100));
    let told = alice.get("/api/notifications/").await.ok();
    assert_eq!(told["count"], 1, "{told}");
    assert_eq!(told["results"][0]["message"], "4 documents lus, 0 à vérifier, 0 illisible.");
}

#[tokio::test]
async fn the_same_papers_asked_for_again_are_the_same_task() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let papers = papers(&app, &alice).await;
    let form = json!({ "document_ids": ids(&papers) });
    let first = alice.post(PATH, form.clone()).await.expect(202).json();
    let mut turned = papers.clone();
    turned.reverse();
    turned.push(papers[0].clone());
    let again = alice.post("/api/documents/batch_analyze/", json!({ "document_ids": ids(&turned) })).await;
    assert_eq!(again.expect(202).json()["task_id"], first["task_id"]);
    let jobs: i64 =
        sqlx::query_scalar("select count(*) from jobs where kind = 'analyze_document' and state = 'ready'")
            .fetch_one(&app.context.db)
            .await
            .expect("jobs");
    assert_eq!(jobs, 4);
    for paper in &papers {
        ended(&app, paper, AnalysisStatus::Analyzed).await;
    }
    over(&app).await;
    let later = alice.post(PATH, form.clone()).await.expect(202).json();
    assert_ne!(later["task_id"], first["task_id"], "that one has ended");
    let keyed = |form: Value| {
        let request = alice.request(Method::POST, PATH).header("idempotency-key", "b-1").json(&form);
        send(request, "a batch with a key".to_owned())
    };
    let one = json!({ "document_ids": [papers[0]["id"]] });
    let asked = keyed(one.clone()).await.expect(202).json();
    assert_eq!(keyed(one).await.expect(202).json(), asked);
    keyed(form).await.assert_problem(409, "idempotency_key_reused");
}

#[tokio::test]
async fn all_papers_must_be_there_and_be_mine_to_change() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let (mine, his) = (upload(&alice, PAPERS[0]).await, upload(&bob, PAPERS[0]).await);
    let form = json!({ "document_ids": [mine["id"], his["id"], 4711] });
    let refused = alice.post(PATH, form).await.assert_problem(404, "not_found");
    let message = refused["errors"]["document_ids"][0].as_str().expect("a message");
    assert!(message.contains(&his["id"].to_string()) && message.contains("4711"), "{message}");
    assert!(!message.contains(&format!(" {}", mine["id"])), "{message}");
    for bad in [json!([]), json!((0..51).collect::<Vec<_>>()), json!("1"), json!([1, "a"])] {
        let refused = alice.post(PATH, json!({ "document_ids": bad })).await.assert_problem(400, "invalid");
        assert!(
            refused["errors"].as_object().expect("fields").keys().all(|key| key.starts_with("document_ids"))
        );
    }
    let car = json!({ "make": "Fiat", "model": "Panda", "year": 2015 });
    let vehicle = alice.post("/api/vehicles/", car).await.created()["id"].as_i64().expect("an id");
    alice.patch(&format!("/api/documents/{}/", mine["id"]), json!({ "vehicle": vehicle })).await.ok();
    share(&app, vehicle, &bob, Role::Viewer).await;
    let form = json!({ "document_ids": [mine["id"], his["id"]] });
    bob.post(PATH, form).await.assert_problem(403, "permission_denied");
    alice.delete(&format!("/api/documents/{}/", mine["id"])).await.expect(204);
    alice.post(PATH, json!({ "document_ids": [mine["id"]] })).await.assert_problem(404, "not_found");
    let batches: i64 = sqlx::query_scalar("select count(*) from document_batches")
        .fetch_one(&app.context.db)
        .await
        .expect("batches");
    assert_eq!(batches, 0);
}

#[tokio::test]
async fn who_asks_for_anothers_papers_hears_of_all_and_their_owner_of_each() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let car = json!({ "make": "Fiat", "model": "Panda", "year": 2015 });
    let vehicle = alice.post("/api/vehicles/", car).await.created()["id"].clone();
    let parts = [("vehicle", vehicle.to_string())];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let paper = alice.upload("a.pdf", specimens::bytes(PAPERS[0]), &parts).await.created();
    share(&app, vehicle.as_i64().expect("an id"), &bob, Role::Editor).await;
    let asked = bob.post(PATH, json!({ "document_ids": [paper["id"]] })).await.expect(202).json();
    let path = format!("/api/tasks/{}/", asked["task_id"].as_str().expect("a task"));
    alice.get(&path).await.assert_problem(404, "not_found");
    ended(&app, &paper, AnalysisStatus::Analyzed).await;
    assert_eq!(bob.get(&path).await.ok()["status"], "done");
    let told = bob.get("/api/notifications/").await.ok();
    assert_eq!(
        (&told["count"], &told["results"][0]["title"]),
        (&json!(1), &json!("Lecture de vos documents terminée"))
    );
    let told = alice.get("/api/notifications/").await.ok();
    assert_eq!((&told["count"], &told["results"][0]["title"]), (&json!(1), &json!("Document lu")));
}

#[tokio::test]
async fn reprocessing_keeps_what_was_read_before() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let paper = upload(&alice, PAPERS[0]).await;
    ended(&app, &paper, AnalysisStatus::Analyzed).await;
    over(&app).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    let again = alice.post_empty(&format!("{path}reprocess_ocr/")).await.expect(202).json();
    assert_ne!(again["task_id"], paper["task_id"]);
    let kept = alice.get(&format!("{path}analysis/")).await.ok();
    assert_eq!((&kept["status"], &kept["fields"][0]["value"]), (&json!("queued"), &json!("12.00")));
    let paper = alice.get(&path).await.ok();
    read_as(
        &app,
        &paper,
        DocumentKind::Invoice,
        vec![field("total_ttc", "13.00")],
        AnalysisStatus::NeedsReview,
    )
    .await;
    let readings = alice.get(&format!("{path}analyses/")).await.ok();
    let statuses: Vec<_> =
        readings["results"].as_array().expect("rows").iter().map(|r| r["status"].clone()).collect();
    assert_eq!((&readings["count"], statuses), (&json!(2), vec![json!("needs_review"), json!("analyzed")]));
    assert_eq!(alice.get(&format!("{path}analysis/")).await.ok()["fields"][0]["value"], "13.00");
    alice.get(&format!("{path}analyses/?page=2")).await.assert_problem(404, "not_found");
    let bad = json!({ "document_type": "novel" });
    alice.post(&format!("{path}reprocess_ocr/"), bad).await.assert_invalid(&["document_type"]);
}
