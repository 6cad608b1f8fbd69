//! Streams of apalis-cron: when to look into the ledger of ticks.

use apalis_cron::{CronScheduler, Schedule, Tick};
use chrono::{DateTime, Utc};
use chrono_tz::{Europe::Paris, Tz};
use domain::clock::Clock;
use futures::stream::{BoxStream, SelectAll, StreamExt, select_all};

use super::Line;
use crate::timetable::Task;

/// A line and the clock it is read with.
#[derive(Debug, Clone)]
pub(super) struct Clocked {
    line: Line,
    clock: Clock,
}

/// What apalis-cron asks when it waits for the next tick.
impl Schedule<Tz> for Clocked {
    fn next_tick(&mut self, _: &Tz) -> Option<Tick<Tz>> {
        let next = self.line.next_after(self.clock.now())?;
        Some(Tick::new(next.timestamp().unsigned_abs()))
    }
}

/// The ticks of all tasks as they come.
pub(super) fn stream(
    timetable: &[Task],
    clock: &Clock,
) -> SelectAll<BoxStream<'static, Result<DateTime<Utc>, apalis_cron::Error>>> {
    select_all(timetable.iter().map(|task| {
        let clocked = Clocked { line: Line::of(task), clock: clock.clone() };
        let ticks = CronScheduler::new(clocked).with_timezone(Paris).into_stream();
        ticks.map(|tick| tick.map(at)).boxed()
    }))
}

fn at(tick: Tick<Tz>) -> DateTime<Utc> {
    DateTime::from_timestamp(tick.get_timestamp() as i64, 0).expect("a tick is a date of our age")
}
