//! Rule 1: a job is written with the data that asks for it, and its ticket goes out right after.

use queue::{Enqueue, Handlers, Work};

use crate::support::Office;
use crate::support::kinds::{Note, write};

#[tokio::test(flavor = "multi_thread")]
async fn rule_1_a_job_is_enqueued_ticketed_claimed_and_finished() {
    let office = Office::open().await;
    let worker = office.worker(Handlers::new().on(write));
    let id = office.enqueue(&Note::new("hello"), Enqueue::default()).await;
    let row = office.until(id, "done").await;
    assert_eq!((row.attempt, row.fence, row.progress), (1, 1, 100));
    assert_eq!(office.count("select count(*) from reminders_sent where subject = 'hello'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_1_a_transaction_that_is_rolled_back_leaves_no_job() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.tickets).await.unwrap();
    work.enqueue(&Note::new("never"), Enqueue::default()).await.unwrap();
    work.rollback().await.unwrap();
    assert_eq!(office.count("select count(*) from jobs").await, 0);
}
