//! Pushes against a push service that looks as closely as the real ones.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use config::{Key, Keyring};
use domain::clock::Clock;
use partners::fake::push::{FakePushService, Subscribed};
use partners::web_push::{Browser, Parcel, PushError, Reach, VapidKeys, WebPush};
use serde_json::json;

fn keys(kids: &[&str]) -> VapidKeys {
    let key = |kid: &&str| Key::new(*kid, format!("{kid:x<32}").as_bytes());
    let (newest, older) = kids.split_first().unwrap();
    VapidKeys::new(&Keyring::new(key(newest), older.iter().map(key).collect())).unwrap()
}

fn client(kids: &[&str]) -> WebPush {
    WebPush::new(keys(kids), "bonjour@autotrack.example", Reach::PublicAndLoopback).unwrap()
}

async fn send(client: &WebPush, to: &Subscribed, kid: &str, text: &str) -> Result<(), PushError> {
    let bytes = |text: &str| BASE64.decode(text).unwrap();
    let (p256dh, auth) = (bytes(&to.p256dh), bytes(&to.auth));
    let browser = Browser { endpoint: &to.endpoint, p256dh: &p256dh, auth: &auth, vapid_kid: kid };
    let payload = json!({ "title": text }).to_string();
    let parcel = Parcel { payload: payload.as_bytes(), topic: "n7", is_urgent: true };
    client.send(browser, parcel, Clock::system().now()).await
}

#[tokio::test]
async fn only_the_browser_it_was_sealed_for_can_open_a_push() {
    let service = FakePushService::start().await.unwrap();
    let (client, server_key) = (client(&["a"]), keys(&["a"]).public_key());
    let (first, second) = (service.subscribe(&server_key), service.subscribe(&server_key));
    send(&client, &first, "a", "Document lu").await.unwrap();
    let received = service.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].payload, json!({ "title": "Document lu" }));
    assert_eq!((received[0].browser, received[0].topic.as_str()), (0, "n7"));
    assert_eq!(
        (received[0].urgency.as_str(), received[0].contact.as_str()),
        ("high", "mailto:bonjour@autotrack.example")
    );
    // Sealed for one, posted to the other.
    let crossed = Subscribed { endpoint: second.endpoint, ..first };
    let refusal = send(&client, &crossed, "a", "x").await.unwrap_err();
    assert_eq!(refusal, PushError::Refused { status: 400 });
    assert_eq!(service.refused(), [(400, "the browser cannot open it")]);
}

#[tokio::test]
async fn a_browser_is_reached_under_the_key_that_it_was_given() {
    let service = FakePushService::start().await.unwrap();
    let older = service.subscribe(&keys(&["old"]).public_key());
    let rotated = client(&["new", "old"]);
    send(&rotated, &older, "old", "x").await.unwrap();
    let refusal = send(&rotated, &older, "retired", "x").await.unwrap_err();
    assert_eq!(refusal, PushError::Refused { status: 403 });
}

#[tokio::test]
async fn every_answer_says_what_to_do_next() {
    let service = FakePushService::start().await.unwrap();
    let (client, browser) = (client(&["a"]), service.subscribe(&keys(&["a"]).public_key()));
    let after = Some(Duration::from_secs(1));
    for (status, expected) in [
        (429, PushError::Later { status: 429, after }),
        (503, PushError::Later { status: 503, after }),
        (413, PushError::Refused { status: 413 }),
        (301, PushError::Refused { status: 301 }),
        (404, PushError::Gone),
    ] {
        service.answer_next(status);
        assert_eq!(send(&client, &browser, "a", "x").await.unwrap_err(), expected);
    }
    service.unsubscribe(0);
    assert_eq!(send(&client, &browser, "a", "x").await.unwrap_err(), PushError::Gone);
}

#[tokio::test]
async fn nothing_is_sent_into_our_own_network() {
    let service = FakePushService::start().await.unwrap();
    let browser = service.subscribe(&keys(&["a"]).public_key());
    let public = WebPush::new(keys(&["a"]), "a@b.example", Reach::Public).unwrap();
    assert_eq!(send(&public, &browser, "a", "x").await.unwrap_err(), PushError::Endpoint);
    // Nor by the name of this machine.
    let named = browser.endpoint.replace("http://127.0.0.1", "https://localhost");
    let named = Subscribed { endpoint: named, ..browser };
    assert_eq!(send(&public, &named, "a", "x").await.unwrap_err(), PushError::Endpoint);
    assert_eq!(service.received().len() + service.refused().len(), 0);
}
