//! How many jobs a second go through the ledger, what one costs, and how soon jobs begin on an idle and on a busy system.
//!
//! `DATABASE_URL=.. REDIS_URL=.. cargo run --release -p queue --example throughput [JOBS]` runs 1, 2 and 4 worker processes
//! one after the other; PostgreSQL, Redis and whoever asks for the jobs share the machine. Jobs are asked for one in a
//! transaction, and many; the latency under load is that at 30 % of the rate just measured, asked for in the same way. The
//! limit beside it is how many jobs a second the same driver can write down and mark as done by itself, in the same
//! batches. The database needs the product's schema; the jobs are removed afterwards.
#![expect(clippy::print_stdout, reason = "a command's answer")]

mod machine;

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use config::{DatabaseSettings, ExposeSecret, RedisSettings};
use database::pool::{PoolSize, connect_lazy};
use domain::job::Queue;
use machine::Machine;
use queue::{Enqueue, Finished, Handlers, Job, JobError, Run, Runner, RunnerSettings, Tickets, Work};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::process::{Child, Command};
use tokio::time::{Instant, interval, sleep};

/// A job that does nothing.
#[derive(Serialize, Deserialize)]
struct Nothing {}

impl Job for Nothing {
    const KIND: &'static str = "bench_nothing";
    const QUEUE: Queue = Queue::Default;
}

/// The variable that makes this program a worker: the namespace it works in.
const WORKER: &str = "BENCH_WORKER";
/// Jobs that are asked for in one transaction: one by one as requests do, and many as a nightly task does.
const BATCHES: [usize; 2] = [1, 50];
/// Transactions at once.
const DRIVERS: usize = 4;
/// Jobs at once in one worker.
const SLOTS: usize = 64;
/// How long the latency of each load is measured.
const MEASURED: Duration = Duration::from_secs(8);
const PATIENCE: Duration = Duration::from_mins(5);

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "the parent tells by the environment what to be")]
async fn main() -> anyhow::Result<()> {
    let db = config::load::<DatabaseSettings>()?;
    let redis = config::load::<RedisSettings>()?;
    let size = PoolSize { max: 12, acquire_timeout: Duration::from_mins(1), ..PoolSize::default() };
    let db = connect_lazy(db.url.expose_secret(), size)?;
    let redis_url = redis.url.expose_secret();
    if let Ok(namespace) = std::env::var(WORKER) {
        return work(db, Tickets::connect_as(redis_url, &namespace)?).await;
    }
    let jobs = std::env::args().nth(1).map_or(Ok(30_000), |jobs| jobs.parse()).context("JOBS is a number")?;
    let namespace = format!("bench-{}", std::process::id());
    let tickets = Tickets::connect_as(redis_url, &namespace)?;
    println!(
        "{:>7} {:>8} {:>8} {:>8} {:>9} {:>14} {:>14} {:>9}  latency idle p50/p99, at 30 % p50/p99",
        "at once", "workers", "jobs/s", "limit/s", "of limit", "worker µs/job", "machine µs/job", "worker MB"
    );
    let relay = tokio::spawn({
        let (db, tickets) = (db.clone(), tickets.clone());
        async move { queue::relay::run(&db, &tickets).await }
    });
    for batch in BATCHES {
        let limit = by_itself(&db, jobs, batch).await?;
        for count in [1, 2, 4] {
            let line = measure(&db, &tickets, &namespace, Case { count, jobs, batch, limit }).await?;
            println!("{line}");
            forget(&db).await?;
        }
    }
    relay.abort();
    Ok(())
}

/// What a worker process does.
async fn work(db: PgPool, tickets: Tickets) -> anyhow::Result<()> {
    let handlers = Handlers::new().on(|run: Run<Nothing>| nothing(run));
    let settings = RunnerSettings::new("bench", vec![(Queue::Default, SLOTS)], Duration::from_secs(5));
    let stop = telemetry::Shutdown::listen()?.token();
    Runner::new(db, tickets, handlers, settings).run(stop).await?;
    Ok(())
}

async fn nothing(run: Run<Nothing>) -> Result<Finished, JobError> {
    run.done().await
}

/// What is measured.
#[derive(Clone, Copy)]
struct Case {
    /// Worker processes.
    count: usize,
    /// Jobs in all.
    jobs: usize,
    /// Jobs of one transaction.
    batch: usize,
    /// Jobs a second without anybody's help.
    limit: f64,
}

async fn measure(db: &PgPool, tickets: &Tickets, namespace: &str, case: Case) -> anyhow::Result<String> {
    let Case { count, jobs, batch, limit } = case;
    let workers: Vec<Child> = (0..count).map(|_| spawn(namespace)).collect::<Result<_, _>>()?;
    let alive =
        "select count(*) from workers where host = 'bench' and seen_at > now() - interval '4 seconds'";
    until(db, alive, count as i64).await?;
    sleep(Duration::from_secs(1)).await;
    let ids: Vec<u32> = workers.iter().filter_map(Child::id).collect();
    let before = Machine::look(&ids)?;
    let began = Instant::now();
    ask(db, tickets, jobs, batch).await?;
    until(db, "select count(*) from jobs where kind = 'bench_nothing' and state = 'done'", jobs as i64)
        .await?;
    let (took, after) = (began.elapsed().as_secs_f64(), Machine::look(&ids)?);
    let rate = jobs as f64 / took;
    let idle = latency(db, tickets, 20.0, 1).await?;
    let busy = latency(db, tickets, rate * 0.3, batch).await?;
    stop(workers).await?;
    let each = |ticks: f64| ticks / jobs as f64 * 1e6;
    Ok(format!(
        "{batch:>7} {count:>8} {rate:>8.0} {limit:>8.0} {:>8.2}x {:>14.0} {:>14.0} {:>9.0}  {idle}, {busy}",
        rate / limit,
        each(after.programs_s - before.programs_s),
        each(after.all_s - before.all_s),
        after.largest_mb,
    ))
}

fn spawn(namespace: &str) -> anyhow::Result<Child> {
    let mut worker = Command::new(std::env::current_exe()?);
    worker.env(WORKER, namespace).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    Ok(worker.spawn()?)
}

async fn stop(workers: Vec<Child>) -> anyhow::Result<()> {
    for mut worker in workers {
        let id = worker.id().context("it still runs")?;
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(id.cast_signed()), nix::sys::signal::SIGTERM)?;
        worker.wait().await?;
    }
    Ok(())
}

/// Asks for so many jobs, in batches, from several connections.
async fn ask(db: &PgPool, tickets: &Tickets, jobs: usize, batch: usize) -> anyhow::Result<()> {
    let drivers = (0..DRIVERS).map(|driver| {
        let (db, tickets) = (db.clone(), tickets.clone());
        tokio::spawn(async move {
            let mut left = jobs / DRIVERS + usize::from(driver < jobs % DRIVERS);
            while left > 0 {
                let now = left.min(batch);
                ask_at_once(&db, &tickets, now).await?;
                left -= now;
            }
            Ok::<(), sqlx::Error>(())
        })
    });
    for driver in drivers.collect::<Vec<_>>() {
        driver.await??;
    }
    Ok(())
}

async fn ask_at_once(db: &PgPool, tickets: &Tickets, jobs: usize) -> Result<(), sqlx::Error> {
    let mut work = Work::begin(db, tickets).await?;
    let batch: Vec<Nothing> = (0..jobs).map(|_| Nothing {}).collect();
    match batch.as_slice() {
        [one] => drop(work.enqueue(one, Enqueue::default()).await?),
        many => drop(work.enqueue_all(many, &Enqueue::default()).await?),
    }
    work.commit().await
}

/// Asks for jobs at a rate and tells how long after the transaction of each one it began.
async fn latency(db: &PgPool, tickets: &Tickets, per_second: f64, batch: usize) -> anyhow::Result<String> {
    forget(db).await?;
    let mut ticks = interval(Duration::from_secs_f64(batch as f64 / per_second));
    let began = Instant::now();
    let mut asked = Vec::new();
    while began.elapsed() < MEASURED {
        ticks.tick().await;
        let (db, tickets) = (db.clone(), tickets.clone());
        asked.push(tokio::spawn(async move { ask_at_once(&db, &tickets, batch).await }));
    }
    let count = (asked.len() * batch) as i64;
    for one in asked {
        one.await??;
    }
    until(db, "select count(*) from jobs where kind = 'bench_nothing' and state = 'done'", count).await?;
    let (p50, p99): (f64, f64) = sqlx::query_as(
        "select percentile_cont(0.5) within group (order by ms), percentile_cont(0.99) within group (order by ms)
        from (select extract(epoch from started_at - created_at)::float8 * 1000 as ms from jobs
            where kind = 'bench_nothing') waits",
    )
    .fetch_one(db)
    .await?;
    Ok(format!("{p50:.1}/{p99:.1} ms"))
}

/// Jobs a second that the driver writes down and marks as done without anybody's help.
async fn by_itself(db: &PgPool, jobs: usize, batch: usize) -> anyhow::Result<f64> {
    let began = Instant::now();
    let drivers = (0..DRIVERS).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            for _ in 0..jobs / DRIVERS / batch {
                let mut work = db.begin().await?;
                let ids: Vec<uuid::Uuid> = sqlx::query_scalar(
                    "insert into jobs (id, kind, payload_version, payload, queue)
                    select gen_random_uuid(), 'bench_nothing', 1, '{}', 'default' from generate_series(1, $1)
                    returning id",
                )
                .bind(batch as i64)
                .fetch_all(&mut *work)
                .await?;
                work.commit().await?;
                sqlx::query("update jobs set state = 'done', finished_at = now() where id = any ($1)")
                    .bind(&ids)
                    .execute(&db)
                    .await?;
            }
            Ok::<(), sqlx::Error>(())
        })
    });
    for driver in drivers.collect::<Vec<_>>() {
        driver.await??;
    }
    let rate = jobs as f64 / began.elapsed().as_secs_f64();
    forget(db).await?;
    Ok(rate)
}

async fn forget(db: &PgPool) -> anyhow::Result<()> {
    sqlx::query(
        "with gone as (delete from jobs where kind = 'bench_nothing' returning id)
        delete from job_attempts where job_id in (select id from gone)",
    )
    .execute(db)
    .await?;
    sqlx::query("vacuum analyze jobs, job_attempts").execute(db).await?;
    Ok(())
}

async fn until(db: &PgPool, query: &'static str, least: i64) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while sqlx::query_scalar::<_, i64>(query).fetch_one(db).await? < least {
        ensure!(Instant::now() < deadline, "not {least} in time: {query}");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
