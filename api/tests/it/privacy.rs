//! What one may ask about one's account as a whole, through HTTP; what jobs do of it is done here as they do it.

mod everywhere;

use std::io::{Cursor, Read};

use chrono::{Duration, Utc};
use domain::clock::Clock;
use domain::ids::{ChallengeId, ExportId, LetterId, UserId};
use operations::{accounts, privacy};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Person, TestApp, send, specimens};
use zip::ZipArchive;

/// Number plate and VIN of Alice's car, and of the others'.
const HERS: (&str, &str) = ("GH-482-KT", "VF3LCYHZPJS123456");
const OTHERS: (&str, &str) = ("FG-731-WX", "VF1RFB00X60123457");
const DELETE: &str = "/api/auth/me/delete/";
const CANCEL: &str = "/api/auth/me/delete/cancel/";
const EXPORTS: &str = "/api/auth/me/exports/";

/// An application whose time the test moves on.
async fn app() -> TestApp {
    let now: chrono::DateTime<Utc> = Clock::system().now();
    TestApp::start_with(&[], Clock::fixed(now)).await
}

/// The same person, signed in anew.
async fn again(app: &TestApp, person: &Person) -> Client {
    let form = json!({ "email": person.email, "password": PASSWORD });
    let signed_in = app.nobody().post("/api/auth/login/", form).await.ok();
    app.nobody().with_token(signed_in["tokens"]["access"].as_str().expect("a token"))
}

/// What sending the newest code of `person` makes it to be.
async fn code(app: &TestApp, person: &Person) -> String {
    let (letter, challenge): (i64, uuid::Uuid) = sqlx::query_as(
        "select id, challenge_id from letters where user_id = $1 and kind = 'otp' order by id desc limit 1",
    )
    .bind(person.id.0)
    .fetch_one(&app.context.db)
    .await
    .expect("a letter with a code");
    let mut db = app.context.read().await.expect("a connection");
    let (settings, now) = (&app.context.settings, app.context.clock.now());
    let code = accounts::mint_code(&mut db, settings, ChallengeId(challenge), LetterId(letter), now).await;
    let code = code.expect("a code can be made").expect("a code is sent");
    config::ExposeSecret::expose_secret(&code).to_owned()
}

/// Asks for the erasure of an account and confirms it.
async fn ask(app: &TestApp, person: &Person, client: &Client) -> Value {
    // An address is sent a code once a minute; the last one was that of the registration.
    app.context.clock.advance(Duration::minutes(2));
    client.post(DELETE, json!({ "password": PASSWORD })).await.expect(202);
    let form =
        json!({ "password": PASSWORD, "otp_code": code(app, person).await, "reason": "Plus de voiture" });
    client.post(DELETE, form).await.expect(202).json()
}

/// What the daily task and its jobs do.
async fn erase_due(app: &TestApp, user: UserId) -> bool {
    privacy::enqueue_due(&app.context).await.expect("a look at what is due");
    let Some(closing) = privacy::close(&app.context, user).await.expect("a closed door") else {
        return false;
    };
    let mut work = app.context.begin().await.expect("a transaction");
    let is_erased = privacy::erase(&mut work, &closing, app.context.clock.now()).await.expect("an erasure");
    work.commit().await.expect("a commit");
    is_erased
}

async fn kinds(app: &TestApp, address: &str) -> Vec<String> {
    sqlx::query_scalar("select kind from letters where address = $1::citext and kind <> 'otp' order by id")
        .bind(address)
        .fetch_all(&app.context.db)
        .await
        .expect("letters")
}

/// A vehicle and a paper on it.
async fn settle(person: &Person, title: &str, specimen: &str, (plate, vin): (&str, &str)) -> i64 {
    let form = json!({ "make": "Peugeot", "model": "308", "year": 2019, "license_plate": plate, "vin": vin,
        "nickname": format!("voiture de {title}") });
    let vehicle = person.post("/api/vehicles/", form).await.created()["id"].to_string();
    let parts = [("vehicle", vehicle.as_str()), ("title", title)];
    let paper = person.upload("../carte grise.pdf", specimens::bytes(specimen), &parts).await.created();
    paper["id"].as_i64().expect("an id")
}

#[tokio::test]
async fn an_erasure_takes_the_password_and_the_code_and_waits_thirty_days() {
    let app = app().await;
    let alice = app.alice().await;
    let other = again(&app, &alice).await;
    app.context.clock.advance(Duration::minutes(2));
    alice.post(DELETE, json!({ "password": "another one" })).await.assert_invalid(&["password"]);
    let asked = alice.post(DELETE, json!({ "password": PASSWORD })).await.expect(202).json();
    assert!(asked["otp_required"] == true && asked["challenge_id"].is_string(), "{asked}");
    let wrong = json!({ "password": PASSWORD, "otp_code": "abc" });
    alice.post(DELETE, wrong).await.assert_invalid(&["otp_code"]);
    let right = code(&app, &alice).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let form = json!({ "password": PASSWORD, "otp_code": wrong });
    alice.post(DELETE, form).await.assert_invalid(&["otp_code"]);
    let form = json!({ "password": PASSWORD, "otp_code": right });
    let noted = alice.post(DELETE, form.clone()).await.expect(202).json();
    let due: chrono::DateTime<Utc> = noted["scheduled_for"].as_str().expect("a day").parse().expect("a time");
    let in_thirty_days = app.context.clock.now() + Duration::days(30);
    assert_eq!(due.timestamp_micros(), in_thirty_days.timestamp_micros());
    // The other session is over; this one reaches the way back and the way out.
    other.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
    alice.get("/api/vehicles/").await.assert_problem(403, "deletion_pending");
    alice.get("/api/auth/me/").await.ok();
    alice.get(EXPORTS).await.ok();
    assert_eq!(alice.post(DELETE, form).await.expect(202).json()["scheduled_for"], noted["scheduled_for"]);
    alice.post_empty(CANCEL).await.ok();
    alice.get("/api/vehicles/").await.ok();
    alice.post_empty(CANCEL).await.assert_problem(409, "no_deletion_pending");
    assert_eq!(kinds(&app, &alice.email).await, ["erasure-asked", "erasure-cancelled"]);
    app.context.clock.advance(Duration::days(31));
    assert!(!erase_due(&app, alice.id).await, "called off is called off");
}

#[tokio::test]
async fn a_code_for_erasing_is_no_key_to_anything_else() {
    let app = app().await;
    let alice = app.alice().await;
    app.context.clock.advance(Duration::minutes(2));
    alice.post(DELETE, json!({ "password": PASSWORD })).await.expect(202);
    let form = json!({ "email": alice.email, "otp_code": code(&app, &alice).await });
    app.nobody().post("/api/auth/verify-otp/", form).await.assert_invalid(&["otp_code"]);
    alice.post(DELETE, json!({ "password": PASSWORD })).await.assert_problem(429, "throttled");
}

#[tokio::test]
async fn nothing_of_an_erased_person_is_left_in_any_table() {
    let app = app().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let names =
        json!({ "first_name": "Zéphyrine", "last_name": "Quatrepoint", "phone_number": "+33612345999" });
    alice.patch("/api/auth/me/", names).await.ok();
    let paper = settle(&alice, "Zéphyrine", "registration/clean/reg_clean_004.pdf", HERS).await;
    let bobs = settle(&bob, "Bob", "insurance/clean/ins_clean_002.pdf", OTHERS).await;
    everywhere::leave_traces(&app, &alice, &bob, paper).await;
    alice.put("/api/auth/me/consents/", json!({ "location": true })).await.ok();
    let export = alice.post_empty(EXPORTS).await.expect(202).json()["export"]["id"].as_i64().expect("an id");
    build(&app, export).await;
    let (plate, address) = ("GH482KT", everywhere::HER_ADDRESS);
    let needles =
        [alice.email.as_str(), "Zéphyrine", "Quatrepoint", "612345999", HERS.0, plate, HERS.1, address];
    let found = everywhere::search(&app, &needles).await;
    for table in
        ["users", "letters", "documents", "vehicles", "vehicle_shares", "jobs", "letter_events", "sessions"]
    {
        let is_in = found.iter().any(|place| place.starts_with(&format!("{table}: ")));
        assert!(is_in, "{table} holds her before: {found:?}");
    }
    for needle in needles {
        assert!(found.iter().any(|place| place.ends_with(needle)), "{needle} is somewhere: {found:?}");
    }
    let files = everywhere::files(&app, alice.id).await;
    assert_eq!(files.len(), 2, "a paper and a copy");

    ask(&app, &alice, &alice).await;
    assert!(!erase_due(&app, alice.id).await, "not before its day");
    app.context.clock.advance(Duration::days(31));
    assert!(erase_due(&app, alice.id).await);
    for key in files {
        assert!(!app.context.files.exists(key).await.expect("a look at the store"), "{key}");
    }
    // The last letter is the one thing that may still know the address, until it has arrived.
    assert_eq!(kinds(&app, &alice.email).await, ["erasure-done"]);
    sqlx::query("update letters set state = 'sent' where kind = 'erasure-done'")
        .execute(&app.context.db)
        .await
        .expect("a letter that arrived");
    privacy::enqueue_due(&app.context).await.expect("a look at what is due");
    assert_eq!(everywhere::search(&app, &needles).await, Vec::<String>::new());
    let left = everywhere::owners(&app).await;
    assert_eq!(left, [bob.id.0]);
    assert_eq!(bob.get(&format!("/api/documents/{bobs}/")).await.status.as_u16(), 401, "a month has gone by");
    let form = json!({ "email": alice.email, "password": PASSWORD });
    app.nobody().post("/api/auth/login/", form).await.assert_problem(401, "invalid_credentials");
    assert!(!erase_due(&app, alice.id).await, "erased once");
}

#[tokio::test]
async fn an_address_that_was_written_to_no_more_is_forgotten_as_well() {
    let app = app().await;
    let alice = app.alice().await;
    sqlx::query("insert into suppressions (address, reason) values ($1::citext, 'hard bounce')")
        .bind(alice.email.to_uppercase())
        .execute(&app.context.db)
        .await
        .expect("a suppression");
    ask(&app, &alice, &alice).await;
    app.context.clock.advance(Duration::days(31));
    assert!(erase_due(&app, alice.id).await);
    assert_eq!(everywhere::search(&app, &[alice.email.as_str()]).await, Vec::<String>::new());
}

/// What the job does.
async fn build(app: &TestApp, export: i64) {
    let id = ExportId(export);
    let built = privacy::build_export(&app.context, id).await.expect("a copy").expect("it is waited for");
    let mut work = app.context.begin().await.expect("a transaction");
    let now = app.context.clock.now();
    assert!(privacy::keep_export(&mut work, id, &built, now).await.expect("a copy that is kept"));
    work.commit().await.expect("a commit");
}

fn texts(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("its content");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
}

#[tokio::test]
async fn a_copy_holds_everything_of_its_account_and_nothing_else() {
    let app = app().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let paper = settle(&alice, "Alice", "registration/clean/reg_clean_004.pdf", HERS).await;
    settle(&bob, "Bob", "insurance/clean/ins_clean_002.pdf", OTHERS).await;
    for person in [&alice, &bob] {
        everywhere::fill(&app, person).await;
    }
    let asked = alice.post_empty(EXPORTS).await.expect(202).json()["export"].clone();
    assert_eq!(asked["status"], "queued");
    let twice = alice.post(EXPORTS, json!({ "include_files": false })).await.expect(202).json();
    assert_eq!(twice["export"], asked, "one at a time");
    let path = format!("{EXPORTS}{}/download/", asked["id"]);
    alice.get(&path).await.assert_problem(409, "export_not_ready");
    build(&app, asked["id"].as_i64().expect("an id")).await;
    assert_eq!(kinds(&app, &alice.email).await.last().map(String::as_str), Some("export-ready"));
    bob.get(&path).await.assert_problem(404, "not_found");
    let listed = alice.get(EXPORTS).await.ok()["results"][0].clone();
    assert_eq!((&listed["status"], listed["id"].clone()), (&json!("ready"), asked["id"].clone()));
    let answer = alice.get(&path).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/zip");
    assert!(answer.header("content-disposition").starts_with("attachment;"));
    assert_eq!(listed["size"], json!(answer.bytes.len()));
    let entries = texts(answer.bytes);
    for (name, content) in &entries {
        let text = String::from_utf8_lossy(content);
        assert!(!text.contains(&bob.email) && !text.contains("voiture de Bob"), "{name} tells of Bob");
        assert!(!text.contains("$argon2") && !text.contains("storage_key"), "{name} tells too much");
    }
    let entry = |name: &str| {
        let found = entries.iter().find(|(entry, _)| entry == name);
        found
            .unwrap_or_else(|| {
                panic!("{name} is in it: {:?}", entries.iter().map(|e| &e.0).collect::<Vec<_>>())
            })
            .1
            .clone()
    };
    let json_of = |name: &str| -> Value { serde_json::from_slice(&entry(name)).expect("JSON") };
    assert_eq!(json_of("json/account.json")[0]["email"], json!(alice.email));
    assert_eq!(json_of("json/vehicles.json")[0]["nickname"], "voiture de Alice");
    assert_eq!(json_of("json/documents.json")[0]["id"], json!(paper));
    assert!(String::from_utf8_lossy(&entry("csv/vehicles.csv")).contains(HERS.0));
    let file = format!("documents/{paper}-carte_grise.pdf");
    assert_eq!(entry(&file), specimens::bytes("registration/clean/reg_clean_004.pdf"));
    everywhere::every_row_of_a_person_is_in(&app, &alice, &entries).await;
    app.context.clock.advance(Duration::days(8));
    let client = again(&app, &alice).await;
    client.get(&path).await.assert_problem(404, "not_found");
    let key = everywhere::files(&app, alice.id).await.pop().expect("the copy's file");
    assert_eq!(privacy::remove_expired(&app.context).await.expect("a clean-up"), 1);
    assert!(!app.context.files.exists(key).await.expect("a look at the store"));
    assert_eq!(client.get(EXPORTS).await.ok()["results"][0]["status"], "expired");
}

#[tokio::test]
async fn three_copies_are_made_at_once_and_then_one_waits() {
    let app = app().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    for _ in 0..3 {
        let asked = alice.post_empty(EXPORTS).await.expect(202).json();
        build(&app, asked["export"]["id"].as_i64().expect("an id")).await;
    }
    let told = alice.post_empty(EXPORTS).await;
    let wait: u64 = told.header("retry-after").parse().expect("seconds");
    assert!((7 * 3600..=8 * 3600).contains(&wait), "{wait}");
    // The limit of the address has more left, but that is of no use to her.
    assert_eq!(told.header("ratelimit-remaining"), "0");
    assert_eq!(told.header("ratelimit-reset"), told.header("retry-after"));
    told.assert_problem(429, "throttled");
    bob.post_empty(EXPORTS).await.expect(202);
}

#[tokio::test]
async fn guesses_at_the_password_are_counted_together_wherever_it_is_asked_for() {
    let app = app().await;
    let alice = app.alice().await;
    for _ in 0..5 {
        alice.post(DELETE, json!({ "password": "another one" })).await.assert_invalid(&["password"]);
        let change = json!({ "old_password": "another one", "new_password": "tournesol jaune" });
        alice.post("/api/auth/change-password/", change).await.assert_invalid(&["old_password"]);
    }
    alice.post(DELETE, json!({ "password": PASSWORD })).await.assert_problem(429, "throttled");
}

#[tokio::test]
async fn consents_are_kept_with_version_and_time_and_unknown_kinds_are_refused() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let path = "/api/auth/me/consents/";
    let kinds = |list: &Value| -> Vec<(String, bool)> {
        let rows = list.as_array().expect("a list");
        rows.iter()
            .map(|row| (row["kind"].as_str().unwrap_or_default().to_owned(), row["granted"] == true))
            .collect()
    };
    let nothing =
        ["marketing", "analytics", "ai_processing", "location"].map(|kind| (kind.to_owned(), false));
    assert_eq!(kinds(&alice.get(path).await.ok()), nothing);
    let said = alice.put(path, json!({ "ai_processing": true, "marketing": true })).await.ok();
    assert_eq!(said, alice.get(path).await.ok());
    assert!(said[2]["granted"] == true && said[2]["version"] == "2026-11" && said[2]["at"].is_string());
    alice.put(path, json!({ "ai_processing": false })).await.ok();
    alice.put(path, json!({ "ai_processing": false })).await.ok();
    alice.put(path, json!({ "telepathy": true, "marketing": false })).await.assert_invalid(&["telepathy"]);
    alice.put(path, json!({ "marketing": "yes" })).await.assert_invalid(&["marketing"]);
    let rows: Vec<(String, bool)> =
        sqlx::query_as("select kind, granted from consents where user_id = $1 order by id")
            .bind(alice.id.0)
            .fetch_all(&app.context.db)
            .await
            .expect("rows");
    let kept = [("marketing", true), ("ai_processing", true), ("ai_processing", false)];
    assert_eq!(rows, kept.map(|(kind, granted)| (kind.to_owned(), granted)));
    let change = sqlx::query("update consents set granted = true").execute(&app.context.db).await;
    assert!(change.is_err(), "no consent is ever changed");
}

#[tokio::test]
async fn one_sees_what_happened_to_ones_account_and_nothing_of_others() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let request = bob.request(Method::PUT, "/api/auth/me/consents/").json(&json!({ "location": true }));
    send(request, "Bob's consent".to_owned()).await.expect(200);
    let actions = |list: &Value| -> Vec<String> {
        let rows = list["results"].as_array().expect("a list");
        rows.iter().filter_map(|row| row["action"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(actions(&alice.get("/api/auth/me/activity/").await.ok()), ["login", "register"]);
    let logins = bob.get("/api/auth/me/activity/?action=login").await.ok();
    assert_eq!((actions(&logins), &logins["count"]), (vec!["login".to_owned()], &json!(1)));
    assert_eq!(logins["results"][0]["target"], json!(format!("user/{}", bob.id)));
    assert!(logins["results"][0]["ip"].is_string());
    let later = "/api/auth/me/activity/?at__gte=2999-01-01T00:00:00Z";
    assert_eq!(bob.get(later).await.ok()["count"], 0);
    bob.get("/api/auth/me/activity/?at__gte=yesterday").await.assert_invalid(&["at__gte"]);
}
