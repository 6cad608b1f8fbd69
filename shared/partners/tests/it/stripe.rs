//! The real client against the fake, and the fake against what Stripe documents.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use config::StripeSettings;
use partners::{
    Mode, Stripe, StripeError,
    fake::{FakeStripe, KEY, Mood},
    stripe,
};
use serde_json::Value;

fn client(fake: &FakeStripe, key: &str) -> Arc<dyn Stripe> {
    let settings = StripeSettings { key: Some(key.to_owned().into()), url: Some(fake.url()) };
    stripe(&settings).unwrap().unwrap()
}

#[tokio::test]
async fn a_ping_tells_mode_and_latency_and_only_reads() {
    let fake = FakeStripe::start().await.unwrap();
    let ping = client(&fake, KEY).ping().await.unwrap();
    assert_eq!(ping.mode, Mode::Test);
    assert!(ping.latency > Duration::ZERO && ping.latency < Duration::from_secs(5));
    assert_eq!(fake.asked(), ["GET /v1/balance"]);
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_repeated() {
    let fake = FakeStripe::start().await.unwrap();
    let error = client(&fake, "sk_test_somebody_elses_9999").ping().await.unwrap_err();
    assert_eq!(error, StripeError::Unauthorized);
    assert!(!format!("{error} {error:?}").contains("9999"));
}

#[tokio::test]
async fn every_kind_of_trouble_has_its_own_error() {
    let fake = FakeStripe::start().await.unwrap();
    let client = client(&fake, KEY);
    for (mood, expected) in [
        (Mood::Failing(400), StripeError::Refused { status: 400 }),
        (Mood::Failing(403), StripeError::Unauthorized),
        (Mood::Failing(429), StripeError::RateLimited),
        (Mood::Failing(503), StripeError::Unavailable { status: 503 }),
        (Mood::Garbled, StripeError::Unreadable),
    ] {
        fake.behave(mood);
        assert_eq!(client.ping().await.unwrap_err(), expected);
    }
    fake.behave(Mood::Well);
    assert!(client.ping().await.is_ok());
}

#[tokio::test]
async fn a_silent_stripe_is_given_up_after_five_seconds() {
    let fake = FakeStripe::start().await.unwrap();
    fake.behave(Mood::Silent);
    let asked = Instant::now();
    assert_eq!(client(&fake, KEY).ping().await.unwrap_err(), StripeError::Timeout);
    assert!((5.0..8.0).contains(&asked.elapsed().as_secs_f64()));
}

#[tokio::test]
async fn nobody_at_the_other_end_is_unreachable() {
    let fake = FakeStripe::start().await.unwrap();
    let client = client(&fake, KEY);
    drop(fake);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(client.ping().await.unwrap_err(), StripeError::Unreachable);
}

#[test]
fn without_a_key_there_is_no_client_and_a_broken_one_is_said() {
    assert!(stripe(&StripeSettings { key: None, url: None }).unwrap().is_none());
    let broken = StripeSettings { key: Some("sk_test_\n".to_owned().into()), url: None };
    assert_eq!(stripe(&broken).err(), Some(StripeError::Setup));
}

#[tokio::test]
async fn the_fake_speaks_as_stripe_does() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let fake = FakeStripe::start().await.unwrap();
    let ask = async |path: &str, key: Option<&str>| {
        let request = reqwest::Client::new().get(fake.url().join(path).unwrap());
        let request = if let Some(key) = key { request.bearer_auth(key) } else { request };
        let response = request.send().await.unwrap();
        assert!(response.headers()["request-id"].to_str().unwrap().starts_with("req_"));
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let (status, body) = ask("/v1/balance", Some("sk_test_abcdefgh1234")).await;
    assert_eq!(status, 401);
    assert_eq!(body["error"]["type"], "invalid_request_error");
    assert_eq!(body["error"]["message"], "Invalid API Key provided: sk_test_********1234");
    assert_eq!(ask("/v1/balance", None).await.0, 401);
    let (status, body) = ask("/v1/nothing", Some(KEY)).await;
    assert_eq!(
        (status, &body["error"]["message"]),
        (404, &Value::from("Unrecognized request URL (GET: /v1/nothing)."))
    );
    let (status, body) = ask("/v1/balance", Some(KEY)).await;
    assert_eq!(
        (status, &body["object"], &body["livemode"]),
        (200, &Value::from("balance"), &Value::from(false))
    );
}
