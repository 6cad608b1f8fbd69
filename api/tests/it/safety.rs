//! What keeps an account safe, over HTTP.

use domain::clock::Clock;
use operations::accounts::{self, Login, Origin};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{PASSWORD, Person, TestApp, send};
use totp_rs::{Algorithm, Secret, TOTP};

/// Signs in once more, as from another device; the answer of the login.
async fn login(app: &TestApp, person: &Person) -> Value {
    let form = json!({ "email": person.email, "password": PASSWORD });
    app.nobody().post("/api/auth/login/", form).await.ok()
}

fn authenticator(secret: &Value) -> TOTP {
    let secret = Secret::Encoded(secret.as_str().expect("a secret").to_owned()).to_bytes().expect("base 32");
    TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, secret, None, String::new())
}

/// An application whose clock stands still: a code stays that of its half minute however long a test takes.
async fn still() -> TestApp {
    TestApp::start_with(&[], Clock::fixed(Clock::system().now())).await
}

/// The authenticator's code of the half minute that is so many after this one.
fn code(app: &TestApp, totp: &TOTP, later: i64) -> String {
    totp.generate((app.context.clock.now().timestamp() + 30 * later).cast_unsigned())
}

#[tokio::test]
async fn a_password_is_changed_by_the_old_one_and_other_sessions_end() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let other = login(&app, &alice).await["tokens"]["access"].as_str().expect("a token").to_owned();
    let change = |old: &str, new: &str| {
        let form = json!({ "old_password": old, "new_password": new, "new_password_confirm": new });
        alice.post("/api/auth/change-password/", form)
    };
    change("wrong password", "tournesol jaune").await.assert_invalid(&["old_password"]);
    change(PASSWORD, "password").await.assert_invalid(&["new_password"]);
    let form = json!({ "old_password": "", "new_password": "a", "new_password_confirm": "b" });
    let refused = alice.post("/api/auth/change-password/", form).await;
    refused.assert_invalid(&["new_password_confirm", "old_password"]);
    let form = json!({ "old_password": PASSWORD, "new_password": "tournesol jaune" });
    alice.put("/api/auth/change-password/", form).await.ok();
    alice.get("/api/auth/me/").await.ok();
    app.nobody().with_token(&other).get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
}

#[tokio::test]
async fn forgetting_a_password_is_answered_alike_and_bad_links_are_named() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let mut answers = Vec::new();
    for email in [alice.email.as_str(), "nobody@exemple.fr"] {
        answers.push(app.nobody().post("/api/auth/forgot-password/", json!({ "email": email })).await.ok());
    }
    assert_eq!(answers[0], answers[1]);
    app.nobody().post("/api/auth/forgot-password/", json!({ "email": "x" })).await.assert_invalid(&["email"]);
    for uid in ["no id", "0b6a3c57-6f63-4f3e-9d0c-6a9a1d0c2b11"] {
        let link = json!({ "uid": uid, "token": "x" });
        app.nobody().post("/api/auth/validate-reset-token/", link).await.assert_invalid(&["token"]);
        let reset = json!({ "uid": uid, "token": "x", "password": "tournesol jaune" });
        app.nobody().post("/api/auth/reset-password/", reset).await.assert_invalid(&["token"]);
    }
    let confirm = json!({ "token": "x.y" });
    app.nobody().post("/api/auth/change-email/confirm/", confirm).await.assert_invalid(&["token"]);
}

#[tokio::test]
async fn sessions_are_listed_and_each_can_be_ended() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let other = login(&app, &alice).await["tokens"]["access"].as_str().expect("a token").to_owned();
    let listed = alice.get("/api/auth/sessions/").await.ok();
    assert_eq!(listed["count"], 2);
    let rows = listed["results"].as_array().expect("rows");
    assert_eq!(rows.iter().filter(|row| row["is_current"] == true).count(), 1);
    let away = rows.iter().find(|row| row["is_current"] == false).expect("the other one");
    let path = format!("/api/auth/sessions/{}/", away["id"]);
    bob.delete(&path).await.assert_problem(404, "not_found");
    alice.delete(&path).await.expect(204);
    alice.delete(&path).await.assert_problem(404, "not_found");
    app.nobody().with_token(&other).get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
    login(&app, &alice).await;
    assert_eq!(alice.post_empty("/api/auth/sessions/revoke-others/").await.ok()["revoked"], 1);
    assert_eq!(alice.get("/api/auth/sessions/").await.ok()["count"], 1);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_at_every_sign_in() {
    let app = still().await;
    let alice = app.alice().await;
    let enrolment = alice.post_empty("/api/auth/2fa/totp/setup/").await.ok();
    assert!(
        enrolment["otpauth_uri"].as_str().is_some_and(|uri| uri.starts_with("otpauth://totp/AutoTrack:"))
    );
    assert!(enrolment["qr_svg"].as_str().is_some_and(|svg| svg.contains("<svg")));
    let totp = authenticator(&enrolment["secret"]);
    alice.post("/api/auth/2fa/totp/enable/", json!({ "code": "12" })).await.assert_invalid(&["code"]);
    let enabled =
        alice.post("/api/auth/2fa/totp/enable/", json!({ "code": code(&app, &totp, -1) })).await.ok();
    let recovery = enabled["recovery_codes"].as_array().expect("codes").clone();
    assert_eq!(recovery.len(), 10);
    alice.post_empty("/api/auth/2fa/totp/setup/").await.assert_problem(409, "two_factor_enabled");

    let step = login(&app, &alice).await;
    assert_eq!((&step["requireOtp"], &step["methods"]), (&json!(true), &json!(["totp", "recovery"])));
    let show = async |step: &Value, code: &str| {
        let form = json!({ "email": alice.email, "otp_code": code, "challenge_id": step["challenge_id"] });
        app.nobody().post("/api/auth/verify-otp/", form).await
    };
    let right = code(&app, &totp, 0);
    show(&step, "000000").await.assert_invalid(&["otp_code"]);
    show(&step, &right).await.ok();
    // A code is good once, and so is what it opened.
    let step = login(&app, &alice).await;
    show(&step, &right).await.assert_invalid(&["otp_code"]);
    show(&step, &code(&app, &totp, 1)).await.ok();
    let step = login(&app, &alice).await;
    let spare = recovery[0].as_str().expect("a code");
    show(&step, &spare.to_uppercase()).await.ok();
    let step = login(&app, &alice).await;
    show(&step, spare).await.assert_invalid(&["otp_code"]);

    let renew = json!({ "password": PASSWORD });
    let fresh = alice.post("/api/auth/2fa/recovery-codes/", renew).await.ok()["recovery_codes"].clone();
    let disable = |password: &str, code: &Value| {
        alice.post("/api/auth/2fa/totp/disable/", json!({ "password": password, "code": code }))
    };
    disable("wrong password", &fresh[0]).await.assert_invalid(&["password"]);
    disable(PASSWORD, &recovery[1]).await.assert_invalid(&["code"]);
    disable(PASSWORD, &fresh[0]).await.expect(204);
    assert!(login(&app, &alice).await["tokens"].is_object());
}

#[tokio::test]
async fn a_second_factor_may_be_tried_five_times() {
    let app = still().await;
    let alice = app.alice().await;
    let totp = authenticator(&alice.post_empty("/api/auth/2fa/totp/setup/").await.ok()["secret"]);
    alice.post("/api/auth/2fa/totp/enable/", json!({ "code": code(&app, &totp, -1) })).await.ok();
    let step = login(&app, &alice).await;
    for tried in 0..6 {
        let code = if tried == 5 { code(&app, &totp, 0) } else { "000000".to_owned() };
        let form = json!({ "email": alice.email, "otp_code": code, "challenge_id": step["challenge_id"] });
        app.nobody().post("/api/auth/verify-otp/", form).await.assert_invalid(&["otp_code"]);
    }
}

/// How many of ten sign-ins, each with a step of its own, one code opens that all show at once.
async fn opened_at_once(app: &TestApp, person: &Person, code: &str) -> usize {
    let email = person.email.parse().expect("an address");
    let mut steps = Vec::new();
    for _ in 0..10 {
        let login = accounts::login(&app.context, &email, &PASSWORD.into(), false, &Origin::default()).await;
        let Ok(Login::SecondStep(step)) = login else { panic!("no second step") };
        steps.push(step.challenge);
    }
    let shown = steps.into_iter().map(|challenge| {
        let (context, email, code) = (app.context.clone(), person.email.clone(), code.to_owned());
        tokio::spawn(async move {
            let email = email.parse().expect("an address");
            accounts::verify_code(&context, &email, &code, Some(challenge), &Origin::default()).await.is_ok()
        })
    });
    let opened = futures::future::join_all(shown.collect::<Vec<_>>()).await;
    opened.into_iter().filter(|opened| *opened.as_ref().expect("no panic")).count()
}

#[tokio::test]
async fn a_code_that_ten_show_at_once_opens_one_session() {
    let app = still().await;
    let alice = app.alice().await;
    let totp = authenticator(&alice.post_empty("/api/auth/2fa/totp/setup/").await.ok()["secret"]);
    let form = json!({ "code": code(&app, &totp, -1) });
    let recovery = alice.post("/api/auth/2fa/totp/enable/", form).await.ok()["recovery_codes"][0].clone();
    assert_eq!(opened_at_once(&app, &alice, &code(&app, &totp, 0)).await, 1);
    assert_eq!(opened_at_once(&app, &alice, recovery.as_str().expect("a code")).await, 1);
}

#[tokio::test]
async fn staff_without_a_second_factor_can_only_enrol_one() {
    let app = still().await;
    let staff = app.alice().await;
    sqlx::query("update users set is_staff = true where id = $1")
        .bind(staff.id.0)
        .execute(&app.context.db)
        .await
        .expect("made staff");
    staff.get("/api/jobs/queues/").await.assert_problem(403, "second_factor_required");
    let totp = authenticator(&staff.post_empty("/api/auth/2fa/totp/setup/").await.ok()["secret"]);
    staff.post("/api/auth/2fa/totp/enable/", json!({ "code": code(&app, &totp, 0) })).await.ok();
    staff.get("/api/jobs/queues/").await.ok();
}

#[tokio::test]
async fn another_address_needs_the_password() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let ask = |email: &str, password: &str| {
        alice.post("/api/auth/change-email/", json!({ "new_email": email, "password": password }))
    };
    ask("new@exemple.fr", "wrong password").await.assert_invalid(&["password"]);
    ask("no address", "").await.assert_invalid(&["new_email", "password"]);
    ask("new@exemple.fr", PASSWORD).await.ok();
    let request = app.nobody().request(Method::POST, "/api/auth/change-email/");
    send(request.json(&json!({})), "nobody".to_owned()).await.assert_problem(401, "not_authenticated");
}
