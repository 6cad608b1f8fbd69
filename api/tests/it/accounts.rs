//! Accounts through HTTP: getting one, getting in, staying in, getting out.

use config::ExposeSecret;
use domain::clock::Clock;
use domain::ids::LetterId;
use operations::accounts;
use operations::accounts::Passwords;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, Client, PASSWORD, TestApp, send};

fn form(email: &str) -> Value {
    json!({
        "email": email, "password": PASSWORD, "password_confirm": PASSWORD, "first_name": "Camille",
        "last_name": "Martin", "phone_number": "06 12 34 56 78", "accept_terms": true, "is_staff": true,
    })
}

/// An address that nobody has used: limits are counted by it, over all tests.
fn fresh(name: &str) -> String {
    format!("{name}-{}@exemple.fr", uuid::Uuid::new_v4().simple())
}

/// The code of the newest letter to an address, made as the worker makes it when it sends the letter.
async fn read_code(app: &TestApp, email: &str) -> String {
    let (letter, challenge): (i64, uuid::Uuid) = sqlx::query_as(
        "select id, challenge_id from letters where address = $1::citext and kind = 'otp' order by id desc limit 1",
    )
    .bind(email)
    .fetch_one(&app.context.db)
    .await
    .expect("a letter was recorded");
    let mut db = app.context.db.acquire().await.expect("a connection");
    let (settings, now) = (&app.context.settings, app.context.clock.now());
    let code = accounts::mint_code(&mut db, settings, challenge.into(), LetterId(letter), now).await;
    code.expect("it can be stored").expect("the challenge is open").expose_secret().to_owned()
}

async fn from(client: &Client, ip: &str, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, path).header("x-forwarded-for", ip).json(body);
    send(request, format!("{path} from {ip}")).await
}

#[tokio::test]
async fn a_registration_is_confirmed_by_the_code_and_signs_in() {
    let app = TestApp::start().await;
    let camille = fresh("camille");
    let answer = app.nobody().post("/api/auth/register/", form(&camille)).await.created();
    assert_eq!((&answer["otp_required"], &answer["email"]), (&json!(true), &json!(camille)));
    let code = read_code(&app, &camille).await;
    let proof = json!({
        "email": camille, "otp_code": format!(" {code} "), "challenge_id": answer["challenge_id"],
    });
    let verified = app.nobody().post("/api/auth/verify-otp/", proof.clone()).await.ok();
    assert_eq!(verified["verified"], true);
    let me = app
        .nobody()
        .with_token(verified["tokens"]["access"].as_str().unwrap())
        .get("/api/auth/me/")
        .await
        .ok();
    for (field, value) in [
        ("email", json!(camille)),
        ("first_name", json!("Camille")),
        ("phone_number", json!("0612345678")),
        ("roles", json!(["user"])),
        ("email_verified", json!(true)),
        ("is_staff", json!(false)),
        ("locale", json!("fr")),
        ("unread_count", json!(0)),
    ] {
        assert_eq!(me.get(field), Some(&value), "{field}");
    }
    assert_eq!(me["id"], verified["user"]["id"]);
    app.nobody().post("/api/auth/verify-otp/", proof).await.assert_invalid(&["otp_code"]);
}

#[tokio::test]
async fn every_bad_field_of_a_registration_is_named() {
    let app = TestApp::start().await;
    let camille = fresh("camille");
    let bad = json!({
        "email": "camille", "password": "short", "first_name": " ", "last_name": "M", "phone_number": "12",
        "accept_terms": false,
    });
    app.nobody().post("/api/auth/register/", bad).await.assert_invalid(&[
        "accept_terms",
        "email",
        "first_name",
        "phone_number",
    ]);
    for (password, confirm, field) in [
        ("motdepasse", "motdepasse", "password"),
        (camille.as_str(), camille.as_str(), "password"),
        (PASSWORD, "another", "password_confirm"),
    ] {
        let mut form = form(&camille);
        form["password"] = password.into();
        form["password_confirm"] = confirm.into();
        app.nobody().post("/api/auth/register/", form).await.assert_invalid(&[field]);
    }
    let missing = app.nobody().post("/api/auth/register/", json!({})).await;
    missing.assert_invalid(&["accept_terms", "email", "first_name", "last_name", "password"]);
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answers() {
    let clock = Clock::fixed("2026-03-01T12:00:00Z".parse().unwrap());
    let app = TestApp::start_with(&[], clock.clone()).await;
    let alice = app.alice().await;
    clock.advance(chrono::Duration::hours(2));
    let unknown = format!("un{}", alice.email);
    let mut answers = Vec::new();
    for email in [alice.email.as_str(), unknown.as_str()] {
        let nobody = app.nobody();
        let mut seen = Vec::new();
        for (path, body) in [
            ("/api/auth/resend-otp/", json!({ "email": email })),
            ("/api/auth/register/", form(email)),
            ("/api/auth/resend-otp/", json!({ "email": email })),
            ("/api/auth/login/", json!({ "email": email, "password": "tournesol vert" })),
            ("/api/auth/verify-otp/", json!({ "email": email, "otp_code": "000000" })),
        ] {
            let answer = nobody.post(path, body).await;
            let mut json = answer.json();
            // The one thing that is new each time.
            let had_id = json.get_mut("challenge_id").map(Value::take).is_some();
            let text = json.to_string().replace(email, "<address>");
            seen.push((answer.status, text, had_id, answer.header("content-language").to_owned()));
        }
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    let statuses: Vec<u16> = answers[0].iter().map(|(status, ..)| status.as_u16()).collect();
    assert_eq!(statuses, [200, 201, 429, 401, 400]);
}

#[tokio::test]
async fn an_unconfirmed_address_is_asked_for_its_code_at_login() {
    let app = TestApp::start().await;
    let camille = fresh("camille");
    let registered = app.nobody().post("/api/auth/register/", form(&camille)).await.created();
    let login = json!({ "email": camille, "password": PASSWORD });
    let step = app.nobody().post("/api/auth/login/", login.clone()).await.ok();
    let expected = json!({
        "requireOtp": true, "email": camille, "challenge_id": registered["challenge_id"],
        "methods": ["email"],
    });
    assert_eq!(step, expected);
    let code = read_code(&app, &camille).await;
    let proof = json!({ "email": camille, "otp_code": code, "challenge_id": step["challenge_id"] });
    app.nobody().post("/api/auth/verify-otp/", proof).await.ok();
    let signed_in = app.nobody().post("/api/auth/login/", login).await.ok();
    assert!(signed_in["tokens"]["refresh"].is_string() && signed_in["user"]["email_verified"] == true);
}

#[tokio::test]
async fn another_code_comes_after_a_minute_and_says_when() {
    let clock = Clock::fixed("2026-03-01T12:00:00Z".parse().unwrap());
    let app = TestApp::start_with(&[], clock.clone()).await;
    let camille = fresh("camille");
    app.nobody().post("/api/auth/register/", form(&camille)).await.created();
    clock.advance(chrono::Duration::seconds(20));
    let again = json!({ "email": camille });
    let early = app.nobody().post("/api/auth/resend-otp/", again.clone()).await;
    assert_eq!(early.header("retry-after"), "40");
    early.assert_problem(429, "throttled");
    clock.advance(chrono::Duration::seconds(40));
    let resent = app.nobody().post("/api/auth/resend-otp/", again).await.ok();
    assert!(resent["retry_after"] == 60 && resent["message"].is_string());
}

#[tokio::test]
async fn a_refresh_rotates_and_a_logout_ends_everything_at_once() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let pair = app.nobody().post("/api/token/refresh/", json!({ "refresh": alice.refresh })).await.ok();
    let client = app.nobody().with_token(pair["access"].as_str().unwrap());
    client.get("/api/auth/me/").await.ok();
    assert_ne!(pair["refresh"], json!(alice.refresh));
    assert!(client.post_empty("/api/auth/logout/").await.ok()["message"].is_string());
    for dead in [&client, &alice] {
        dead.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
        dead.post_empty("/api/auth/logout/").await.assert_problem(401, "token_not_valid");
    }
    let refresh = app.nobody().post("/api/token/refresh/", json!({ "refresh": pair["refresh"] })).await;
    refresh.assert_problem(401, "token_not_valid");
}

#[tokio::test]
async fn a_logout_everywhere_ends_the_other_sessions_too() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let login = json!({ "email": alice.email, "password": PASSWORD, "remember": true });
    let other = app.nobody().post("/api/auth/login/", login).await.ok();
    let other = app.nobody().with_token(other["tokens"]["access"].as_str().unwrap());
    other.get("/api/auth/me/").await.ok();
    alice.post("/api/auth/logout/", json!({ "all": true })).await.ok();
    other.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
}

#[tokio::test]
async fn nobody_without_a_token_is_let_in() {
    let app = TestApp::start().await;
    app.nobody().get("/api/auth/me/").await.assert_problem(401, "not_authenticated");
    for token in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = app.nobody().with_token(token).get("/api/auth/me/").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
    }
}

#[tokio::test]
async fn i_change_my_profile_and_my_language() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let patch = json!({
        "first_name": " Zoé ", "phone_number": null, "postal_code": "2a004", "department": "2a", "locale": "en",
        "email": "else@exemple.fr", "roles": ["admin"], "is_staff": true, "email_verified": false,
    });
    let me = alice.patch("/api/auth/me/", patch).await.ok();
    for (field, value) in [
        ("first_name", json!("Zoé")),
        ("phone_number", Value::Null),
        ("department", json!("2A")),
        ("locale", json!("en")),
        ("email", json!(alice.email)),
        ("roles", json!(["user"])),
        ("is_staff", json!(false)),
        ("email_verified", json!(true)),
    ] {
        assert_eq!(me.get(field), Some(&value), "{field}");
    }
    let refused = alice.patch("/api/auth/me/", json!({ "first_name": "", "phone_number": "x" })).await;
    let refused = refused.assert_invalid(&["first_name", "phone_number"]);
    assert_eq!(refused["errors"]["first_name"][0], "This field is required.");
    alice.patch("/api/auth/me/", json!({ "locale": "de" })).await.assert_invalid(&["locale"]);
    let replaced = alice.put("/api/auth/me/", json!({ "first_name": "A", "last_name": "B" })).await.ok();
    assert_eq!((&replaced["last_name"], &replaced["locale"]), (&json!("B"), &json!("en")));
}

#[tokio::test]
async fn answers_about_accounts_are_never_stored() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let login = json!({ "email": alice.email, "password": PASSWORD });
    for answer in [
        app.nobody().post("/api/auth/login/", login).await,
        app.nobody().post("/api/auth/login/", json!({})).await,
        app.nobody().post("/api/token/refresh/", json!({ "refresh": "x" })).await,
        alice.get("/api/auth/me/").await,
    ] {
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn guessing_slows_down_guessers_and_not_the_holder_at_home() {
    let app = TestApp::start_with(&[("AUTOTRACK_TRUSTED_PROXIES", "1")], Clock::system()).await;
    let alice = app.alice().await;
    let right = json!({ "email": alice.email, "password": PASSWORD });
    let wrong = json!({ "email": alice.email, "password": "tournesol vert" });
    from(&app.nobody(), "192.0.2.1", "/api/auth/login/", &right).await.ok();
    let mut slowed = 0;
    for guess in 0..14 {
        let ip = format!("198.51.100.{guess}");
        slowed += u16::from(from(&app.nobody(), &ip, "/api/auth/login/", &wrong).await.status == 429);
    }
    assert!(slowed >= 3, "{slowed}");
    from(&app.nobody(), "192.0.2.1", "/api/auth/login/", &right).await.ok();
}

#[tokio::test]
async fn a_member_of_staff_made_by_command_signs_in() {
    let app = TestApp::start().await;
    let staff = fresh("staff");
    let context = &app.context;
    let (address, cheap) = (staff.parse().unwrap(), Passwords::with_cost(64, 1, 1));
    let added =
        accounts::add_staff(&context.db, &cheap, &context.clock, &address, false, None).await.unwrap();
    let password = added.password.unwrap().expose_secret().to_owned();
    let login = json!({ "email": staff, "password": password });
    assert_eq!(app.nobody().post("/api/auth/login/", login).await.ok()["user"]["is_staff"], true);
}
