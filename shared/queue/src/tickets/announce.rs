//! Sending tickets right after a commit: quick, or not at all.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use domain::ids::JobId;
use domain::job::Queue;
use tracing::warn;

use super::{TicketError, Tickets};

/// Longest delay of a request for the sake of its tickets.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long nobody tries after Redis failed.
const REST: Duration = Duration::from_secs(1);

/// Whether Redis failed a moment ago, so that requests do not wait for it one after the other.
#[derive(Debug, Default)]
pub(super) struct Rest(Mutex<Option<Instant>>);

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
        if self.0.rest.is_on() {
            return;
        }
        let sending = async {
            let room = BOUND.saturating_sub(self.outstanding(queue).await?).min(FRESH);
            self.send(queue, &jobs[..room.min(jobs.len())]).await
        };
        let sent = tokio::time::timeout(PATIENCE, sending).await.unwrap_or(Err(TicketError::Slow));
        if let Err(error) = sent {
            self.0.rest.begin();
            warn!(error = &error as &dyn std::error::Error, queue = %queue, "tickets are left to the relay");
        }
    }
}
