//! Rule 1: a job is written with the data that asks for it, and its ticket goes out right after. Rule 11: how long the
//! oldest has waited is known.

use std::time::Duration;

use domain::job::Queue;
use queue::{Enqueue, Handlers, Work, ledger};
use tokio::time::{Instant, sleep};

use crate::support::Office;
use crate::support::kinds::{Note, write};

#[tokio::test(flavor = "multi_thread")]
async fn rule_1_a_job_is_enqueued_ticketed_claimed_and_finished_without_a_relay() {
    let office = Office::open().await;
    let worker = office.worker(Handlers::new().on(write));
    let id = office.enqueue(&Note::new("hello"), Enqueue::default()).await;
    let row = office.until(id, "done").await;
    assert_eq!((row.attempt, row.fence, row.progress), (1, 1, 100));
    assert_eq!(office.count("select count(*) from reminders_sent where subject = 'hello'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_1_a_transaction_that_is_rolled_back_leaves_no_job_and_no_ticket() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.tickets).await.unwrap();
    work.enqueue(&Note::new("never"), Enqueue::default()).await.unwrap();
    work.rollback().await.unwrap();
    assert_eq!(office.count("select count(*) from jobs").await, 0);
    assert_eq!(office.tickets.outstanding(Queue::Default).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_1_without_redis_the_request_succeeds_and_the_relay_sends_the_ticket() {
    let office = Office::open().await;
    let worker = office.worker(Handlers::new().on(write));
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    let id = work.enqueue(&Note::new("patient"), Enqueue::default()).await.unwrap();
    let asked = Instant::now();
    work.commit().await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(20), "the request waited {:?}", asked.elapsed());
    let _relay = office.relay();
    office.until(id, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_1_only_some_tickets_are_sent_however_many_jobs_are_asked_for() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.tickets).await.unwrap();
    for _ in 0..50 {
        work.enqueue(&Note::new("many"), Enqueue::default()).await.unwrap();
    }
    work.commit().await.unwrap();
    assert_eq!(office.tickets.outstanding(Queue::Default).await.unwrap(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_job_waits_or_runs_once_and_may_come_again() {
    let office = Office::open().await;
    let first = office.enqueue(&Note::new("a"), Enqueue::default().unique("key")).await;
    let second = office.enqueue(&Note::new("b"), Enqueue::default().unique("key")).await;
    assert_eq!(first, second);
    let worker = office.worker(Handlers::new().on(write));
    office.until(first, "done").await;
    let third = office.enqueue(&Note::new("c"), Enqueue::default().unique("key")).await;
    assert_ne!(first, third);
    office.until(third, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_for_later_is_not_begun_early() {
    let office = Office::open().await;
    let (worker, _relay) = (office.worker(Handlers::new().on(write)), office.relay());
    let id = office.enqueue(&Note::new("later"), Enqueue::default().after(Duration::from_secs(2))).await;
    sleep(Duration::from_millis(1200)).await;
    assert_eq!(office.row(id).await.state, "ready");
    office.until(id, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_11_the_wait_of_the_oldest_due_job_is_known() {
    let office = Office::open().await;
    let mut db = office.db.acquire().await.unwrap();
    assert_eq!(ledger::lateness(&mut db, Queue::Default).await.unwrap(), Duration::ZERO);
    office.enqueue(&Note::new("waits"), Enqueue::default()).await;
    office
        .execute(
            "update jobs set run_at = now() - interval '90 seconds', fair_at = now() - interval '90 seconds'",
        )
        .await;
    let age = ledger::lateness(&mut db, Queue::Default).await.unwrap();
    assert!((89..120).contains(&age.as_secs()), "{age:?}");
    let depths = ledger::depths(&mut db).await.unwrap();
    let depth = depths.iter().find(|depth| depth.queue == Queue::Default).unwrap();
    assert_eq!((depth.ready, depth.running), (1, 0));
    assert!(depth.oldest_ready_age.as_secs() >= 89);
    assert_eq!(depths.len(), Queue::ALL.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_jobs_at_once_stand_in_the_line_as_single_ones_do() {
    let office = Office::open().await;
    let users = office.users(1).await;
    let mut work = Work::begin(&office.db, &office.tickets).await.unwrap();
    let notes: Vec<Note> = ["b", "c"].into_iter().map(Note::new).collect();
    let options = Enqueue::default().by(users[0]);
    work.enqueue(&Note::new("a"), options.clone()).await.unwrap();
    assert_eq!(work.enqueue_all(&notes, &options).await.unwrap().len(), 2);
    work.enqueue(&Note::new("d"), options).await.unwrap();
    work.commit().await.unwrap();
    let places: Vec<(String, f64)> = sqlx::query_as(
        "select payload ->> 'text', extract(epoch from fair_at - min(fair_at) over ())::float8 from jobs order by fair_at",
    )
    .fetch_all(&office.db)
    .await
    .unwrap();
    let places: Vec<(&str, f64)> = places.iter().map(|(text, at)| (text.as_str(), *at)).collect();
    assert_eq!(places, [("a", 0.0), ("b", 10.0), ("c", 20.0), ("d", 30.0)]);
    let worker = office.worker(Handlers::new().on(write));
    while office.count("select count(*) from jobs where state <> 'done'").await > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    worker.stop().await;
}
