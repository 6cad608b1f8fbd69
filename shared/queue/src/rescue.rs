//! The rescue: jobs whose worker died go back to their queue, and those that kill workers are parked.

use std::time::Duration;

use sqlx::PgPool;
use telemetry::metrics::{self, JobOutcome};
use tokio::time::{Instant, timeout};
use tracing::{error, warn};

use crate::ledger::{LEASE_SECONDS, OwnPool, lease};
use crate::{BoxError, DeadHook, Tickets, Work};

/// Between two passes.
const EVERY: Duration = Duration::from_secs(3);
/// Longest pass: what it did not get done is left to the next one.
const LONGEST: Duration = Duration::from_secs(30);
/// Crashes that make a job poison.
pub(crate) const POISON: i32 = 3;
/// A pass that comes this long after the last one may find leases that nobody was able to renew.
const OUTAGE: Duration = Duration::from_secs(8);
/// After an outage, living workers get this long to renew their leases before anything is taken from them.
const GRACE: Duration = Duration::from_secs(LEASE_SECONDS as u64 + 4);

/// What this process knows about the database's outages.
#[derive(Debug, Default)]
pub struct Rescue {
    /// When the last pass ended that reached the database.
    reached: Option<Instant>,
    /// Until when leases are let be.
    grace_until: Option<Instant>,
    ledger: Option<OwnPool>,
}

impl Rescue {
    /// Knows of no outage.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rescues until the future is dropped.
    pub async fn run(mut self, db: &PgPool, tickets: &Tickets, on_dead: &DeadHook) {
        loop {
            let pass = timeout(LONGEST, self.pass(db, tickets, on_dead)).await;
            if let Err(error) = pass.unwrap_or_else(|late| Err(late.into())) {
                warn!(error = &*error, "the rescue could not look after lost jobs");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Looks for expired leases once; how many jobs were taken back or parked.
    ///
    /// # Errors
    /// When the database does not answer or the hook fails; the next pass tries again.
    pub async fn pass(
        &mut self,
        db: &PgPool,
        tickets: &Tickets,
        on_dead: &DeadHook,
    ) -> Result<usize, BoxError> {
        let ledger = self.ledger.get_or_insert_with(|| OwnPool::beside(db)).clone();
        let uptime = ledger.in_time(lease::database_uptime_seconds(ledger.pool())).await?;
        let uptime = Duration::from_secs_f64(uptime.max(0.0));
        let Some(counts) = self.judge(Instant::now(), uptime) else { return Ok(0) };
        let rescued = ledger.in_time(lease::rescue(ledger.pool(), counts, POISON)).await?;
        if !counts && rescued.len() < lease::MOST {
            self.grace_until = None;
        }
        for job in &rescued {
            metrics::job_finished(job.queue, JobOutcome::Crashed, Duration::ZERO);
            warn!(job.id = %job.id, job.kind = job.kind, job.crash_count = job.crash_count, worker.name = job.worker,
                "a job's worker was lost; the job goes back to its queue");
        }
        let parked = if counts { park(db, tickets, on_dead).await? } else { 0 };
        Ok(rescued.len() + parked)
    }

    /// Whether crashes count now; nothing while leases are let be. A database that was away is nobody's crash: what
    /// ran out meanwhile is given back uncounted, after those who live had time to renew.
    fn judge(&mut self, now: Instant, uptime: Duration) -> Option<bool> {
        let was_away = self.reached.map_or(uptime < GRACE, |reached| now - reached > OUTAGE);
        self.reached = Some(now);
        if was_away {
            self.grace_until = Some(now + GRACE);
        }
        match self.grace_until {
            Some(until) if now < until => None,
            // Until a pass has given them all back.
            Some(_) => Some(false),
            None => Some(true),
        }
    }
}

async fn park(db: &PgPool, tickets: &Tickets, on_dead: &DeadHook) -> Result<usize, BoxError> {
    let mut parked = 0;
    loop {
        let mut work = Work::begin(db, tickets).await?;
        let Some((queue, dead)) = lease::park_poison(&mut work, POISON).await? else { return Ok(parked) };
        on_dead(&mut work, &dead).await?;
        work.commit().await?;
        parked += 1;
        metrics::job_finished(queue, JobOutcome::Dead, Duration::ZERO);
        error!(job.id = %dead.id, job.kind = dead.kind, job.dead_reason = dead.reason.as_str(), alert = true,
            "a job takes its worker down again and again; it is parked");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Duration = Duration::from_hours(1);

    #[test]
    fn a_crash_counts_while_the_database_is_there() {
        let mut rescue = Rescue::new();
        let start = Instant::now();
        assert_eq!(rescue.judge(start, UP), Some(true));
        assert_eq!(rescue.judge(start + EVERY, UP), Some(true));
    }

    #[test]
    fn after_an_outage_leases_are_let_be_and_then_given_back_uncounted() {
        let mut rescue = Rescue::new();
        let start = Instant::now();
        rescue.judge(start, UP);
        let back = start + Duration::from_secs(40);
        assert_eq!(rescue.judge(back, UP), None);
        assert_eq!(rescue.judge(back + EVERY, UP), None);
        assert_eq!(rescue.judge(back + EVERY * 2, UP), None);
        assert_eq!(rescue.judge(back + EVERY * 3, UP), None);
        assert_eq!(rescue.judge(back + EVERY * 4, UP), None);
        assert_eq!(rescue.judge(back + EVERY * 5, UP), None);
        assert_eq!(rescue.judge(back + EVERY * 6, UP), Some(false));
        // Still so, until a pass has given everything back.
        assert_eq!(rescue.judge(back + EVERY * 7, UP), Some(false));
        rescue.grace_until = None;
        assert_eq!(rescue.judge(back + EVERY * 8, UP), Some(true));
    }

    #[test]
    fn a_database_that_has_just_started_counts_as_an_outage() {
        let mut rescue = Rescue::new();
        assert_eq!(rescue.judge(Instant::now(), Duration::from_secs(2)), None);
    }
}
