//! Rule 6: a handler says what happens next. Rule 14, as far as it is the runner's: a limit that is hit ends one run.

use std::sync::Arc;
use std::time::Duration;

use domain::job::JobState;
use futures::FutureExt;
use queue::ledger::Revival;
use queue::{DeadHook, DeadReason, Enqueue, Handlers, JobError, Run, Work};

use crate::support::Office;
use crate::support::kinds::{Note, put, write};

/// Fails until the attempt before the given one.
fn failing_until(attempt: i16) -> Handlers {
    Handlers::new().on(move |run: Run<Note>| async move {
        if run.attempt < attempt {
            return Err(JobError::retry_after(Duration::ZERO, "not yet"));
        }
        run.finish().await?.done().await
    })
}

/// Writes the reason of a death down.
fn obituary() -> DeadHook {
    Arc::new(|work, dead| {
        async move {
            put(work, &format!("{} {}", dead.reason.as_str(), dead.error)).await?;
            Ok(())
        }
        .boxed()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_6_a_retry_comes_again_and_counts() {
    let office = Office::open().await;
    let (worker, _relay) = (office.worker(failing_until(3)), office.relay());
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    assert_eq!(office.until(id, "done").await.attempt, 3);
    assert_eq!(office.count("select count(*) from job_attempts where outcome = 'retry'").await, 2);
    assert_eq!(office.count("select count(*) from job_attempts where outcome = 'done'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_6_a_retry_waits_for_a_random_pause() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|_: Run<Note>| async { Err(JobError::retry("broken")) });
    let worker = office.worker(handlers);
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let row = office.until(id, "retry").await;
    assert!(row.run_in_seconds <= 4.0, "{row:?}");
    assert_eq!(row.last_error.as_deref(), Some("broken"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_6_the_last_attempt_gives_up_and_tells_the_hook() {
    let office = Office::open().await;
    let (worker, _relay) = (office.worker(failing_until(9).on_dead(obituary())), office.relay());
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let row = office.until(id, "dead").await;
    assert_eq!((row.attempt, row.dead_reason.as_deref()), (3, Some(DeadReason::Failed.as_str())));
    assert_eq!(office.count("select count(*) from reminders_sent where subject = 'failed not yet'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_6_a_discard_gives_up_at_once() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|_: Run<Note>| async { Err(JobError::discard("hopeless")) });
    let worker = office.worker(handlers.on_dead(obituary()));
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    assert_eq!(office.until(id, "dead").await.attempt, 1);
    assert_eq!(
        office.count("select count(*) from reminders_sent where subject = 'failed hopeless'").await,
        1
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_6_a_snooze_is_no_attempt() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        if run.db().acquire().await.is_ok() && seen(&run).await < 6 {
            return Err(JobError::snooze(Duration::ZERO, "too early"));
        }
        run.finish().await?.done().await
    });
    let (worker, _relay) = (office.worker(handlers), office.relay());
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let row = office.until(id, "done").await;
    assert_eq!((row.attempt, row.fence), (1, 6));
    worker.stop().await;
}

async fn seen(run: &Run<Note>) -> i64 {
    sqlx::query_scalar("select fence from jobs where id = $1")
        .bind(run.id.0)
        .fetch_one(run.db())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_6_a_panic_is_a_failed_attempt_and_ends_nothing_else() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        assert!(run.job.text != "panic", "the handler panics");
        run.finish().await?.done().await
    });
    let worker = office.worker(handlers);
    let panics = office.enqueue(&Note::new("panic"), Enqueue::default()).await;
    let row = office.until(panics, "retry").await;
    assert!(row.last_error.unwrap().contains("panic"));
    assert_eq!(row.crash_count, 0);
    let calm = office.enqueue(&Note::new("calm"), Enqueue::default()).await;
    office.until(calm, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_14_a_run_past_its_time_limit_is_ended_and_tried_again() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        if run.attempt == 1 {
            std::future::pending::<()>().await;
        }
        run.finish().await?.done().await
    });
    let (worker, _relay) = (office.worker(handlers), office.relay());
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let row = office.until(id, "retry").await;
    assert_eq!(row.last_error.as_deref(), Some("took longer than 2 s"));
    assert_eq!(office.until(id, "done").await.attempt, 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_can_be_given_another_chance() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|_: Run<Note>| async { Err(JobError::discard("hopeless")) });
    let worker = office.worker(handlers);
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    office.until(id, "dead").await;
    worker.stop().await;
    let retry = async || {
        let mut work = Work::begin(&office.db, &office.tickets).await.unwrap();
        let revival = work.retry(id).await.unwrap();
        work.commit().await.unwrap();
        revival
    };
    assert!(matches!(retry().await, Revival::Revived(job) if job.id == id));
    assert_eq!(office.row(id).await.attempt, 0);
    assert!(matches!(retry().await, Revival::NotOver(JobState::Retry)), "it waits already");
    let (worker, _relay) = (office.worker(Handlers::new().on(write)), office.relay());
    assert_eq!(office.until(id, "done").await.attempt, 1);
    assert!(matches!(retry().await, Revival::NotOver(JobState::Done)), "what is done stays done");
    worker.stop().await;
}
