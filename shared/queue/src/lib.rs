//! Jobs: nothing lost, nothing doubled.
//!
//! PostgreSQL owns the truth: a job is a row of the ledger, written in the transaction of the data that asks for it.
//! Redis, through apalis, only carries tickets that point at rows, so that a worker starts within milliseconds.
//!
//! * To ask for work: [`Work`], [`Enqueue`], and a kind of [`kinds`].
//! * To do work: [`Handlers`], [`Run`] and its [`FinishTransaction`], all driven by a [`Runner`].
//! * To decide when: [`relay`], [`rescue`], [`cron`] over the [`timetable`].
//! * To look on: [`ledger`].

pub mod cron;
mod enqueue;
mod error;
mod finish;
mod handlers;
mod job;
pub mod kinds;
pub mod ledger;
pub mod relay;
pub mod rescue;
mod run;
mod runner;
mod tickets;
pub mod timetable;
mod work;

pub use enqueue::Enqueue;
pub use error::{BoxError, JobError};
pub use finish::{FinishTransaction, Finished};
pub use handlers::{DeadHook, Handlers, no_hook};
pub use job::{DeadJob, DeadReason, Job};
pub use run::Run;
pub use runner::{Runner, RunnerSettings, Stuck};
pub use tickets::{RedisFault, TicketError, Tickets};
pub use work::{Enqueuer, Work};
