//! What operators see over time.

use domain::job::Queue;
use queue::ledger::{self, Sample};
use queue::{Enqueue, Handlers};
use std::time::Duration;

use crate::support::Office;
use crate::support::kinds::{Note, write};

#[tokio::test]
async fn of_the_samples_of_one_minute_the_highest_stays() {
    let office = Office::open().await;
    let mut db = office.db.acquire().await.unwrap();
    let ids = [
        office.enqueue(&Note::new("a"), Enqueue::default()).await,
        office.enqueue(&Note::new("b"), Enqueue::default()).await,
    ];
    office.enqueue(&Note::new("later"), Enqueue::default().after(Duration::from_hours(1))).await;
    sqlx::query("update jobs set run_at = now() - interval '90 s' where id = $1")
        .bind(ids[0].0)
        .execute(&office.db)
        .await
        .unwrap();
    ledger::sample(&mut db).await.unwrap();
    for id in ids {
        assert!(ledger::cancel(&mut db, id).await.unwrap());
    }
    ledger::sample(&mut db).await.unwrap();
    let samples = ledger::samples(&mut db, 60).await.unwrap();
    let of = |queue| samples.iter().filter(|it| it.queue == queue).max_by_key(|it| it.depth).copied();
    let Some(Sample { depth, oldest_s, .. }) = of(Queue::Default) else { panic!("no sample: {samples:?}") };
    assert_eq!(depth, 3);
    assert!((90.0..300.0).contains(&oldest_s), "{oldest_s}");
    assert_eq!(
        of(Queue::Ocr).map(|it| (it.depth, it.oldest_s)),
        Some((0, 0.0)),
        "an empty queue has samples too"
    );
}

#[tokio::test]
async fn what_ended_is_counted_by_queue_and_minute() {
    let office = Office::open().await;
    let worker = office.worker(Handlers::new().on(write));
    let (_relay, id) = (office.relay(), office.enqueue(&Note::new("a"), Enqueue::default()).await);
    office.until(id, "done").await;
    worker.stop().await;
    let ago = office.enqueue(&Note::new("b"), Enqueue::default()).await;
    sqlx::query("insert into job_attempts (job_id, attempt, fence, worker, outcome, ended_at) values ($1, 1, 1, 'w', 'retry', now() - interval '10 min 30 s')")
        .bind(ago.0)
        .execute(&office.db)
        .await
        .unwrap();
    let mut db = office.db.acquire().await.unwrap();
    let mut ended = ledger::ended(&mut db, 60).await.unwrap();
    ended.sort_by_key(|it| it.minutes_ago);
    let counts: Vec<_> =
        ended.iter().map(|it| (it.queue, it.minutes_ago.min(10), it.done, it.failed)).collect();
    assert_eq!(counts, [(Queue::Default, 0, 1, 0), (Queue::Default, 10, 0, 1)]);
    assert_eq!(ledger::ended(&mut db, 5).await.unwrap().len(), 1);
}
