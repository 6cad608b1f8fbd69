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
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::Shared;
use crate::ledger::claim::{self, Claimed};

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

/// Answers until `over`; who asks after the worker was told to stop gets nothing.
pub(super) async fn serve(
    shared: Arc<Shared>,
    queue: Queue,
    mut asks: UnboundedReceiver<Answer>,
    over: CancellationToken,
) {
    while let Some(Some(first)) = over.run_until_cancelled(asks.recv()).await {
        let mut waiting = vec![first];
        while waiting.len() < BATCH
            && let Ok(next) = asks.try_recv()
        {
            waiting.push(next);
        }
        let jobs = shared.claim(queue, waiting.len()).await;
        for (answer, job) in waiting.into_iter().zip(jobs) {
            // Who asked is a task of the runner that waits for nothing else. Gone, its job's lease runs out.
            answer.send(job).ok();
        }
    }
}

impl Shared {
    async fn claim(&self, queue: Queue, limit: usize) -> Vec<Claimed> {
        for tried in 1..=TRIES {
            if self.stop.is_cancelled() {
                break;
            }
            match claim::claim(&self.db, queue, limit as i64, &self.settings.name).await {
                Ok(claimed) => return claimed,
                Err(error) => {
                    warn!(error = &error as &dyn std::error::Error, queue = %queue, "a claim failed");
                }
            }
            self.stop.run_until_cancelled(sleep(Duration::from_millis(200) * 2_u32.pow(tried))).await;
        }
        Vec::new()
    }
}
