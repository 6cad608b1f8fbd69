//! The operators' console as a browser sees it.

mod browser;
mod chromium;
mod door;
mod sight;

use serde_json::json;
use testkit::TestApp;
use uuid::Uuid;

use crate::jobs::{Row, audited, put, state};
use browser::{Browser, between};

/// Every page that takes no id.
const PAGES: &[&str] = &[
    "/ops/",
    "/ops/jobs/",
    "/ops/jobs/?status=dead&kind=prune_jobs&queue=default&search=0",
    "/ops/jobs/?page=99",
    "/ops/jobs/retry-failed/?kind=prune_jobs",
    "/ops/workers/",
    "/ops/schedules/",
    "/ops/letters/",
    "/ops/letters/?state=queued&kind=otp&to=exemple",
    "/ops/suppressions/",
    "/ops/health/",
    "/ops/health/?audit=verify",
];

#[tokio::test]
async fn every_page_answers_under_a_strict_policy_with_a_title_of_its_own_and_nothing_inline() {
    let app = TestApp::start().await;
    let (staff, browser) = Browser::signed_in(&app).await;
    let id = put(&app, Row { state: "running", ..Row::default() }).await;
    put(&app, Row::default()).await;
    sqlx::query("insert into workers (name, host, queues) values ('w-1', 'pod-1', '{\"default\": 4}')")
        .execute(&app.context.db)
        .await
        .expect("a worker");
    staff.post_empty("/api/jobs/schedules/prune_jobs/run/").await.expect(202);
    let one = format!("/ops/jobs/{id}/");
    let mut titles = Vec::new();
    for path in PAGES.iter().copied().chain([one.as_str()]) {
        let page = browser.get(path).await.expect(200);
        let policy = page.header("content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(
            (page.header("cache-control"), page.header("x-content-type-options")),
            ("no-store", "nosniff")
        );
        let text = page.text();
        for bad in ["<style", " style=", " onclick", " onload", "javascript:"] {
            assert!(!text.contains(bad), "{path} holds {bad}");
        }
        assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/ops/console.js?v=").count());
        assert!(text.contains("href=\"#main\"") && text.contains("<h1>"), "{path}");
        let title = between(&text, "<title>", "</title>").to_owned();
        if !path.contains('?') {
            assert!(!titles.contains(&title), "{path}: {title}");
            titles.push(title);
        }
    }
    for (file, kind) in [("/ops/console.css", "text/css"), ("/ops/console.js", "text/javascript")] {
        let answer = browser.get(file).await.expect(200);
        assert!(answer.header("content-type").starts_with(kind), "{file}");
    }
    let missing = browser.get(&format!("/ops/jobs/{}/", Uuid::now_v7())).await.expect(404);
    assert!(missing.header("content-type").starts_with("text/html") && missing.text().contains("404"));
    browser.get("/ops/nothing/").await.expect(404);
    browser.get("/ops/jobs/17/").await.expect(404);
}

#[tokio::test]
async fn what_comes_from_outside_is_shown_as_text_and_without_its_secrets() {
    let app = TestApp::start().await;
    let (_, browser) = Browser::signed_in(&app).await;
    let payload = json!({ "api_token": "s3cr3t-t0k3n", "note": "</pre><script>alert(1)</script>", "to": "zoe@exemple.fr" });
    let error = Some("<script>alert('boom')</script> zoe@exemple.fr");
    let id = put(&app, Row { kind: "<b>odd</b>", payload, error, ..Row::default() }).await;
    for path in [
        format!("/ops/jobs/{id}/"),
        "/ops/jobs/".to_owned(),
        "/ops/jobs/?search=%22%3E%3Cscript%3E".to_owned(),
    ] {
        let text = browser.get(&path).await.expect(200).text();
        for bad in ["<script>", "<b>odd", "s3cr3t", "zoe@exemple.fr"] {
            assert!(!text.contains(bad), "{path} holds {bad}");
        }
    }
    let text = browser.get(&format!("/ops/jobs/{id}/")).await.text();
    assert!(
        text.contains("&lt;script&gt;alert(") && text.contains("••••••") && text.contains("z…@exemple.fr"),
        "{text}"
    );
    assert!(text.contains("4bf92f3577b34da6a3ce929d0e0e4736") && text.contains("w-1"), "trace and worker");
}

#[tokio::test]
async fn a_job_is_retried_and_called_off_from_its_page_and_the_log_says_who_did_it() {
    let app = TestApp::start().await;
    let (staff, browser) = Browser::signed_in(&app).await;
    let id = put(&app, Row::default()).await;
    let page = format!("/ops/jobs/{id}/");
    let sent = browser.press(&page, &format!("{page}retry/"), &[]).await.expect(303);
    assert_eq!(sent.header("location"), format!("{page}?done=retried"));
    assert_eq!(state(&app, id).await, ("retry".to_owned(), 0, 0, true));
    let told = browser.get(sent.header("location")).await.expect(200).text();
    assert!(told.contains("waits for a worker again") && told.contains("Cancel job"));
    // Two clicks are one deed.
    browser.press(&page, &format!("{page}retry/"), &[]).await.expect(303);
    browser.press(&page, &format!("{page}cancel/"), &[]).await.expect(303);
    browser.press(&page, &format!("{page}cancel/"), &[]).await.expect(303);
    assert_eq!(state(&app, id).await.0, "cancelled");
    assert_eq!(audited(&staff, &id.to_string()).await, ["job_cancelled", "job_retried"]);
}

#[tokio::test]
async fn a_form_without_the_sessions_own_token_does_nothing() {
    let app = TestApp::start().await;
    let (_, browser) = Browser::signed_in(&app).await;
    let (_, other) = Browser::signed_in(&app).await;
    let id = put(&app, Row::default()).await;
    let path = format!("/ops/jobs/{id}/retry/");
    let foreign = other.token("/ops/jobs/").await;
    for token in ["", "x", foreign.as_str()] {
        let refused = browser.post(&path, &[("form_token", token)]).await.expect(403);
        assert!(refused.header("content-type").starts_with("text/html"));
    }
    browser.post("/ops/jobs/retry-failed/", &[("kind", "prune_jobs")]).await.expect(403);
    browser.post("/ops/schedules/prune_jobs/run/", &[]).await.expect(403);
    browser.post("/ops/sign-out/", &[]).await.expect(403);
    assert_eq!(state(&app, id).await.0, "dead");
    browser.get("/ops/").await.expect(200);
}

#[tokio::test]
async fn all_failed_jobs_of_a_kind_are_retried_after_a_question() {
    let app = TestApp::start().await;
    let (_, browser) = Browser::signed_in(&app).await;
    let ids = [put(&app, Row::default()).await, put(&app, Row::default()).await];
    let question = "/ops/jobs/retry-failed/?kind=prune_jobs";
    assert!(browser.get(question).await.text().contains(">2</strong> jobs"));
    assert_eq!(state(&app, ids[0]).await.0, "dead", "asking does nothing");
    let sent =
        browser.press(question, "/ops/jobs/retry-failed/", &[("kind", "prune_jobs")]).await.expect(303);
    assert!(browser.get(sent.header("location")).await.text().contains("2 jobs wait"));
    for id in ids {
        assert_eq!(state(&app, id).await.0, "retry");
    }
    assert!(browser.get(question).await.text().contains("No job of the kind"));
}

#[tokio::test]
async fn a_task_is_switched_and_run_and_two_clicks_are_one_run() {
    let app = TestApp::start().await;
    let (staff, browser) = Browser::signed_in(&app).await;
    let page = "/ops/schedules/";
    browser.press(page, "/ops/schedules/prune_jobs/switch/", &[("enabled", "false")]).await.expect(303);
    assert!(browser.get(page).await.text().contains("Enable prune_jobs"));
    for _ in 0..2 {
        browser.press(page, "/ops/schedules/prune_jobs/run/", &[("click", "one")]).await.expect(303);
        sqlx::query("update jobs set state = 'done', finished_at = now() where kind = 'prune_jobs'")
            .execute(&app.context.db)
            .await
            .expect("it is done");
    }
    let runs: i64 = sqlx::query_scalar("select count(*) from jobs where kind = 'prune_jobs'")
        .fetch_one(&app.context.db)
        .await
        .expect("a count");
    assert_eq!(runs, 1);
    assert_eq!(audited(&staff, "prune_jobs").await, ["schedule_run", "schedule_changed"]);
    browser.press(page, "/ops/schedules/nothing/run/", &[("click", "two")]).await.expect(404);
    browser.press(page, "/ops/schedules/%00/run/", &[("click", "two")]).await.expect(404);
    browser.press(page, "/ops/schedules/prune_jobs/run/", &[("click", "\0")]).await.expect(400);
}

#[tokio::test]
async fn letters_show_masked_addresses_and_go_again_only_if_they_carry_nothing() {
    let app = TestApp::start().await;
    let (_, browser) = Browser::signed_in(&app).await;
    let (code, welcome): (i64, i64) = sqlx::query_as(
        "with w as (
            insert into letters (address, kind, locale, context, state, message_id, expires_at)
            values ('zoe@exemple.fr', 'welcome', 'fr', '{\"first_name\": \"Zoé\"}', 'failed', 'w@x', now() + interval '1 d')
            returning id)
        select (select min(id) from letters where kind = 'otp'), id from w",
    )
    .fetch_one(&app.context.db)
    .await
    .expect("letters");
    let text = browser.get("/ops/letters/").await.text();
    assert!(text.contains("z…@exemple.fr") && !text.contains("zoe@"), "{text}");
    assert!(
        text.contains(&format!("Send letter {welcome} again"))
            && !text.contains(&format!("Send letter {code} again"))
    );
    for _ in 0..2 {
        let path = format!("/ops/letters/{welcome}/resend/");
        browser.press("/ops/letters/", &path, &[("click", "one")]).await.expect(303);
    }
    let again: i64 = sqlx::query_scalar("select count(*) from letters where resend_of = $1")
        .bind(welcome)
        .fetch_one(&app.context.db)
        .await
        .expect("a count");
    assert_eq!(again, 1, "two clicks are one letter");
    browser
        .press("/ops/letters/", &format!("/ops/letters/{code}/resend/"), &[("click", "two")])
        .await
        .expect(409);
}

#[tokio::test]
async fn a_suppression_is_lifted() {
    let app = TestApp::start().await;
    let (_, browser) = Browser::signed_in(&app).await;
    assert!(browser.get("/ops/suppressions/").await.text().contains("No address is suppressed"));
    let id: i64 = sqlx::query_scalar(
        "insert into suppressions (address, reason) values ('zoe@exemple.fr', '5.1.1') returning id",
    )
    .fetch_one(&app.context.db)
    .await
    .expect("a suppression");
    assert!(browser.get("/ops/suppressions/").await.text().contains("z…@exemple.fr"));
    browser.press("/ops/suppressions/", &format!("/ops/suppressions/{id}/lift/"), &[]).await.expect(303);
    assert!(browser.get("/ops/suppressions/").await.text().contains("No address is suppressed"));
    browser.press("/ops/suppressions/", &format!("/ops/suppressions/{id}/lift/"), &[]).await.expect(303);
}

#[tokio::test]
async fn the_figures_of_the_overview_are_those_of_the_ledger() {
    let app = TestApp::start().await;
    let (_, browser) = Browser::signed_in(&app).await;
    sqlx::query("delete from jobs").execute(&app.context.db).await.expect("an empty ledger");
    for state in ["done", "done", "dead", "ready", "running"] {
        put(&app, Row { state, ..Row::default() }).await;
    }
    sqlx::query("insert into queue_samples values (date_trunc('minute', now()) - interval '9 min', 'default', 40, 2.5)")
        .execute(&app.context.db)
        .await
        .expect("a sample");
    let figures = browser.get("/ops/overview.json").await.expect(200);
    assert_eq!(figures.header("cache-control"), "no-store");
    let figures = figures.json();
    let default = figures["queues"].as_array().and_then(|all| all.iter().find(|it| it["name"] == "default"));
    let default = default.expect("a queue");
    assert_eq!((&default["ready"], &default["running"], &default["dead"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!((&default["done"][59], &default["failed"][59]), (&json!(2.0), &json!(1.0)));
    assert_eq!((&default["depth"][59], &default["depth"][50]), (&json!(2.0), &json!(40.0)));
    assert_eq!(figures["texts"]["default-ready"], "1");
    assert_eq!(figures["texts"]["default-depth-peak"], "40");
    let page = browser.get("/ops/").await.text();
    for (id, path) in figures["paths"].as_object().expect("paths") {
        let path = path.as_str().expect("a path");
        assert!(page.contains(&format!("id=\"{id}\"")) && page.contains(path), "{id}");
    }
    for id in figures["texts"].as_object().expect("texts").keys() {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}
