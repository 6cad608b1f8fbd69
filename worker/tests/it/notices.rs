//! Notifications through the whole house: to a browser, and after quiet hours.

use chrono::{TimeDelta, Utc};
use domain::clock::Clock;
use partners::fake::push::{FakePushService, Subscribed};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::house::{House, LOOK, PATIENCE, Visitor};

const BROWSERS: &str = "/api/notifications/push/subscriptions/";

/// A browser of this person subscribes, and the product is told.
async fn subscribe(visitor: &Visitor, service: &FakePushService) -> Subscribed {
    let key = visitor.get("/api/notifications/push/vapid-key/").await.ok();
    let browser = service.subscribe(key["public_key"].as_str().unwrap());
    let form = json!({
        "endpoint": browser.endpoint, "keys": { "p256dh": browser.p256dh, "auth": browser.auth },
    });
    visitor.post(BROWSERS, form).await.created();
    browser
}

/// Waits until the service has seen so many pushes, good or bad.
async fn until_seen(service: &FakePushService, pushes: usize) {
    let deadline = Instant::now() + PATIENCE;
    while service.received().len() + service.refused().len() < pushes {
        assert!(Instant::now() < deadline, "{:?} {:?}", service.received(), service.refused());
        sleep(LOOK).await;
    }
}

#[tokio::test]
async fn a_push_reaches_each_browser_sealed_and_a_browser_that_is_gone_is_forgotten() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let service = FakePushService::start().await.unwrap();
    for _ in 0..2 {
        let browser = subscribe(&camille, &service).await;
        for secret in [&browser.endpoint, &browser.p256dh, &browser.auth] {
            house.keep_secret(secret);
        }
    }
    // The first try of one of them fails in passing.
    service.answer_next(503);
    let trial = json!({ "channel": "push" });
    camille.post("/api/notifications/test/", trial.clone()).await.ok();
    until_seen(&service, 3).await;
    house.until_idle().await;
    assert_eq!(service.refused(), [(503, "told to")]);
    let received = service.received();
    let mut reached: Vec<usize> = received.iter().map(|push| push.browser).collect();
    reached.sort_unstable();
    assert_eq!(reached, [0, 1]);
    for push in &received {
        assert_eq!(push.payload["title"], "Notification d’essai");
        assert_eq!(push.payload["link"], "/settings/notifications");
        assert_eq!(push.topic, format!("n{}", push.payload["id"]));
        assert_eq!(push.contact, "mailto:ne-pas-repondre@autotrack.localhost");
    }
    let sent = "select count(*) from notification_deliveries where channel = 'push' and status = 'sent'";
    assert_eq!(house.count(sent).await, 1);

    service.unsubscribe(0);
    camille.post("/api/notifications/test/", trial).await.ok();
    house.until(2, sent).await;
    house.until_idle().await;
    let left = camille.get(BROWSERS).await.ok();
    assert_eq!(left["count"], 1);
    assert!(left["results"][0]["endpoint"].as_str().is_some_and(|endpoint| endpoint.ends_with("/push/1")));
    house.assert_logs_keep_quiet();
}

#[tokio::test]
async fn a_push_that_is_refused_has_failed_and_is_no_job_given_up() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let service = FakePushService::start().await.unwrap();
    subscribe(&camille, &service).await;
    service.answer_next(403);
    camille.post("/api/notifications/test/", json!({ "channel": "push" })).await.ok();
    until_seen(&service, 1).await;
    house.until_idle().await;
    let failed = "select count(*) from notification_deliveries where channel = 'push' and status = 'failed'";
    assert_eq!(house.count(failed).await, 1);
    assert_eq!(house.count("select count(*) from jobs where kind = 'send_push' and state = 'done'").await, 1);
}

#[tokio::test]
async fn what_falls_into_quiet_hours_is_shown_at_once_and_written_when_they_end() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let clock = |hours| (Clock::system().now() + TimeDelta::hours(hours)).format("%H:%M").to_string();
    let quiet = json!({ "quiet_hours": { "start": clock(-2), "end": clock(2), "tz": Utc.to_string() } });
    camille.put("/api/notifications/preferences/", quiet).await.ok();
    let paper = camille.send("invoice/clean/inv_clean_002.pdf").await;
    camille.until_read(&paper).await;
    let waiting = "select count(*) from jobs where kind = 'deliver_notification' and state = 'ready'";
    house.until(1, waiting).await;
    let shown = camille.get("/api/notifications/").await.ok();
    assert_eq!(shown["count"], 1);
    assert_eq!(house.letters(&camille).len(), 0);

    // The hours pass.
    for statement in [
        "update notification_deliveries set send_after = now()",
        "update jobs set run_at = now() where kind = 'deliver_notification'",
    ] {
        sqlx::query(statement).execute(house.database.pool()).await.unwrap();
    }
    house.until_idle().await;
    let kinds: Vec<_> = house
        .letters(&camille)
        .iter()
        .map(|letter| letter.header("X-AutoTrack-Letter").unwrap().to_owned())
        .collect();
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    let id = &shown["results"][0]["id"];
    let one: Value = camille.get(&format!("/api/notifications/{id}/")).await.ok();
    let email = one["deliveries"].as_array().unwrap().iter().find(|one| one["channel"] == "email").unwrap();
    assert_eq!((&email["status"], &email["error"]), (&json!("sent"), &Value::Null));
}
