//! Cron: exactly one job for each tick, whoever sees the time come.
//!
//! Streams of apalis-cron say when to look. What is due is decided by the ledger of ticks: every pass works out, from
//! the same lines, which tick came last, and takes it unless somebody has it. So any number of schedulers is safe, a
//! missed tick is found at the next pass, and a doubled or early wake-up does nothing.

mod line;
mod ticks;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::clock::Clock;
use domain::ids::JobId;
use futures::StreamExt;
use sqlx::PgPool;
use tokio::time::{sleep, timeout};
use tracing::{Instrument, info, info_span, warn};

use crate::ledger::ticks as ledger;
use crate::timetable::Task;
use crate::{Enqueue, Tickets, Work};
pub use line::Line;

/// How often the ledger is asked when no tick comes: what a pass could not do is then done.
const LOOK: Duration = Duration::from_secs(20);

/// Longest that one task may take: its transaction is rolled back then, and tried again.
const LONGEST: Duration = Duration::from_secs(10);

/// A tick that became a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The task.
    pub task: &'static str,
    /// The tick.
    pub at: DateTime<Utc>,
    /// Its job; none when the task is switched off.
    pub job: Option<JobId>,
}

/// Takes the ticks of `timetable` until the future is dropped.
pub async fn run(db: &PgPool, tickets: &Tickets, timetable: &[Task], clock: &Clock) {
    loop {
        let mut ticks = ticks::stream(timetable, clock);
        let mut now = clock.now();
        loop {
            if let Err(error) = pass(db, tickets, timetable, now).await {
                warn!(error = &error as &dyn std::error::Error, "ticks could not be taken; trying again");
                sleep(Duration::from_secs(1)).await;
            }
            now = match timeout(LOOK, ticks.next()).await {
                Ok(Some(Ok(tick))) => clock.now().max(tick),
                Err(_) => clock.now(),
                // After a stall a stream gives errors for ever, or ends: it is built anew.
                Ok(Some(Err(_)) | None) => break,
            };
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Takes every tick of `timetable` that is due at `now` and nobody has; each becomes one job.
///
/// # Errors
/// When the database does not answer; ticks taken until then stay taken.
pub async fn pass(
    db: &PgPool,
    tickets: &Tickets,
    timetable: &[Task],
    now: DateTime<Utc>,
) -> Result<Vec<Taken>, sqlx::Error> {
    let mut taken = Vec::new();
    for task in timetable {
        // A trace of its own, to which the job's first run belongs.
        let span = info_span!(parent: None, "tick", schedule.task = task.name);
        taken.extend(take_in_time(db, tickets, task, now).instrument(span).await?);
    }
    Ok(taken)
}

async fn take_in_time(
    db: &PgPool,
    tickets: &Tickets,
    task: &Task,
    now: DateTime<Utc>,
) -> Result<Option<Taken>, sqlx::Error> {
    let taken = timeout(LONGEST, Box::pin(take(db, tickets, task, now))).await;
    taken.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

async fn take(
    db: &PgPool,
    tickets: &Tickets,
    task: &Task,
    now: DateTime<Utc>,
) -> Result<Option<Taken>, sqlx::Error> {
    let mut work = Work::begin(db, tickets).await?;
    let schedule = ledger::schedule(&mut work, task.name, now).await?;
    let Some(tick) = Line::of(task).due(task.catch_up, schedule.last, now) else {
        work.commit().await?;
        return Ok(None);
    };
    if !ledger::take(&mut work, task.name, tick).await? {
        return Ok(None);
    }
    let job =
        if schedule.enabled { Some((task.enqueue)(&mut work, Enqueue::default()).await?) } else { None };
    if let Some(job) = job {
        ledger::became(&mut work, task.name, tick, job).await?;
    }
    work.commit().await?;
    let lag = (now - tick).to_std().unwrap_or_default();
    telemetry::metrics::schedule_tick(task.name, lag);
    info!(schedule.task = task.name, schedule.tick = %tick, schedule.enabled = schedule.enabled, "a tick was taken");
    Ok(Some(Taken { task: task.name, at: tick, job }))
}
