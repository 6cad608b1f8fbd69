//! A transaction that remembers which tickets to send after it has been committed.

use std::ops::{Deref, DerefMut};

use domain::ids::JobId;
use domain::job::Queue;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::enqueue::Start;
use crate::ledger::{self, Revival, insert};
use crate::timetable::Task;
use crate::{Enqueue, Job, Tickets};

/// A database transaction in which jobs can be asked for.
///
/// It is a `&mut PgConnection` to every query. Jobs become visible with the data that asked for them; their tickets
/// are sent right after the commit, as far as Redis is there and has room. What could not be sent, the relay sends.
#[derive(Debug)]
pub struct Work {
    transaction: Transaction<'static, Postgres>,
    tickets: Tickets,
    due: Vec<(Queue, JobId)>,
}

impl Work {
    /// Opens a transaction.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(db: &PgPool, tickets: &Tickets) -> Result<Self, sqlx::Error> {
        let transaction = db.begin().await?;
        Ok(Self { transaction, tickets: tickets.clone(), due: Vec::new() })
    }

    /// Asks for a job; with a unique key that is taken, the id of the job that has it.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub async fn enqueue<J: Job>(&mut self, job: &J, options: Enqueue) -> Result<JobId, sqlx::Error> {
        let queue = options.queue.unwrap_or(J::QUEUE);
        let is_due = matches!(options.start, Start::Now);
        let inserted = insert::insert(&mut self.transaction, job, queue, &options).await?;
        if inserted.is_new && is_due {
            self.due.push((queue, inserted.id));
        }
        Ok(inserted.id)
    }

    /// Asks for many jobs of one kind in one statement. Unique keys are for single jobs: that of `options` is not looked at.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub async fn enqueue_all<J: Job>(
        &mut self,
        jobs: &[J],
        options: &Enqueue,
    ) -> Result<Vec<JobId>, sqlx::Error> {
        let queue = options.queue.unwrap_or(J::QUEUE);
        let ids = insert::insert_all(&mut self.transaction, jobs, queue, options).await?;
        if matches!(options.start, Start::Now) {
            self.due.extend(ids.iter().map(|id| (queue, *id)));
        }
        Ok(ids)
    }

    /// Gives a dead or cancelled job another full set of attempts, at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn retry(&mut self, id: JobId) -> Result<Revival, sqlx::Error> {
        let (revival, queue) = ledger::revive(&mut self.transaction, id).await?;
        self.due.extend(queue.map(|queue| (queue, id)));
        Ok(revival)
    }

    /// Runs a task of the timetable out of turn, as its tick would; while such a run waits or is at work, asking again
    /// gets that one.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub async fn run_by_hand(&mut self, task: &Task) -> Result<JobId, sqlx::Error> {
        let job = (task.enqueue)(self, Enqueue::default().unique("by_hand")).await?;
        ledger::schedules::ran_by_hand(&mut self.transaction, task.name, job).await?;
        Ok(job)
    }

    /// Commits, then sends the tickets; a ticket that cannot be sent fails nothing.
    ///
    /// # Errors
    /// When the commit fails: nothing was written, or, if the connection broke, the outcome is unknown.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.transaction.commit().await?;
        self.tickets.announce(&self.due).await;
        Ok(())
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// When the connection broke; PostgreSQL rolls back by itself then.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.transaction.rollback().await
    }

    /// The tickets' way, for another transaction.
    pub fn tickets(&self) -> &Tickets {
        &self.tickets
    }
}

impl Deref for Work {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

impl AsMut<PgConnection> for Work {
    fn as_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

/// What jobs can be asked for in: a [`Work`] or the [`crate::FinishTransaction`] of another job.
pub trait Enqueuer: Send {
    /// The transaction.
    fn work(&mut self) -> &mut Work;
}

impl Enqueuer for Work {
    fn work(&mut self) -> &mut Work {
        self
    }
}
