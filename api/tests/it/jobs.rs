//! What staff see of jobs and do to them, through HTTP.

use serde_json::{Value, json};
use testkit::{Person, TestApp};
use uuid::Uuid;

/// A row of the ledger.
pub struct Row<'a> {
    pub kind: &'a str,
    pub state: &'a str,
    pub payload: Value,
    pub key: Option<&'a str>,
    pub error: Option<&'a str>,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self {
            kind: "prune_jobs",
            state: "dead",
            payload: json!({}),
            key: None,
            error: Some("no route to host"),
        }
    }
}

/// Puts a job into the ledger as it would stand there.
pub async fn put(app: &TestApp, row: Row<'_>) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into jobs (id, kind, payload_version, payload, queue, state, attempt, crash_count, unique_key,
            trace_context, last_error, dead_reason, lease_until, worker, started_at, finished_at)
        values ($1, $2, 1, $3, 'default', $4, 3, 1, $5, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', $6,
            case when $4 = 'dead' then 'failed' end, case when $4 = 'running' then now() + interval '12 s' end,
            'w-1', now() - interval '5 s', case when $4 in ('done', 'dead', 'cancelled') then now() end)",
    )
    .bind(id)
    .bind(row.kind)
    .bind(row.payload)
    .bind(row.state)
    .bind(row.key)
    .bind(row.error)
    .execute(&app.context.db)
    .await
    .expect("a job");
    sqlx::query(
        "insert into job_attempts (job_id, attempt, fence, worker, started_at, ended_at, outcome, error)
        values ($1, 3, 3, 'w-1', now() - interval '5 s', now(), case when $3 = 'dead' then 'dead' else 'done' end, $2)",
    )
    .bind(id)
    .bind(row.error)
    .bind(row.state)
    .execute(&app.context.db)
    .await
    .expect("a run");
    id
}

/// State, attempts and crashes of a job, and whether it is due.
pub async fn state(app: &TestApp, id: Uuid) -> (String, i16, i16, bool) {
    sqlx::query_as("select state, attempt, crash_count, run_at <= now() from jobs where id = $1")
        .bind(id)
        .fetch_one(&app.context.db)
        .await
        .expect("a job")
}

/// What staff did, newest first.
pub async fn audited(staff: &Person, target: &str) -> Vec<String> {
    let log = staff.get(&format!("/api/admin/audit-log/?target_id={target}&actor={}", staff.id)).await.ok();
    let rows = log["results"].as_array().into_iter().flatten();
    rows.filter_map(|row| row["action"].as_str().map(str::to_owned)).collect()
}

fn ids(list: &Value) -> Vec<&str> {
    list["results"].as_array().into_iter().flatten().filter_map(|row| row["id"].as_str()).collect()
}

fn path(id: Uuid, deed: &str) -> String {
    format!("/api/jobs/{id}/{deed}")
}

#[tokio::test]
async fn jobs_are_listed_narrowed_and_found_by_the_beginning_of_their_id() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    sqlx::query("delete from jobs").execute(&app.context.db).await.expect("an empty ledger");
    let dead = put(&app, Row::default()).await.to_string();
    let done = put(&app, Row { kind: "send_letter", state: "done", ..Row::default() }).await.to_string();
    let (waits, off) =
        (Row { state: "ready", ..Row::default() }, Row { state: "cancelled", ..Row::default() });
    let (waits, off) = (put(&app, waits).await.to_string(), put(&app, off).await.to_string());
    let (dead, done, waits, off) = (dead.as_str(), done.as_str(), waits.as_str(), off.as_str());
    for (query, expected) in [
        (String::new(), vec![off, waits, done, dead]),
        ("status=dead".to_owned(), vec![dead]),
        ("status=failed".to_owned(), vec![off, dead]),
        ("status=queued".to_owned(), vec![waits]),
        ("status__in=done,ready".to_owned(), vec![waits, done]),
        ("kind=send_letter".to_owned(), vec![done]),
        ("queue=ocr".to_owned(), vec![]),
        ("queue=default&status=done".to_owned(), vec![done]),
        (format!("search={dead}"), vec![dead]),
        (
            format!("search={}", &done[..35]),
            vec![off, waits, done, dead].into_iter().filter(|id| id[..35] == done[..35]).collect(),
        ),
        ("search=letter".to_owned(), vec![done]),
        ("created_at__gte=2999-01-01T00:00:00Z".to_owned(), vec![]),
        ("created_at__lte=2020-01-01T00:00:00Z".to_owned(), vec![]),
        ("page=2&page_size=3".to_owned(), vec![dead]),
    ] {
        let list = staff.get(&format!("/api/jobs/?{query}")).await.ok();
        assert_eq!(ids(&list), expected, "{query}");
    }
    staff.get("/api/jobs/?status=odd").await.assert_invalid(&["status"]);
    staff.get("/api/jobs/?queue=odd").await.assert_invalid(&["queue"]);
    staff.get("/api/jobs/?page=9").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_job_is_shown_with_its_runs_and_without_its_secrets() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let payload = json!({ "letter_id": 7, "reset_token": "s3cr3t-t0k3n", "to": "zoe@exemple.fr" });
    let error = Some("550 5.1.1 <zoe@exemple.fr> no such user");
    let id = put(&app, Row { payload, error, ..Row::default() }).await;
    let answer = staff.get(&path(id, "")).await.expect(200);
    let text = answer.text();
    assert!(!text.contains("s3cr3t") && !text.contains("zoe@"), "{text}");
    let job = answer.json();
    assert_eq!((&job["status"], &job["task_status"]), (&json!("dead"), &json!("failed")));
    assert_eq!(job["payload"], json!({ "letter_id": 7, "reset_token": "••••••", "to": "z…@exemple.fr" }));
    assert_eq!(job["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(
        (&job["attempts"][0]["worker"], &job["attempts"][0]["outcome"]),
        (&json!("w-1"), &json!("dead"))
    );
    assert_eq!(job["attempts"].as_array().map(Vec::len), Some(1));
    staff.get(&path(Uuid::now_v7(), "")).await.assert_problem(404, "not_found");
    staff.get("/api/jobs/17/").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn only_what_is_over_is_tried_again_and_it_begins_afresh() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for from in ["dead", "cancelled"] {
        let id = put(&app, Row { state: from, ..Row::default() }).await;
        let job = staff.post_empty(&path(id, "retry/")).await.expect(202).json();
        assert_eq!((&job["attempt"], &job["crash_count"]), (&json!(0), &json!(0)), "{from}");
        assert_eq!(state(&app, id).await, ("retry".to_owned(), 0, 0, true), "{from}");
        assert_eq!(audited(&staff, &id.to_string()).await, ["job_retried"]);
        staff.post_empty(&path(id, "retry/")).await.assert_problem(409, "job_not_retryable");
    }
    for from in ["ready", "running", "retry", "done"] {
        let id = put(&app, Row { state: from, ..Row::default() }).await;
        staff.post_empty(&path(id, "retry/")).await.assert_problem(409, "job_not_retryable");
        assert_eq!(state(&app, id).await.0, from);
        assert!(audited(&staff, &id.to_string()).await.is_empty());
    }
    let id = put(&app, Row { key: Some("k"), ..Row::default() }).await;
    put(&app, Row { key: Some("k"), state: "ready", ..Row::default() }).await;
    staff.post_empty(&path(id, "retry/")).await.assert_problem(409, "job_superseded");
    staff.post_empty(&path(Uuid::now_v7(), "retry/")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn what_waits_or_runs_is_called_off_once() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for from in ["ready", "running", "retry"] {
        let id = put(&app, Row { state: from, ..Row::default() }).await;
        let job = staff.post_empty(&path(id, "cancel/")).await.ok();
        assert_eq!((&job["status"], &job["task_status"]), (&json!("cancelled"), &json!("failed")), "{from}");
        staff.post_empty(&path(id, "cancel/")).await.assert_problem(409, "job_over");
        assert_eq!(audited(&staff, &id.to_string()).await, ["job_cancelled"]);
    }
    staff.post_empty(&path(Uuid::now_v7(), "cancel/")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_paper_whose_reading_is_called_off_does_not_wait_for_ever_and_waits_again_when_it_is_retried() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let file = testkit::specimens::bytes("registration/clean/reg_clean_004.pdf");
    let paper = alice.upload("carte-grise.pdf", file, &[]).await.created();
    let id: Uuid = paper["task_id"].as_str().and_then(|id| id.parse().ok()).expect("a task");
    let status = async || {
        alice.get(&format!("/api/documents/{}/", paper["id"])).await.ok()["status"]
            .as_str()
            .map(str::to_owned)
    };
    staff.post_empty(&path(id, "cancel/")).await.ok();
    assert_eq!(status().await.as_deref(), Some("failed"));
    staff.post_empty(&path(id, "retry/")).await.expect(202);
    assert_eq!(status().await.as_deref(), Some("queued"));
    assert_eq!(alice.get(&format!("/api/tasks/{id}/")).await.ok()["status"], "queued");
}

#[tokio::test]
async fn a_letter_and_a_copy_that_were_written_off_wait_again_with_their_jobs() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let export = alice.post_empty("/api/auth/me/exports/").await.expect(202).json()["export"]["id"].clone();
    let letter: i64 =
        sqlx::query_scalar("select min(id) from letters where user_id = $1 or address = $2::text::citext")
            .bind(alice.id.0)
            .bind(&alice.email)
            .fetch_one(&app.context.db)
            .await
            .expect("a letter");
    let state_of = async |kind: &str, id: &Value| -> String {
        let sql = format!(
            "select {} from {kind}s where id = $1",
            if kind == "letter" { "state" } else { "status" }
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(id.as_i64())
            .fetch_one(&app.context.db)
            .await
            .expect("a state")
    };
    for (kind, thing, key) in [("send_letter", "letter", json!(letter)), ("build_export", "export", export)] {
        let id: Uuid = sqlx::query_scalar("select id from jobs where kind = $1 and payload ->> $2 = $3")
            .bind(kind)
            .bind(format!("{thing}_id"))
            .bind(key.to_string())
            .fetch_one(&app.context.db)
            .await
            .expect("a job");
        staff.post_empty(&path(id, "cancel/")).await.ok();
        assert_eq!(state_of(thing, &key).await, "failed", "{thing}");
        staff.post_empty(&path(id, "retry/")).await.expect(202);
        assert_eq!(state_of(thing, &key).await, "queued", "{thing}");
    }
}

#[tokio::test]
async fn all_failed_jobs_of_a_kind_wait_again_but_for_those_whose_key_is_taken() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for _ in 0..230 {
        put(&app, Row::default()).await;
    }
    let twice = [
        put(&app, Row { key: Some("twice"), ..Row::default() }).await,
        put(&app, Row { key: Some("twice"), ..Row::default() }).await,
    ];
    let taken = put(&app, Row { key: Some("taken"), ..Row::default() }).await;
    put(&app, Row { key: Some("taken"), state: "running", ..Row::default() }).await;
    let other = put(&app, Row { kind: "build_export", ..Row::default() }).await;
    let off = put(&app, Row { state: "cancelled", ..Row::default() }).await;
    let done = staff.post("/api/jobs/retry-failed/", json!({ "kind": "prune_jobs" })).await.ok();
    assert_eq!(done["count"], 231, "{done}");
    assert_eq!(state(&app, twice[1]).await.0, "retry", "of two with one key the newest");
    for (id, expected) in [(twice[0], "dead"), (taken, "dead"), (other, "dead"), (off, "cancelled")] {
        assert_eq!(state(&app, id).await.0, expected);
    }
    assert_eq!(audited(&staff, "prune_jobs").await, ["jobs_retried", "jobs_retried"], "one for each batch");
    let again = staff.post("/api/jobs/retry-failed/", json!({ "kind": "prune_jobs" })).await.ok();
    assert_eq!(again["count"], 0);
    staff.post("/api/jobs/retry-failed/", json!({ "kind": " " })).await.assert_invalid(&["kind"]);
    staff.post("/api/jobs/retry-failed/", json!({})).await.assert_invalid(&["kind"]);
}

#[tokio::test]
async fn queues_say_how_much_they_do_and_workers_what_they_do() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    sqlx::query(
        "insert into workers (name, host, queues) values ('w-1', 'pod-1', '{\"default\": 4, \"ocr\": 1}')",
    )
    .execute(&app.context.db)
    .await
    .expect("a worker");
    sqlx::query(
        "insert into workers (name, host, queues, seen_at) values ('w-0', 'pod-0', '{}', now() - interval '1 min')",
    )
    .execute(&app.context.db)
    .await
    .expect("a worker that is gone");
    for state in ["done", "done", "dead"] {
        put(&app, Row { state, ..Row::default() }).await;
    }
    let runs = put(&app, Row { state: "running", ..Row::default() }).await;
    let queues = staff.get("/api/jobs/queues/").await.ok();
    let default =
        queues.as_array().and_then(|all| all.iter().find(|it| it["name"] == "default")).expect("a queue");
    assert_eq!((&default["done_per_minute"], &default["failed_per_minute"]), (&json!(0.4), &json!(0.2)));
    assert_eq!((&default["dead"], &default["running"], &default["slots"]), (&json!(1), &json!(1), &json!(4)));
    let workers = staff.get("/api/jobs/workers/").await.ok();
    assert_eq!(workers.as_array().map(Vec::len), Some(1), "{workers}");
    assert_eq!(
        workers[0]["slots"],
        json!([{ "queue": "ocr", "slots": 1 }, { "queue": "default", "slots": 4 }])
    );
    assert_eq!(workers[0]["running"][0]["id"], runs.to_string());
}

#[tokio::test]
async fn a_task_of_the_timetable_is_switched_and_its_line_stays() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let list = staff.get("/api/jobs/schedules/?page_size=100").await.ok();
    assert_eq!(list["count"], list["results"].as_array().map(Vec::len).expect("a list"));
    let health =
        list["results"].as_array().and_then(|all| all.iter().find(|it| it["name"] == "check_system_health"));
    let health = health.expect("the timetable's own names");
    assert_eq!(
        (&health["cron"], &health["enabled"], &health["last_run"]),
        (&json!("0 0 * * * *"), &json!(true), &Value::Null)
    );
    assert!(health["next_run"].is_string());
    let path = "/api/jobs/schedules/check_system_health/";
    let off = staff.patch(path, json!({ "enabled": false, "cron": "0 0 * * * *" })).await.ok();
    assert_eq!((&off["enabled"], &off["next_run"]), (&json!(false), &Value::Null));
    staff.patch(path, json!({ "enabled": false })).await.ok();
    assert_eq!(
        audited(&staff, "check_system_health").await,
        ["schedule_changed"],
        "nothing changed the second time"
    );
    staff.patch(path, json!({ "cron": "* * * * * *" })).await.assert_invalid(&["cron"]);
    staff.patch(path, json!({ "enabled": "no" })).await.assert_invalid(&["enabled"]);
    assert_eq!(staff.patch(path, json!({ "enabled": true })).await.ok()["enabled"], true);
    staff
        .patch("/api/jobs/schedules/nothing/", json!({ "enabled": true }))
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_run_by_hand_is_one_job_however_often_it_is_asked_for_and_no_tick() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let path = "/api/jobs/schedules/prune_jobs/run/";
    let run = async |key: &'static str| {
        let request = staff.request(reqwest::Method::POST, path).header("Idempotency-Key", key);
        testkit::send(request, "a run".to_owned()).await
    };
    let first = run("a").await.expect(202).json();
    assert_eq!((&first["kind"], &first["status"]), (&json!("prune_jobs"), &json!("ready")));
    assert_eq!(run("a").await.expect(202).json()["id"], first["id"], "the same click");
    assert_eq!(run("b").await.expect(202).json()["id"], first["id"], "another click while it waits");
    sqlx::query("update jobs set state = 'done', finished_at = now() where kind = 'prune_jobs'")
        .execute(&app.context.db)
        .await
        .expect("it is done");
    assert_eq!(run("a").await.expect(202).json()["id"], first["id"], "the first click once more");
    let list = staff.get("/api/jobs/schedules/?page_size=100").await.ok();
    let shown = list["results"]
        .as_array()
        .and_then(|all| all.iter().find(|it| it["name"] == "prune_jobs"))
        .expect("it");
    assert_eq!((&shown["last_result"], &shown["last_run_by_hand"]), (&json!("done"), &json!(true)));
    assert_eq!(shown["last_job"], first["id"]);
    let second = staff.post_empty(path).await.expect(202).json();
    assert_ne!(second["id"], first["id"]);
    let ticks: i64 = sqlx::query_scalar("select count(*) from cron_ticks")
        .fetch_one(&app.context.db)
        .await
        .expect("a count");
    assert_eq!(ticks, 0);
    assert!(audited(&staff, "prune_jobs").await.iter().all(|action| action == "schedule_run"));
    staff.post_empty("/api/jobs/schedules/nothing/run/").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn none_of_it_is_for_others_than_staff_with_a_second_factor() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let id = put(&app, Row::default()).await;
    sqlx::query("update sessions set auth_method = 'password' where user_id = $1")
        .bind(staff.id.0)
        .execute(&app.context.db)
        .await
        .expect("a weaker session");
    staff.post_empty(&path(id, "retry/")).await.assert_problem(403, "second_factor_required");
    alice.post_empty(&path(id, "retry/")).await.assert_problem(403, "permission_denied");
    alice.get("/api/jobs/").await.assert_problem(403, "permission_denied");
    assert_eq!(state(&app, id).await.0, "dead");
}

#[tokio::test]
async fn a_paper_that_was_read_since_is_not_read_again_for_an_old_job() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let file = testkit::specimens::bytes("insurance/clean/ins_clean_002.pdf");
    let paper = alice.upload("a.pdf", file, &[]).await.created();
    let (id, task) = (paper["id"].as_i64().expect("an id"), paper["task_id"].as_str().expect("a task"));
    let task: Uuid = task.parse().expect("an id");
    sqlx::query("update jobs set state = 'dead', dead_reason = 'failed', finished_at = now() where id = $1")
        .bind(task)
        .execute(&app.context.db)
        .await
        .expect("a dead job");
    for (status, reason, is_retried) in [("analyzed", None, false), ("failed", Some("internal"), true)] {
        sqlx::query("update documents set status = $2, failure_reason = $3 where id = $1")
            .bind(id)
            .bind(status)
            .bind(reason)
            .execute(&app.context.db)
            .await
            .expect("a paper");
        let answer = staff.post_empty(&path(task, "retry/")).await;
        if is_retried {
            answer.expect(202);
        } else {
            answer.assert_problem(409, "job_superseded");
            assert_eq!(state(&app, task).await.0, "dead");
        }
    }
    assert_eq!(alice.get(&format!("/api/documents/{id}/")).await.ok()["status"], "queued");
}

#[tokio::test]
async fn a_list_is_walked_from_job_to_job_while_it_grows() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(put(&app, Row { kind: "walked", ..Row::default() }).await);
    }
    let first = staff.get("/api/jobs/?kind=walked&page_size=2").await.ok();
    assert_eq!(first["results"][1]["id"], all[1].to_string());
    put(&app, Row { kind: "walked", ..Row::default() }).await;
    let next = staff.get(&format!("/api/jobs/?kind=walked&page_size=2&before={}", all[1])).await.ok();
    assert_eq!(next["results"].as_array().map(Vec::len), Some(1));
    assert_eq!(next["results"][0]["id"], all[0].to_string());
}
