//! A ledger that has grown: claims stay quick, and pruning stands in nobody's way.

use std::time::Duration;

use queue::ledger;

use super::{FaultEffect, Hand, verdict};
use crate::house::{Database, Ground, House, Postgres};

/// The server says how long every statement took, and which waited for a lock for longer than 100 ms.
const TALKATIVE: [&str; 4] =
    ["log_line_prefix=%p ", "log_lock_waits=on", "deadlock_timeout=100ms", "max_wal_size=4GB"];
/// What the server says of a lock that is waited for.
const WAITED: &str = "still waiting for";
const WEEK: Duration = Duration::from_hours(7 * 24);

fn server(house: &House) -> &Postgres {
    match &house.database {
        Database::Private(server) => server,
        Database::Shared(_) => unreachable!("it was made private"),
    }
}

/// Runs jobs one by one and answers how long the server took for each claim, in milliseconds, sorted.
async fn claims(house: &House, count: i64) -> Vec<f64> {
    let before = server(house).log().len();
    let worker = Hand::Worker
        .alone(
            house,
            &[
                (
                    "DATABASE_URL",
                    &format!("{}?options=-c%20log_min_duration_statement%3D0", server(house).url()),
                ),
                ("AUTOTRACK_WORKER_CONCURRENCY", "default=1"),
            ],
        )
        .await;
    house.ask((0..count).map(|number| FaultEffect { number, ..FaultEffect::default() })).await;
    house.until(count, "select count(*) from fault_effects").await;
    worker.stop().await;
    house.execute("truncate fault_effects").await;
    let mut times = durations(&server(house).log()[before..]);
    times.sort_by(f64::total_cmp);
    times
}

/// The times of the statements that claim. Parsing, binding and running are said one after the other.
fn durations(log: &str) -> Vec<f64> {
    let (mut times, mut bound) = (Vec::new(), 0.0);
    for line in log.lines() {
        let Some((_, rest)) = line.split_once("duration: ") else { continue };
        let Some((ms, what)) = rest.split_once(" ms ") else { continue };
        if !what.contains("with due as") {
            continue;
        }
        let ms: f64 = ms.parse().unwrap();
        match what.split_whitespace().next() {
            Some("execute") => times.push(ms + std::mem::take(&mut bound)),
            Some("bind") => bound = ms,
            _ => {}
        }
    }
    times
}

/// Fills the ledger: finished jobs with an attempt each, older and younger than what is pruned, and ready ones.
async fn fill(house: &House, finished: i64, ready: i64) {
    for statement in [
        format!(
            "insert into jobs (id, kind, payload_version, payload, queue, state, attempt, fence, created_at, started_at,
                finished_at)
            select gen_random_uuid(), 'fault_old', 1, '{{}}', 'default', 'done', 1, 1, at, at, at
            from (select now() - interval '14 days' * n / {finished} as at from generate_series(1, {finished}) n) old"
        ),
        "insert into job_attempts (job_id, attempt, fence, worker, outcome, ended_at)
        select id, 1, 1, 'gone', 'done', now() from jobs where kind = 'fault_old'"
            .to_owned(),
        // In a queue that nobody serves just now, so that claims are what is measured.
        format!(
            "insert into jobs (id, kind, payload_version, payload, queue, fair_at)
            select gen_random_uuid(), 'fault_ready', 1, '{{}}', 'billing', now() - interval '1 day' * n / {ready}
            from generate_series(1, {ready}) n"
        ),
        "analyze jobs".to_owned(),
        "analyze job_attempts".to_owned(),
    ] {
        server(house).execute(&statement).await;
    }
}

/// What a grown ledger costs.
struct Grown {
    empty_p99: f64,
    full_p99: f64,
    pruned: u64,
    written: usize,
    waits: usize,
}

async fn grown(finished: i64, ready: i64, probes: i64) -> Grown {
    let ground = Ground::on(Database::Private(Box::new(Postgres::start(&TALKATIVE).await))).await;
    let mut house = House::open_on(ground, &[]).await;
    house.prepare_effects().await;
    let empty = claims(&house, probes).await;
    fill(&house, finished, ready).await;
    let full = claims(&house, probes).await;
    house.stop_scheduler().await;
    let (pruned, written) = prune_beside_a_writer(&house).await;
    let waits = server(&house).log().matches(WAITED).count();
    Grown { empty_p99: p99(&empty), full_p99: p99(&full), pruned, written, waits }
}

/// Prunes while somebody else goes on asking for jobs and finishing them.
async fn prune_beside_a_writer(house: &House) -> (u64, usize) {
    let _worker = Hand::Worker.alone(house, &[]).await;
    let pool = house.database.pool().clone();
    let pruning = tokio::spawn(async move { ledger::prune(&pool, WEEK, WEEK).await });
    let mut written = 0;
    while !pruning.is_finished() {
        house.ask([FaultEffect::default()]).await;
        written += 1;
    }
    (pruning.await.unwrap().unwrap().finished, written)
}

fn p99(sorted: &[f64]) -> f64 {
    sorted[(sorted.len() * 99 / 100).min(sorted.len() - 1)]
}

#[tokio::test]
async fn a_grown_ledger_is_worked_on_and_pruned() {
    let grown = grown(20_000, 4_000, 30).await;
    assert!(grown.empty_p99 > 0.0 && grown.full_p99 > 0.0, "claims were seen");
    assert!((9_500..=10_500).contains(&grown.pruned), "{}", grown.pruned);
    assert!(grown.written > 0);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_12_a_million_finished_and_200_000_ready() {
    let grown = grown(1_000_000, 200_000, 1000).await;
    let Grown { empty_p99, full_p99, pruned, written, waits } = grown;
    let figures = format!(
        "claim p99 {empty_p99:.2} ms empty, {full_p99:.2} ms full; {pruned} pruned beside {written} writes, {waits} waits over 100 ms"
    );
    verdict("12 a grown ledger", &figures, full_p99 < 2.0 * empty_p99 && waits == 0 && pruned > 400_000);
}
