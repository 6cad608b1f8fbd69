//! One run of a claimed job, from the claim to the ledger's last word.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use telemetry::metrics;
use tokio::sync::{MutexGuard, OwnedRwLockReadGuard, RwLockWriteGuard};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span, info_span, warn};

use super::Shared;
use super::verdict::{Cause, Ending};
use crate::handlers::{Refusal, Running, Start};
use crate::ledger::claim::Claimed;
use crate::ledger::lease;
use crate::rescue::POISON;
use crate::run::Lease;
use crate::{Finished, JobError};

/// How often a lease is renewed.
const RENEW: Duration = Duration::from_secs(4);
/// After a renewal that failed.
const AGAIN: Duration = Duration::from_millis(500);
/// How long a handler has to return after its token was cancelled, before it is dropped.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same when the worker has to go.
const HURRY: Duration = Duration::from_millis(500);
/// How long a dropped handler may go on computing before its thread is given up.
const STUCK: Duration = Duration::from_secs(5);
/// How long a suspect waits to be alone before another worker may try, for each time that it has tried; and at most.
const ALONE: Duration = Duration::from_secs(5);
const LONGEST_ALONE: Duration = Duration::from_secs(30);
/// The pause then, and its jitter.
const LATER: Duration = Duration::from_secs(2);

impl Shared {
    /// Runs the job and settles it.
    pub(super) async fn attempt(&self, claimed: Claimed, company: OwnedRwLockReadGuard<()>) {
        let span = span(&claimed);
        metrics::job_started(claimed.queue, Duration::from_secs_f64(claimed.waited_seconds.max(0.0)));
        self.attempt_inside(&claimed, company).instrument(span).await;
    }

    async fn attempt_inside(&self, claimed: &Claimed, company: OwnedRwLockReadGuard<()>) {
        let began = Instant::now();
        let token = CancellationToken::new();
        let mut place = None;
        let ending = match self.start(claimed, token.clone()) {
            Ok((handler, time_limit)) => match self.place(claimed, company).await {
                // Held until the end is written down.
                Ok(held) => {
                    place = Some(held);
                    self.watch(claimed, handler, time_limit, token).await
                }
                Err(ending) => ending,
            },
            Err(Refusal::Newer) => Ending::Unknown,
            Err(Refusal::Undecodable(error)) => Ending::Undecodable(error),
        };
        self.settle(claimed, ending, began.elapsed()).await;
        self.held.lock().expect("no holder of the set panics").remove(&claimed.held());
        drop(place);
    }

    fn start(&self, claimed: &Claimed, token: CancellationToken) -> Result<(Running, Duration), Refusal> {
        let handler: &Arc<dyn Start> = self.handlers.of(&claimed.kind).ok_or(Refusal::Newer)?;
        let (db, tickets, finishes) = (self.db.clone(), self.tickets.clone(), self.finishes.clone());
        let lease = Lease { db, tickets, held: claimed.held(), finishes };
        Ok((handler.start(claimed, lease, token)?, handler.time_limit()))
    }

    /// Runs the handler in a task of its own, so that a panic ends nothing else, until it returns or must.
    async fn watch(
        &self,
        claimed: &Claimed,
        handler: Running,
        time_limit: Duration,
        token: CancellationToken,
    ) -> Ending {
        let _cancel_on_drop = token.clone().drop_guard();
        let mut running = tokio::spawn(handler.instrument(Span::current()));
        let cause = tokio::select! {
            ended = &mut running => return Ending::of(ended, None),
            () = self.lease_lost(claimed) => Cause::LeaseLost,
            () = sleep(time_limit) => Cause::TimeLimit(time_limit),
            () = self.hand_back.cancelled() => Cause::Shutdown,
        };
        token.cancel();
        match cut_short(&mut running, cause).await {
            Ending::Stuck => {
                self.stuck.cancel();
                Ending::Stuck
            }
            ending => ending,
        }
    }

    /// Where a run takes place: beside others, or alone for one that took its worker down twice, so that nobody innocent is
    /// there the third time. Who runs alone waits until every job that was claimed before has been settled; when that does
    /// not come soon, another worker may try, later.
    async fn place(&self, claimed: &Claimed, company: OwnedRwLockReadGuard<()>) -> Result<Place<'_>, Ending> {
        if i32::from(claimed.crash_count) < POISON - 1 {
            return Ok(Place::Beside(company));
        }
        let later = || Ending::Snooze {
            after: LATER.mul_f64(1.0 + 9.0 * rand::rng().random::<f64>()),
            reason: "waits to run alone".to_owned(),
        };
        let turn = self.suspects.try_lock().map_err(|_| later())?;
        drop(company);
        // Beside work that never pauses, the next try is longer.
        let patience = ALONE.saturating_mul(claimed.tries()).min(LONGEST_ALONE);
        tokio::select! {
            alone = timeout(patience, self.company.write()) => match alone {
                Ok(alone) => Ok(Place::Alone(turn, alone)),
                Err(_) => Err(later()),
            },
            () = self.lease_lost(claimed) => Err(Ending::LeaseLost),
            () = self.hand_back.cancelled() => Err(Ending::HandedBack),
        }
    }

    /// Renews the lease until it is lost. An unreachable database loses nothing: the fence keeps watch.
    async fn lease_lost(&self, claimed: &Claimed) {
        let mut pause = RENEW;
        loop {
            sleep(pause).await;
            pause = RENEW;
            match self.ledger.in_time(lease::renew(self.ledger.pool(), claimed.held())).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    pause = AGAIN;
                    warn!(error = &error as &dyn std::error::Error, "the lease could not be renewed");
                }
            }
        }
    }
}

/// Beside whom a run takes place.
enum Place<'a> {
    /// Others.
    Beside(#[expect(dead_code, reason = "held")] OwnedRwLockReadGuard<()>),
    /// Nobody.
    Alone(
        #[expect(dead_code, reason = "held")] MutexGuard<'a, ()>,
        #[expect(dead_code, reason = "held")] RwLockWriteGuard<'a, ()>,
    ),
}

/// Gives a cancelled handler a moment to return by itself.
async fn cut_short(running: &mut JoinHandle<Result<Finished, JobError>>, cause: Cause) -> Ending {
    let patience = if matches!(cause, Cause::Shutdown) { HURRY } else { PATIENCE };
    if let Ok(ended) = timeout(patience, &mut *running).await {
        return Ending::of(ended, Some(cause));
    }
    running.abort();
    // Between the deadline and the abort it may have finished after all.
    match timeout(STUCK, running).await {
        Ok(ended) => Ending::of(ended, Some(cause)),
        Err(_) => Ending::Stuck,
    }
}

/// The first run belongs to the trace of whoever asked for the job; a later one has its own, with a link.
fn span(claimed: &Claimed) -> Span {
    let span = info_span!(
        "job",
        otel.kind = "consumer",
        otel.name = %format!("process {}", claimed.kind),
        job.id = %claimed.id,
        job.kind = claimed.kind,
        job.attempt = claimed.attempt,
        messaging.destination.name = %claimed.queue,
    );
    if let Some(context) = &claimed.trace_context {
        if claimed.is_first_run() {
            telemetry::set_parent(&span, context);
        } else {
            telemetry::add_link(&span, context);
        }
    }
    span
}
