//! How often somebody may try.

use domain::clock::Clock;
use serde_json::json;
use testkit::{PASSWORD, TestApp};

/// Tries to sign in until told to wait; gives the number of tries that were let through.
async fn tries_until_told_to_wait(app: &TestApp, email: &str) -> usize {
    for tries in 0..40 {
        let form = json!({ "email": email, "password": "not the right one" });
        let answer = app.nobody().post("/api/auth/login/", form).await;
        if answer.status == 429 {
            let wait: u64 = answer.header("retry-after").parse().expect("seconds");
            assert!((1..=60).contains(&wait), "{wait}");
            answer.assert_problem(429, "throttled");
            return tries;
        }
        answer.expect(401);
    }
    40
}

#[tokio::test]
async fn guessing_at_one_account_is_slowed_down() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let tries = tries_until_told_to_wait(&app, &alice.email).await;
    assert!((5..=15).contains(&tries), "{tries} tries were let through");
    app.nobody().get("/api/health/").await.ok();
}

#[tokio::test]
async fn limits_hold_while_redis_is_away() {
    let app = TestApp::start_with(&[("REDIS_URL", "redis://127.0.0.1:1")], Clock::system()).await;
    let tries = tries_until_told_to_wait(&app, "nobody-of-this-name@exemple.fr").await;
    assert!((5..=15).contains(&tries), "{tries} tries were let through");
    let alice = app.alice().await;
    let form = json!({ "email": alice.email, "password": PASSWORD });
    app.nobody().post("/api/auth/login/", form).await.ok();
}

#[tokio::test]
async fn answers_say_what_is_left_of_a_limit() {
    let app = TestApp::start_with(&[("AUTOTRACK_RATE_LIMIT_FACTOR", "1")], Clock::system()).await;
    let mut remaining = Vec::new();
    for _ in 0..22 {
        let answer =
            app.nobody().post("/api/auth/forgot-password/", serde_json::json!({ "email": "x" })).await;
        assert_eq!((answer.header("ratelimit-limit"), answer.header("ratelimit-policy")), ("20", "20;w=120"));
        assert!(
            answer.header("ratelimit-reset").parse::<u64>().is_ok_and(|seconds| (1..=120).contains(&seconds))
        );
        remaining.push(answer.header("ratelimit-remaining").parse::<u64>().expect("a number"));
    }
    assert_eq!(remaining[0], 19);
    assert_eq!(remaining.last(), Some(&0));
    let told = app.nobody().post("/api/auth/forgot-password/", serde_json::json!({ "email": "x" })).await;
    told.assert_problem(429, "throttled");
}

#[tokio::test]
async fn a_queue_that_is_late_takes_no_more_and_one_persons_backlog_is_no_reason() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let paper = || testkit::specimens::bytes("insurance/clean/ins_clean_002.pdf");
    let second = || testkit::specimens::bytes("invoice/clean/inv_clean_002.pdf");
    let upload = async |who: &testkit::Person, bytes: Vec<u8>, key: Option<&str>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("a.pdf");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = who.request(reqwest::Method::POST, "/api/documents/").multipart(form);
        let request = key.into_iter().fold(request, |request, key| request.header("Idempotency-Key", key));
        testkit::send(request, "upload".to_owned()).await
    };
    let insert = "insert into jobs (id, kind, payload_version, payload, queue, user_id, run_at, fair_at)
        values (gen_random_uuid(), 'analyze_document', 1, '{}', 'ocr', $1, now() - interval '1 hour', now() + $2::text::interval)";
    for (fair, is_late) in [("2 hours", false), ("-16 minutes", true)] {
        sqlx::query(insert)
            .bind(alice.id.0)
            .bind(fair)
            .execute(&app.context.db)
            .await
            .expect("a job that waits");
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
        let answer = upload(&bob, paper(), None).await;
        let kept = upload(&bob, second(), Some("kept")).await;
        if is_late {
            // Asked for again under its key, the upload of before has its answer.
            kept.created();
            assert_eq!(answer.header("retry-after"), "60");
            answer.assert_problem(429, "busy");
        } else {
            answer.created();
            kept.created();
        }
    }
}
