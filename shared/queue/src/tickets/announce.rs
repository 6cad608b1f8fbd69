//! Sending tickets right after a commit: quick, or not at all.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use domain::ids::JobId;
use domain::job::Queue;
use sqlx::PgPool;
use tracing::{debug, warn};

use super::{TicketError, Tickets};
use crate::ledger::due;

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

/// Tickets that may wait in a queue. Few where a job is long: whoever comes next stands behind all of them.
pub(crate) fn bound(queue: Queue) -> usize {
    match queue {
        Queue::Ocr => 16,
        Queue::MailUrgent | Queue::Mail | Queue::Billing | Queue::Default => 200,
    }
}

impl Tickets {
    /// Sends the tickets of fresh jobs as far as there is room; the others are left to the relay, which is fair.
    pub(crate) async fn announce(&self, db: &PgPool, due: Vec<(Queue, JobId)>) {
        let mut left = Vec::new();
        for &queue in Queue::ALL {
            let jobs: Vec<JobId> = due.iter().filter(|(of, _)| *of == queue).map(|(_, id)| *id).collect();
            if !jobs.is_empty() {
                let sent = self.announce_some(queue, &jobs).await;
                left.extend_from_slice(&jobs[sent..]);
            }
        }
        if left.is_empty() {
            return;
        }
        if let Err(error) = due::unticket(db, &left).await {
            debug!(error = &error as &dyn std::error::Error, "the relay will send these tickets late");
        }
    }

    /// How many of the tickets were sent. Half of the room is the relay's, so that it decides the order of a backlog.
    async fn announce_some(&self, queue: Queue, jobs: &[JobId]) -> usize {
        if self.0.rest.is_on() {
            return 0;
        }
        let sending = async {
            let room = (bound(queue) / 2).saturating_sub(self.outstanding(queue).await?);
            let now = &jobs[..room.min(jobs.len())];
            self.send(queue, now).await?;
            Ok::<usize, TicketError>(now.len())
        };
        let sent = tokio::time::timeout(PATIENCE, sending).await.unwrap_or(Err(TicketError::Slow));
        sent.unwrap_or_else(|error| {
            self.0.rest.begin();
            warn!(error = &error as &dyn std::error::Error, queue = %queue, "tickets are left to the relay");
            0
        })
    }
}
