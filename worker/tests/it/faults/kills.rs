//! Workers that are killed: at any moment, with much at work, at every point where it could hurt.

use std::time::Duration;

use queue::{Enqueue, Tickets};
use tokio::time::{Instant, interval, sleep};

use super::{Crew, Cut, FaultEffect, Hand, verdict};
use crate::house::House;

/// Kills one of three workers again and again while jobs come at a rate.
async fn killed_in_turn(count: i64, per_second: u64, every: Duration) -> (House, usize) {
    let house = House::open().await;
    house.prepare_effects().await;
    let crew = Crew::hire(&house, Hand::Worker, 3, &[]).await;
    let tickets = Tickets::connect(&house.redis.url()).unwrap();
    let mut beat = interval(Duration::from_micros(1_000_000 / per_second));
    let (mut next, mut seat) = (Instant::now() + every, 0);
    for number in 0..count {
        beat.tick().await;
        let job = FaultEffect { number, ms: 20, ..FaultEffect::default() };
        house.ask_one(&tickets, &job, Enqueue::default()).await;
        if Instant::now() >= next {
            crew.kill(seat % 3);
            (next, seat) = (next + every, seat + 1);
        }
    }
    house.until_ended(Duration::from_mins(2)).await;
    (house, seat)
}

#[tokio::test]
async fn workers_killed_in_turn_lose_and_double_nothing() {
    let (house, kills) = killed_in_turn(300, 100, Duration::from_secs(1)).await;
    assert!(kills >= 2, "{kills}");
    house.audit().await.assert_whole(300);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_01_workers_killed_in_turn() {
    let (house, kills) = killed_in_turn(20_000, 100, Duration::from_secs(5)).await;
    let audit = house.audit().await;
    verdict(
        "1 one of 3 workers killed every 5 s",
        &format!("{kills} kills, {audit}"),
        audit.is_whole(20_000),
    );
}

/// Kills a worker with twenty jobs at work; how long after the kill each runs again, in seconds.
async fn killed_with_twenty_running(expire: bool) -> Vec<f64> {
    let house = House::open().await;
    house.prepare_effects().await;
    let slots = [("AUTOTRACK_WORKER_CONCURRENCY", "default=20")];
    let doomed = Hand::Worker.alone(&house, &slots).await;
    house.ask((0..20).map(|number| FaultEffect { number, ms: 2000, ..FaultEffect::default() })).await;
    // Not before all are at work: a long first run, and a short second one, would do as well.
    house.until(20, "select count(*) from jobs where state = 'running' and kind = 'fault_effect'").await;
    let _next = Hand::Worker.alone(&house, &slots).await;
    let killed: f64 = sqlx::query_scalar("select extract(epoch from clock_timestamp())::float8")
        .fetch_one(house.database.pool())
        .await
        .unwrap();
    doomed.kill().await;
    if expire {
        house.expire_leases().await;
    }
    house.until_ended(Duration::from_mins(1)).await;
    house.audit().await.assert_whole(20);
    sqlx::query_scalar(
        "select extract(epoch from started_at)::float8 - $1 from job_attempts where fence = 2 order by started_at",
    )
    .bind(killed)
    .fetch_all(house.database.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn everything_that_a_killed_worker_had_at_work_is_done_by_another() {
    assert_eq!(killed_with_twenty_running(true).await.len(), 20);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_02_twenty_running_when_killed() {
    let mut waits = Vec::new();
    for _ in 0..5 {
        waits.extend(killed_with_twenty_running(false).await);
    }
    waits.sort_by(f64::total_cmp);
    let p99 = waits[waits.len() * 99 / 100 - 1];
    let figures = format!("{} jobs, running again after p99 {p99:.1} s", waits.len());
    verdict("2 killed with 20 running", &figures, waits.len() == 100 && p99 <= 20.0);
}

/// Kills workers at every cut point, so many times each; each worker has one job at a time.
async fn cut(each: i64, patience: Duration, expire: bool) -> (House, usize) {
    let house = House::open().await;
    house.prepare_effects().await;
    let crew = Crew::hire(&house, Hand::Worker, 4, &[("AUTOTRACK_WORKER_CONCURRENCY", "default=1")]).await;
    let jobs = (0..each).flat_map(|_| Cut::ALL).zip(0..);
    house
        .ask(jobs.map(|(cut, number)| FaultEffect { number, cut: Some(cut), ..FaultEffect::default() }))
        .await;
    let deadline = Instant::now() + patience;
    while house.open_jobs().await > 0 && Instant::now() < deadline {
        if expire {
            // Only of those who had time to finish.
            house
                .execute("update jobs set lease_until = now() where state = 'running' and started_at < now() - interval '2 s'")
                .await;
        }
        sleep(Duration::from_millis(500)).await;
    }
    (house, crew.replaced())
}

#[tokio::test]
async fn a_worker_that_dies_at_any_cut_point_leaves_each_effect_once() {
    let (house, died) = cut(2, Duration::from_mins(1), true).await;
    assert!(died >= 8, "{died}");
    house.audit().await.assert_whole(10);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_03_five_cut_points() {
    let (house, died) = cut(50, Duration::from_mins(5), false).await;
    let audit = house.audit().await;
    let holds = audit.is_whole(250) && died >= 200;
    verdict("3 five cut points x 50", &format!("{died} deaths, {audit}"), holds);
}
