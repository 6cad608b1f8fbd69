//! Very many jobs that are due in the same second.

use std::time::Duration;

use super::{Hand, verdict};
use crate::house::House;

async fn flooded(count: i64, patience: Duration) -> (House, Option<Duration>) {
    let house = House::open().await;
    house.prepare_effects().await;
    let mut workers = Vec::new();
    for _ in 0..2 {
        workers.push(Hand::Worker.alone(&house, &[("AUTOTRACK_WORKER_CONCURRENCY", "default=8")]).await);
    }
    house.ask_all_at_once(count, 0).await;
    let took = house.until_ended(patience).await;
    assert!(workers.iter_mut().all(crate::house::Program::is_alive), "no worker gave up");
    (house, took)
}

#[tokio::test]
async fn jobs_that_are_all_due_at_once_are_all_done() {
    let (house, _) = flooded(2_000, Duration::from_mins(1)).await;
    house.audit().await.assert_whole(2_000);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_07_100_000_jobs_due_in_one_second() {
    let (house, took) = flooded(100_000, Duration::from_mins(20)).await;
    let audit = house.audit().await;
    let seconds = took.map_or(f64::INFINITY, |took| took.as_secs_f64());
    let figures = format!("{seconds:.0} s, {:.0} jobs/s, {audit}", 100_000.0 / seconds);
    verdict("7 100,000 due at once", &figures, audit.is_whole(100_000));
}
