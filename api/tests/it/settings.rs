//! Settings through HTTP.

use serde_json::{Value, json};
use testkit::TestApp;

const ME: &str = "/api/settings/me/";

fn defaults() -> Value {
    json!({
        "language": "fr",
        "theme": "auto",
        "timezone": "Europe/Paris",
        "units": { "distance": "km", "volume": "l", "consumption": "l_100km" },
        "currency": "EUR",
        "reminder_lead_days": { "inspection": [60, 30, 7], "maintenance": [3], "insurance": [30, 7] },
        "email_notifications": true,
        "push_notifications": true,
        "maintenance_reminders": true,
        "subscription_alerts": true,
        "profile_public": false,
        "anonymous_reviews": true,
        "usage_statistics": false,
        "custom_settings": {},
    })
}

#[tokio::test]
async fn who_set_nothing_has_the_defaults_of_a_french_driver() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    assert_eq!(alice.get(ME).await.ok(), defaults());
    let list = alice.get("/api/settings/").await.ok();
    assert_eq!((&list["count"], &list["results"]), (&json!(1), &json!([defaults()])));
    alice.get("/api/settings/?page=2").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn what_was_set_is_kept_changed_and_put_back() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let patch = json!({
        "language": "en",
        "units": { "distance": "mi" },
        "timezone": "Pacific/Noumea",
        "reminder_lead_days": { "inspection": [1, 90, 90] },
        "custom_settings": { "tiles": ["fuel", "é"] },
        "profile_public": true,
    });
    let set = alice.patch(ME, patch).await.ok();
    assert_eq!(set["language"], "en");
    assert_eq!(set["units"], json!({ "distance": "mi", "volume": "l", "consumption": "l_100km" }));
    assert_eq!(set["reminder_lead_days"]["inspection"], json!([90, 1]));
    assert_eq!(set["reminder_lead_days"]["insurance"], json!([30, 7]));
    assert_eq!(alice.get(ME).await.ok(), set);
    assert_eq!(bob.get(ME).await.ok(), defaults());
    // The language is the account's, whichever way one looks.
    assert_eq!(alice.get("/api/auth/me/").await.ok()["locale"], "en");
    alice.patch("/api/auth/me/", json!({ "locale": "fr" })).await.ok();
    assert_eq!(alice.get(ME).await.ok()["language"], "fr");
    // Null puts one field back, PUT all that it does not name, reset everything.
    let unset = alice.patch(ME, json!({ "timezone": null, "units": { "distance": null } })).await.ok();
    assert_eq!((&unset["timezone"], &unset["units"]["distance"]), (&json!("Europe/Paris"), &json!("km")));
    let put = alice.put(ME, json!({ "theme": "dark", "currency": "CHF" })).await.ok();
    let mut expected = defaults();
    (expected["theme"], expected["currency"]) = (json!("dark"), json!("CHF"));
    assert_eq!(put, expected);
    assert_eq!(alice.post_empty("/api/settings/reset/").await.ok(), defaults());
    assert_eq!(alice.get(ME).await.ok(), defaults());
}

#[tokio::test]
async fn every_bad_value_is_named_and_nothing_of_it_is_kept() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let bad = json!({
        "language": "es",
        "theme": "pink",
        "timezone": "Europe/Lutèce",
        "units": { "distance": "parsec", "volume": 3 },
        "currency": "DOGE",
        "reminder_lead_days": { "inspection": [0], "maintenance": ["soon"], "insurance": [400] },
        "email_notifications": "no",
        "custom_settings": { "a": "x".repeat(9000) },
    });
    let named = [
        "language",
        "theme",
        "timezone",
        "units.distance",
        "units.volume",
        "currency",
        "reminder_lead_days.maintenance[0]",
        "email_notifications",
        "custom_settings",
    ];
    alice.patch(ME, bad.clone()).await.assert_invalid(&named);
    alice.put(ME, bad).await.assert_invalid(&named);
    let days = json!({ "reminder_lead_days": { "inspection": [0], "insurance": [400] } });
    let named = ["reminder_lead_days.inspection", "reminder_lead_days.insurance"];
    alice.patch(ME, days).await.assert_invalid(&named);
    alice.patch(ME, json!({ "custom_settings": [] })).await.assert_invalid(&["custom_settings"]);
    alice.patch(ME, json!({ "custom_settings": { "a\u{0}": 1 } })).await.assert_invalid(&["custom_settings"]);
    assert_eq!(alice.get(ME).await.ok(), defaults());
}

#[tokio::test]
async fn other_spellings_are_served_and_left_out_of_the_document() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    alice.patch("/api/settings/update_me/", json!({ "theme": "light" })).await.ok();
    assert_eq!(alice.get("/api/settings/settings/me/").await.ok()["theme"], "light");
    assert_eq!(alice.get("/api/settings/settings/").await.ok()["results"][0]["theme"], "light");
    let put = alice.put("/api/settings/settings/update_me", json!({ "theme": "dark" })).await.ok();
    assert_eq!(alice.get("/api/settings/me").await.ok(), put);
    let document = api::openapi::document();
    assert!(document["paths"].get("/api/settings/update_me/").is_some());
    assert!(document["paths"].get("/api/settings/settings/me/").is_none());
}

#[tokio::test]
async fn options_name_every_value_in_both_languages() {
    let app = TestApp::start().await;
    let in_language = async |tag: &str| {
        let request = app.nobody().request(reqwest::Method::GET, "/api/settings/options/");
        testkit::send(request.header("Accept-Language", tag), "options".to_owned()).await.ok()
    };
    let (french, english) = (in_language("fr").await, in_language("en").await);
    assert_eq!(french["units"]["distance"][0], json!({ "value": "km", "label": "Kilomètres" }));
    assert_eq!(english["units"]["distance"][0], json!({ "value": "km", "label": "Kilometres" }));
    assert_eq!(french["languages"][1], json!({ "value": "en", "label": "Anglais" }));
    assert!(french["timezones"].as_array().is_some_and(|all| all.contains(&json!("Europe/Paris"))));
    // What is offered is taken.
    let alice = app.alice().await;
    for currency in french["currencies"].as_array().expect("currencies") {
        let set = alice.patch(ME, json!({ "currency": currency["value"] })).await.ok();
        assert_eq!(set["currency"], currency["value"]);
    }
}

#[tokio::test]
async fn features_are_for_whom_their_flag_says() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    assert_eq!(alice.get("/api/feature-flags/").await.ok(), json!({}));
    sqlx::query(
        "insert into feature_flags (key, enabled, rollout_percent, rules) values
            ('everybody', true, 100, '{}'), ('nobody', false, 100, '{}'), ('broken', true, 100, '[1]'),
            ('paying', true, 100, '{\"plans\": [\"pro\"]}'),
            ('named', true, 0, jsonb_build_object('users', jsonb_build_array($1::bigint)))",
    )
    .bind(alice.id.0)
    .execute(&app.context.db)
    .await
    .expect("flags");
    let of = |named: bool| json!({ "broken": false, "everybody": true, "named": named, "nobody": false, "paying": false });
    assert_eq!(alice.get("/api/feature-flags/").await.ok(), of(true));
    assert_eq!(bob.get("/api/feature-flags/").await.ok(), of(false));
}
