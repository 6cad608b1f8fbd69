//! Who may do what: every operation of the API document, as nobody, as a stranger and in a role that does not reach.

use domain::access::Role;
use files::FileKey;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Client, Person, TestApp, send, share, specimens};
use uuid::Uuid;

/// Operations that need no authentication, each with its reason.
const OPEN: &[(&str, &str)] = &[
    ("get_health", "load balancers and people who wonder"),
    ("get_database_health", "the same"),
    ("get_stripe_health", "the same"),
    ("get_redis_health", "the same"),
    ("get_liveness", "the same"),
    ("get_readiness", "the same"),
    ("register", "how one gets an account"),
    ("login", "how one gets in"),
    ("verify_otp", "how one gets in"),
    ("resend_otp", "how one gets in"),
    ("refresh_token", "the refresh token is the proof"),
    ("forgot_password", "how one gets in again"),
    ("validate_reset_token", "the token of the link is the proof"),
    ("reset_password", "the token of the link is the proof"),
    ("confirm_email_change", "the token of the link is the proof; it may be followed on another device"),
    ("tell_email_events", "the mail provider's signature is the proof"),
    ("unsubscribe", "the signed token in the address is the proof; mail programs have no other"),
    ("get_settings_options", "a sign-up form asks for the language; the same for everybody"),
    ("get_vapid_key", "a public key; a browser's worker has no access token"),
];

/// What an operation needs on Alice's thing: operations that are not here must not take an id.
const NEEDED: &[(&str, Thing, Role)] = &[
    ("get_vehicle", Thing::Vehicle, Role::Viewer),
    ("update_vehicle", Thing::Vehicle, Role::Editor),
    ("replace_vehicle", Thing::Vehicle, Role::Editor),
    ("delete_vehicle", Thing::Vehicle, Role::Owner),
    ("get_document", Thing::Document, Role::Viewer),
    ("update_document", Thing::Document, Role::Editor),
    ("replace_document", Thing::Document, Role::Editor),
    ("delete_document", Thing::Document, Role::Editor),
    ("restore_document", Thing::Document, Role::Editor),
    ("reprocess_document", Thing::Document, Role::Editor),
    ("apply_document", Thing::Document, Role::Editor),
    ("list_document_analyses", Thing::Document, Role::Viewer),
    ("get_document_thumbnail", Thing::Document, Role::Viewer),
    ("list_vehicle_documents", Thing::Vehicle, Role::Viewer),
    ("analyze_document", Thing::Document, Role::Editor),
    ("get_document_analysis", Thing::Document, Role::Viewer),
    ("correct_document_analysis", Thing::Document, Role::Editor),
    ("download_document", Thing::Document, Role::Viewer),
    ("follow_document", Thing::Document, Role::Viewer),
    ("get_task", Thing::Task, Role::Viewer),
    // A session and a notification are their holder's alone: no role reaches them.
    ("revoke_session", Thing::Session, Role::Owner),
    // A notification is its reader's alone, a copy its account's: no role reaches them.
    ("revoke_api_key", Thing::ApiKey, Role::Owner),
    ("get_notification", Thing::Notification, Role::Owner),
    ("update_notification", Thing::Notification, Role::Owner),
    ("download_export", Thing::Export, Role::Owner),
    ("mark_notification_as_read", Thing::Notification, Role::Owner),
    ("mark_notification_as_unread", Thing::Notification, Role::Owner),
    ("replace_notification", Thing::Notification, Role::Owner),
    ("delete_notification", Thing::Notification, Role::Owner),
    ("delete_push_subscription", Thing::Browser, Role::Owner),
];

/// Every field of a body that names a thing by its id, and what of Alice's a stranger puts there.
const NAMED: &[(&str, &str, Option<Thing>)] = &[
    ("create_vehicle_from_document", "document_id", Some(Thing::Document)),
    ("create_vehicle_from_document", "vehicle_id", Some(Thing::Vehicle)),
    ("update_document", "vehicle", Some(Thing::Vehicle)),
    ("upload_document", "vehicle", Some(Thing::Vehicle)),
    ("capture_document", "vehicle", Some(Thing::Vehicle)),
    ("replace_document", "vehicle", Some(Thing::Vehicle)),
    ("apply_document", "target_id", Some(Thing::Vehicle)),
    ("batch_analyze_documents", "document_ids", Some(Thing::Document)),
    ("create_api_key", "vehicle_ids", Some(Thing::Vehicle)),
    // Of readers; for staff only.
    ("create_notification", "user_ids", None),
    // Half of what a code needs; nobody is signed in yet.
    ("verify_otp", "challenge_id", None),
    ("resend_otp", "challenge_id", None),
    // A Message-ID; the request is signed.
    ("tell_email_events", "message_id", None),
];

/// A stream that does not end by itself: its own tests follow it.
const ENDLESS: &[&str] = &["follow_notifications"];

/// What only staff may ask.
const STAFF: &[&str] = &[
    "list_queues",
    "list_workers",
    "list_jobs",
    "get_job",
    "retry_job",
    "cancel_job",
    "retry_failed_jobs",
    "list_schedules",
    "update_schedule",
    "run_schedule",
    "list_email_templates",
    "preview_email_template",
    "send_test_email",
    "list_email_messages",
    "get_email_message",
    "resend_email_message",
    "list_email_suppressions",
    "lift_email_suppression",
    "get_overview",
    "list_users",
    "get_user",
    "update_user",
    "suspend_user",
    "reset_user_second_factor",
    "reactivate_user",
    "erase_user",
    "list_audit_log",
    "get_audit_entry",
    "list_flags",
    "create_flag",
    "update_flag",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Thing {
    Session,
    Vehicle,
    Document,
    Task,
    Notification,
    Browser,
    Export,
    ApiKey,
}

/// What Alice has; Bob must learn nothing of it.
struct Alice {
    vehicle: i64,
    document: i64,
    task: Uuid,
    notification: i64,
    session: i64,
    browser: i64,
    export: i64,
    api_key: i64,
    plate: &'static str,
}

impl Alice {
    async fn settle(app: &TestApp, alice: &Person) -> Self {
        let plate = "GH-482-KT";
        let form = json!({ "make": "Peugeot", "model": "308", "year": 2019, "license_plate": plate });
        let vehicle = alice.post("/api/vehicles/", form).await.created()["id"].as_i64().expect("an id");
        let file = specimens::bytes("registration/clean/reg_clean_004.pdf");
        let parts = [("vehicle", vehicle.to_string()), ("title", "Carte grise d’Alice".to_owned())];
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let document = alice.upload("carte-grise.pdf", file, &parts).await.created();
        picture(app, document["id"].as_i64().expect("an id")).await;
        let notification = sqlx::query_scalar(
            "insert into notifications (user_id, title, message) values ($1, 'Bonjour', 'Pour Alice') returning id",
        )
        .bind(alice.id.0)
        .fetch_one(&app.context.db)
        .await
        .expect("a notification can be made");
        let session = sqlx::query_scalar("select id from sessions where user_id = $1")
            .bind(alice.id.0)
            .fetch_one(&app.context.db)
            .await
            .expect("a session");
        let browser = sqlx::query_scalar(
            "insert into push_subscriptions (user_id, endpoint, p256dh, auth, vapid_kid, created_at)
            values ($1, 'https://push.example/alice', decode(repeat('04', 65), 'hex'), decode(repeat('07', 16), 'hex'),
                'k', now())
            returning id",
        )
        .bind(alice.id.0)
        .fetch_one(&app.context.db)
        .await
        .expect("a browser can be remembered");
        let form = json!({ "name": "Clé d’Alice", "scopes": ["manager"] });
        let key = alice.post("/api/auth/api-keys/", form).await.created();
        let export = alice.post_empty("/api/auth/me/exports/").await.expect(202).json();
        Self {
            vehicle,
            document: document["id"].as_i64().expect("an id"),
            task: document["task_id"].as_str().and_then(|text| text.parse().ok()).expect("a task"),
            notification,
            session,
            browser,
            export: export["export"]["id"].as_i64().expect("an id"),
            api_key: key["id"].as_i64().expect("an id"),
            plate,
        }
    }

    /// Everything of hers as it stands in the database.
    async fn rows(&self, app: &TestApp) -> Vec<Value> {
        sqlx::query_scalar(
            "select to_jsonb(v) from vehicles v where id = $1 union all select to_jsonb(d) from documents d where id = $2
            union all select to_jsonb(n) from notifications n where id = $3
            union all select to_jsonb(b) from push_subscriptions b where id = $4
            union all select to_jsonb(s) from vehicle_shares s where vehicle_id = $1
            union all select to_jsonb(k) from api_keys k where id = $5
            union all select to_jsonb(c) from document_corrections c where document_id = $2",
        )
        .bind(self.vehicle)
        .bind(self.document)
        .bind(self.notification)
        .bind(self.browser)
        .bind(self.api_key)
        .fetch_all(&app.context.db)
        .await
        .expect("rows")
    }

    fn id(&self, thing: Thing) -> Value {
        match thing {
            Thing::Vehicle => json!(self.vehicle),
            Thing::Document => json!(self.document),
            Thing::Task => json!(self.task),
            Thing::Notification => json!(self.notification),
            Thing::Session => json!(self.session),
            Thing::Browser => json!(self.browser),
            Thing::Export => json!(self.export),
            Thing::ApiKey => json!(self.api_key),
        }
    }

    fn path(&self, template: &str, thing: Option<Thing>) -> String {
        // What only staff reach is refused before anybody looks whether it is there.
        let Some(thing) = thing else { return template.replace("{id}", "1").replace("{key}", "welcome") };
        let id = self.id(thing);
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let (before, rest) =
            template.split_once('{').expect("an operation on a thing has its id in the path");
        let (_, after) = rest.split_once('}').expect("braces come in pairs");
        format!("{before}{id}{after}")
    }
}

struct Operation {
    id: String,
    method: Method,
    path: String,
    is_open: bool,
    has_body: bool,
    is_form: bool,
}

fn operations() -> Vec<Operation> {
    let document = api::openapi::document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let body = operation.pointer("/requestBody/content");
            all.push(Operation {
                id: operation["operationId"].as_str().expect("every operation has an id").to_owned(),
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                is_open: operation["security"].as_array().is_none_or(Vec::is_empty),
                has_body: body.is_some(),
                // What takes both is asked in JSON.
                is_form: body.is_some_and(|content| {
                    content.get("multipart/form-data").is_some() && content.get("application/json").is_none()
                }),
            });
        }
    }
    assert!(all.len() > 20, "the document has {} operations", all.len());
    all
}

fn need(operation: &Operation) -> Option<(Thing, Role)> {
    let found = NEEDED.iter().find(|(id, _, _)| *id == operation.id).map(|(_, thing, role)| (*thing, *role));
    let is_for_all = !operation.is_open && !STAFF.contains(&operation.id.as_str());
    assert_eq!(
        found.is_some(),
        operation.path.contains('{') && is_for_all,
        "{} takes an id: say in NEEDED whose it is and what role it needs",
        operation.id
    );
    found
}

/// A body that is good, so that nothing but the missing right can refuse it.
fn body(id: &str) -> Value {
    match id {
        "replace_vehicle" => json!({ "make": "Dacia", "model": "Sandero", "year": 2021 }),
        "update_vehicle" => json!({ "color": "rouge" }),
        "update_document" | "replace_document" => json!({ "title": "À moi" }),
        "apply_document" => json!({ "fields": ["A"] }),
        "correct_document_analysis" => json!({ "fields": { "A": "AA-123-BB" } }),
        "update_notification" | "replace_notification" => json!({ "is_read": true }),
        _ => json!({}),
    }
}

async fn call(client: &Client, operation: &Operation, path: &str) -> testkit::Answer {
    let request = client.request(operation.method.clone(), path);
    let request = match (operation.has_body, operation.is_form) {
        (true, false) => request.json(&body(&operation.id)),
        (true, true) => request.multipart(Form::new().text("title", "x")),
        _ => request,
    };
    send(request, format!("{} ({} {path})", operation.id, operation.method)).await
}

#[tokio::test]
async fn nobody_gets_anywhere_but_through_the_front_door() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let things = Alice::settle(&app, &alice).await;
    for operation in operations() {
        let is_listed = OPEN.iter().any(|(id, _)| *id == operation.id);
        assert_eq!(
            operation.is_open, is_listed,
            "{}: say in OPEN why it needs no authentication",
            operation.id
        );
        let path = things.path(&operation.path, need(&operation).map(|(thing, _)| thing));
        if !operation.is_open {
            call(&app.nobody(), &operation, &path).await.assert_problem(401, "not_authenticated");
            call(&app.nobody().with_token("e30.e30.e30"), &operation, &path)
                .await
                .assert_problem(401, "token_not_valid");
        }
    }
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_alice() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let things = Alice::settle(&app, &alice).await;
    let before = things.rows(&app).await;
    let swept = |operation: &&Operation| {
        !operation.is_open && operation.id != "logout" && !ENDLESS.contains(&operation.id.as_str())
    };
    for operation in operations().iter().filter(swept) {
        let need = need(operation);
        let answer = call(&bob, operation, &things.path(&operation.path, need.map(|(thing, _)| thing))).await;
        if need.is_some() {
            answer.clone().assert_problem(404, "not_found");
        }
        if STAFF.contains(&operation.id.as_str()) {
            answer.clone().assert_problem(403, "permission_denied");
        }
        let text = answer.text();
        for secret in
            [things.plate, "GH482KT", "Carte grise d’Alice", "Pour Alice", "push.example/alice", &alice.email]
        {
            assert!(!text.contains(secret), "{} tells a stranger of {secret}", operation.id);
        }
    }
    assert_eq!(things.rows(&app).await, before);
}

#[test]
fn every_id_in_a_body_is_in_the_sweep() {
    let document = api::openapi::document();
    let mut found: Vec<(String, String)> = Vec::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("methods").values() {
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            let mut names = Vec::new();
            fields(&document, &operation["requestBody"]["content"], &mut names);
            // A body of two shapes names a thing in both.
            names.sort();
            names.dedup();
            names.retain(|name| {
                name == "vehicle" || name == "document" || name.ends_with("_id") || name.ends_with("_ids")
            });
            found.extend(names.into_iter().map(|name| (id.clone(), name)));
        }
    }
    found.sort();
    let mut swept: Vec<(String, String)> =
        NAMED.iter().map(|(id, name, _)| ((*id).to_owned(), (*name).to_owned())).collect();
    swept.sort();
    assert_eq!(found, swept, "say in NAMED whose thing such a field names");
}

/// The names of all properties of a schema, references followed.
fn fields(document: &Value, schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(parts) => {
            if let Some(path) = parts.get("$ref").and_then(Value::as_str) {
                fields(document, document.pointer(&path[1..]).expect("what is referred to"), names);
            }
            names.extend(
                parts
                    .get("properties")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                    .map(|it| it.0.clone()),
            );
            parts
                .iter()
                .filter(|(key, _)| *key != "example")
                .for_each(|(_, part)| fields(document, part, names));
        }
        Value::Array(parts) => parts.iter().for_each(|part| fields(document, part, names)),
        _ => {}
    }
}

#[tokio::test]
async fn a_stranger_reaches_nothing_of_alice_through_a_body() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let things = Alice::settle(&app, &alice).await;
    // A certificate that was read: nothing but whose the vehicle is can be in the way.
    let own = crate::vehicles::read_certificate(&app, &bob).await;
    let before = things.rows(&app).await;
    let all = operations();
    for (id, field, thing) in NAMED {
        let Some(thing) = thing else { continue };
        let operation = all.iter().find(|operation| operation.id == *id).expect("an operation");
        let path = operation.path.replace("{id}", &own.to_string());
        let named = things.id(*thing);
        let answer = if operation.is_form {
            let file = Part::bytes(specimens::bytes("insurance/clean/ins_clean_002.pdf"));
            let form =
                Form::new().text(*field, named.to_string()).part("file", file.file_name("assurance.pdf"));
            send(bob.request(operation.method.clone(), &path).multipart(form), format!("{id} {field}")).await
        } else {
            // What else such a body needs is Bob's own.
            let mut form = json!({ "document_id": own, "name": "Clé", "scopes": ["viewer"] });
            match *id {
                "update_document" => form = json!({}),
                "replace_document" => form = json!({ "title": "À moi" }),
                "apply_document" => form = json!({ "fields": ["A"] }),
                _ => {}
            }
            form[*field] = if field.ends_with("_ids") { json!([named]) } else { named };
            send(bob.request(operation.method.clone(), &path).json(&form), format!("{id} {field}")).await
        };
        // A field that names nothing is a bad field; what a deed is done with is not found.
        let expected = if matches!(*field, "vehicle" | "vehicle_ids") { 400 } else { 404 };
        assert_eq!(answer.status.as_u16(), expected, "{id} {field}: {}", answer.text());
        let text = answer.text();
        for secret in [things.plate, "GH482KT", "Carte grise d’Alice", &alice.email] {
            assert!(!text.contains(secret), "{id} {field} tells a stranger of {secret}");
        }
    }
    assert_eq!(things.rows(&app).await, before);
}

#[tokio::test]
async fn a_role_that_does_not_reach_is_told_so() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let things = Alice::settle(&app, &alice).await;
    for lesser in [Role::Viewer, Role::Editor, Role::Manager] {
        let friend = app.person("friend").await;
        share(&app, things.vehicle, &friend, lesser).await;
        for operation in operations().iter().filter(|operation| !operation.is_open) {
            let Some((thing, needed)) = need(operation) else { continue };
            // A stream that may be followed does not end while the paper waits.
            if operation.id == "follow_document" {
                continue;
            }
            let answer = call(&friend, operation, &things.path(&operation.path, Some(thing))).await;
            if matches!(
                thing,
                Thing::Notification | Thing::Session | Thing::Browser | Thing::Export | Thing::ApiKey
            ) {
                answer.assert_problem(404, "not_found");
            } else if needed > lesser {
                answer.assert_problem(403, "permission_denied");
            } else if operation.method == Method::GET {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{} as {lesser:?}", operation.id);
                assert_ne!(answer.status, StatusCode::NOT_FOUND, "{} as {lesser:?}", operation.id);
            }
            if operation.id == "delete_document" && needed <= lesser {
                undelete(&app, things.document).await;
            }
        }
    }
}

/// A small picture of a paper, as the worker draws one.
async fn picture(app: &TestApp, document: i64) {
    let key = FileKey::new_thumbnail();
    app.context.files.put_bytes(key, "RIFF".into()).await.expect("a file can be stored");
    sqlx::query(
        "insert into document_thumbnails (document_id, size, storage_key, file_size, drawn_at)
        values ($1, 256, $2, 4, now())",
    )
    .bind(document)
    .bind(key.to_string())
    .execute(&app.context.db)
    .await
    .expect("a picture can be kept");
}

/// A role that reaches has just deleted the paper: the next role shall find it again.
async fn undelete(app: &TestApp, document: i64) {
    sqlx::query("update documents set deleted_at = null where id = $1")
        .bind(document)
        .execute(&app.context.db)
        .await
        .expect("a paper can be brought back");
}

#[tokio::test]
async fn staff_may_ask_what_only_staff_may() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let queues = staff.get("/api/jobs/queues/").await.ok();
    assert_eq!(queues.as_array().map(Vec::len), Some(5), "{queues}");
}
