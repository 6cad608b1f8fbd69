//! Notifications through HTTP.

mod channels;

use std::time::Duration;

use database::notifications::{self, NewNotification};
use domain::ids::NotificationId;
use domain::notification::NotificationKind;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Person, TestApp, send};

async fn tell(app: &TestApp, person: &Person, kind: NotificationKind, title: &str) -> NotificationId {
    let new = NewNotification {
        user: person.id,
        kind,
        vehicle: None,
        document: None,
        title,
        message: "Votre document a été lu.",
        link: Some("/documents/1"),
        metadata: &json!({ "document_id": 1 }),
        dedup_key: None,
    };
    let mut db = app.context.db.acquire().await.expect("a connection");
    let told =
        notifications::insert(&mut db, &new, true, app.context.clock.now()).await.expect("a notification");
    told.expect("it has no key to be told once by")
}

fn titles(list: &Value) -> Vec<&str> {
    list["results"].as_array().into_iter().flatten().filter_map(|row| row["title"].as_str()).collect()
}

#[tokio::test]
async fn a_notification_is_listed_read_and_unread() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let id = tell(&app, &alice, NotificationKind::DocumentRead, "Carte grise lue").await;
    let path = format!("/api/notifications/{id}/");
    let one = alice.get(&path).await.ok();
    for (field, value) in [
        ("id", json!(id.0)),
        ("notification_type", json!("document_read")),
        ("title", json!("Carte grise lue")),
        ("link", json!("/documents/1")),
        ("metadata", json!({ "document_id": 1 })),
        ("vehicle_id", Value::Null),
        ("is_read", json!(false)),
        ("read_at", Value::Null),
    ] {
        assert_eq!(one.get(field), Some(&value), "{field}");
    }
    let listed = &alice.get("/api/notifications/").await.ok()["results"][0];
    for (field, value) in listed.as_object().expect("an object") {
        assert_eq!(one.get(field), Some(value), "{field}");
    }
    assert_eq!(one["deliveries"], json!([]));
    let read = alice.post_empty(&format!("{path}mark_as_read/")).await.ok();
    assert!(read["is_read"] == true && read["read_at"].is_string());
    assert_eq!(alice.patch(&path, json!({ "is_read": true })).await.ok(), read);
    assert_eq!(alice.post_empty(&format!("{path}mark_as_unread/")).await.ok()["is_read"], false);
    assert_eq!(alice.put(&path, json!({ "is_read": true })).await.ok()["is_read"], true);
    let unread = alice.patch(&path, json!({ "is_read": false })).await.ok();
    assert_eq!((&unread["is_read"], &unread["read_at"]), (&json!(false), &Value::Null));
    alice.patch(&path, json!({ "is_read": "yes" })).await.assert_invalid(&["is_read"]);
    alice.patch(&path, json!({})).await.assert_invalid(&["is_read"]);
}

#[tokio::test]
async fn the_unread_are_counted_and_all_read_at_once() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    for title in ["un", "deux", "trois"] {
        tell(&app, &alice, NotificationKind::Info, title).await;
    }
    tell(&app, &bob, NotificationKind::Info, "pour Bob").await;
    assert_eq!(alice.get("/api/notifications/unread_count/").await.ok(), json!({ "unread_count": 3 }));
    assert_eq!(titles(&alice.get("/api/notifications/unread/").await.ok()), ["trois", "deux", "un"]);
    let done = alice.post_empty("/api/notifications/mark_all_as_read/").await.ok();
    assert_eq!(done, json!({ "message": "3 notifications marquées comme lues.", "updated": 3 }));
    assert_eq!(alice.get("/api/notifications/unread_count/").await.ok(), json!({ "unread_count": 0 }));
    assert_eq!(alice.get("/api/notifications/unread/").await.ok()["count"], 0);
    assert_eq!(bob.get("/api/notifications/unread_count/").await.ok(), json!({ "unread_count": 1 }));
}

#[tokio::test]
async fn a_list_is_narrowed_by_type_and_by_what_was_read() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let read = tell(&app, &alice, NotificationKind::DocumentRead, "lu").await;
    tell(&app, &alice, NotificationKind::DocumentFailed, "raté").await;
    alice.post_empty(&format!("/api/notifications/{read}/mark_as_read/")).await.ok();
    for (query, expected) in [
        ("", vec!["raté", "lu"]),
        ("?ordering=created_at", vec!["lu", "raté"]),
        ("?is_read=true", vec!["lu"]),
        ("?is_read=false", vec!["raté"]),
        ("?notification_type=document_failed", vec!["raté"]),
        ("?notification_type__in=document_failed,document_read", vec!["raté", "lu"]),
        ("?vehicle=4711", vec![]),
        ("?created_at__lte=2000-01-01T00:00:00Z", vec![]),
        ("?created_at__gte=2000-01-01T00:00:00Z", vec!["raté", "lu"]),
        ("?page_size=1", vec!["raté"]),
    ] {
        let list = alice.get(&format!("/api/notifications/{query}")).await.ok();
        assert_eq!(titles(&list), expected, "{query}");
    }
    for (query, field) in [
        ("?notification_type=gossip", "notification_type"),
        ("?created_at__gte=yesterday", "created_at__gte"),
        ("?ordering=title", "ordering"),
    ] {
        alice.get(&format!("/api/notifications/{query}")).await.assert_invalid(&[field]);
    }
}

#[tokio::test]
async fn a_stranger_cannot_see_or_read_my_notification() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let id = tell(&app, &alice, NotificationKind::Info, "pour Alice").await;
    let path = format!("/api/notifications/{id}/");
    bob.get(&path).await.assert_problem(404, "not_found");
    bob.patch(&path, json!({ "is_read": true })).await.assert_problem(404, "not_found");
    bob.post_empty(&format!("{path}mark_as_read/")).await.assert_problem(404, "not_found");
    bob.delete(&path).await.assert_problem(404, "not_found");
    assert_eq!(alice.get("/api/notifications/unread_count/").await.ok(), json!({ "unread_count": 1 }));
}

#[tokio::test]
async fn what_was_deleted_is_gone_and_what_was_read_can_be_deleted_at_once() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let ids = [
        tell(&app, &alice, NotificationKind::Info, "un").await,
        tell(&app, &alice, NotificationKind::Info, "deux").await,
        tell(&app, &alice, NotificationKind::Info, "trois").await,
    ];
    let of_bob = tell(&app, &bob, NotificationKind::Info, "pour Bob").await;
    let path = |id: &NotificationId| format!("/api/notifications/{id}/");
    bob.post_empty(&format!("{}mark_as_read/", path(&of_bob))).await.ok();
    alice.delete(&path(&ids[0])).await.expect(204);
    alice.delete(&path(&ids[0])).await.assert_problem(404, "not_found");
    alice.post_empty(&format!("{}mark_as_read/", path(&ids[1]))).await.ok();
    let gone = alice.delete("/api/notifications/delete_all_read/").await.ok();
    assert_eq!(gone, json!({ "deleted": 1 }));
    assert_eq!(titles(&alice.get("/api/notifications/").await.ok()), ["trois"]);
    assert_eq!(bob.get("/api/notifications/").await.ok()["count"], 1);
}

#[tokio::test]
async fn notifications_are_counted_and_listed_by_type() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let read = tell(&app, &alice, NotificationKind::DocumentRead, "lu").await;
    tell(&app, &alice, NotificationKind::DocumentRead, "lu aussi").await;
    tell(&app, &alice, NotificationKind::Security, "alerte").await;
    alice.post_empty(&format!("/api/notifications/{read}/mark_as_read/")).await.ok();
    let stats = alice.get("/api/notifications/stats/").await.ok();
    let expected = json!({ "total": 3, "unread": 2, "by_type": [
        { "notification_type": "document_read", "total": 2, "unread": 1 },
        { "notification_type": "security", "total": 1, "unread": 1 },
    ] });
    assert_eq!(stats, expected);
    let list = alice.get("/api/notifications/by_type/?type=document_read").await.ok();
    assert_eq!(titles(&list), ["lu aussi", "lu"]);
    alice.get("/api/notifications/by_type/?type=gossip").await.assert_invalid(&["type"]);
    alice.get("/api/notifications/by_type/").await.assert_invalid(&["type"]);
}

#[tokio::test]
async fn a_note_to_oneself_is_written_once_and_shown_in_the_product_only() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let note = json!({
        "notification_type": "info", "title": "Penser aux pneus", "message": "Avant novembre.",
        "link": "/vehicles/7", "metadata": { "source": "widget" },
    });
    let write = || {
        let request = alice.request(Method::POST, "/api/notifications/").header("Idempotency-Key", "note-1");
        send(request.json(&note), "a note".to_owned())
    };
    let (first, again) = (write().await.created(), write().await.created());
    assert_eq!(first, again);
    assert_eq!(
        (&first["title"], &first["metadata"]["source"]),
        (&json!("Penser aux pneus"), &json!("widget"))
    );
    let deliveries = first["deliveries"].as_array().expect("deliveries");
    let seen: Vec<_> = deliveries.iter().map(|one| (&one["channel"], &one["status"])).collect();
    assert_eq!(seen, [(&json!("in_app"), &json!("delivered"))]);
    assert_eq!(alice.get("/api/notifications/").await.ok()["count"], 1);
}

#[tokio::test]
async fn every_fault_of_a_note_is_named() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let bad = json!({
        "notification_type": "security", "title": " ", "message": "x", "link": "https://evil.example",
        "metadata": [1],
    });
    alice.post("/api/notifications/", bad).await.assert_invalid(&[
        "notification_type",
        "title",
        "link",
        "metadata",
    ]);
    let nul = json!({ "title": "x", "message": "x", "metadata": { "a": "b\u{0}" } });
    alice.post("/api/notifications/", nul).await.assert_invalid(&["metadata"]);
    let big = json!({ "title": "x", "message": "x", "metadata": { "a": "é".repeat(5000) } });
    alice.post("/api/notifications/", big).await.assert_invalid(&["metadata"]);
    let slashes = json!({ "title": "x", "message": "x", "link": "//evil.example" });
    alice.post("/api/notifications/", slashes).await.assert_invalid(&["link"]);
}

/// The next event that a stream tells; comments, which only show that it lives, are passed over.
async fn event(stream: &mut reqwest::Response) -> Value {
    let next = async {
        loop {
            let chunk = stream.chunk().await.expect("a chunk").expect("the stream goes on");
            let text = String::from_utf8(chunk.to_vec()).expect("text");
            if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
                return serde_json::from_str(data).expect("JSON");
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), next).await.expect("an event in time")
}

#[tokio::test]
async fn a_stream_tells_of_each_new_notification_and_of_what_was_read_elsewhere() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    tell(&app, &alice, NotificationKind::Info, "déjà là").await;
    let request = alice.request(Method::GET, "/api/notifications/stream/");
    let mut stream = request.send().await.expect("a stream");
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(event(&mut stream).await, json!({ "unread_count": 1, "notification": null }));
    tell(&app, &bob, NotificationKind::Info, "pour Bob").await;
    let id = tell(&app, &alice, NotificationKind::DocumentRead, "Carte grise lue").await;
    let fresh = event(&mut stream).await;
    assert_eq!((&fresh["unread_count"], &fresh["notification"]["id"]), (&json!(2), &json!(id.0)));
    assert_eq!(fresh["notification"]["title"], "Carte grise lue");
    alice.post_empty("/api/notifications/mark_all_as_read/").await.ok();
    assert_eq!(event(&mut stream).await, json!({ "unread_count": 0, "notification": null }));
}

#[tokio::test]
async fn five_streams_may_be_open_and_a_closed_one_makes_room() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let path = "/api/notifications/stream/";
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(alice.request(Method::GET, path).send().await.expect("a stream"));
    }
    alice.get(path).await.assert_problem(429, "throttled");
    assert_eq!(bob.request(Method::GET, path).send().await.expect("a stream").status(), 200);
    drop(open);
    let room = async {
        while alice.request(Method::GET, path).send().await.expect("an answer").status() != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), room).await.expect("room for one more");
}

#[tokio::test]
async fn a_link_stays_on_the_site() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    for link in ["//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"] {
        let note = json!({ "title": "x", "message": "x", "link": link });
        alice.post("/api/notifications/", note).await.assert_invalid(&["link"]);
    }
}

#[tokio::test]
async fn who_does_not_want_notes_keeps_nobody_from_getting_theirs() {
    let app = TestApp::start().await;
    let (alice, bob, staff) = (app.alice().await, app.bob().await, app.staff().await);
    let silent = json!({ "matrix": { "info": { "in_app": false } } });
    alice.put("/api/notifications/preferences/", silent).await.ok();
    let form = json!({ "title": "Bonjour", "message": "x", "user_ids": [alice.id.0, bob.id.0] });
    staff.post("/api/notifications/", form).await.created();
    assert_eq!(bob.get("/api/notifications/").await.ok()["count"], 1);
    assert_eq!(alice.get("/api/notifications/").await.ok()["count"], 0);
}

#[tokio::test]
async fn notes_are_slowed_down() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let note = || alice.post("/api/notifications/", json!({ "title": "x", "message": "x" }));
    for _ in 0..20 {
        note().await.created();
    }
    note().await.assert_problem(429, "throttled");
}

#[tokio::test]
async fn staff_write_to_others_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (staff, alice, bob) = (app.staff().await, app.alice().await, app.bob().await);
    let form = |ids: &[i64]| json!({ "title": "Bonjour", "message": "x", "user_ids": ids });
    let readers = [bob.id.0, alice.id.0, bob.id.0];
    let path = "/api/notifications/";
    alice.post(path, form(&readers)).await.assert_problem(403, "permission_denied");
    alice.post(path, form(&[alice.id.0])).await.assert_problem(403, "permission_denied");
    staff.post(path, form(&[])).await.assert_invalid(&["user_ids"]);
    let unknown = staff.post(path, form(&[alice.id.0, 999_999])).await.assert_invalid(&["user_ids"]);
    assert!(unknown["errors"]["user_ids"][0].as_str().is_some_and(|text| text.contains("999999")));
    assert_eq!(alice.get(path).await.ok()["count"], 0, "nobody is told when one is unknown");
    staff.post(path, form(&readers)).await.created();
    for person in [&alice, &bob] {
        assert_eq!(titles(&person.get(path).await.ok()), ["Bonjour"]);
    }
    assert_eq!(staff.get(path).await.ok()["count"], 0);
    let log = staff.get("/api/admin/audit-log/?action=notification_written").await.ok();
    assert_eq!(log["count"], 2);
    sqlx::query("update sessions set auth_method = 'password' where user_id = $1")
        .bind(staff.id.0)
        .execute(&app.context.db)
        .await
        .expect("a weaker session");
    staff.post(path, form(&readers)).await.assert_problem(403, "second_factor_required");
}

#[tokio::test]
async fn a_time_that_no_calendar_has_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for (path, field) in [
        ("/api/notifications/", "created_at__gte"),
        ("/api/notifications/", "created_at__lte"),
        ("/api/auth/me/activity/", "at__gte"),
        ("/api/auth/me/activity/", "at__lte"),
        ("/api/admin/users/", "created_at__lte"),
        ("/api/admin/users/", "last_login__gte"),
        ("/api/admin/audit-log/", "at__gte"),
        ("/api/emails/messages/", "created_at__gte"),
    ] {
        for year in ["%2B262000", "-0001"] {
            let query = format!("{path}?{field}={year}-01-01T00:00:00Z");
            staff.get(&query).await.assert_invalid(&[field]);
        }
        staff.get(&format!("{path}?{field}=9999-01-01T00:00:00Z")).await.ok();
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_server() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let open = |person: &Person| person.request(Method::GET, "/api/notifications/stream/").send();
    let mut of_alice = open(&alice).await.expect("a stream");
    let mut of_bob = open(&bob).await.expect("a stream");
    for stream in [&mut of_alice, &mut of_bob] {
        assert_eq!(event(stream).await["unread_count"], 0);
    }
    alice.post_empty("/api/auth/logout/").await.ok();
    let end = tokio::time::timeout(Duration::from_secs(20), of_alice.chunk()).await.expect("an end in time");
    assert!(matches!(end, Ok(None)), "{end:?}");
    app.stop();
    let end = tokio::time::timeout(Duration::from_secs(20), of_bob.chunk()).await.expect("an end in time");
    assert!(!matches!(end, Ok(Some(_))), "{end:?}");
}
