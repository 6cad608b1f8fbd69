//! The ledger of jobs: every line of SQL about them.
//!
//! All times are PostgreSQL's, never a machine's clock.

pub(crate) mod claim;
mod control;
pub(crate) mod due;
pub(crate) mod insert;
pub(crate) mod lease;
mod people;
mod prune;
mod reads;
pub(crate) mod settle;
pub(crate) mod ticks;
mod workers;

pub use control::{cancel, retry_now};
pub use people::forget_person;
pub use prune::{Pruned, prune};
pub use reads::{
    Deaths, DeathsOfKind, Depth, LastSuccess, Task, count_by_state, deaths, depths, last_successes,
    oldest_ready_age, task,
};
pub use workers::{LiveWorker, live_workers, workers_alive};
pub(crate) use workers::{beat, forget};

/// How long a claim holds without being renewed.
pub(crate) const LEASE_SECONDS: f64 = 12.0;
