//! One run of a job, as its handler sees it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::{JobId, UserId};
use sqlx::PgPool;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::ledger::settle::{self, Held};
use crate::runner::Finishes;
use crate::{FinishTransaction, Finished, JobError, Tickets};

/// Longest that progress may hold up the work.
const SHOW: Duration = Duration::from_secs(3);

/// A run: the job, who asked for it, and the way to its end.
#[derive(Debug)]
pub struct Run<J> {
    /// The order.
    pub job: J,
    /// The job's id in the ledger; stays the same over all attempts.
    pub id: JobId,
    /// Who asked for it.
    pub user: Option<UserId>,
    /// This run's number, from 1.
    pub attempt: i16,
    /// Whether a failure of this run gives the job up.
    pub is_last_attempt: bool,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    pub(crate) lease: Lease,
    pub(crate) token: CancellationToken,
}

/// What proves that this process, and no other, works on the job.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) db: PgPool,
    pub(crate) tickets: Tickets,
    pub(crate) held: Held,
    pub(crate) finishes: Finishes,
}

impl<J> Run<J> {
    /// Cancelled when the lease is lost, the time limit is reached or the grace of a shutdown is over. Long work looks
    /// at it between steps; a handler that does not return soon after is dropped.
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// The pool, for reads outside of the closing transaction.
    pub fn db(&self) -> &PgPool {
        &self.lease.db
    }

    /// Tells the ledger how far the work is, in per cent. Never fails: it is only for show.
    pub async fn progress(&self, percent: u8) {
        let percent = i16::from(percent.min(100));
        let written = timeout(SHOW, settle::progress(&self.lease.db, self.lease.held, percent)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::debug!(?written, "progress could not be written");
        }
    }

    /// Ends a run that has no effects to commit with its end; many that end at once are written down together.
    ///
    /// # Errors
    /// As [`Run::finish`].
    pub async fn done(&self) -> Result<Finished, JobError> {
        match self.lease.finishes.done(self.lease.held).await {
            Some(true) => Ok(Finished { is_dead: false }),
            Some(false) => Err(JobError::LeaseLost),
            None => self.finish().await?.done().await,
        }
    }

    /// Opens the closing transaction, guarded by the fence.
    ///
    /// # Errors
    /// `LeaseLost` when somebody else took the job over; a snooze when the database is away.
    pub async fn finish(&self) -> Result<FinishTransaction, JobError> {
        FinishTransaction::open(&self.lease).await
    }
}
