//! Letters as staff look after them, and what others tell about them, through HTTP.

use domain::clock::Clock;
use domain::ids::{LetterId, UserId, VehicleId};
use domain::letter::{Letter, LetterKind, MaintenanceReminder};
use domain::locale::Locale;
use operations::letters::{self, NewLetter, Next, unsubscribe};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Person, TestApp, send};

const KEY: &str = "a key that is long enough for this purpose";

fn reminder() -> Letter {
    Letter::MaintenanceReminder(MaintenanceReminder {
        vehicle_id: VehicleId(1),
        vehicle: "La 308".into(),
        what: "Vidange".into(),
        due_on: None,
        due_at_km: Some(120_000),
        is_overdue: false,
    })
}

async fn post(app: &TestApp, to: &Person, letter: &Letter) -> LetterId {
    let mut work = app.context.begin().await.expect("a transaction");
    let address = to.email.parse().expect("an address");
    let new = NewLetter { user: Some(to.id), address: &address, locale: Locale::Fr, letter, challenge: None };
    let id = letters::post(&mut work, &new, app.context.clock.now()).await.expect("a letter");
    work.commit().await.expect("a commit");
    id
}

async fn message(staff: &Person, id: impl std::fmt::Display) -> Value {
    staff.get(&format!("/api/emails/messages/{id}/")).await.ok()
}

/// The numbers of the letters in a list.
fn ids(list: &Value) -> Vec<i64> {
    list["results"].as_array().into_iter().flatten().filter_map(|row| row["id"].as_i64()).collect()
}

async fn audited(app: &TestApp, action: &str) -> i64 {
    sqlx::query_scalar("select count(*) from audit_log where action = $1 and actor_kind = 'staff'")
        .bind(action)
        .fetch_one(&app.context.db)
        .await
        .expect("a count")
}

#[tokio::test]
async fn staff_see_what_every_letter_looks_like_in_both_languages() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let templates = staff.get("/api/emails/templates/").await.ok();
    let templates = templates.as_array().expect("a list");
    assert_eq!(templates.len(), LetterKind::ALL.len());
    for template in templates {
        let key = template["key"].as_str().expect("a key");
        assert_eq!(template["locales"], json!(["fr", "en"]), "{key}");
        let mut seen = Vec::new();
        for locale in ["fr", "en"] {
            let path = format!("/api/emails/templates/{key}/preview/?locale={locale}");
            let preview = staff.get(&path).await.ok();
            assert!(
                preview["html"].as_str().is_some_and(|html| html.contains(&format!("lang=\"{locale}\"")))
            );
            seen.push(preview["text"].as_str().expect("a text").to_owned());
        }
        assert_ne!(seen[0], seen[1], "{key}");
    }
    let otp = templates.iter().find(|template| template["key"] == "otp").expect("the code's letter");
    assert_eq!(otp["variables"], json!(["expires_minutes", "purpose", "code"]));
    staff.get("/api/emails/templates/gossip/preview/").await.assert_problem(404, "not_found");
    staff.get("/api/emails/templates/otp/preview/?locale=de").await.assert_invalid(&["locale"]);
}

#[tokio::test]
async fn a_sample_goes_to_the_member_of_staff_and_is_audited() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let answer = staff.post_empty("/api/emails/templates/password-reset/send-test/?locale=en").await;
    let sample = answer.expect(202).json();
    for (field, value) in [
        ("to", json!(staff.email)),
        ("template", json!("password-reset")),
        ("locale", json!("en")),
        ("status", json!("queued")),
        ("is_test", json!(true)),
    ] {
        assert_eq!(sample[field], value, "{field}");
    }
    assert_eq!(audited(&app, "letter_sample_sent").await, 1);
    let mut db = app.context.db.begin().await.expect("a transaction");
    let id = LetterId(sample["id"].as_i64().expect("a number"));
    let now = app.context.clock.now();
    let next = letters::begin(&mut db, &app.context.settings, id, "smtp", now).await.expect("a verdict");
    assert!(matches!(next, Next::Send(sending) if sending.secret.is_none()), "sent, and opens nothing");
}

#[tokio::test]
async fn the_ledger_is_listed_narrowed_and_looked_into() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let id = post(&app, &alice, &reminder()).await;
    let one = message(&staff, id).await;
    for (field, value) in [
        ("user", json!(alice.id.0)),
        ("to", json!(alice.email)),
        ("template", json!("maintenance-reminder")),
        ("status", json!("queued")),
        ("subject", json!("À prévoir\u{a0}: Vidange (La 308)")),
        ("attempts", json!(0)),
        ("error", Value::Null),
        ("events", json!([])),
        ("forgotten_at", Value::Null),
    ] {
        assert_eq!(one.get(field), Some(&value), "{field}");
    }
    for (query, is_found) in [
        (format!("to={}", &alice.email[..12]), true),
        (format!("to={}", alice.email.to_uppercase()), true),
        ("to=nobody".to_owned(), false),
        ("template=maintenance-reminder".to_owned(), true),
        ("template=welcome".to_owned(), false),
        ("status=queued&template=maintenance-reminder".to_owned(), true),
        ("status__in=sent,bounced".to_owned(), false),
        ("created_at__gte=2000-01-01T00:00:00Z".to_owned(), true),
        ("created_at__lte=2000-01-01T00:00:00Z".to_owned(), false),
    ] {
        let list = staff.get(&format!("/api/emails/messages/?{query}")).await.ok();
        assert_eq!(ids(&list).contains(&id.0), is_found, "{query}");
    }
    let page = staff.get("/api/emails/messages/?page_size=1").await.ok();
    assert!(page["count"].as_i64() > Some(1) && page["results"].as_array().map(Vec::len) == Some(1));
    assert!(page["next"].as_str().is_some_and(|next| next.contains("page=2")));
    for (query, field) in [
        ("template=gossip", "template"),
        ("status=lost", "status"),
        ("to=a%00b", "to"),
        ("ordering=to", "ordering"),
    ] {
        staff.get(&format!("/api/emails/messages/?{query}")).await.assert_invalid(&[field]);
    }
    staff.get("/api/emails/messages/999999/").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_letter_is_sent_again_but_not_a_code_nor_what_was_forgotten() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let id = post(&app, &alice, &reminder()).await;
    let path = format!("/api/emails/messages/{id}/resend/");
    let again = staff.post_empty(&path).await.expect(202).json();
    assert_eq!((&again["resend_of"], &again["to"]), (&json!(id.0), &json!(alice.email)));
    assert_eq!(message(&staff, id).await["events"][0]["kind"], "resent");
    assert_eq!(audited(&app, "letter_resent").await, 1);
    let code = staff.get("/api/emails/messages/?template=otp").await.ok()["results"][0]["id"].clone();
    let refused = staff.post_empty(&format!("/api/emails/messages/{code}/resend/")).await;
    refused.assert_problem(409, "letter_not_resendable");
    let later = app.context.clock.now() + chrono::TimeDelta::days(31);
    let mut db = app.context.db.acquire().await.expect("a connection");
    letters::blank_old(&mut db, 1000, later).await.expect("a count");
    staff.post_empty(&path).await.assert_problem(409, "letter_forgotten");
    let one = message(&staff, id).await;
    assert!(one["subject"].is_null() && one["forgotten_at"].is_string());
    staff.post_empty("/api/emails/messages/999999/resend/").await.assert_problem(404, "not_found");
}

async fn tell(app: &TestApp, key: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let signature = sign(key, body.as_bytes());
    let request = app.nobody().request(Method::POST, "/api/emails/events/");
    let request =
        request.header("content-type", "application/json").header("X-AutoTrack-Signature", signature);
    send(request.body(body), "events".to_owned()).await
}

/// HMAC by its definition (RFC 2104), as a provider would compute it without our code.
fn sign(key: &str, body: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(body).finalize();
    format!("sha256={}", hex::encode(Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize()))
}

#[tokio::test]
async fn signed_events_reach_the_letter_and_a_bounce_suppresses_the_address_until_staff_lift_it() {
    let app = TestApp::start_with(&[("AUTOTRACK_MAIL_EVENTS_KEY", KEY)], Clock::system()).await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let id = post(&app, &alice, &reminder()).await;
    let message_id = message(&staff, id).await["message_id"].clone();
    let event = json!({
        "type": "bounced", "message_id": message_id, "address": alice.email,
        "reason": "550 5.1.1 no such user", "at": "2026-11-26T10:15:00Z"
    });
    let mut foreign = event.clone();
    foreign["message_id"] = json!("<other@elsewhere.example>");
    let body = json!({ "events": [event, foreign] });
    let heard = tell(&app, KEY, &body).await.ok();
    assert_eq!(heard, json!({ "noted": 1, "known": 0, "ignored": 1 }));
    assert_eq!(tell(&app, KEY, &body).await.ok(), json!({ "noted": 0, "known": 1, "ignored": 1 }));
    let one = message(&staff, id).await;
    assert_eq!(
        (&one["status"], &one["events"][0]["detail"]),
        (&json!("bounced"), &json!("550 5.1.1 no such user"))
    );
    let list = staff.get("/api/emails/suppressions/").await.ok();
    assert_eq!((&list["count"], &list["results"][0]["address"]), (&json!(1), &json!(alice.email)));
    let path = format!("/api/emails/suppressions/{}/", list["results"][0]["id"]);
    staff.delete(&path).await.expect(204);
    staff.delete(&path).await.assert_problem(404, "not_found");
    assert_eq!(staff.get("/api/emails/suppressions/").await.ok()["count"], 0);
    assert_eq!(audited(&app, "suppression_lifted").await, 1);
}

#[tokio::test]
async fn events_without_the_right_signature_change_nothing() {
    let app = TestApp::start_with(&[("AUTOTRACK_MAIL_EVENTS_KEY", KEY)], Clock::system()).await;
    let body = json!({ "events": [] });
    tell(&app, "another key that is long enough for this", &body)
        .await
        .assert_problem(401, "not_authenticated");
    app.nobody().post("/api/emails/events/", body.clone()).await.assert_problem(401, "not_authenticated");
    assert_eq!(tell(&app, KEY, &body).await.ok()["noted"], 0);
    let bad = json!({ "events": [{ "type": "lost", "message_id": "x", "address": "x" }] });
    tell(&app, KEY, &bad).await.assert_invalid(&["events[0].type"]);
    let bad = json!({ "events": [{ "type": "bounced", "message_id": "", "address": "x" }] });
    tell(&app, KEY, &bad).await.assert_invalid(&["events[0].address", "events[0].message_id"]);
    let app = TestApp::start().await;
    tell(&app, KEY, &body).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn one_click_declines_a_kind_of_reminder_and_a_look_does_not() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let token =
        unsubscribe::token(&app.context.settings.keys.pepper, alice.id, LetterKind::MaintenanceReminder);
    let path = format!("/api/notifications/unsubscribe/{token}/");
    app.nobody().get(&path).await.assert_problem(405, "method_not_allowed");
    assert!(is_sent(&app, &alice).await);
    // As a mail program sends it.
    let request = app.nobody().request(Method::POST, &path);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = send(request.body("List-Unsubscribe=One-Click"), "one click".to_owned()).await.ok();
    assert_eq!(answer["template"], "maintenance-reminder");
    assert!(!is_sent(&app, &alice).await);
    app.nobody().post_empty(&path.replace('.', "-")).await.assert_problem(404, "not_found");
    let gone = unsubscribe::token(
        &app.context.settings.keys.pepper,
        UserId(999_999),
        LetterKind::NotificationDigest,
    );
    app.nobody().post_empty(&format!("/api/notifications/unsubscribe/{gone}/")).await.ok();
}

#[tokio::test]
async fn what_was_declined_is_shown_and_comes_again_when_it_is_switched_on() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let preferences = "/api/notifications/preferences/";
    let decline = async || {
        let key = &app.context.settings.keys.pepper;
        let token = unsubscribe::token(key, alice.id, LetterKind::MaintenanceReminder);
        app.nobody().post_empty(&format!("/api/notifications/unsubscribe/{token}/")).await.ok();
        assert!(!is_sent(&app, &alice).await);
    };
    decline().await;
    let shown = alice.get(preferences).await.ok();
    assert_eq!(shown["declined"], json!(["maintenance-reminder"]));
    assert_eq!(shown["matrix"]["inspection_reminder"]["email"], false);
    assert_eq!(shown["matrix"]["document_read"]["email"], true);
    // Saving what was shown, or something else, changes nothing of it.
    alice.put(preferences, json!({ "matrix": shown["matrix"] })).await.ok();
    alice.put(preferences, json!({ "matrix": { "document_read": { "email": true } } })).await.ok();
    assert!(!is_sent(&app, &alice).await);
    let on = json!({ "matrix": { "inspection_reminder": { "email": true } } });
    assert_eq!(alice.put(preferences, on).await.ok()["declined"], json!([]));
    assert!(is_sent(&app, &alice).await);
    // So does the switch of all letters.
    decline().await;
    alice.patch("/api/settings/me/", json!({ "email_notifications": true })).await.ok();
    assert!(!is_sent(&app, &alice).await, "it was on before");
    alice.patch("/api/settings/me/", json!({ "email_notifications": false })).await.ok();
    alice.patch("/api/settings/me/", json!({ "email_notifications": true })).await.ok();
    assert!(is_sent(&app, &alice).await);
}

#[tokio::test]
async fn batches_of_events_that_cross_do_not_wait_for_each_other() {
    let app = TestApp::start_with(&[("AUTOTRACK_MAIL_EVENTS_KEY", KEY)], Clock::system()).await;
    let addresses: Vec<String> = (0..80).map(|number| format!("lost{number:02}@exemple.fr")).collect();
    let batch = async |name: &str, addresses: &[&String]| {
        let mut events = Vec::new();
        for (at, address) in addresses.iter().enumerate() {
            let message_id = format!("{name}{at:02}@letters.autotrack");
            sqlx::query(
                "insert into letters (address, kind, locale, message_id, expires_at, state)
                values ($1::citext, 'welcome', 'fr', $2, now(), 'sent')",
            )
            .bind(address)
            .bind(&message_id)
            .execute(&app.context.db)
            .await
            .expect("a letter");
            // Providers do not keep to one way of writing.
            let address = if at % 2 == 0 { address.to_uppercase() } else { (*address).clone() };
            events.push(json!({ "type": "complained", "message_id": message_id, "address": address }));
        }
        json!({ "events": events })
    };
    let (forth, back) = (
        batch("a", &addresses.iter().collect::<Vec<_>>()).await,
        batch("b", &addresses.iter().rev().collect::<Vec<_>>()).await,
    );
    let (one, other) = tokio::join!(tell(&app, KEY, &forth), tell(&app, KEY, &back));
    assert_eq!((&one.ok()["noted"], &other.ok()["noted"]), (&json!(80), &json!(80)));
}

/// Whether a reminder to this person is handed to the mail server.
async fn is_sent(app: &TestApp, to: &Person) -> bool {
    let id = post(app, to, &reminder()).await;
    let mut db = app.context.db.begin().await.expect("a transaction");
    let now = app.context.clock.now();
    let next = letters::begin(&mut db, &app.context.settings, id, "smtp", now).await.expect("a verdict");
    matches!(next, Next::Send(_))
}

#[tokio::test]
async fn letters_can_be_looked_at_in_development_and_nowhere_else() {
    let app = TestApp::start_with(&[("AUTOTRACK_ENV", "development")], Clock::system()).await;
    let list = app.nobody().get("/api/dev/letters/").await.expect(200).text();
    for kind in LetterKind::ALL {
        for locale in ["fr", "en"] {
            let path = format!("/api/dev/letters/{locale}/{kind}/");
            assert!(list.contains(&path), "{path}");
            let page = app.nobody().get(&path).await.expect(200);
            assert!(page.text().contains("<pre>") && page.text().contains(&format!("{path}html/")));
            let html = app.nobody().get(&format!("{path}html/")).await.expect(200);
            assert!(html.text().contains(&format!("<html lang=\"{locale}\">")), "{path}");
            assert!(html.header("content-security-policy").starts_with("default-src 'none'"));
        }
    }
    app.nobody().get("/api/dev/letters/de/welcome/").await.assert_problem(404, "not_found");
    assert!(!api::openapi::text().contains("/api/dev"));
    let app = TestApp::start().await;
    app.nobody().get("/api/dev/letters/").await.assert_problem(404, "not_found");
    app.nobody().get("/api/dev/letters/fr/welcome/html/").await.assert_problem(404, "not_found");
}
