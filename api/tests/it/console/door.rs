//! Getting into the console and out of it.

use domain::clock::Clock;
use reqwest::header::SET_COOKIE;
use testkit::{PASSWORD, TestApp};

use super::browser::{Browser, code, enrol};

const PAGES: &[&str] = &[
    "/ops/",
    "/ops/jobs/",
    "/ops/workers/",
    "/ops/schedules/",
    "/ops/letters/",
    "/ops/suppressions/",
    "/ops/health/",
];

async fn live_sessions(app: &TestApp, user: i64) -> i64 {
    sqlx::query_scalar("select count(*) from sessions where user_id = $1 and is_active")
        .bind(user)
        .fetch_one(&app.context.db)
        .await
        .expect("a count")
}

#[tokio::test]
async fn nobody_sees_a_page_without_signing_in() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    for page in PAGES {
        let answer = browser.get(page).await.expect(303);
        assert_eq!(answer.header("location"), "/ops/sign-in/", "{page}");
        assert!(answer.bytes.is_empty());
    }
    browser.get("/ops/overview.json").await.assert_problem(401, "not_authenticated");
    browser.post("/ops/schedules/prune_jobs/run/", &[]).await.expect(303);
    let door = browser.get("/ops/sign-in/").await.expect(200);
    assert!(
        door.header("set-cookie").contains("HttpOnly; SameSite=Strict")
            && !door.text().contains("/ops/jobs/")
    );
}

#[tokio::test]
async fn the_cookie_is_for_the_console_alone_and_no_script_reads_it() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let totp = enrol(&app, &staff).await;
    let browser = Browser::new(&app);
    let second = browser.knock(&staff.email, PASSWORD).await.expect(200);
    let entered = browser.show(&second, &code(&app, &totp, 0)).await.expect(303);
    let cookie = entered.headers.get(SET_COOKIE).and_then(|it| it.to_str().ok()).expect("a cookie");
    assert!(
        cookie.starts_with("ops_session=")
            && cookie.ends_with("; Path=/ops; Max-Age=604800; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    assert_eq!(entered.header("cache-control"), "no-store");
    // An access token is no pass, and a pass no access token.
    app.nobody()
        .with_token(cookie.trim_start_matches("ops_session=").split(';').next().unwrap_or_default())
        .get("/api/auth/me/")
        .await
        .assert_problem(401, "token_not_valid");
}

#[tokio::test]
async fn over_https_the_cookies_are_bound_to_the_host() {
    let public = [("AUTOTRACK_PUBLIC_URL", "https://api.autotrack.example")];
    let app = TestApp::start_with(&public, Clock::system()).await;
    let (_, browser) = Browser::signed_in(&app).await;
    let door = browser.get("/ops/sign-in/").await.expect(200);
    let cookie = door.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-ops_door=")
            && cookie.contains("; Path=/; ")
            && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    browser.get("/ops/").await.expect(200);
}

#[tokio::test]
async fn whoever_may_not_enter_is_told_nothing_and_keeps_no_session() {
    let app = TestApp::start().await;
    let (alice, bob, staff) = (app.alice().await, app.bob().await, app.staff().await);
    let bobs = enrol(&app, &bob).await;
    let before = (live_sessions(&app, alice.id.0).await, live_sessions(&app, staff.id.0).await);
    let mut said = Vec::new();
    for (email, password) in [
        (alice.email.as_str(), "wrong password"),
        ("nobody@exemple.fr", PASSWORD),
        (alice.email.as_str(), PASSWORD),
        (staff.email.as_str(), PASSWORD),
    ] {
        let browser = Browser::new(&app);
        let refused = browser.knock(email, password).await.expect(401);
        let page = refused.text().replace(email, "");
        let start = page.find("<main").unwrap_or_default();
        let token = super::between(&page, "name=\"form_token\" value=\"", "\"").to_owned();
        said.push(page[start..].replace(&token, ""));
        browser.get("/ops/").await.expect(303);
    }
    assert!(said.iter().all(|page| *page == said[0]), "{said:#?}");
    assert_eq!((live_sessions(&app, alice.id.0).await, live_sessions(&app, staff.id.0).await), before);
    // A second factor alone makes nobody staff.
    let browser = Browser::new(&app);
    let second = browser.knock(&bob.email, PASSWORD).await.expect(200);
    browser.show(&second, &code(&app, &bobs, 0)).await.expect(401);
    browser.get("/ops/").await.expect(303);
}

#[tokio::test]
async fn a_wrong_code_is_asked_for_again_and_five_are_too_many() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let totp = enrol(&app, &staff).await;
    let browser = Browser::new(&app);
    let mut second = browser.knock(&staff.email, PASSWORD).await.expect(200);
    for _ in 0..5 {
        second = browser.show(&second, "000000").await.expect(401);
        assert!(second.text().contains("That code is wrong"));
    }
    browser.show(&second, &code(&app, &totp, 0)).await.expect(401);
    browser.get("/ops/").await.expect(303);
}

#[tokio::test]
async fn the_door_refuses_forms_that_are_not_its_own() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let fields = [("email", staff.email.as_str()), ("password", PASSWORD)];
    let browser = Browser::new(&app);
    browser.post("/ops/sign-in/", &fields).await.expect(403);
    let other = Browser::new(&app).token("/ops/sign-in/").await;
    browser.get("/ops/sign-in/").await.expect(200);
    let forged: Vec<(&str, &str)> = fields.into_iter().chain([("form_token", other.as_str())]).collect();
    browser.post("/ops/sign-in/", &forged).await.expect(403);
    browser.post("/ops/sign-in/code/", &[("code", "1")]).await.expect(403);
}

#[tokio::test]
async fn tries_at_the_door_count_with_those_at_the_api() {
    let app = TestApp::start().await;
    let (staff, stranger) = (app.staff().await, app.nobody());
    let browser = Browser::new(&app);
    let form = serde_json::json!({ "email": staff.email, "password": "wrong password" });
    let mut last = 0;
    for _ in 0..12 {
        last = stranger.post("/api/auth/login/", form.clone()).await.status.as_u16();
    }
    assert_eq!(last, 429);
    let slowed = browser.knock(&staff.email, PASSWORD).await.expect(429);
    assert!(
        slowed.header("content-type").starts_with("text/html") && !slowed.header("retry-after").is_empty()
    );
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_ends_the_console_at_its_next_request() {
    let app = TestApp::start().await;
    for end in [
        "update sessions set is_active = false where user_id = $1",
        "update users set is_active = false where id = $1",
        "update users set is_staff = false where id = $1",
        "update sessions set expires_at = now() - interval '1 s' where user_id = $1",
    ] {
        let (staff, browser) = Browser::signed_in(&app).await;
        browser.get("/ops/").await.expect(200);
        sqlx::query(sqlx::AssertSqlSafe(end))
            .bind(staff.id.0)
            .execute(&app.context.db)
            .await
            .expect("an end");
        browser.get("/ops/").await.expect(303);
        browser.get("/ops/overview.json").await.expect(401);
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let app = TestApp::start().await;
    let (staff, browser) = Browser::signed_in(&app).await;
    let before = live_sessions(&app, staff.id.0).await;
    let left = browser.press("/ops/health/", "/ops/sign-out/", &[]).await.expect(303);
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(live_sessions(&app, staff.id.0).await, before - 1);
    browser.get("/ops/").await.expect(303);
}
