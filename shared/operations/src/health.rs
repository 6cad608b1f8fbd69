//! Looking at the parts that the product needs.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use database::schema;

use crate::Context;

/// Longest wait for one part.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer of Stripe is good for.
const STRIPE_MEMORY: Duration = Duration::from_mins(1);

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
    static LAST: Mutex<Option<(Instant, Check<String>)>> = Mutex::new(None);
    let Some(stripe) = &context.stripe else {
        return Check { state: State::Disabled, ..Check::down("disabled") };
    };
    let last = LAST.lock().expect("no holder panics").clone();
    if let Some((_, check)) = last.filter(|(at, _)| at.elapsed() < STRIPE_MEMORY) {
        return check;
    }
    let check = match stripe.ping().await {
        Ok(ping) => Check {
            state: State::Healthy,
            says: "reachable".to_owned(),
            latency: Some(ping.latency),
            details: Some(ping.mode.as_str().to_owned()),
        },
        Err(error) => Check::down(&error.to_string()),
    };
    *LAST.lock().expect("no holder panics") = Some((Instant::now(), check.clone()));
    check
}

/// The waiting work, from the ledger; none when the database does not answer.
pub async fn queue(context: &Context) -> Option<QueueHealth> {
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
