//! The second factor under attack.

use chrono::Duration;

use domain::clock::Clock;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Answer, Overrides, PASSWORD, Person, TestApp};
use totp_rs::{Algorithm, Secret, TOTP};

/// An app whose clock stands: no half minute passes while a test looks at codes.
async fn still() -> TestApp {
    TestApp::start_with(Overrides::default(), Clock::fixed(Clock::system().now())).await
}

fn code(app: &TestApp, totp: &TOTP, later: i64) -> String {
    totp.generate((app.context.clock.now().timestamp() + 30 * later).cast_unsigned())
}

/// Turns the second factor on; the authenticator, and the recovery codes.
async fn enrol(app: &TestApp, person: &Person) -> (TOTP, Vec<String>) {
    let enrolment = person.post_empty("/api/auth/2fa/totp/setup/").await.ok();
    let secret = Secret::Encoded(enrolment["secret"].as_str().expect("a secret").to_owned());
    let secret = secret.to_bytes().expect("base 32");
    let totp = TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, secret, None, String::new());
    let enabled =
        person.post("/api/auth/2fa/totp/enable/", json!({ "code": code(app, &totp, -1) })).await.ok();
    let codes = enabled["recovery_codes"].as_array().expect("codes");
    (totp, codes.iter().map(|code| code.as_str().expect("a code").to_owned()).collect())
}

async fn step(app: &TestApp, person: &Person) -> Value {
    let form = json!({ "email": person.email, "password": PASSWORD });
    app.nobody().post("/api/auth/login/", form).await.ok()["challenge_id"].clone()
}

async fn show(app: &TestApp, person: &Person, step: &Value, code: &str) -> Answer {
    let form = json!({ "email": person.email, "otp_code": code, "challenge_id": step });
    app.nobody().post("/api/auth/verify-otp/", form).await
}

fn signed_in(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

#[tokio::test]
async fn of_many_who_show_a_code_of_the_authenticator_at_once_one_gets_in() {
    let app = still().await;
    let alice = app.alice().await;
    let (totp, _) = enrol(&app, &alice).await;
    let right = code(&app, &totp, 0);
    let steps = join_all((0..4).map(|_| step(&app, &alice))).await;
    let answers = join_all(steps.iter().map(|step| show(&app, &alice, step, &right))).await;
    assert_eq!(signed_in(&answers), 1);
}

#[tokio::test]
async fn one_step_begins_one_session_whatever_is_shown() {
    let app = still().await;
    let alice = app.alice().await;
    let (_, codes) = enrol(&app, &alice).await;
    let step = step(&app, &alice).await;
    let answers = join_all(codes.iter().take(5).map(|code| show(&app, &alice, &step, code))).await;
    assert_eq!(signed_in(&answers), 1);
}

#[tokio::test]
async fn who_is_suspended_between_the_steps_does_not_get_in() {
    let app = still().await;
    let alice = app.alice().await;
    let (totp, _) = enrol(&app, &alice).await;
    let step = step(&app, &alice).await;
    sqlx::query("update users set is_active = false").execute(&app.context.db).await.expect("suspended");
    show(&app, &alice, &step, &code(&app, &totp, 0)).await.assert_invalid(&["otp_code"]);
}

#[tokio::test]
async fn a_changed_password_ends_sign_ins_that_the_old_one_began() {
    let app = still().await;
    let alice = app.alice().await;
    let (totp, _) = enrol(&app, &alice).await;
    let step = step(&app, &alice).await;
    let form = json!({ "old_password": PASSWORD, "new_password": "tournesol jaune" });
    alice.post("/api/auth/change-password/", form).await.ok();
    show(&app, &alice, &step, &code(&app, &totp, 0)).await.assert_invalid(&["otp_code"]);
}

#[tokio::test]
async fn who_turns_the_second_factor_off_keeps_nothing_that_it_gave() {
    let app = still().await;
    let staff = app.alice().await;
    sqlx::query("update users set is_staff = true").execute(&app.context.db).await.expect("made staff");
    let (_, codes) = enrol(&app, &staff).await;
    staff.get("/api/jobs/queues/").await.ok();
    let form = json!({ "password": PASSWORD, "code": codes[0] });
    staff.post("/api/auth/2fa/totp/disable/", form).await.expect(204);
    staff.get("/api/jobs/queues/").await.assert_problem(403, "second_factor_required");
}

#[tokio::test]
async fn a_session_that_is_not_fresh_needs_the_password_to_enrol_and_to_make_keys() {
    let app = still().await;
    let alice = app.alice().await;
    app.context.clock.advance(Duration::minutes(14));
    let (totp, _) = enrol(&app, &alice).await;
    let told = alice.get("/api/notifications/").await.ok();
    assert_eq!(told["results"][0]["notification_type"], "security");

    sqlx::query("update sessions set created_at = created_at - interval '1 minute'")
        .execute(&app.context.db)
        .await
        .expect("an older session");
    let form = json!({ "name": "P", "scopes": ["viewer"] });
    alice.post("/api/auth/api-keys/", form).await.assert_invalid(&["password"]);
    let form = json!({ "name": "P", "scopes": ["viewer"], "password": "wrong" });
    alice.post("/api/auth/api-keys/", form).await.assert_invalid(&["password"]);
    let form = json!({ "name": "P", "scopes": ["viewer"], "password": PASSWORD });
    alice.post("/api/auth/api-keys/", form).await.created();
    let form = json!({ "code": code(&app, &totp, 0) });
    alice.post("/api/auth/2fa/totp/enable/", form).await.assert_invalid(&["password"]);
    let form = json!({ "code": code(&app, &totp, 0), "password": PASSWORD });
    alice.post("/api/auth/2fa/totp/enable/", form).await.assert_problem(409, "two_factor_enabled");
    let activity = alice.get("/api/auth/me/activity/").await.ok().to_string();
    assert!(activity.contains("password_refused"));
}

/// Holds an account's row while `deed` is under way, and changes its password before the deed goes on.
async fn overtaken<T>(app: &TestApp, person: &Person, deed: impl Future<Output = T>) -> T {
    let mut held = app.context.db.begin().await.expect("a transaction");
    sqlx::query("update users set password_hash = 'another', updated_at = now() where id = $1")
        .bind(person.id.0)
        .execute(&mut *held)
        .await
        .expect("the row is held");
    let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let release = async {
        // What was proved before the reset waits for it now.
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(&app.context.db).await.expect("a count") == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        held.commit().await.expect("the reset is done");
    };
    tokio::join!(deed, release).0
}

#[tokio::test]
async fn what_a_password_began_before_it_was_reset_comes_to_nothing() {
    let app = still().await;
    for deed in ["login", "change-email", "change-password"] {
        let person = app.person("victim").await;
        let (client, form) = match deed {
            "login" => (app.nobody(), json!({ "email": person.email, "password": PASSWORD })),
            "change-email" => (
                person.with_token(&person.access),
                json!({ "new_email": "thief@exemple.fr", "password": PASSWORD }),
            ),
            _ => (
                person.with_token(&person.access),
                json!({ "old_password": PASSWORD, "new_password": "tournesol jaune" }),
            ),
        };
        let path = format!("/api/auth/{deed}/");
        let answer = overtaken(&app, &person, client.post(&path, form)).await;
        assert!(answer.status.is_client_error(), "{deed}: {}", answer.text());
    }
    let links: i64 = sqlx::query_scalar("select count(*) from auth_challenges where kind = 'email_change'")
        .fetch_one(&app.context.db)
        .await
        .expect("a count");
    assert_eq!(links, 0);
}

#[tokio::test]
async fn nobody_has_an_address_that_erased_accounts_get() {
    let app = still().await;
    let alice = app.alice().await;
    let form = json!({
        "email": "erased-88@erased.invalid", "password": PASSWORD, "first_name": "C", "last_name": "M", "accept_terms": true,
    });
    app.nobody().post("/api/auth/register/", form).await.assert_invalid(&["email"]);
    let form = json!({ "new_email": "erased-88@erased.invalid", "password": PASSWORD });
    alice.post("/api/auth/change-email/", form).await.assert_invalid(&["new_email"]);
}

#[tokio::test]
async fn an_unconfirmed_account_with_a_second_factor_signs_in_with_it() {
    let app = still().await;
    let alice = app.alice().await;
    let (totp, _) = enrol(&app, &alice).await;
    sqlx::query("update users set email_verified = false")
        .execute(&app.context.db)
        .await
        .expect("taken back");
    let step = step(&app, &alice).await;
    show(&app, &alice, &step, &code(&app, &totp, 0)).await.ok();
}
