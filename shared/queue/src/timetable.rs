//! The timetable: every task that runs by the clock, on one screen.
//!
//! Lines are `second minute hour day month weekday`. Days are days in Paris, where the users are; hours are counted in
//! UTC, where there are always 24.

use std::time::Duration;

use domain::ids::JobId;
use futures::future::{BoxFuture, FutureExt};

use crate::kinds::{
    CheckSystemHealth, CheckUnusedAccounts, CleanupExports, CleanupInactiveSessions, CleanupOldDocuments,
    CleanupOldNotifications, EraseDueAccounts, PruneJobs, PurgeLetterBodies, VerifyAuditLog,
};
use crate::{Enqueue, Job, Work};

const DAY: Duration = Duration::from_hours(24);
const WEEK: Duration = Duration::from_hours(7 * 24);

macro_rules! task {
    ($kind:ident, $line:literal, $zone:ident, $catch_up:expr) => {
        Task {
            name: $kind::KIND,
            line: $line,
            zone: Zone::$zone,
            catch_up: $catch_up,
            enqueue: |work, how| async move { work.enqueue(&$kind {}, how).await }.boxed(),
        }
    };
}

/// The tasks.
pub const TIMETABLE: &[Task] = &[
    task!(CleanupInactiveSessions, "0 0 1 * * *", Paris, CatchUp::Within(DAY)),
    task!(CleanupExports, "0 15 1 * * *", Paris, CatchUp::Within(DAY)),
    task!(EraseDueAccounts, "0 30 1 * * *", Paris, CatchUp::Within(DAY)),
    task!(CheckUnusedAccounts, "0 0 8 * * *", Paris, CatchUp::Within(DAY)),
    task!(CleanupOldDocuments, "0 0 3 * * Sun", Paris, CatchUp::Within(WEEK)),
    task!(CleanupOldNotifications, "0 0 4 * * Sun", Paris, CatchUp::Within(WEEK)),
    task!(PruneJobs, "0 30 4 * * *", Paris, CatchUp::Within(DAY)),
    task!(PurgeLetterBodies, "0 45 4 * * *", Paris, CatchUp::Within(DAY)),
    task!(VerifyAuditLog, "0 15 5 * * *", Paris, CatchUp::Within(DAY)),
    task!(CheckSystemHealth, "0 0 * * * *", Utc, CatchUp::Never),
];

/// One line of the timetable.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    /// Its name, which is its job's kind.
    pub name: &'static str,
    /// When.
    pub line: &'static str,
    /// Whose clock the line means.
    pub zone: Zone,
    /// What becomes of ticks that nobody saw.
    pub catch_up: CatchUp,
    pub(crate) enqueue: for<'a> fn(&'a mut Work, Enqueue) -> BoxFuture<'a, Result<JobId, sqlx::Error>>,
}

impl Task {
    /// A task of another table than [`TIMETABLE`]: its job is the default one of its kind.
    pub const fn of<J: Job + Default>(line: &'static str, zone: Zone, catch_up: CatchUp) -> Self {
        Self { name: J::KIND, line, zone, catch_up, enqueue: ask_for::<J> }
    }
}

fn ask_for<J: Job + Default>(work: &mut Work, options: Enqueue) -> BoxFuture<'_, Result<JobId, sqlx::Error>> {
    async move { work.enqueue(&J::default(), options).await }.boxed()
}

/// Whose clock a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The clock on the wall in France: exactly one tick for each local day, in both nights when the clocks change.
    Paris,
    /// The clock that never changes.
    Utc,
}

/// What becomes of ticks that nobody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// They are made up for by one run, if the last of them is not older than this.
    Within(Duration),
    /// They are gone.
    Never,
}
