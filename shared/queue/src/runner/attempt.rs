//! One run of a claimed job, from the claim to the ledger's last word.

use std::sync::Arc;
use std::time::Duration;

use telemetry::metrics;
use tokio::sync::{RwLockReadGuard, RwLockWriteGuard};
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
/// How long a handler has to return after its token was cancelled, before it is dropped.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same when the worker has to go.
const HURRY: Duration = Duration::from_millis(500);
/// How long a dropped handler may go on computing before its thread is given up.
const STUCK: Duration = Duration::from_secs(5);
/// How long a suspect waits to be alone before another worker may try.
const ALONE: Duration = Duration::from_secs(5);
/// The pause then, and its jitter.
const LATER: Duration = Duration::from_secs(2);

impl Shared {
    /// Runs the job and settles it.
    pub(super) async fn attempt(&self, claimed: Claimed) {
        let span = span(&claimed);
        metrics::job_started(claimed.queue, Duration::from_secs_f64(claimed.waited_seconds.max(0.0)));
        self.attempt_inside(&claimed).instrument(span).await;
    }

    async fn attempt_inside(&self, claimed: &Claimed) {
        let began = Instant::now();
        let token = CancellationToken::new();
        let ending = match self.start(claimed, token.clone()) {
            Ok((handler, time_limit)) => self.watch(claimed, handler, time_limit, token).await,
            Err(Refusal::Newer) => Ending::Unknown,
            Err(Refusal::Undecodable(error)) => Ending::Undecodable(error),
        };
        self.settle(claimed, ending, began.elapsed()).await;
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
        let _company = tokio::select! {
            company = self.company(claimed) => match company {
                Some(company) => company,
                None => return Ending::Snooze { after: LATER, reason: "waits to run alone".to_owned() },
            },
            () = self.lease_lost(claimed) => return Ending::LeaseLost,
            () = self.hand_back.cancelled() => return Ending::HandedBack,
        };
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

    /// Room for a run: beside others, or alone for one that took its worker down twice, so that nobody innocent is there
    /// the third time. Nothing when others do not end soon.
    async fn company(&self, claimed: &Claimed) -> Option<Company<'_>> {
        if i32::from(claimed.crash_count) < POISON - 1 {
            return Some(Company::Shared(self.company.read().await));
        }
        let alone = timeout(ALONE, self.company.write()).await;
        alone.ok().map(Company::Alone)
    }

    /// Renews the lease until it is lost. An unreachable database loses nothing: the fence keeps watch.
    async fn lease_lost(&self, claimed: &Claimed) {
        loop {
            sleep(RENEW).await;
            match lease::renew(&self.db, claimed.held()).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    warn!(error = &error as &dyn std::error::Error, "the lease could not be renewed");
                }
            }
        }
    }
}

/// Beside whom a run takes place.
enum Company<'a> {
    /// Others.
    Shared(#[expect(dead_code, reason = "held")] RwLockReadGuard<'a, ()>),
    /// Nobody.
    Alone(#[expect(dead_code, reason = "held")] RwLockWriteGuard<'a, ()>),
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
