//! Notifications through HTTP.

use database::notifications::{self, NewNotification};
use domain::ids::NotificationId;
use domain::notification::NotificationKind;
use serde_json::{Value, json};
use testkit::{Person, TestApp};

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
    let told = notifications::notify(&mut db, &new, app.context.clock.now()).await.expect("a notification");
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
    assert_eq!(alice.get("/api/notifications/").await.ok()["results"][0], one);
    let read = alice.post_empty(&format!("{path}mark_as_read/")).await.ok();
    assert!(read["is_read"] == true && read["read_at"].is_string());
    assert_eq!(alice.patch(&path, json!({ "is_read": true })).await.ok(), read);
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
    assert_eq!(alice.get("/api/notifications/unread_count/").await.ok(), json!({ "unread_count": 1 }));
}
