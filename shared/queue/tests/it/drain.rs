//! Rule 9: asked to stop, a worker claims nothing more, finishes what it can, and gives the rest back uncounted.

use std::time::Duration;

use domain::job::Queue;
use queue::{Enqueue, Handlers, Run, ledger};
use tokio::time::{Instant, sleep};

use crate::support::Office;
use crate::support::kinds::{Note, Slow, write};

fn lasting(time: Duration) -> Handlers {
    Handlers::new()
        .on(move |run: Run<Slow>| async move {
            sleep(time).await;
            run.finish().await?.done().await
        })
        .on(write)
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_9_a_run_that_ends_within_the_grace_is_done() {
    let office = Office::open().await;
    let mut settings = office.settings();
    settings.grace = Duration::from_secs(5);
    let worker = office.worker_with(lasting(Duration::from_secs(1)), settings);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(id, "running").await;
    worker.stop().await;
    let row = office.row(id).await;
    assert_eq!((row.state.as_str(), row.attempt), ("done", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_9_the_rest_is_handed_back_without_counting_and_ticketed_at_once() {
    let office = Office::open().await;
    let mut settings = office.settings();
    settings.grace = Duration::from_millis(300);
    let worker = office.worker_with(lasting(Duration::from_mins(1)), settings);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(id, "running").await;
    let asked = Instant::now();
    worker.stop().await;
    assert!(asked.elapsed() < Duration::from_secs(30), "{:?}", asked.elapsed());
    let row = office.row(id).await;
    assert_eq!((row.state.as_str(), row.attempt, row.crash_count), ("retry", 0, 0));
    assert_eq!(office.tickets.outstanding(Queue::Default).await.unwrap(), 1);
    assert_eq!(office.count("select count(*) from job_attempts where outcome = 'handed_back'").await, 1);
    let next = office.worker(lasting(Duration::ZERO));
    assert_eq!(office.until(id, "done").await.attempt, 1);
    next.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_9_nothing_is_claimed_after_a_hundred_milliseconds_and_no_ticket_is_lost() {
    let office = Office::open().await;
    let mut settings = office.settings();
    settings.grace = Duration::from_secs(3);
    let worker = office.worker_with(lasting(Duration::from_secs(2)), settings);
    let busy = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(busy, "running").await;
    worker.ask_to_stop();
    sleep(Duration::from_millis(100)).await;
    let late = office.enqueue(&Note::new("late"), Enqueue::default()).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(office.row(late).await.state, "ready");
    worker.stop().await;
    let next = office.worker(lasting(Duration::ZERO));
    office.until(late, "done").await;
    next.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_9_a_worker_is_on_the_list_while_it_works_and_off_it_after() {
    let office = Office::open().await;
    let mut db = office.db.acquire().await.unwrap();
    let worker = office.worker(lasting(Duration::ZERO));
    while ledger::workers_alive(&mut db).await.unwrap() == 0 {
        sleep(Duration::from_millis(20)).await;
    }
    let workers = ledger::live_workers(&mut db).await.unwrap();
    assert_eq!(workers[0].slots, [("default".to_owned(), 4)].into());
    worker.stop().await;
    assert_eq!(ledger::workers_alive(&mut db).await.unwrap(), 0);
}
