//! Rule 8: payloads have versions, and what this build does not know is left to another.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use queue::{DeadHook, Enqueue, Finished, Handlers, JobError, Run};

use crate::support::Office;
use crate::support::kinds::{Note, NoteV3, put, write};

async fn write_v3(run: Run<NoteV3>) -> Result<Finished, JobError> {
    let mut finish = run.finish().await?;
    put(&mut finish, &run.job.text).await?;
    finish.done().await
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_8_the_version_before_is_read() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    office.execute(r#"update jobs set payload_version = 2, payload = '{"message": "old"}'"#).await;
    let worker = office.worker(Handlers::new().on(write_v3));
    office.until(id, "done").await;
    assert_eq!(office.count("select count(*) from reminders_sent where subject = 'old'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_8_a_newer_version_goes_back_uncounted_and_a_newer_build_takes_it() {
    let office = Office::open().await;
    let old_build = office.worker(Handlers::new().on(write));
    let id = office.enqueue(&NoteV3 { text: "new".to_owned() }, Enqueue::default()).await;
    let row = office.until(id, "retry").await;
    assert_eq!(row.attempt, 0);
    assert!((10.0..=20.0).contains(&row.run_in_seconds), "{row:?}");
    old_build.stop().await;
    office.execute("update jobs set run_at = now()").await;
    let (new_build, _relay) = (office.worker(Handlers::new().on(write_v3)), office.relay());
    assert_eq!(office.until(id, "done").await.attempt, 1);
    new_build.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_8_an_unknown_kind_goes_back_and_is_parked_only_after_a_long_while() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let mut settings = office.settings();
    settings.refusal_pause = Duration::ZERO;
    let hook: DeadHook = Arc::new(|work, dead| {
        async move {
            put(work, dead.reason.as_str()).await?;
            Ok(())
        }
        .boxed()
    });
    let (worker, _relay) = (office.worker_with(Handlers::new().on_dead(hook), settings), office.relay());
    let row = office.until(id, "retry").await;
    assert_eq!(row.attempt, 0);
    office.execute("update jobs set refused_at = now() - interval '2 hours'").await;
    let row = office.until(id, "dead").await;
    assert_eq!(row.dead_reason.as_deref(), Some("undecodable"));
    assert_eq!(office.count("select count(*) from reminders_sent where subject = 'undecodable'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_8_a_payload_that_nobody_can_read_is_parked_at_once() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    office.execute(r#"update jobs set payload = '{"text": 7}'"#).await;
    let worker = office.worker(Handlers::new().on(write));
    assert_eq!(office.until(id, "dead").await.dead_reason.as_deref(), Some("undecodable"));
    worker.stop().await;
}
