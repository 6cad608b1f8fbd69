//! A worker that is asked to stop under load.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::{FaultEffect, Hand, verdict};
use crate::house::House;

/// Jobs at once.
const SLOTS: [(&str, &str); 1] = [("AUTOTRACK_WORKER_CONCURRENCY", "default=20")];

/// What became of a worker's jobs.
#[derive(Debug, sqlx::FromRow)]
struct Closing {
    /// Claims later than 100 ms after the signal.
    late: i64,
    /// Runs that ended in the grace.
    finished: i64,
    handed_back: i64,
    /// Seconds from the signal to the last hand-back.
    last: f64,
    /// Jobs whose attempts do not say that nothing failed.
    counted: i64,
}

/// Asks a worker to stop in the middle of jobs that take up to `longest`.
async fn closed(jobs: i64, longest: u64, grace: u64) -> (House, Closing) {
    let house = House::open_with(&[("AUTOTRACK_WORKER_DRAIN_SECONDS", &grace.to_string())]).await;
    house.prepare_effects().await;
    let worker = Hand::Worker.alone(&house, &SLOTS).await;
    // Most are short, as with the product's own.
    let job = |number: i64| {
        let share = number as f64 / jobs as f64;
        let ms = 100.0 * (longest as f64 / 100.0).powf(share);
        FaultEffect { number, ms: ms as u64, ..FaultEffect::default() }
    };
    // Mixed, and the same ones each time: 7919 is a prime.
    house.ask((0..jobs).map(|number| job(number * 7919 % jobs))).await;
    house.until(jobs / 10, "select count(*) from fault_effects").await;
    house.until(15, "select count(*) from jobs where state = 'running'").await;

    let signal: f64 = sqlx::query_scalar("select extract(epoch from clock_timestamp())::float8")
        .fetch_one(house.database.pool())
        .await
        .unwrap();
    worker.signal(Signal::SIGTERM);
    let (status, said) = worker.ended().await;
    assert!(status.success(), "{status}: {said}");
    let closing = sqlx::query_as(
        "select count(*) filter (where started_at > to_timestamp($1) + interval '100 ms') as late,
            count(*) filter (where outcome = 'done' and ended_at > to_timestamp($1)) as finished,
            count(*) filter (where outcome = 'handed_back') as handed_back,
            coalesce(max(extract(epoch from ended_at)::float8 - $1) filter (where outcome = 'handed_back'), 0) as last,
            count(*) filter (where outcome is null or outcome not in ('done', 'handed_back'))
                + (select count(*) from jobs where kind = 'fault_effect' and attempt <> (state = 'done')::int) as counted
        from job_attempts",
    )
    .bind(signal)
    .fetch_one(house.database.pool())
    .await
    .unwrap();
    let _next = Hand::Worker.alone(&house, &SLOTS).await;
    house.until_ended(Duration::from_mins(3)).await;
    (house, closing)
}

#[tokio::test]
async fn a_worker_asked_to_stop_under_load_fails_nothing_and_hands_the_rest_back() {
    let (house, closing) = closed(60, 9000, 1).await;
    house.audit().await.assert_whole(60);
    assert_eq!(closing.counted, 0, "{closing:?}");
    assert!(closing.handed_back > 0 && closing.finished > 0, "{closing:?}");
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_05_asked_to_stop_under_load() {
    let (grace, jobs) = (5, 300);
    let (house, closing) = closed(jobs, 20_000, grace).await;
    let audit = house.audit().await;
    let failed =
        house.count("select count(*) from job_attempts where outcome in ('retry', 'dead', 'crashed')").await;
    let after = closing.last - grace as f64;
    let figures = format!("{closing:?}, handed back {after:.2} s after the grace, {failed} failed, {audit}");
    let holds =
        closing.late == 0 && closing.counted == 0 && closing.handed_back > 0 && after <= 1.0 && failed == 0;
    verdict("5 asked to stop under load", &figures, holds && audit.is_whole(jobs));
}
