//! PostgreSQL restarts, is killed, and loses connections in the middle of a word, while commits flow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use queue::{Enqueue, Tickets, Work};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{FaultEffect, Hand, verdict};
use crate::house::{Database, Ground, House, Postgres, Program, Proxy, Weather};

/// Somebody who asks for jobs all along and remembers which were granted.
struct Asking {
    over: Arc<AtomicBool>,
    work: JoinHandle<Vec<i64>>,
}

impl Asking {
    /// A breath lies between two.
    fn begin(house: &House, breath: Duration) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (until, db) = (Arc::clone(&over), house.database.pool().clone());
        let tickets = Tickets::connect(&house.redis.url()).unwrap();
        let work = tokio::spawn(async move {
            let mut granted = Vec::new();
            for number in 0.. {
                if until.load(Ordering::SeqCst) {
                    break;
                }
                match timeout(Duration::from_secs(2), ask(&db, &tickets, number)).await {
                    Ok(Ok(())) => {
                        granted.push(number);
                        sleep(breath).await;
                    }
                    Ok(Err(_)) | Err(_) => sleep(Duration::from_millis(50)).await,
                }
            }
            granted
        });
        Self { over, work }
    }

    /// The numbers of the jobs whose commit was confirmed.
    async fn stop(self) -> Vec<i64> {
        self.over.store(true, Ordering::SeqCst);
        self.work.await.unwrap()
    }
}

async fn ask(db: &PgPool, tickets: &Tickets, number: i64) -> Result<(), sqlx::Error> {
    let mut work = Work::begin(db, tickets).await?;
    work.enqueue(&FaultEffect { number, ms: 5, ..FaultEffect::default() }, Enqueue::default()).await?;
    work.commit().await
}

/// What came of it.
struct Outcome {
    holds: bool,
    /// Seconds from each return of the database to the next effect.
    gaps: Vec<f64>,
    figures: String,
}

/// Takes the database away and gives it back, so many times in turn: in order, and by force.
async fn outages(rounds: usize, flow: Duration) -> Outcome {
    let ground = Ground::on(Database::Private(Box::new(Postgres::start(&[]).await))).await;
    let mut house = House::open_on(ground, &[]).await;
    house.prepare_effects().await;
    let mut workers = [Hand::Worker.alone(&house, &[]).await, Hand::Worker.alone(&house, &[]).await];
    let asking = Asking::begin(&house, Duration::ZERO);
    let mut gaps = Vec::new();
    for round in 0..rounds {
        sleep(flow).await;
        let Database::Private(server) = &mut house.database else { unreachable!("it was made so") };
        if round % 2 == 0 {
            server.stop().await;
        } else {
            server.lose().await;
        }
        sleep(Duration::from_secs(1)).await;
        server.come_back().await;
        gaps.push(gap(&house).await);
    }
    sleep(flow).await;
    let granted = asking.stop().await;
    house.until_ended(Duration::from_mins(2)).await;
    judge(&house, &granted, &mut workers, gaps).await
}

/// Seconds until the next effect.
async fn gap(house: &House) -> f64 {
    let back: f64 = sqlx::query_scalar("select extract(epoch from clock_timestamp())::float8")
        .fetch_one(house.database.pool())
        .await
        .unwrap();
    for _ in 0..600 {
        let next: Option<f64> = sqlx::query_scalar(
            "select min(extract(epoch from at)::float8) - $1 from fault_effects where at > to_timestamp($1)",
        )
        .bind(back)
        .fetch_one(house.database.pool())
        .await
        .unwrap();
        if let Some(next) = next {
            return next;
        }
        sleep(Duration::from_millis(100)).await;
    }
    f64::INFINITY
}

async fn judge(house: &House, granted: &[i64], workers: &mut [Program], gaps: Vec<f64>) -> Outcome {
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from jobs where kind = 'fault_effect' and (payload ->> 'number')::bigint = any($1)",
    )
    .bind(granted)
    .fetch_one(house.database.pool())
    .await
    .unwrap();
    let audit = house.audit().await;
    let alive = workers.iter_mut().all(Program::is_alive);
    // A commit whose answer was lost may have been granted all the same.
    let holds = kept == granted.len() as i64 && audit.is_whole(audit.asked) && alive && kept > 0;
    let gaps_said: Vec<String> = gaps.iter().map(|gap| format!("{gap:.1} s")).collect();
    let figures = format!("{} granted, {kept} kept, gaps {}, {audit}", granted.len(), gaps_said.join(" "));
    Outcome { holds, gaps, figures }
}

#[tokio::test]
async fn a_database_that_restarts_and_one_that_is_killed_lose_and_double_nothing() {
    let outcome = outages(2, Duration::from_secs(1)).await;
    assert!(outcome.holds, "{}", outcome.figures);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_08_database_restarts_and_is_killed() {
    let outcome = outages(10, Duration::from_secs(5)).await;
    let soon = outcome.gaps.iter().all(|gap| *gap <= 10.0);
    verdict("8 restart and kill of PostgreSQL", &outcome.figures, outcome.holds && soon);
}

/// Cuts every connection of the workers after some bytes, again and again: at a commit as well.
async fn cut(cuts: usize) -> Outcome {
    let server = Postgres::start(&[]).await;
    let wire = Proxy::before(server.address()).await;
    let through = server.url().replace(&server.address().to_string(), &wire.address().to_string());
    let house = House::open_on(Ground::on(Database::Private(Box::new(server))).await, &[]).await;
    house.prepare_effects().await;
    let mut workers = [Hand::Worker.alone(&house, &[("DATABASE_URL", &through)]).await];
    let asking = Asking::begin(&house, Duration::ZERO);
    for number in 0..cuts {
        sleep(Duration::from_millis(400)).await;
        // 509 is a prime: the cut falls into another place each time.
        wire.set(Weather::CutAfter(500 + number * 509 % 8000));
        sleep(Duration::from_millis(400)).await;
        wire.set(Weather::Slow(Duration::from_millis(2)));
    }
    wire.set(Weather::Fair);
    let granted = asking.stop().await;
    house.until_ended(Duration::from_mins(3)).await;
    judge(&house, &granted, &mut workers, Vec::new()).await
}

#[tokio::test]
async fn connections_that_end_in_the_middle_of_a_word_double_nothing() {
    let outcome = cut(6).await;
    assert!(outcome.holds, "{}", outcome.figures);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_08_connections_cut_at_the_commit() {
    let outcome = cut(60).await;
    verdict("8 60 cuts of every connection", &outcome.figures, outcome.holds);
}

/// Lets the workers' connections go deaf in the middle of a claim: the database does what they say, and they never hear of
/// it. A connection that went deaf stays so.
async fn deafen(times: usize) -> (bool, String) {
    let server = Postgres::start(&[]).await;
    let wire = Proxy::before(server.address()).await;
    let through = server.url().replace(&server.address().to_string(), &wire.address().to_string());
    let house = House::open_on(Ground::on(Database::Private(Box::new(server))).await, &[]).await;
    house.prepare_effects().await;
    let mut workers = [Hand::Worker.alone(&house, &[("DATABASE_URL", &through)]).await];
    let asking = Asking::begin(&house, Duration::from_millis(20));
    for _ in 0..times {
        sleep(Duration::from_millis(500)).await;
        // The name of a worker, which a claim carries.
        wire.set(Weather::DeafAfter(b"hand-"));
        sleep(Duration::from_millis(300)).await;
        wire.set(Weather::Fair);
        sleep(Duration::from_secs(5)).await;
    }
    let granted = asking.stop().await;
    house.until_ended(Duration::from_mins(2)).await;
    let outcome = judge(&house, &granted, &mut workers, Vec::new()).await;
    let given_back = house
        .count("select count(*) from job_attempts where error = 'the answer to its claim was lost'")
        .await;
    let crashed = house.count("select count(*) from jobs where crash_count > 0").await;
    let figures = format!("{}, {given_back} given back, {crashed} thought to have crashed", outcome.figures);
    (outcome.holds && given_back > 0 && crashed == 0, figures)
}

#[tokio::test]
async fn a_claim_whose_answer_never_comes_is_given_back_and_is_no_crash() {
    let (holds, figures) = deafen(1).await;
    assert!(holds, "{figures}");
}

#[tokio::test]
async fn a_wire_that_goes_silent_costs_a_long_job_nothing() {
    let server = Postgres::start(&[]).await;
    let wire = Proxy::before(server.address()).await;
    let through = server.url().replace(&server.address().to_string(), &wire.address().to_string());
    let house = House::open_on(Ground::on(Database::Private(Box::new(server))).await, &[]).await;
    house.prepare_effects().await;
    let mut worker = Hand::Worker.alone(&house, &[("DATABASE_URL", &through)]).await;
    house.ask([FaultEffect { ms: 18_000, ..FaultEffect::default() }]).await;
    sleep(Duration::from_secs(5)).await;
    // Whatever says anything now hears nothing any more; what is made afterwards does.
    wire.set(Weather::DeafAfter(b"\0"));
    sleep(Duration::from_millis(4500)).await;
    wire.set(Weather::Fair);
    house.until_ended(Duration::from_mins(1)).await;
    house.audit().await.assert_whole(1);
    assert_eq!(house.count("select count(*) from job_attempts").await, 1, "{}", worker.log());
    assert!(worker.is_alive());
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_08_connections_that_go_deaf() {
    let (holds, figures) = deafen(10).await;
    verdict("8 connections that go deaf in a claim, 10 times", &figures, holds);
}
