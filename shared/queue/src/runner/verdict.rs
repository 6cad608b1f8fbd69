//! What a run's ending means for its job, and writing that down.

use std::time::Duration;

use rand::RngExt;
use telemetry::metrics::{self, JobOutcome};
use tokio::task::JoinError;
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, info, warn};

use super::Shared;
use crate::ledger::claim::Claimed;
use crate::ledger::settle::{self, Return};
use crate::{BoxError, DeadJob, DeadReason, Finished, JobError, Work};

/// The first pause between attempts, at most; doubled with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(4);
/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// How long the ledger is tried when it does not take a verdict; then the rescue finds the job.
const WRITE_FOR: Duration = Duration::from_mins(1);
/// Longest wait for one of these tries.
const WRITE_ONCE: Duration = Duration::from_secs(10);

/// Why a handler was cut short.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause {
    LeaseLost,
    TimeLimit(Duration),
    Shutdown,
}

/// How a run ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// The handler committed the end itself.
    Finished {
        is_dead: bool,
    },
    Retry {
        reason: String,
        after: Option<Duration>,
    },
    Discard(String),
    Snooze {
        after: Duration,
        reason: String,
    },
    LeaseLost,
    HandedBack,
    /// It goes on computing whatever it is told: its lease runs out, which counts as a crash.
    Stuck,
    /// This build does not know the kind or the version.
    Unknown,
    Undecodable(String),
}

impl Ending {
    /// What the handler's return, panic or abortion means.
    pub(super) fn of(ended: Result<Result<Finished, JobError>, JoinError>, cause: Option<Cause>) -> Self {
        match (ended, cause) {
            (Ok(Ok(finished)), _) => Self::Finished { is_dead: finished.is_dead },
            (Ok(Err(JobError::LeaseLost)), _) | (_, Some(Cause::LeaseLost)) => Self::LeaseLost,
            (Ok(Err(JobError::Discard { reason })), _) => Self::Discard(reason),
            (_, Some(Cause::Shutdown)) => Self::HandedBack,
            (_, Some(Cause::TimeLimit(limit))) => {
                Self::Retry { reason: format!("took longer than {} s", limit.as_secs()), after: None }
            }
            (Ok(Err(JobError::Retry { reason, after })), None) => Self::Retry { reason, after },
            (Ok(Err(JobError::Snooze { after, reason })), None) => Self::Snooze { after, reason },
            (Err(error), None) => Self::Retry { reason: error.to_string(), after: None },
        }
    }
}

impl Shared {
    /// Writes the verdict down, trying for a while when the database is away.
    pub(super) async fn settle(&self, claimed: &Claimed, ending: Ending, took: Duration) {
        let give_up = Instant::now() + WRITE_FOR;
        let mut pause = Duration::from_millis(200);
        let outcome = loop {
            let written = timeout(WRITE_ONCE, self.write(claimed, &ending)).await;
            match written.unwrap_or_else(|late| Err(late.into())) {
                Ok(outcome) => break outcome,
                Err(error) if Instant::now() < give_up && !self.hand_back.is_cancelled() => {
                    warn!(error = &*error, "the ledger did not take a verdict; trying again");
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(5));
                }
                Err(error) => {
                    error!(
                        error = &*error,
                        "the ledger did not take a verdict; the rescue will find the job"
                    );
                    break JobOutcome::LeaseLost;
                }
            }
        };
        metrics::job_finished(claimed.queue, outcome, took);
        info!(job.outcome = outcome.as_str(), job.took_s = took.as_secs_f64(), "a job's run ended");
    }

    async fn write(&self, claimed: &Claimed, ending: &Ending) -> Result<JobOutcome, BoxError> {
        match ending {
            Ending::Finished { is_dead: false } => Ok(JobOutcome::Done),
            Ending::Finished { is_dead: true } => Ok(JobOutcome::Dead),
            Ending::LeaseLost | Ending::Stuck => Ok(JobOutcome::LeaseLost),
            Ending::Discard(reason) => self.bury(claimed, DeadReason::Failed, reason).await,
            Ending::Undecodable(error) => self.bury(claimed, DeadReason::Undecodable, error).await,
            Ending::Retry { reason, .. } if claimed.is_last_attempt() => {
                self.bury(claimed, DeadReason::Failed, reason).await
            }
            Ending::Unknown if self.is_refused_too_long(claimed) => {
                self.bury(claimed, DeadReason::Undecodable, "no build knows this kind or version").await
            }
            _ => self.give_back(claimed, ending).await,
        }
    }

    fn is_refused_too_long(&self, claimed: &Claimed) -> bool {
        claimed.refused_seconds.is_some_and(|seconds| seconds > self.settings.refusal_limit.as_secs_f64())
    }

    async fn give_back(&self, claimed: &Claimed, ending: &Ending) -> Result<JobOutcome, BoxError> {
        let (how, outcome) = self.way_back(claimed, ending);
        if let Some(reason) = how.error {
            info!(
                job.error = reason,
                job.pause_s = how.after_seconds,
                job.counts = how.counts,
                "a job goes back"
            );
        }
        let is_ours = settle::give_back(self.ledger.pool(), claimed.held(), &how).await?;
        if is_ours && matches!(ending, Ending::HandedBack) {
            self.tickets.announce(&[(claimed.queue, claimed.id)]).await;
        }
        Ok(if is_ours { outcome } else { JobOutcome::LeaseLost })
    }

    fn way_back<'a>(&self, claimed: &Claimed, ending: &'a Ending) -> (Return<'a>, JobOutcome) {
        let uncounted = |outcome, after: Duration, error| Return {
            outcome,
            after_seconds: after.as_secs_f64(),
            counts: false,
            is_refusal: false,
            error,
        };
        match ending {
            Ending::Retry { reason, after } => {
                let pause = after.unwrap_or_else(|| pause(claimed.failures()));
                let how = Return { counts: true, ..uncounted("retry", pause, Some(reason.as_str())) };
                (how, JobOutcome::Retry)
            }
            Ending::Snooze { after, reason } => {
                (uncounted("snoozed", *after, Some(reason.as_str())), JobOutcome::Snoozed)
            }
            Ending::Unknown => {
                let error = Some("this build does not know the kind or version");
                let how = uncounted("handed_back", self.settings.refusal_pause, error);
                (Return { is_refusal: true, ..how }, JobOutcome::HandedBack)
            }
            _ => (uncounted("handed_back", Duration::ZERO, None), JobOutcome::HandedBack),
        }
    }

    /// Gives the job up and tells those who must know, in one transaction.
    async fn bury(&self, claimed: &Claimed, reason: DeadReason, why: &str) -> Result<JobOutcome, BoxError> {
        let mut work = Work::begin(&self.db, &self.tickets).await?;
        if !settle::dead(&mut work, claimed.held(), reason, why).await? {
            return Ok(JobOutcome::LeaseLost);
        }
        let dead = DeadJob {
            id: claimed.id,
            kind: claimed.kind.clone(),
            version: claimed.payload_version,
            payload: claimed.payload.clone(),
            user: claimed.user,
            reason,
            error: why.to_owned(),
        };
        (self.handlers.on_dead)(&mut work, &dead).await?;
        work.commit().await?;
        error!(job.dead_reason = reason.as_str(), job.error = why, alert = true, "a job was given up");
        Ok(JobOutcome::Dead)
    }
}

/// Full jitter: anything up to an exponentially growing bound, so that failures do not come back in step.
fn pause(failures: i16) -> Duration {
    let doublings = u32::from(failures.clamp(1, 20).unsigned_abs() - 1);
    let bound = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE);
    bound.mul_f64(rand::rng().random::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_jitter_and_are_capped() {
        let longest = |failures| (0..500).map(|_| pause(failures)).max().expect("500 pauses");
        assert!(longest(1) <= FIRST_PAUSE);
        assert!(longest(3) > FIRST_PAUSE && longest(3) <= FIRST_PAUSE * 4);
        assert!(longest(30) <= LONGEST_PAUSE && longest(30) > LONGEST_PAUSE / 2);
        assert!(
            (0..500).map(|_| pause(8)).min().expect("500 pauses") < FIRST_PAUSE * 4,
            "jitter begins at zero"
        );
    }
}
