//! Preferences, deliveries and browsers through HTTP.

use database::notifications::NewNotification;
use domain::letter::{DocumentFailed, Letter};
use domain::notification::NotificationKind;
use operations::notifications::{Notice, notify};
use serde_json::{Value, json};
use testkit::{Person, TestApp};

/// Tells somebody that a paper could not be read, as the product does; the notification's number.
async fn tell(app: &TestApp, person: &Person, kind: NotificationKind) -> i64 {
    let letter = Letter::DocumentFailed(DocumentFailed {
        document_id: domain::ids::DocumentId(7),
        title: "Scan.pdf".into(),
        reason: domain::document::FailureReason::Damaged,
    });
    let new = NewNotification {
        user: person.id,
        kind,
        vehicle: None,
        document: None,
        title: "Document illisible",
        message: "Le fichier est endommagé.",
        link: Some("/documents/7"),
        metadata: &json!({}),
        dedup_key: None,
    };
    let mut work = app.context.begin().await.expect("a transaction");
    let notice = Notice { new, letter: Some(&letter) };
    let told = notify(&mut work, &notice, app.context.clock.now()).await.expect("a notification");
    work.commit().await.expect("a commit");
    told.expect("told once").0
}

async fn deliveries(app: &TestApp, id: i64) -> Vec<(String, String)> {
    sqlx::query_as(
        "select channel, status from notification_deliveries where notification_id = $1 order by id",
    )
    .bind(id)
    .fetch_all(&app.context.db)
    .await
    .expect("deliveries")
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(channel, status)| ((*channel).to_owned(), (*status).to_owned())).collect()
}

fn channels(view: &Value, kind: &str) -> Value {
    view["matrix"][kind].clone()
}

/// Keys that a browser could have.
fn browser(endpoint: &str) -> Value {
    json!({
        "endpoint": endpoint,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
        "user_agent": "Firefox 130",
    })
}

const PREFERENCES: &str = "/api/notifications/preferences/";
const BROWSERS: &str = "/api/notifications/push/subscriptions/";

#[tokio::test]
async fn who_decided_nothing_has_the_defaults_of_each_type() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let types = alice.get("/api/notifications/types/").await.ok();
    let preferences = alice.get(PREFERENCES).await.ok();
    assert_eq!((&preferences["quiet_hours"], &preferences["digest"]), (&Value::Null, &json!("off")));
    for one in types.as_array().expect("types") {
        let name = one["name"].as_str().expect("a name");
        assert_eq!(channels(&preferences, name), one["default_channels"], "{name}");
        let is_mandatory = ["security", "billing", "legal"].contains(&name);
        assert_eq!(one["mandatory"], is_mandatory, "{name}");
        assert!(!is_mandatory || one["default_channels"]["email"] == true, "{name}");
    }
    assert_eq!(types.as_array().map(Vec::len), Some(NotificationKind::ALL.len()));
    let english =
        alice.request(reqwest::Method::GET, "/api/notifications/types/").header("Accept-Language", "en");
    let labels = testkit::send(english, "types".to_owned()).await.ok();
    let label = |types: &Value| types[0]["label"].as_str().map(str::to_owned);
    assert_eq!(
        (label(&types).as_deref(), label(&labels).as_deref()),
        (Some("Informations"), Some("Information"))
    );
}

#[tokio::test]
async fn what_was_decided_is_kept_and_the_rest_goes_back_to_its_default() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let wanted = json!({
        "matrix": { "document_read": { "email": false }, "security": { "push": false } },
        "quiet_hours": { "start": "22:00", "end": "07:30", "tz": "Indian/Reunion" },
        "digest": "daily",
    });
    let kept = alice.put(PREFERENCES, wanted).await.ok();
    assert_eq!(channels(&kept, "document_read"), json!({ "email": false, "in_app": true, "push": true }));
    assert_eq!(channels(&kept, "security"), json!({ "email": true, "in_app": true, "push": false }));
    assert_eq!(kept["quiet_hours"], json!({ "start": "22:00", "end": "07:30", "tz": "Indian/Reunion" }));
    assert_eq!(kept["digest"], "daily");
    assert_eq!(alice.get(PREFERENCES).await.ok(), kept);
    assert_eq!(bob.get(PREFERENCES).await.ok()["digest"], "off");
    // Without a zone of its own, that of the settings.
    alice.patch("/api/settings/me/", json!({ "timezone": "America/Cayenne" })).await.ok();
    let emptied = json!({ "quiet_hours": { "start": "23:00", "end": "06:00" } });
    let replaced = alice.put(PREFERENCES, emptied).await.ok();
    assert_eq!(channels(&replaced, "document_read")["email"], true);
    assert_eq!(replaced["quiet_hours"]["tz"], "America/Cayenne");
    assert_eq!(replaced["digest"], "off");
}

#[tokio::test]
async fn mandatory_letters_cannot_be_switched_off_and_every_bad_choice_is_named() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let before = alice.get(PREFERENCES).await.ok();
    for kind in ["security", "billing", "legal"] {
        let off = json!({ "matrix": { kind: { "email": false } } });
        alice.put(PREFERENCES, off).await.assert_invalid(&[&format!("matrix.{kind}.email")]);
    }
    let bad = json!({
        "matrix": { "gossip": { "email": true }, "info": { "pigeon": true }, "security": { "email": false } },
        "quiet_hours": { "start": "25:00", "end": "x", "tz": "Mars/Olympus" },
    });
    alice.put(PREFERENCES, bad).await.assert_invalid(&[
        "matrix.gossip",
        "matrix.info.pigeon",
        "matrix.security.email",
        "quiet_hours.start",
        "quiet_hours.end",
        "quiet_hours.tz",
    ]);
    let shape = json!({ "matrix": { "info": { "email": "no" }, "legal": 7 }, "digest": "hourly" });
    alice.put(PREFERENCES, shape).await.assert_invalid(&["matrix.info.email", "matrix.legal", "digest"]);
    let never = json!({ "quiet_hours": { "start": "22:00", "end": "22:00" } });
    alice.put(PREFERENCES, never).await.assert_invalid(&["quiet_hours.end"]);
    assert_eq!(alice.get(PREFERENCES).await.ok(), before);
}

#[tokio::test]
async fn each_channel_is_recorded_with_what_became_of_it() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let id = tell(&app, &alice, NotificationKind::DocumentFailed).await;
    assert_eq!(deliveries(&app, id).await, pairs(&[("in_app", "delivered"), ("email", "sending")]));
    // What the mail server said of the letter is what the delivery shows.
    let path = format!("/api/notifications/{id}/");
    let email = |one: &Value| one["deliveries"][1].clone();
    assert_eq!(email(&alice.get(&path).await.ok())["status"], "pending");
    for (state, shown) in
        [("sending", "sending"), ("sent", "sent"), ("failed", "failed"), ("suppressed", "suppressed")]
    {
        sqlx::query("update letters set state = $1 where kind = 'document-failed'")
            .bind(state)
            .execute(&app.context.db)
            .await
            .expect("a letter comes to an end");
        let delivery = email(&alice.get(&path).await.ok());
        assert_eq!(delivery["status"], shown);
        assert!(delivery["provider_id"].is_string(), "{delivery}");
    }
}

#[tokio::test]
async fn switches_and_preferences_suppress_and_what_is_mandatory_goes_through() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    alice.patch("/api/settings/me/", json!({ "email_notifications": false })).await.ok();
    let hidden = json!({ "matrix": { "document_failed": { "in_app": false } } });
    alice.put(PREFERENCES, hidden).await.ok();
    let id = tell(&app, &alice, NotificationKind::DocumentFailed).await;
    assert_eq!(deliveries(&app, id).await, pairs(&[("in_app", "suppressed"), ("email", "suppressed")]));
    alice.get(&format!("/api/notifications/{id}/")).await.assert_problem(404, "not_found");
    assert_eq!(alice.get("/api/notifications/unread_count/").await.ok()["unread_count"], 0);
    let id = tell(&app, &alice, NotificationKind::Security).await;
    assert_eq!(deliveries(&app, id).await, pairs(&[("in_app", "delivered"), ("email", "sending")]));
}

#[tokio::test]
async fn a_browser_is_remembered_listed_and_forgotten() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let key = app.nobody().get("/api/notifications/push/vapid-key/").await.ok();
    assert_eq!(key["public_key"].as_str().map(str::len), Some(87), "65 bytes in base64url: {key}");
    let made = alice.post(BROWSERS, browser("https://push.example/one")).await.created();
    assert_eq!(
        (&made["endpoint"], &made["user_agent"]),
        (&json!("https://push.example/one"), &json!("Firefox 130"))
    );
    assert!(made.get("keys").is_none() && made.get("auth").is_none(), "keys are not told again: {made}");
    let again = alice.post(BROWSERS, browser("https://push.example/one")).await.created();
    assert_eq!(again["id"], made["id"]);
    assert_eq!(alice.get(BROWSERS).await.ok()["count"], 1);
    let path = format!("{BROWSERS}{}/", made["id"]);
    bob.delete(&path).await.assert_problem(404, "not_found");
    // The browser changes hands: what is for Alice must not go there any more.
    bob.post(BROWSERS, browser("https://push.example/one")).await.created();
    assert_eq!(alice.get(BROWSERS).await.ok()["count"], 0);
    alice.delete(&path).await.assert_problem(404, "not_found");
    bob.delete(&path).await.expect(204);
    assert_eq!(bob.get(BROWSERS).await.ok()["count"], 0);
}

#[tokio::test]
async fn a_browser_in_our_own_network_or_without_keys_is_refused() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    for bad in [
        "http://push.example/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/x",
        "https://[::ffff:10.0.0.1]/x",
    ] {
        alice.post(BROWSERS, browser(bad)).await.assert_invalid(&["endpoint"]);
    }
    let mut keyless = browser("https://push.example/x");
    keyless["keys"] = json!({ "p256dh": "BAAA", "auth": "é" });
    alice.post(BROWSERS, keyless).await.assert_invalid(&["keys.p256dh", "keys.auth"]);
    alice.post(BROWSERS, json!({ "keys": {} })).await.assert_invalid(&[
        "endpoint",
        "keys.p256dh",
        "keys.auth",
    ]);
    assert_eq!(alice.get(BROWSERS).await.ok()["count"], 0);
}

#[tokio::test]
async fn a_channel_can_be_tried_whatever_one_prefers() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    alice.patch("/api/settings/me/", json!({ "email_notifications": false })).await.ok();
    let try_out =
        |channel: &'static str| alice.post("/api/notifications/test/", json!({ "channel": channel }));
    let letter = try_out("email").await.ok();
    assert_eq!((&letter["channel"], &letter["status"]), (&json!("email"), &json!("pending")));
    assert_eq!(alice.get("/api/notifications/").await.ok()["count"], 0);
    assert_eq!(try_out("in_app").await.ok()["status"], "delivered");
    assert_eq!(alice.get("/api/notifications/").await.ok()["count"], 1);
    try_out("push").await.assert_invalid(&["channel"]);
    alice.post(BROWSERS, browser("https://push.example/one")).await.created();
    assert_eq!(try_out("push").await.ok()["status"], "sending");
    try_out("pigeon").await.assert_invalid(&["channel"]);
}
