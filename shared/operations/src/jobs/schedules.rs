//! The timetable: what runs when, what came of it, and running it out of turn.

use chrono::{DateTime, Utc};
use domain::ids::{JobId, UserId};
use queue::Work;
use queue::cron::Line;
use queue::ledger::{self, LastRun, TaskState};
use queue::timetable::{TIMETABLE, Task, Zone};
use serde_json::json;

use super::{JobsError, note};
use crate::Context;
use crate::accounts::Origin;

/// A task of the timetable.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Its name.
    pub name: &'static str,
    /// `second minute hour day month weekday`.
    pub line: &'static str,
    /// Whose clock the line means.
    pub zone: &'static str,
    /// Whether its ticks become jobs.
    pub enabled: bool,
    /// Its next tick; none while it is switched off.
    pub next_run: Option<DateTime<Utc>>,
    /// Its last run that is still in the ledger.
    pub last: Option<LastRun>,
}

impl Schedule {
    fn of(task: &'static Task, state: TaskState, now: DateTime<Utc>) -> Self {
        let next = Line::of(task).next_after(now);
        Self {
            name: task.name,
            line: task.line,
            zone: match task.zone {
                Zone::Paris => "Europe/Paris",
                Zone::Utc => "UTC",
            },
            enabled: state.enabled,
            next_run: next.filter(|_| state.enabled),
            last: state.last,
        }
    }
}

/// The whole timetable, in its own order.
///
/// # Errors
/// When the database does not answer.
pub async fn schedules(ctx: &Context) -> Result<Vec<Schedule>, JobsError> {
    let names: Vec<&str> = TIMETABLE.iter().map(|task| task.name).collect();
    let states = ledger::task_states(&mut *ctx.read().await?, &names).await?;
    let now = ctx.clock.now();
    Ok(TIMETABLE.iter().zip(states).map(|(task, state)| Schedule::of(task, state, now)).collect())
}

/// One task of the timetable.
///
/// # Errors
/// [`JobsError::Missing`] when there is none of this name.
pub async fn schedule(ctx: &Context, name: &str) -> Result<Schedule, JobsError> {
    let task = known(name)?;
    let states = ledger::task_states(&mut *ctx.read().await?, &[task.name]).await?;
    let state = states.into_iter().next().ok_or(JobsError::Missing)?;
    Ok(Schedule::of(task, state, ctx.clock.now()))
}

/// Switches a task on or off. Ticks that come while it is off are not made up for.
///
/// # Errors
/// [`JobsError`].
pub async fn set_enabled(
    ctx: &Context,
    staff: UserId,
    name: &str,
    enabled: bool,
    origin: &Origin,
) -> Result<(), JobsError> {
    let (task, now) = (known(name)?, ctx.clock.now());
    let mut work = ctx.begin().await?;
    if ledger::set_enabled(&mut work, task.name, enabled, now).await? {
        let diff = json!({ "enabled": [!enabled, enabled] });
        let target = ("schedule", task.name.to_owned());
        note(&mut work, staff, "schedule_changed", target, Some(&diff), origin, now).await?;
    }
    Ok(work.commit().await?)
}

/// Runs a task out of turn, as its tick would. While such a run waits or is at work, that is the answer.
///
/// # Errors
/// [`JobsError`].
pub async fn run_now(
    work: &mut Work,
    staff: UserId,
    name: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<JobId, JobsError> {
    let task = known(name)?;
    let job = work.run_by_hand(task).await?;
    let diff = json!({ "job": job.to_string() });
    let target = ("schedule", task.name.to_owned());
    note(work, staff, "schedule_run", target, Some(&diff), origin, now).await?;
    Ok(job)
}

fn known(name: &str) -> Result<&'static Task, JobsError> {
    TIMETABLE.iter().find(|task| task.name == name).ok_or(JobsError::Missing)
}
