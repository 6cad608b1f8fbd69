//! Keys with which programs act for a person.

use serde_json::{Value, json};
use testkit::{Client, Person, TestApp, share, specimens};

/// A program with a key of `person`.
async fn program(app: &TestApp, person: &Person, form: Value) -> (i64, Client) {
    let made = person.post("/api/auth/api-keys/", form).await.created();
    let key = made["key"].as_str().expect("the key is shown once");
    (made["id"].as_i64().expect("an id"), app.nobody().with_key(key))
}

async fn vehicle(person: &Person, make: &str) -> i64 {
    let form = json!({ "make": make, "model": "Test", "year": 2020 });
    person.post("/api/vehicles/", form).await.created()["id"].as_i64().expect("an id")
}

fn ids(list: &Value) -> Vec<i64> {
    list["results"].as_array().expect("rows").iter().map(|row| row["id"].as_i64().expect("an id")).collect()
}

#[tokio::test]
async fn a_key_is_shown_once_and_kept_as_a_hash() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let form = json!({ "name": "Tableur", "scopes": ["editor", "viewer"] });
    let made = alice.post("/api/auth/api-keys/", form).await.created();
    let key = made["key"].as_str().expect("a key").to_owned();
    assert!(key.starts_with("atk_") && key.starts_with(made["prefix"].as_str().unwrap()), "{made}");
    assert_eq!(made["scopes"], json!(["viewer", "editor"]));
    let listed = alice.get("/api/auth/api-keys/").await.ok();
    assert_eq!(listed["count"], 1);
    assert_eq!(listed["results"][0]["name"], "Tableur");
    assert!(!listed.to_string().contains(&key));
    for table in ["api_keys", "idempotency_keys", "audit_log", "notifications", "jobs", "letters"] {
        let sql = format!("select count(*) from {table} t where to_jsonb(t)::text like '%' || $1 || '%'");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(&key)
            .fetch_one(&app.context.db)
            .await
            .expect("a count");
        assert_eq!(found, 0, "{table} holds a key");
    }
}

#[tokio::test]
async fn a_repeated_request_makes_no_second_key_and_shows_none() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let ask = || async {
        let form = json!({ "name": "Tableur", "scopes": ["viewer"] });
        let request = alice.request(reqwest::Method::POST, "/api/auth/api-keys/");
        testkit::send(request.header("Idempotency-Key", "one").json(&form), "POST".to_owned()).await.created()
    };
    let (first, second) = (ask().await, ask().await);
    assert_eq!(first["id"], second["id"]);
    assert!(first["key"].is_string() && second["key"].is_null(), "{second}");
    assert_eq!(alice.get("/api/auth/api-keys/").await.ok()["count"], 1);
}

#[tokio::test]
async fn a_key_does_what_its_scope_allows_and_no_more() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let id = vehicle(&alice, "Renault").await;
    let path = format!("/api/vehicles/{id}/");
    let key = |scope: &str| json!({ "name": "Programme", "scopes": [scope] });
    let (_, viewer) = program(&app, &alice, key("viewer")).await;
    let (_, editor) = program(&app, &alice, key("editor")).await;
    let (_, manager) = program(&app, &alice, key("manager")).await;
    assert_eq!(ids(&viewer.get("/api/vehicles/").await.ok()), [id]);
    assert_eq!(viewer.get(&path).await.ok()["make"], "Renault");
    viewer.patch(&path, json!({ "color": "bleu" })).await.assert_problem(403, "permission_denied");
    let form = json!({ "make": "Fiat", "model": "Panda", "year": 2020 });
    viewer.post("/api/vehicles/", form.clone()).await.assert_problem(403, "permission_denied");
    editor.patch(&path, json!({ "color": "bleu" })).await.ok();
    editor.post("/api/vehicles/", form).await.created();
    // What only an owner may do, no key does.
    manager.delete(&path).await.assert_problem(403, "permission_denied");
    alice.get(&path).await.ok();
}

#[tokio::test]
async fn a_key_opens_nothing_but_vehicles_and_documents() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (_, program) = program(&app, &alice, json!({ "name": "P", "scopes": ["manager"] })).await;
    for path in [
        "/api/auth/me/",
        "/api/auth/sessions/",
        "/api/auth/api-keys/",
        "/api/notifications/",
        "/api/jobs/queues/",
    ] {
        program.get(path).await.assert_problem(401, "not_authenticated");
    }
    program
        .post("/api/auth/api-keys/", json!({ "name": "Q", "scopes": ["manager"] }))
        .await
        .assert_problem(401, "not_authenticated");
}

#[tokio::test]
async fn a_narrowed_key_reaches_its_vehicles_and_their_papers_only() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (mine, other) = (vehicle(&alice, "Renault").await, vehicle(&alice, "Fiat").await);
    let paper = specimens::bytes("registration/clean/reg_clean_004.pdf");
    let loose = alice.upload("a.pdf", paper, &[]).await.created()["id"].as_i64().unwrap();
    let form = json!({ "name": "P", "scopes": ["editor"], "vehicle_ids": [mine] });
    let (_, program) = program(&app, &alice, form).await;
    assert_eq!(ids(&program.get("/api/vehicles/").await.ok()), [mine]);
    assert_eq!(program.get("/api/vehicles/stats/").await.ok()["total"], 1);
    program.get(&format!("/api/vehicles/{other}/")).await.assert_problem(404, "not_found");
    program
        .patch(&format!("/api/vehicles/{other}/"), json!({ "color": "x" }))
        .await
        .assert_problem(404, "not_found");
    let form = json!({ "make": "Fiat", "model": "Panda", "year": 2020 });
    program.post("/api/vehicles/", form).await.assert_problem(403, "permission_denied");

    assert_eq!(program.get("/api/documents/").await.ok()["count"], 0);
    program.get(&format!("/api/documents/{loose}/")).await.assert_problem(404, "not_found");
    let paper = || specimens::bytes("insurance/clean/ins_clean_002.pdf");
    program.upload("b.pdf", paper(), &[]).await.assert_problem(400, "invalid");
    program.upload("b.pdf", paper(), &[("vehicle", &other.to_string())]).await.assert_problem(400, "invalid");
    let sent = program.upload("b.pdf", paper(), &[("vehicle", &mine.to_string())]).await.created();
    assert_eq!(ids(&program.get("/api/documents/").await.ok()), [sent["id"].as_i64().unwrap()]);
    let task = sent["task_id"].as_str().expect("a task");
    program.get(&format!("/api/tasks/{task}/")).await.ok();
    // Moved away, it is out of reach.
    let path = format!("/api/documents/{}/", sent["id"]);
    program.patch(&path, json!({ "vehicle": null })).await.assert_problem(403, "permission_denied");
    alice.patch(&path, json!({ "vehicle": other })).await.ok();
    program.get(&path).await.assert_problem(404, "not_found");
    program.get(&format!("/api/tasks/{task}/")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_key_never_does_more_than_its_person_may() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let id = vehicle(&alice, "Renault").await;
    let (_, program) = program(&app, &bob, json!({ "name": "P", "scopes": ["manager"] })).await;
    let path = format!("/api/vehicles/{id}/");
    program.get(&path).await.assert_problem(404, "not_found");
    share(&app, id, &bob, domain::access::Role::Viewer).await;
    program.get(&path).await.ok();
    program.patch(&path, json!({ "color": "bleu" })).await.assert_problem(403, "permission_denied");
}

#[tokio::test]
async fn a_key_that_is_revoked_over_or_of_somebody_suspended_opens_nothing() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let form = json!({ "name": "P", "scopes": ["viewer"] });
    let (id, revoked) = program(&app, &alice, form.clone()).await;
    let (over_id, over) = program(&app, &alice, form.clone()).await;
    let (_, suspended) = program(&app, &bob, form).await;
    for program in [&revoked, &over, &suspended] {
        program.get("/api/vehicles/").await.ok();
    }
    bob.delete(&format!("/api/auth/api-keys/{id}/")).await.assert_problem(404, "not_found");
    alice.delete(&format!("/api/auth/api-keys/{id}/")).await.expect(204);
    alice.delete(&format!("/api/auth/api-keys/{id}/")).await.assert_problem(404, "not_found");
    sqlx::query("update api_keys set expires_at = now() where id = $1")
        .bind(over_id)
        .execute(&app.context.db)
        .await
        .unwrap();
    sqlx::query("update users set is_active = false where id = $1")
        .bind(bob.id.0)
        .execute(&app.context.db)
        .await
        .unwrap();
    for program in [&revoked, &over, &suspended] {
        program.get("/api/vehicles/").await.assert_problem(401, "not_authenticated");
    }
    for wrong in ["", "atk_", "atk_AAAA", "Bearer x", &format!("atk_{}", "A".repeat(43))] {
        app.nobody().with_key(wrong).get("/api/vehicles/").await.assert_problem(401, "not_authenticated");
    }
}

#[tokio::test]
async fn somebody_is_told_of_a_new_key_and_both_deeds_are_in_their_activity() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (id, program) = program(&app, &alice, json!({ "name": "Tableur", "scopes": ["viewer"] })).await;
    program.get("/api/vehicles/").await.ok();
    assert!(alice.get("/api/auth/api-keys/").await.ok()["results"][0]["last_used_at"].is_string());
    alice.delete(&format!("/api/auth/api-keys/{id}/")).await.expect(204);
    let letters: i64 = sqlx::query_scalar(
        "select count(*) from letters where user_id = $1 and context::text like '%Tableur%'",
    )
    .bind(alice.id.0)
    .fetch_one(&app.context.db)
    .await
    .unwrap();
    assert_eq!(letters, 1);
    let told = alice.get("/api/notifications/").await.ok();
    assert_eq!(told["results"][0]["notification_type"], "security");
    let activity = alice.get("/api/auth/me/activity/").await.ok().to_string();
    assert!(activity.contains("api_key_created") && activity.contains("api_key_revoked"));
}

#[tokio::test]
async fn every_bad_field_of_a_key_is_named() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let form = json!({ "name": " ", "scopes": [], "vehicle_ids": [], "expires_at": "2020-01-01T00:00:00Z" });
    let problem = alice.post("/api/auth/api-keys/", form).await.assert_problem(400, "invalid");
    for field in ["name", "scopes", "vehicle_ids", "expires_at"] {
        assert!(problem["errors"][field].is_array(), "{field}: {problem}");
    }
    let form = json!({ "name": "x", "scopes": ["owner"] });
    alice.post("/api/auth/api-keys/", form).await.assert_problem(400, "invalid");
    for _ in 0..25 {
        alice.post("/api/auth/api-keys/", json!({ "name": "x", "scopes": ["viewer"] })).await.created();
    }
    let form = json!({ "name": "x", "scopes": ["viewer"] });
    alice.post("/api/auth/api-keys/", form).await.assert_problem(409, "too_many_api_keys");
}

#[tokio::test]
async fn a_key_and_a_token_in_one_request_are_nobodys() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let made =
        bob.post("/api/auth/api-keys/", json!({ "name": "Tableur", "scopes": ["editor"] })).await.created();
    let key = made["key"].as_str().expect("a key");
    let form = json!({ "make": "Renault", "model": "Clio", "year": 2020 });
    for method in [reqwest::Method::POST, reqwest::Method::GET] {
        let request = alice.request(method.clone(), "/api/vehicles/").header("X-API-Key", key).json(&form);
        testkit::send(request, method.to_string()).await.assert_problem(401, "token_not_valid");
    }
    assert_eq!(bob.get("/api/vehicles/").await.ok()["count"], 0);
}

#[tokio::test]
async fn a_key_is_not_good_for_ever() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let form = json!({ "name": "x", "scopes": ["viewer"], "expires_at": "+262000-01-01T00:00:00Z" });
    alice.post("/api/auth/api-keys/", form).await.assert_invalid(&["expires_at"]);
}
