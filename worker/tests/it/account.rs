//! A whole life of an account, through the real programs: what it shows of itself, and what no log may.

use mailsink::Message;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, send};
use tokio::time::{Instant, sleep};
use totp_rs::{Algorithm, Secret, TOTP};

use crate::house::{House, LOOK, PATIENCE, Visitor};

const NEW_PASSWORD: &str = "tournesol jaune 27";

/// The newest letter of a kind to an address.
async fn letter(house: &House, kind: &str, to: &str) -> Message {
    let fits = |letter: &Message| letter.is_to(to) && letter.header("X-AutoTrack-Letter") == Some(kind);
    house.post.wait_for(fits, PATIENCE).await.unwrap_or_else(|| panic!("no {kind} to {to}"))
}

/// What follows `name=` in the letter's link.
fn parameter(letter: &Message, name: &str) -> String {
    let text = letter.text.as_deref().unwrap();
    let (_, rest) = text.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {text}"));
    rest.split(|c: char| c == '&' || c.is_whitespace()).next().unwrap().to_owned()
}

/// The current code of an authenticator; `later` half minutes off.
fn code(totp: &TOTP, later: i64) -> String {
    totp.generate((domain::clock::Clock::system().now().timestamp() + 30 * later).cast_unsigned())
}

/// Signs in with the second factor.
async fn sign_in(house: &mut House, nobody: &Client, email: &str, password: &str, code: &str) -> Client {
    let wrong = json!({ "email": email, "password": "wrong and secret 81" });
    nobody.post("/api/auth/login/", wrong).await.assert_problem(401, "invalid_credentials");
    let form = json!({ "email": email, "password": password });
    let step = nobody.post("/api/auth/login/", form).await.ok();
    let form = json!({ "email": email, "otp_code": code, "challenge_id": step["challenge_id"] });
    let tokens = nobody.post("/api/auth/verify-otp/", form).await.ok()["tokens"].clone();
    for name in ["access", "refresh"] {
        house.keep_secret(tokens[name].as_str().unwrap());
    }
    nobody.with_token(tokens["access"].as_str().unwrap())
}

/// Turns the second factor on; the authenticator and the recovery codes.
async fn enrol(house: &mut House, camille: &Visitor) -> (TOTP, Vec<String>) {
    let enrolment = camille.post_empty("/api/auth/2fa/totp/setup/").await.ok();
    let secret = enrolment["secret"].as_str().unwrap().to_owned();
    house.keep_secret(&secret);
    let bytes = Secret::Encoded(secret).to_bytes().unwrap();
    let totp = TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, bytes, None, String::new());
    let enabled = camille.post("/api/auth/2fa/totp/enable/", json!({ "code": code(&totp, -1) })).await.ok();
    let codes: Vec<String> = serde_json::from_value(enabled["recovery_codes"].clone()).unwrap();
    for code in &codes {
        house.keep_secret(code);
    }
    (totp, codes)
}

/// Chooses a new password by the link of a letter.
async fn reset(house: &mut House, nobody: &Client, email: &str) {
    nobody.post("/api/auth/forgot-password/", json!({ "email": email })).await.ok();
    let link = letter(house, "password-reset", email).await;
    let (uid, token) = (parameter(&link, "uid"), parameter(&link, "token"));
    house.keep_secret(&token);
    let form = json!({ "uid": uid, "token": token, "password": NEW_PASSWORD });
    nobody.post("/api/auth/reset-password/", form).await.ok();
    letter(house, "password-changed", email).await;
}

/// Waits for a copy of the account and fetches it.
async fn copy(camille: &Client) -> Vec<u8> {
    let asked = camille.post_empty("/api/auth/me/exports/").await.expect(202).json();
    let path = format!("/api/auth/me/exports/{}/download/", asked["export"]["id"]);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = camille.get(&path).await;
        if answer.status == 200 {
            return answer.bytes;
        }
        assert!(Instant::now() < deadline, "no copy in time: {}", answer.text());
        sleep(LOOK).await;
    }
}

#[tokio::test]
async fn a_whole_life_of_an_account_leaves_nothing_in_any_log() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    for secret in ["wrong and secret 81", NEW_PASSWORD, "camille.martin@exemple.fr"] {
        house.keep_secret(secret);
    }
    let vehicle = json!({
        "make": "Renault", "model": "Clio", "year": 2019, "license_plate": "GH-482-KT", "vin": "VF1RJA00166123456",
    });
    camille.post("/api/vehicles/", vehicle).await.created();
    for secret in ["GH-482-KT", "VF1RJA00166123456"] {
        house.keep_secret(secret);
    }
    let (totp, recovery) = enrol(&mut house, &camille).await;
    let nobody = house.nobody();

    sign_in(&mut house, &nobody, &camille.email, PASSWORD, &code(&totp, 0)).await;
    let form = json!({ "name": "Tableur", "scopes": ["viewer"] });
    let key = camille.post("/api/auth/api-keys/", form).await.created();
    house.keep_secret(key["key"].as_str().unwrap());
    nobody.with_key(key["key"].as_str().unwrap()).get("/api/vehicles/").await.ok();
    reset(&mut house, &nobody, &camille.email).await;
    let back = sign_in(&mut house, &nobody, &camille.email, NEW_PASSWORD, &recovery[0]).await;

    let form = json!({ "new_email": "camille.martin@exemple.fr", "password": NEW_PASSWORD });
    back.post("/api/auth/change-email/", form).await.ok();
    letter(&house, "email-change-notice", &camille.email).await;
    let link = letter(&house, "email-change-confirm", "camille.martin@exemple.fr").await;
    let token = parameter(&link, "token");
    house.keep_secret(token.split_once('.').unwrap().1);
    nobody.post("/api/auth/change-email/confirm/", json!({ "token": token })).await.ok();

    assert!(copy(&back).await.starts_with(b"PK"), "the copy is an archive");
    leave(&mut house, &back).await;
    house.until_idle().await;
    house.assert_logs_keep_quiet();
}

/// Asks for the erasure of the account with the code of a letter, and calls it off.
async fn leave(house: &mut House, back: &Client) {
    let ask = async |code: Value| {
        let form = json!({ "password": NEW_PASSWORD, "otp_code": code });
        send(back.request(Method::POST, "/api/auth/me/delete/").json(&form), "erase".to_owned()).await
    };
    assert!(ask(Value::Null).await.status.is_success());
    let text = letter(house, "otp", "camille.martin@exemple.fr").await.text.unwrap();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap().to_owned();
    house.keep_secret(&code);
    assert!(ask(json!(code)).await.status.is_success());
    letter(house, "erasure-asked", "camille.martin@exemple.fr").await;
    back.post_empty("/api/auth/me/delete/cancel/").await.ok();
}
