//! Ends of jobs without effects of their own: one statement for all that end at the same time.
//!
//! Each keeps its own fence: what was lost meanwhile is told so, and the others end.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::ledger::OwnPool;
use crate::ledger::settle::{self, Held};

/// Most jobs that one statement ends.
const BATCH: usize = 200;

type End = (Held, oneshot::Sender<bool>);

/// Who writes ends down.
pub(super) type Ends = UnboundedReceiver<End>;

/// Where the end of a job is told.
#[derive(Debug, Clone)]
pub(crate) struct Finishes(UnboundedSender<End>);

impl Finishes {
    pub(super) fn new() -> (Self, Ends) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    /// Ends a job: whether it was still held; nothing when the database did not take it.
    pub(crate) async fn done(&self, held: Held) -> Option<bool> {
        let (answer, done) = oneshot::channel();
        self.0.send((held, answer)).ok()?;
        done.await.ok()
    }
}

/// Writes ends down until `over`.
pub(super) async fn serve(ledger: OwnPool, mut ends: Ends, over: CancellationToken) {
    while let Some(Some(first)) = over.run_until_cancelled(ends.recv()).await {
        let mut waiting = vec![first];
        while waiting.len() < BATCH
            && let Ok(next) = ends.try_recv()
        {
            waiting.push(next);
        }
        let all: Vec<Held> = waiting.iter().map(|(held, _)| *held).collect();
        match ledger.in_time(settle::all_done(ledger.pool(), &all)).await {
            Ok(done) => {
                for (held, answer) in waiting {
                    // Who does not listen any more was dropped at the end of its patience.
                    answer.send(done.contains(&held)).ok();
                }
            }
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "the ledger did not take some ends at once");
            }
        }
    }
}
