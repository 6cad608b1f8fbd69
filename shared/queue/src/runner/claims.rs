//! The claims of one worker: whoever has a free slot asks here, and one statement answers all who wait.
//!
//! A statement is on its way at most once for each queue. Who asks meanwhile is answered by the next one: alone on an idle
//! worker and at once, many together on a busy one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::job::Queue;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Shared;
use crate::ledger::claim::{self, Claimed};
use crate::ledger::in_time;

/// Most jobs that one statement claims.
const BATCH: usize = 100;
/// How often a claim is tried while the database is away; the relay sends other tickets.
const TRIES: u32 = 5;

type Answer = oneshot::Sender<Claimed>;

/// Where jobs are asked for.
#[derive(Debug)]
pub(super) struct Claims(HashMap<Queue, UnboundedSender<Answer>>);

/// Who answers.
pub(super) type Asks = Vec<(Queue, UnboundedReceiver<Answer>)>;

impl Claims {
    pub(super) fn new(queues: impl Iterator<Item = Queue>) -> (Self, Asks) {
        let (mut senders, mut asks) = (HashMap::new(), Vec::new());
        for queue in queues {
            let (sender, receiver) = unbounded_channel();
            senders.insert(queue, sender);
            asks.push((queue, receiver));
        }
        (Self(senders), asks)
    }

    /// The next due job of a queue, if there is one and the worker does not stop.
    pub(super) async fn next(&self, queue: Queue) -> Option<Claimed> {
        let (answer, claimed) = oneshot::channel();
        self.0.get(&queue)?.send(answer).ok()?;
        claimed.await.ok()
    }
}

/// What is known of a queue's claims.
#[derive(Debug, Default)]
struct Book {
    /// When the last ones were made whose answer came, by the database's clock.
    last: Option<DateTime<Utc>>,
    /// Some may have been made whose answer never came.
    is_unsure: bool,
}

/// Answers until `over`; who asks after the worker was told to stop gets nothing.
pub(super) async fn serve(
    shared: Arc<Shared>,
    queue: Queue,
    mut asks: UnboundedReceiver<Answer>,
    over: CancellationToken,
) {
    let mut book = Book::default();
    while let Some(Some(first)) = over.run_until_cancelled(asks.recv()).await {
        let mut waiting = vec![first];
        while waiting.len() < BATCH
            && let Ok(next) = asks.try_recv()
        {
            waiting.push(next);
        }
        let jobs = shared.claim(queue, waiting.len(), &mut book).await;
        for (answer, job) in waiting.into_iter().zip(jobs) {
            // Who asked is a task of the runner that waits for nothing else. Gone, its job's lease runs out.
            answer.send(job).ok();
        }
    }
    if let Err(error) = shared.make_sure(queue, &mut book).await {
        warn!(error = &error as &dyn std::error::Error, queue = %queue, "a lost claim is left to the rescue");
    }
}

impl Shared {
    async fn claim(&self, queue: Queue, limit: usize, book: &mut Book) -> Vec<Claimed> {
        for tried in 1..=TRIES {
            if self.stop.is_cancelled() {
                break;
            }
            match self.try_claim(queue, limit, book).await {
                Ok(claimed) => return claimed,
                Err(error) => {
                    warn!(error = &error as &dyn std::error::Error, queue = %queue, "a claim failed");
                }
            }
            self.stop.run_until_cancelled(sleep(Duration::from_millis(200) * 2_u32.pow(tried))).await;
        }
        Vec::new()
    }

    async fn try_claim(
        &self,
        queue: Queue,
        limit: usize,
        book: &mut Book,
    ) -> Result<Vec<Claimed>, sqlx::Error> {
        self.make_sure(queue, book).await?;
        book.is_unsure = true;
        let claimed = in_time(claim::claim(&self.ledger, queue, limit as i64, &self.settings.name)).await?;
        book.is_unsure = false;
        book.last = claimed.first().map(|job| job.started_at).or(book.last);
        Ok(claimed)
    }

    /// Gives back what was claimed by a statement whose answer never came: nobody here would work on it.
    async fn make_sure(&self, queue: Queue, book: &mut Book) -> Result<(), sqlx::Error> {
        if book.is_unsure {
            let lost = in_time(claim::disown(&self.ledger, queue, &self.settings.name, book.last)).await?;
            book.is_unsure = false;
            info!(queue = %queue, jobs = lost, "claims without an answer were given back");
        }
        Ok(())
    }
}
