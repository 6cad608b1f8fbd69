//! The runner: serves queues with the handlers of one worker until it is told to stop.

mod attempt;
mod claims;
mod consumer;
mod finishes;
mod pulse;
mod verdict;
mod watchdog;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::job::Queue;
use sqlx::PgPool;
use tokio::sync::{RwLock, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

use crate::ledger::OwnPool;
use crate::ledger::settle::Held;
use crate::tickets::Doorbell;
use crate::{Handlers, Tickets};

use claims::{Asks, Claims};
pub(crate) use finishes::Finishes;

/// After the grace is over: how long a handler has to notice that its token was cancelled, and its job to be given back.
const HAND_BACK: Duration = Duration::from_secs(8);

/// How a worker works.
#[derive(Debug, Clone)]
pub struct RunnerSettings {
    /// The worker's name, unique for each start: see [`RunnerSettings::new`].
    pub name: String,
    /// The machine or pod.
    pub host: String,
    /// The queues that are served, with the jobs at once.
    pub slots: Vec<(Queue, usize)>,
    /// Longest wait for running jobs at shutdown; the rest are given back.
    pub grace: Duration,
    /// How long a job that this build does not know waits before it is offered again.
    pub refusal_pause: Duration,
    /// How long a job may go round unknown before it is parked as undecodable: longer than a rolling deploy.
    pub refusal_limit: Duration,
}

impl RunnerSettings {
    /// The usual settings, under a new name made of `host` and a ULID.
    pub fn new(host: &str, slots: Vec<(Queue, usize)>, grace: Duration) -> Self {
        Self {
            name: format!("{host}-{}", ulid::Ulid::generate()),
            host: host.to_owned(),
            slots,
            grace,
            refusal_pause: Duration::from_secs(20),
            refusal_limit: Duration::from_hours(1),
        }
    }
}

/// A handler did not end when it had to, and holds a thread: only the process's end frees it.
#[derive(Debug, thiserror::Error)]
#[error("a job's handler cannot be ended; the process has to")]
pub struct Stuck;

/// Serves queues.
#[derive(Debug)]
pub struct Runner {
    shared: Arc<Shared>,
    asks: Asks,
    ends: finishes::Ends,
}

/// What all parts of a running worker know.
#[derive(Debug)]
struct Shared {
    db: PgPool,
    /// For claims, leases and ends.
    ledger: OwnPool,
    tickets: Tickets,
    handlers: Handlers,
    settings: RunnerSettings,
    /// No new claims.
    stop: CancellationToken,
    /// The grace is over: running jobs are given back.
    hand_back: CancellationToken,
    /// A handler holds its thread for good.
    stuck: CancellationToken,
    running: TaskTracker,
    busy: AtomicUsize,
    /// What is free of each queue's slots.
    slots_of: HashMap<Queue, Arc<Semaphore>>,
    claims: Claims,
    /// What was claimed and has not been settled.
    held: Mutex<HashSet<Held>>,
    finishes: Finishes,
    /// Held by every run, and alone by one that took its worker down before.
    company: Arc<RwLock<()>>,
    /// Held by the one that waits to run alone, or does.
    suspects: tokio::sync::Mutex<()>,
}

impl Runner {
    /// A runner that is not at work yet.
    pub fn new(db: PgPool, tickets: Tickets, handlers: Handlers, settings: RunnerSettings) -> Self {
        let (claims, asks) = Claims::new(settings.slots.iter().map(|(queue, _)| *queue));
        let (finishes, ends) = Finishes::new();
        let slots_of = settings.slots.iter().map(|(queue, slots)| (*queue, Arc::new(Semaphore::new(*slots))));
        let shared = Shared {
            slots_of: slots_of.collect(),
            ledger: OwnPool::beside(&db),
            db,
            tickets,
            handlers,
            settings,
            stop: CancellationToken::new(),
            hand_back: CancellationToken::new(),
            stuck: CancellationToken::new(),
            running: TaskTracker::new(),
            busy: AtomicUsize::new(0),
            claims,
            held: Mutex::default(),
            finishes,
            company: Arc::default(),
            suspects: tokio::sync::Mutex::new(()),
        };
        Self { shared: Arc::new(shared), asks, ends }
    }

    /// Serves until `stop` is cancelled; then claims nothing more, lets running jobs finish within the grace and gives
    /// the rest back.
    ///
    /// # Errors
    /// [`Stuck`]: the worker stopped by itself, and the process has to end without waiting for its threads.
    pub async fn run(self, stop: CancellationToken) -> Result<(), Stuck> {
        let Self { shared, asks, ends } = self;
        let over = CancellationToken::new();
        let queues: Vec<Queue> = shared.settings.slots.iter().map(|(queue, _)| *queue).collect();
        let doorbell = Arc::new(Doorbell::new(&shared.tickets, queues));
        let around = TaskTracker::new();
        around.spawn({
            let (doorbell, stop) = (Arc::clone(&doorbell), shared.stop.clone());
            async move { doorbell.listen(stop).await }
        });
        around.spawn(pulse::run(Arc::clone(&shared), over.clone()));
        around.spawn(watchdog::run(over.clone()));
        around.spawn(finishes::serve(shared.ledger.clone(), ends, over.clone()));
        for (queue, asks) in asks {
            around.spawn(claims::serve(Arc::clone(&shared), queue, asks, over.clone()));
        }
        let consumers = TaskTracker::new();
        for (&queue, slots) in &shared.slots_of {
            let slots = Arc::clone(slots);
            consumers.spawn(consumer::run(Arc::clone(&shared), Arc::clone(&doorbell), queue, slots));
        }
        info!(worker.name = shared.settings.name, "at work");
        tokio::select! {
            () = stop.cancelled() => {}
            () = shared.stuck.cancelled() => error!(alert = true, "a handler cannot be ended; the worker stops"),
        }
        shared.stop.cancel();
        // A process that has to end waits for nobody's long job.
        let grace = if shared.stuck.is_cancelled() { Duration::from_secs(2) } else { shared.settings.grace };
        let deadline = Instant::now() + grace;
        // First those who take jobs, so that none is begun while the others end.
        consumers.close();
        if timeout(HAND_BACK, consumers.wait()).await.is_err() {
            warn!("redis does not answer; its tickets are sent again by the relay");
        }
        let is_empty = shared.drain(deadline).await;
        over.cancel();
        around.close();
        if timeout(HAND_BACK, around.wait()).await.is_err() {
            warn!("the database does not answer; the worker stays on the list until it is pruned");
        }
        if is_empty && !shared.stuck.is_cancelled() { Ok(()) } else { Err(Stuck) }
    }
}

impl Shared {
    /// Waits for running jobs until `deadline`, then gives the rest back; whether none is left.
    async fn drain(&self, deadline: Instant) -> bool {
        self.running.close();
        info!(worker.busy = self.busy.load(Ordering::Relaxed), "draining");
        if timeout_at(deadline, self.running.wait()).await.is_ok() {
            return true;
        }
        warn!(worker.busy = self.busy.load(Ordering::Relaxed), "the grace is over; the rest is handed back");
        self.hand_back.cancel();
        let is_empty = timeout(HAND_BACK, self.running.wait()).await.is_ok();
        if !is_empty {
            warn!("some jobs could not be handed back; the rescue will find them");
        }
        is_empty
    }

    fn slots(&self) -> usize {
        self.settings.slots.iter().map(|(_, slots)| slots).sum()
    }
}
