//! Sending tickets right after a commit: quick, or not at all.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use domain::ids::JobId;
use domain::job::Queue;
use tokio::time::timeout;
use tracing::warn;

use super::{TicketError, Tickets};

/// Longest delay of a request for the sake of its tickets.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long nobody tries after Redis failed.
const REST: Duration = Duration::from_secs(1);

/// What this process has to announce.
#[derive(Debug)]
pub(super) struct Announcer {
    rest: Rest,
    desks: HashMap<Queue, Desk>,
}

impl Announcer {
    pub(super) fn new() -> Self {
        let desks = Queue::ALL.iter().map(|&queue| (queue, Desk::default())).collect();
        Self { rest: Rest::default(), desks }
    }
}

/// Where the announcements of one queue meet: one is under way at a time, and takes along what came meanwhile.
#[derive(Debug, Default)]
struct Desk {
    waiting: Mutex<Vec<JobId>>,
    turn: tokio::sync::Mutex<()>,
}

impl Desk {
    fn put(&self, jobs: &[JobId]) {
        let mut waiting = self.waiting.lock().expect("no holder of the list panics");
        let room = FRESH.saturating_sub(waiting.len());
        waiting.extend(jobs.iter().take(room));
    }

    fn take(&self) -> Vec<JobId> {
        std::mem::take(&mut *self.waiting.lock().expect("no holder of the list panics"))
    }
}

/// What somebody took from a desk for all. Given back when they are called away before they told anybody.
struct Taken<'a> {
    jobs: Vec<JobId>,
    desk: &'a Desk,
}

impl Taken<'_> {
    fn tell(mut self) {
        self.jobs.clear();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.desk.put(&self.jobs);
    }
}

/// Whether Redis failed a moment ago, so that requests do not wait for it one after the other.
#[derive(Debug, Default)]
struct Rest(Mutex<Option<Instant>>);

impl Rest {
    fn is_on(&self) -> bool {
        let until = *self.0.lock().expect("no holder of the instant panics");
        until.is_some_and(|until| Instant::now() < until)
    }

    fn begin(&self) {
        *self.0.lock().expect("no holder of the instant panics") = Some(Instant::now() + REST);
    }
}

/// Tickets that may wait in a queue: enough to wake every worker, few enough that Redis never holds a flood.
pub(crate) const BOUND: usize = 200;
/// Tickets that are sent at once for many fresh jobs: each wakes a whole worker, and the relay wakes the others.
const FRESH: usize = 8;

impl Tickets {
    /// Sends the tickets of fresh jobs as far as there is room; more would wake nobody who is not awake.
    pub(crate) async fn announce(&self, due: &[(Queue, JobId)]) {
        for &queue in Queue::ALL {
            let jobs: Vec<JobId> = due.iter().filter(|(of, _)| *of == queue).map(|(_, id)| *id).collect();
            if !jobs.is_empty() {
                self.announce_some(queue, &jobs).await;
            }
        }
    }

    async fn announce_some(&self, queue: Queue, jobs: &[JobId]) {
        let Announcer { rest, desks } = &self.0.announcer;
        let desk = desks.get(&queue).expect("every queue has a desk");
        if rest.is_on() {
            return;
        }
        desk.put(jobs);
        // Who waits too long for the turn leaves the rest to whoever has it next.
        let Ok(_turn) = timeout(PATIENCE, desk.turn.lock()).await else { return };
        let taken = Taken { jobs: desk.take(), desk };
        if taken.jobs.is_empty() || rest.is_on() {
            return;
        }
        let announced = timeout(PATIENCE, self.announce_together(queue, &taken.jobs)).await;
        if let Err(error) = announced.unwrap_or(Err(TicketError::Slow)) {
            rest.begin();
            warn!(error = &error as &dyn std::error::Error, queue = %queue, "tickets are left to the relay");
        }
        taken.tell();
    }

    async fn announce_together(&self, queue: Queue, jobs: &[JobId]) -> Result<(), TicketError> {
        let room = BOUND.saturating_sub(self.outstanding(queue).await?);
        self.send(queue, &jobs[..room.min(jobs.len())]).await
    }
}
