//! What the tests have at hand: a ledger, a Redis namespace, workers and schedulers to start and stop.

mod database;
pub mod kinds;
pub mod redis_server;

use std::time::Duration;

use domain::ids::JobId;
use domain::job::Queue;
use queue::rescue::Rescue;
use queue::{DeadHook, Enqueue, Handlers, Job, Runner, RunnerSettings, Tickets, Work};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use database::Database;

/// A ledger and a way for tickets, of one test.
pub struct Office {
    pub db: PgPool,
    pub tickets: Tickets,
    pub namespace: String,
    database: Database,
}

/// A part at work; stopped when told, killed when dropped.
pub struct AtWork {
    stop: CancellationToken,
    work: JoinHandle<()>,
}

/// A worker that does not get to say good-bye.
pub struct Doomed(tokio::runtime::Runtime);

impl Doomed {
    pub fn kill(self) {
        self.0.shutdown_background();
    }
}

/// A row of the ledger.
#[derive(Debug, sqlx::FromRow)]
pub struct Row {
    pub state: String,
    pub attempt: i16,
    pub crash_count: i16,
    pub fence: i64,
    pub progress: i16,
    pub dead_reason: Option<String>,
    pub last_error: Option<String>,
    pub run_in_seconds: f64,
}

impl Office {
    pub async fn open() -> Self {
        Self::open_on(&database::redis_url()).await
    }

    /// With another Redis than that of all tests.
    pub async fn open_on(redis_url: &str) -> Self {
        let database = Database::create().await;
        let namespace = format!("test-{}", Uuid::new_v4().simple());
        let tickets = Tickets::connect_as(redis_url, &namespace).unwrap();
        Self { db: database.pool().clone(), tickets, namespace, database }
    }

    /// The same ledger with a Redis that is not there.
    pub fn without_redis(&self) -> Tickets {
        Tickets::connect_as("redis://127.0.0.1:1", &self.namespace).unwrap()
    }

    pub async fn enqueue<J: Job>(&self, job: &J, options: Enqueue) -> JobId {
        let mut work = Work::begin(&self.db, &self.tickets).await.unwrap();
        let id = work.enqueue(job, options).await.unwrap();
        work.commit().await.unwrap();
        id
    }

    /// Settings with four slots in the default queue and a short grace.
    pub fn settings(&self) -> RunnerSettings {
        RunnerSettings::new(&self.namespace, vec![(Queue::Default, 4)], Duration::from_secs(1))
    }

    pub fn worker(&self, handlers: Handlers) -> AtWork {
        self.worker_with(handlers, self.settings())
    }

    pub fn worker_with(&self, handlers: Handlers, settings: RunnerSettings) -> AtWork {
        let runner = Runner::new(self.db.clone(), self.tickets.clone(), handlers, settings);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let work = async move { runner.run(stopped).await.expect("no handler is stuck") };
        AtWork { work: tokio::spawn(work), stop }
    }

    /// A worker that can be killed with everything that it runs.
    pub fn worker_in_its_own_runtime(&self, handlers: Handlers) -> Doomed {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (settings, url, namespace) = (self.settings(), self.database.url(), self.namespace.clone());
        runtime.spawn(async move {
            let db = PgPool::connect(&url).await.unwrap();
            let tickets = Tickets::connect_as(&database::redis_url(), &namespace).unwrap();
            let runner = Runner::new(db, tickets, handlers, settings);
            runner.run(CancellationToken::new()).await.expect("no handler is stuck");
        });
        Doomed(runtime)
    }

    pub fn rescue(&self, hook: DeadHook) -> AtWork {
        let (db, tickets) = (self.db.clone(), self.tickets.clone());
        AtWork::until_stopped(async move { Rescue::new().run(&db, &tickets, &hook).await })
    }

    pub fn relay(&self) -> AtWork {
        let (db, tickets) = (self.db.clone(), self.tickets.clone());
        AtWork::until_stopped(async move { queue::relay::run(&db, &tickets).await })
    }

    pub async fn row(&self, id: JobId) -> Row {
        sqlx::query_as(
            "select state, attempt, crash_count, fence, progress, dead_reason, last_error,
                extract(epoch from run_at - now())::float8 as run_in_seconds
            from jobs
            where id = $1",
        )
        .bind(id.0)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// Waits until the job is in `state`, for at most ten seconds.
    pub async fn until(&self, id: JobId, state: &str) -> Row {
        self.until_within(id, state, Duration::from_secs(10)).await
    }

    pub async fn until_within(&self, id: JobId, state: &str, patience: Duration) -> Row {
        let deadline = Instant::now() + patience;
        loop {
            let row = self.row(id).await;
            if row.state == state {
                return row;
            }
            assert!(Instant::now() < deadline, "the job did not become {state}: {row:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn execute(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(&self.db).await.unwrap().rows_affected()
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.db).await.unwrap()
    }

    /// Accounts with these ids, for jobs that are somebody's.
    pub async fn users(&self, count: i64) -> Vec<domain::ids::UserId> {
        let ids: Vec<i64> = sqlx::query_scalar(
            "insert into users (email, password_hash)
            select 'user' || n || '@example.fr', '' from generate_series(1, $1) n
            returning id",
        )
        .bind(count)
        .fetch_all(&self.db)
        .await
        .unwrap();
        ids.into_iter().map(domain::ids::UserId).collect()
    }

    /// A plain connection to the tests' Redis.
    pub async fn redis(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(database::redis_url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// The keys that this test has in Redis.
    pub async fn keys(&self) -> Vec<String> {
        let pattern = format!("{}:*", self.namespace);
        redis::cmd("KEYS").arg(pattern).query_async(&mut self.redis().await).await.unwrap()
    }
}

impl AtWork {
    pub fn until_stopped(work: impl Future<Output = ()> + Send + 'static) -> Self {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        Self {
            stop,
            work: tokio::spawn(async move {
                stopped.run_until_cancelled(work).await;
            }),
        }
    }

    /// Asks it to stop, as SIGTERM does.
    pub fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// Asks it to stop and waits.
    pub async fn stop(mut self) {
        self.stop.cancel();
        timeout(Duration::from_secs(20), &mut self.work).await.expect("it stops").unwrap();
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.work.abort();
    }
}

const DATABASE: &str = "QUEUE_TEST_DATABASE";
const NAMESPACE: &str = "QUEUE_TEST_NAMESPACE";

impl Office {
    /// What a worker process must be told to serve this office.
    pub fn environment(&self) -> [(&'static str, String); 2] {
        [(DATABASE, self.database.url()), (NAMESPACE, self.namespace.clone())]
    }
}

/// Serves the office that the environment names until SIGTERM.
#[expect(clippy::disallowed_methods, reason = "the parent tells by the environment what to be")]
pub async fn serve_as_process(handlers: Handlers) {
    let db = PgPool::connect(&std::env::var(DATABASE).unwrap()).await.unwrap();
    let namespace = std::env::var(NAMESPACE).unwrap();
    let tickets = Tickets::connect_as(&database::redis_url(), &namespace).unwrap();
    let settings = RunnerSettings::new("process", vec![(Queue::Default, 4)], Duration::from_secs(1));
    let stop = telemetry::Shutdown::listen().unwrap().token();
    if Runner::new(db, tickets, handlers, settings).run(stop).await.is_err() {
        std::process::exit(70);
    }
}
