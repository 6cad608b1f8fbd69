//! The closing transaction of a job: its effects and its end, or neither.

use std::ops::{Deref, DerefMut};

use crate::ledger::{settle, settle::Held};
use crate::run::Lease;
use crate::{Enqueuer, JobError, Work};

/// The transaction in which a job's effects are written; open only as long as the lease is held.
///
/// It is a [`Work`], and so a `&mut PgConnection`. Dropped without [`FinishTransaction::done`] or
/// [`FinishTransaction::dead`], it leaves nothing behind.
#[derive(Debug)]
pub struct FinishTransaction {
    work: Work,
    held: Held,
}

/// Proof that a job's end was committed; only a [`FinishTransaction`] can make one.
#[derive(Debug)]
#[must_use = "a handler returns it"]
pub struct Finished {
    pub(crate) is_dead: bool,
}

impl FinishTransaction {
    pub(crate) async fn open(lease: &Lease) -> Result<Self, JobError> {
        let mut work = Work::begin(&lease.db, &lease.tickets).await?;
        if settle::lock(&mut work, lease.held).await? {
            Ok(Self { work, held: lease.held })
        } else {
            Err(JobError::LeaseLost)
        }
    }

    /// Commits the effects and the job as done.
    ///
    /// # Errors
    /// When nothing was committed, or the connection broke and the outcome is unknown; both ways the ledger knows.
    pub async fn done(mut self) -> Result<Finished, JobError> {
        settle::done(&mut self.work, self.held).await?;
        self.work.commit().await?;
        Ok(Finished { is_dead: false })
    }

    /// Commits the effects and the job as given up. Nobody else is told: the effects are the handler's.
    ///
    /// # Errors
    /// When nothing was committed, or the connection broke and the outcome is unknown; both ways the ledger knows.
    pub async fn dead(mut self, reason: &str) -> Result<Finished, JobError> {
        settle::dead(&mut self.work, self.held, crate::DeadReason::Failed, reason).await?;
        self.work.commit().await?;
        Ok(Finished { is_dead: true })
    }
}

impl Deref for FinishTransaction {
    type Target = Work;

    fn deref(&self) -> &Work {
        &self.work
    }
}

impl DerefMut for FinishTransaction {
    fn deref_mut(&mut self) -> &mut Work {
        &mut self.work
    }
}

impl Enqueuer for FinishTransaction {
    fn work(&mut self) -> &mut Work {
        &mut self.work
    }
}
