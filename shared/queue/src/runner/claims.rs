//! The claims of one worker: whoever has a free slot asks here, and one statement answers all who wait.
//!
//! A statement is on its way at most once for each queue. Who asks meanwhile is answered by the next one: alone on an idle
//! worker and at once, many together on a busy one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::job::Queue;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Shared;
use crate::ledger::claim::{self, Claimed};
use crate::ledger::settle::Held;

/// Most jobs that one statement claims.
const BATCH: usize = 100;
/// How often a claim is tried while the database is away; the relay sends other tickets.
const TRIES: u32 = 5;

/// How often claims without an answer are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// How long after such a claim: by then its lease has run out.
const STALE: Duration = Duration::from_secs(15);

type Answer = oneshot::Sender<Claimed>;
type Unsure = Option<Instant>;

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

/// Answers until `over`; who asks after the worker was told to stop gets nothing.
pub(super) async fn serve(
    shared: Arc<Shared>,
    queue: Queue,
    mut asks: UnboundedReceiver<Answer>,
    over: CancellationToken,
) {
    // Since when a claim may have been made, or may still be, whose answer never came.
    let mut unsure = None;
    loop {
        let ask = over.run_until_cancelled(timeout(LOOK, asks.recv())).await;
        let first = match ask {
            Some(Ok(Some(first))) => first,
            Some(Err(_)) => {
                shared.make_sure(queue, &mut unsure).await.ok();
                continue;
            }
            Some(Ok(None)) | None => break,
        };
        let mut waiting = vec![first];
        while waiting.len() < BATCH
            && let Ok(next) = asks.try_recv()
        {
            waiting.push(next);
        }
        let jobs = shared.claim(queue, waiting.len(), &mut unsure).await;
        for (answer, job) in waiting.into_iter().zip(jobs) {
            // Who asked is a task of the runner that waits for nothing else. Gone, its job's lease runs out.
            answer.send(job).ok();
        }
    }
    if let Err(error) = shared.make_sure(queue, &mut unsure).await {
        warn!(error = &error as &dyn std::error::Error, queue = %queue, "a lost claim is left to the rescue");
    }
}

impl Shared {
    async fn claim(&self, queue: Queue, limit: usize, unsure: &mut Unsure) -> Vec<Claimed> {
        for tried in 1..=TRIES {
            if self.stop.is_cancelled() {
                break;
            }
            match self.try_claim(queue, limit, unsure).await {
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
        unsure: &mut Unsure,
    ) -> Result<Vec<Claimed>, sqlx::Error> {
        self.make_sure(queue, unsure).await?;
        let claim = claim::claim(self.ledger.pool(), queue, limit as i64, &self.settings.name);
        let claimed = self.ledger.in_time(claim).await.inspect_err(|_| *unsure = Some(Instant::now()))?;
        self.held.lock().expect("no holder of the set panics").extend(claimed.iter().map(Claimed::held));
        Ok(claimed)
    }

    /// Gives back what was claimed by a statement whose answer never came: nobody here would work on it. Such a statement may
    /// still wait for its commit, so this is done again for as long as a lease lasts.
    async fn make_sure(&self, queue: Queue, unsure: &mut Unsure) -> Result<(), sqlx::Error> {
        let Some(since) = *unsure else { return Ok(()) };
        let held: Vec<Held> =
            self.held.lock().expect("no holder of the set panics").iter().copied().collect();
        let name = &self.settings.name;
        let lost = self.ledger.in_time(claim::disown(self.ledger.pool(), queue, name, &held)).await?;
        if lost > 0 {
            info!(queue = %queue, jobs = lost, "claims without an answer were given back");
        }
        if since.elapsed() > STALE {
            *unsure = None;
        }
        Ok(())
    }
}
