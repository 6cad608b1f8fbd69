//! Looking at the parts that the product needs.

use std::future::Future;
use std::time::{Duration, Instant};

use database::schema;
use partners::Stripe;

use tokio::sync::Mutex;

use crate::Context;

/// Longest wait for one part.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer of Stripe is good for.
const STRIPE_MEMORY: Duration = Duration::from_mins(1);
/// How long the others' are: however many ask, each part is asked once a second.
const MEMORY: Duration = Duration::from_secs(1);

/// How the parts were when somebody last looked.
#[derive(Debug, Default)]
pub struct Memory {
    database: Remembered<Check<i64>>,
    redis: Remembered<Check<()>>,
    stripe: Remembered<Check<String>>,
    queue: Remembered<Option<QueueHealth>>,
}

/// The last answer and when it was given. Who asks while somebody is asking gets that answer.
#[derive(Debug)]
struct Remembered<T>(Mutex<Option<(Instant, T)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Remembered<T> {
    async fn get(&self, good_for: Duration, ask: impl Future<Output = T>) -> T {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = last.as_ref()
            && at.elapsed() < good_for
        {
            return answer.clone();
        }
        let answer = ask.await;
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Works.
    Healthy,
    /// An optional part is down.
    Degraded,
    /// Does not work.
    Unhealthy,
    /// Not configured.
    Disabled,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Check<D> {
    /// How it is.
    pub state: State,
    /// In a word or two, without addresses or secrets.
    pub says: String,
    /// How long it took to answer.
    pub latency: Option<Duration>,
    /// More, when it answered.
    pub details: Option<D>,
}

impl<D> Check<D> {
    fn down(says: &str) -> Self {
        Self { state: State::Unhealthy, says: says.to_owned(), latency: None, details: None }
    }
}

/// The waiting work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueueHealth {
    /// Jobs that wait, run, or wait for another try.
    pub depth: i64,
    /// Age of the oldest due job, in seconds.
    pub oldest_s: f64,
    /// Workers seen within the last 15 seconds.
    pub workers: i64,
}

/// The database; the details are its schema's version.
pub async fn database(context: &Context) -> Check<i64> {
    context.health.database.get(MEMORY, ask_database(context)).await
}

async fn ask_database(context: &Context) -> Check<i64> {
    let started = Instant::now();
    let asked = tokio::time::timeout(PATIENCE, async {
        let mut db = context.read().await?;
        schema::version(&mut db).await
    });
    match asked.await {
        Ok(Ok(version)) if version < schema::needed_version() => {
            Check { details: Some(version), ..Check::down("schema too old") }
        }
        Ok(Ok(version)) => Check {
            state: State::Healthy,
            says: "connected".to_owned(),
            latency: Some(started.elapsed()),
            details: Some(version),
        },
        Ok(Err(_)) => Check::down("not reachable"),
        Err(_) => Check::down("no answer in time"),
    }
}

/// Redis, as far as tickets need it.
pub async fn redis(context: &Context) -> Check<()> {
    context.health.redis.get(MEMORY, ask_redis(context)).await
}

async fn ask_redis(context: &Context) -> Check<()> {
    let started = Instant::now();
    match tokio::time::timeout(PATIENCE, context.tickets.ping()).await {
        Ok(Ok(())) => Check {
            state: State::Healthy,
            says: "connected".to_owned(),
            latency: Some(started.elapsed()),
            details: None,
        },
        Ok(Err(_)) => Check::down("not reachable"),
        Err(_) => Check::down("no answer in time"),
    }
}

/// Stripe, asked at most once a minute; the details are `live` or `test`.
pub async fn stripe(context: &Context) -> Check<String> {
    match &context.stripe {
        Some(stripe) => context.health.stripe.get(STRIPE_MEMORY, ask_stripe(&**stripe)).await,
        None => Check { state: State::Disabled, ..Check::down("disabled") },
    }
}

async fn ask_stripe(stripe: &dyn Stripe) -> Check<String> {
    match stripe.ping().await {
        Ok(ping) => Check {
            state: State::Healthy,
            says: "reachable".to_owned(),
            latency: Some(ping.latency),
            details: Some(ping.mode.as_str().to_owned()),
        },
        Err(error) => Check::down(&error.to_string()),
    }
}

/// The waiting work, from the ledger; none when the database does not answer.
pub async fn queue(context: &Context) -> Option<QueueHealth> {
    context.health.queue.get(MEMORY, ask_queue(context)).await
}

async fn ask_queue(context: &Context) -> Option<QueueHealth> {
    let look = async {
        let mut db = context.read().await.ok()?;
        let depths = queue::ledger::depths(&mut db).await.ok()?;
        let workers = queue::ledger::workers_alive(&mut db).await.ok()?;
        let depth = depths.iter().map(|queue| queue.ready + queue.running + queue.retry).sum();
        let oldest_s = depths.iter().map(|queue| queue.oldest_ready_age.as_secs_f64()).fold(0.0, f64::max);
        Some(QueueHealth { depth, oldest_s, workers })
    };
    tokio::time::timeout(PATIENCE, look).await.ok().flatten()
}

/// The whole: unhealthy with the database, degraded without an optional part.
pub fn overall(database: State, optional: impl IntoIterator<Item = State>) -> State {
    if database == State::Unhealthy {
        return State::Unhealthy;
    }
    let is_degraded = optional.into_iter().any(|state| matches!(state, State::Unhealthy | State::Degraded));
    if is_degraded { State::Degraded } else { State::Healthy }
}
