//! A line of the timetable as points in time.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use cron::Schedule;

use crate::timetable::{CatchUp, Task, Zone};

/// A tick of a task that is never caught up counts if it is decided this soon.
const LIVE: Duration = Duration::from_mins(1);
/// The longest step of a local clock; a window of local days is this much longer once a year.
const HOUR: TimeDelta = TimeDelta::hours(1);

/// When a task ticks.
#[derive(Debug, Clone)]
pub struct Line {
    schedule: Schedule,
    zone: Zone,
}

impl Line {
    /// The line of a task.
    ///
    /// # Panics
    /// When the line is no cron expression, which a test rules out for the timetable.
    pub fn of(task: &Task) -> Self {
        let schedule = Schedule::from_str(task.line).expect("the timetable's lines are cron expressions");
        Self { schedule, zone: task.zone }
    }

    /// The first tick after an instant.
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.zone {
            Zone::Utc => self.schedule.after(&after).next(),
            Zone::Paris => self.next_in_paris(after),
        }
    }

    /// Counts on the face of the clock, so that each local day has its tick exactly once, and only then asks which
    /// instant that is. Starting early, since the face shows an hour twice in autumn.
    fn next_in_paris(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let face = after.with_timezone(&Paris).naive_local() - HOUR * 2;
        self.schedule.after(&face.and_utc()).map(|tick| instant(tick.naive_utc())).find(|tick| *tick > after)
    }

    /// The tick to take at `now`, when the last one was `last`: of several that nobody saw, only the latest.
    pub fn due(&self, catch_up: CatchUp, last: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let window = match catch_up {
            CatchUp::Within(window) => window + Duration::from_hours(1),
            CatchUp::Never => LIVE,
        };
        let earliest = last.max(now - window);
        let ticks = std::iter::successors(self.next_after(earliest), |tick| self.next_after(*tick));
        ticks.take_while(|tick| *tick <= now).last()
    }
}

/// In spring, an hour that does not exist is passed an hour later; in autumn, the first of two counts.
fn instant(face: NaiveDateTime) -> DateTime<Utc> {
    let local = match Paris.from_local_datetime(&face) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => Paris.from_local_datetime(&(face + HOUR)).earliest(),
    };
    local.expect("Paris skips one hour at a time").to_utc()
}
