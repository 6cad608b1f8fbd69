//! Rule 5: expired leases go back, three crashes are poison, and a database that was away is nobody's crash.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use queue::rescue::Rescue;
use queue::{DeadHook, Enqueue, Handlers, Run, no_hook};
use tokio::time::sleep;

use crate::support::Office;
use crate::support::kinds::{Note, Slow, put, write};

/// As if the worker had been killed: claimed, and the lease has run out.
const KILLED: &str = "update jobs
    set state = 'running', attempt = attempt + 1, fence = fence + 1, lease_until = now() - interval '1 second',
        worker = 'gone', ticketed_at = null";

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_a_job_whose_worker_died_is_done_by_another() {
    let office = Office::open().await;
    let hang = Handlers::new().on(|run: Run<Slow>| async move {
        run.token().cancelled().await;
        run.finish().await?.done().await
    });
    let doomed = office.worker_in_its_own_runtime(hang);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(id, "running").await;
    doomed.kill();
    let done = Handlers::new().on(|run: Run<Slow>| async move { run.finish().await?.done().await });
    let (worker, _relay, _rescue) = (office.worker(done), office.relay(), office.rescue(no_hook()));
    let row = office.until_within(id, "done", Duration::from_secs(20)).await;
    assert_eq!((row.crash_count, row.attempt), (1, 2));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_three_crashes_are_poison_and_the_hook_is_told_in_the_same_transaction() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("poison"), Enqueue::default()).await;
    let hook: DeadHook = Arc::new(|work, dead| {
        async move {
            let note: Note = dead.decode().unwrap();
            put(work, &note.text).await?;
            Ok(())
        }
        .boxed()
    });
    let mut rescue = Rescue::new();
    for crash in 1..=3 {
        assert_eq!(office.execute(KILLED).await, 1);
        assert_eq!(rescue.pass(&office.db, &office.tickets, &hook).await.unwrap(), 1, "crash {crash}");
    }
    let row = office.row(id).await;
    assert_eq!((row.state.as_str(), row.crash_count), ("dead", 3));
    assert_eq!(row.dead_reason.as_deref(), Some("poison"));
    assert_eq!(office.count("select count(*) from reminders_sent where subject = 'poison'").await, 1);
    let worker = office.worker(Handlers::new().on(write));
    sleep(Duration::from_millis(500)).await;
    assert_eq!(office.row(id).await.state, "dead", "poison is never tried again by itself");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_a_hook_that_fails_leaves_the_job_to_the_next_pass() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("poison"), Enqueue::default()).await;
    office.execute("update jobs set crash_count = 2").await;
    office.execute(KILLED).await;
    let tries = Arc::new(AtomicU32::new(0));
    let hook: DeadHook = {
        let tries = Arc::clone(&tries);
        Arc::new(move |_, _| {
            let is_first = tries.fetch_add(1, Ordering::SeqCst) == 0;
            async move { if is_first { Err("not now".into()) } else { Ok(()) } }.boxed()
        })
    };
    let mut rescue = Rescue::new();
    assert!(rescue.pass(&office.db, &office.tickets, &hook).await.is_err());
    assert_eq!(office.row(id).await.state, "running");
    assert_eq!(rescue.pass(&office.db, &office.tickets, &hook).await.unwrap(), 1);
    assert_eq!(office.row(id).await.state, "dead");
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_two_rescues_at_once_count_a_crash_once() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    office.execute(KILLED).await;
    let (mut one, mut two) = (Rescue::new(), Rescue::new());
    let hook = no_hook();
    let (a, b) = tokio::join!(
        one.pass(&office.db, &office.tickets, &hook),
        two.pass(&office.db, &office.tickets, &hook)
    );
    assert_eq!(a.unwrap() + b.unwrap(), 1);
    assert_eq!(office.row(id).await.crash_count, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_a_job_that_is_being_finished_is_let_be() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    office.execute(KILLED).await;
    let mut finishing = office.db.begin().await.unwrap();
    sqlx::query("select 1 from jobs where id = $1 for update")
        .bind(id.0)
        .execute(&mut *finishing)
        .await
        .unwrap();
    let mut rescue = Rescue::new();
    assert_eq!(rescue.pass(&office.db, &office.tickets, &no_hook()).await.unwrap(), 0);
    finishing.rollback().await.unwrap();
    assert_eq!(rescue.pass(&office.db, &office.tickets, &no_hook()).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_crashes_do_not_use_up_the_attempts() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let mut rescue = Rescue::new();
    for _ in 0..2 {
        office.execute(KILLED).await;
        rescue.pass(&office.db, &office.tickets, &no_hook()).await.unwrap();
    }
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        assert!(!run.is_last_attempt || run.attempt == 5, "three attempts may fail beside two crashes");
        Err(queue::JobError::retry_after(Duration::ZERO, "fails"))
    });
    let (worker, _relay) = (office.worker(handlers), office.relay());
    let row = office.until(id, "dead").await;
    assert_eq!((row.attempt, row.dead_reason.as_deref()), (5, Some("failed")));
    worker.stop().await;
}
