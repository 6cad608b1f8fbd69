//! The ledger of jobs: every line of SQL about them.
//!
//! All times are PostgreSQL's, never a machine's clock.

pub(crate) mod claim;
mod control;
mod detail;
pub(crate) mod due;
pub(crate) mod insert;
pub(crate) mod lease;
mod list;
mod own;
mod people;
mod prune;
mod rates;
mod reads;
pub(crate) mod schedules;
pub(crate) mod settle;
pub(crate) mod ticks;
mod workers;

pub(crate) use control::revive;
pub use control::{Revival, call_off, cancel, lay_aside, retryable};
pub use detail::{Attempt, Detail, detail};
pub use list::{JobFilter, Listed, dead_kinds, list};
pub(crate) use own::OwnPool;
pub use people::forget_person;
pub use prune::{Pruned, prune};
pub use rates::{Ended, Sample, ended, now, sample, samples};
pub use reads::{
    Deaths, DeathsOfKind, Depth, LastSuccess, Task, count_by_state, deaths, depths, last_successes, lateness,
    task,
};
pub use schedules::{LastRun, TaskState, set_enabled, task_states};
pub use workers::{LiveWorker, RunningJob, live_workers, running_jobs, workers_alive};
pub(crate) use workers::{beat, forget};

/// How long a claim holds without being renewed.
pub(crate) const LEASE_SECONDS: f64 = 12.0;
