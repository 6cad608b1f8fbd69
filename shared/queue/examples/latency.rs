//! How long it takes from asking for a job until a worker begins it, on an idle system, and how much of that is the
//! servers' own: one durable commit and one word of Redis are the least that it can take.
//!
//! `DATABASE_URL=.. REDIS_URL=.. cargo run -p queue --example latency [JOBS]` prints the distribution in milliseconds.
//! The database needs the product's schema; the jobs are removed afterwards.
#![expect(clippy::print_stdout, reason = "a command's answer")]

use std::time::Duration;

use anyhow::Context as _;
use config::{DatabaseSettings, ExposeSecret, RedisSettings};
use domain::job::Queue;
use queue::{Enqueue, Finished, Handlers, Job, JobError, Run, Runner, RunnerSettings, Tickets, Work};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// A job that does nothing.
#[derive(Serialize, Deserialize)]
struct Nothing {}

impl Job for Nothing {
    const KIND: &'static str = "bench_nothing";
    const QUEUE: Queue = Queue::Default;
}

/// A little more than the time in which the last job is acknowledged, so that the next one finds an idle system.
const REST: Duration = Duration::from_millis(25);
/// Jobs that open the connections and are not counted.
const WARM_UP: usize = 10;
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let jobs =
        std::env::args().nth(1).map_or(Ok(400), |jobs| jobs.parse::<usize>()).context("JOBS is a number")?;
    let db = config::load::<DatabaseSettings>()?;
    let redis = config::load::<RedisSettings>()?;
    let redis_url = redis.url.expose_secret().to_owned();
    let db = database::pool::connect_lazy(db.url.expose_secret(), database::pool::PoolSize::default())?;
    let tickets = Tickets::connect_as(&redis_url, &format!("bench-{}", std::process::id()))?;

    let (begun, mut begins) = unbounded_channel();
    let handlers = Handlers::new().on(move |run| begin(run, begun.clone()));
    let settings = RunnerSettings::new("bench", vec![(Queue::Default, 4)], Duration::from_secs(5));
    let stop = CancellationToken::new();
    let runner = Runner::new(db.clone(), tickets.clone(), handlers, settings);
    let stopped = stop.clone();
    let running = tokio::spawn(async move { runner.run(stopped).await });
    sleep(Duration::from_secs(1)).await;

    let mut waits = Vec::new();
    for job in 0..WARM_UP + jobs {
        let asked = Instant::now();
        let mut work = Work::begin(&db, &tickets).await?;
        work.enqueue(&Nothing {}, Enqueue::default()).await?;
        work.commit().await?;
        let at = timeout(PATIENCE, begins.recv()).await?.context("the worker is gone")?;
        if job >= WARM_UP {
            waits.push(at - asked);
        }
        sleep(REST).await;
    }
    let floor = floor(&db, &redis_url).await?;
    stop.cancel();
    running.await??;
    sqlx::query("delete from jobs where kind = $1").bind(Nothing::KIND).execute(&db).await?;
    report(waits, floor);
    Ok(())
}

async fn begin(run: Run<Nothing>, begun: UnboundedSender<Instant>) -> Result<Finished, JobError> {
    begun.send(Instant::now()).map_err(JobError::of)?;
    run.finish().await?.done().await
}

/// The median of a commit and a round trip to Redis, one after the other.
async fn floor(db: &PgPool, redis_url: &str) -> anyhow::Result<Duration> {
    let mut redis = redis::Client::open(redis_url)?.get_multiplexed_async_connection().await?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let asked = Instant::now();
        let mut work = db.begin().await?;
        sqlx::query(
            "insert into jobs (id, kind, payload_version, payload, queue, state)
            values (gen_random_uuid(), $1, 1, '{}', 'default', 'done')",
        )
        .bind(Nothing::KIND)
        .execute(&mut *work)
        .await?;
        work.commit().await?;
        redis::cmd("PING").query_async::<()>(&mut redis).await?;
        times.push(asked.elapsed());
        sleep(REST).await;
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

fn report(mut waits: Vec<Duration>, floor: Duration) {
    waits.sort_unstable();
    let ms = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "enqueue to start over {} jobs: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, max {:.1} ms; a commit and a round trip to Redis alone \
         take {:.1} ms: p50 is {:.1} times that",
        waits.len(),
        ms(0.5),
        ms(0.9),
        ms(0.99),
        ms(1.0),
        floor.as_secs_f64() * 1000.0,
        ms(0.5) / (floor.as_secs_f64() * 1000.0),
    );
}
