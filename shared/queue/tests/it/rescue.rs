//! Rule 5: expired leases go back, three crashes are poison, and a database that was away is nobody's crash.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use queue::rescue::Rescue;
use queue::{DeadHook, Enqueue, Handlers, Run, Runner, no_hook};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::support::Office;
use crate::support::kinds::{Note, Slow, put, write};

/// As if the worker had been killed: claimed, and the lease has run out.
const KILLED: &str = "update jobs
    set state = 'running', attempt = attempt + 1, fence = fence + 1, lease_until = now() - interval '1 second',
        worker = 'gone'";

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

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_took_its_worker_down_twice_runs_alone() {
    let office = Office::open().await;
    let running = Arc::new(AtomicU32::new(0));
    let handlers = {
        let running = Arc::clone(&running);
        Handlers::new().on(move |run: Run<Slow>| {
            let running = Arc::clone(&running);
            async move {
                let is_suspect = run.attempt == 3;
                let before = running.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_millis(200)).await;
                let beside = running.fetch_sub(1, Ordering::SeqCst) - 1;
                // A failed run leaves its error in the ledger.
                assert!(
                    !is_suspect || (before, beside) == (0, 0),
                    "{before} and {beside} run beside a suspect"
                );
                run.done().await
            }
        })
    };
    for _ in 0..2 {
        office.enqueue(&Slow {}, Enqueue::default()).await;
    }
    office.execute("update jobs set attempt = 2, crash_count = 2").await;
    for _ in 0..8 {
        office.enqueue(&Slow {}, Enqueue::default()).await;
    }
    let worker = office.worker(handlers);
    let _relay = office.relay();
    while office.count("select count(*) from jobs where state <> 'done'").await > 0 {
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(office.count("select count(*) from jobs where last_error is not null").await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "a handler that blocks its thread is what this is about")]
async fn a_worker_whose_handler_cannot_be_ended_stops_and_gives_the_others_back() {
    let office = Office::open().await;
    let handlers = Handlers::new()
        .on(|run: Run<Note>| async move {
            // Longer than its limit of 2 s, and deaf: as an endless loop is.
            std::thread::sleep(Duration::from_secs(15));
            run.done().await
        })
        .on(|run: Run<Slow>| async move {
            sleep(Duration::from_mins(1)).await;
            run.done().await
        });
    let runner = Runner::new(office.db.clone(), office.tickets.clone(), handlers, office.settings());
    let ended = tokio::spawn(runner.run(CancellationToken::new()));
    let deaf = office.enqueue(&Note::new("deaf"), Enqueue::default()).await;
    let slow = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(slow, "running").await;
    assert!(timeout(Duration::from_secs(30), ended).await.expect("it stops by itself").unwrap().is_err());
    let (deaf, slow) = (office.row(deaf).await, office.row(slow).await);
    assert_eq!((slow.state.as_str(), slow.attempt, slow.crash_count), ("retry", 0, 0));
    assert_eq!(deaf.state, "running", "its lease runs out, which is a crash");
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_without_effects_keep_their_fences() {
    let office = Office::open().await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let handlers = {
        let gate = Arc::clone(&gate);
        Handlers::new().on(move |run: Run<Note>| {
            let gate = Arc::clone(&gate);
            async move {
                gate.acquire().await.unwrap().forget();
                run.done().await
            }
        })
    };
    let worker = office.worker(handlers);
    let (kept, lost) = (
        office.enqueue(&Note::new("kept"), Enqueue::default()).await,
        office.enqueue(&Note::new("lost"), Enqueue::default()).await,
    );
    office.until(kept, "running").await;
    office.until(lost, "running").await;
    sqlx::query("update jobs set fence = fence + 1 where id = $1")
        .bind(lost.0)
        .execute(&office.db)
        .await
        .unwrap();
    gate.add_permits(2);
    office.until(kept, "done").await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(office.row(lost).await.state, "running");
    worker.stop().await;
}
