//! Hours in which somebody wants to be left alone, by the clock on their wall.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A stretch of every day, over midnight if it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    start: NaiveTime,
    end: NaiveTime,
    zone: Tz,
}

impl QuietHours {
    /// Quiet from `start` until `end`; nothing if both are the same.
    pub fn new(start: NaiveTime, end: NaiveTime, zone: Tz) -> Option<Self> {
        (start != end).then_some(Self { start, end, zone })
    }

    /// When the quiet around `now` ends; nothing if it is not quiet.
    ///
    /// In the night when an hour comes twice, quiet lasts from its first `start` to its last `end`. In the night when
    /// an hour is left out, a time in it is the moment that follows the gap.
    pub fn end_around(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = now.with_timezone(&self.zone).date_naive();
        // Yesterday's stretch may reach into today.
        let days = [today.checked_sub_days(Days::new(1)), Some(today)];
        days.into_iter().flatten().find_map(|day| {
            let (start, end) = self.stretch(day)?;
            (start <= now && now < end).then_some(end)
        })
    }

    fn stretch(&self, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let last = if self.start < self.end { day } else { day.checked_add_days(Days::new(1))? };
        let (start, _) = instants(self.zone, day.and_time(self.start))?;
        let (_, end) = instants(self.zone, last.and_time(self.end))?;
        Some((start, end))
    }
}

/// The first and the last instant at which the clock on the wall shows `local`; in a gap, the moment after it.
fn instants(zone: Tz, local: NaiveDateTime) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    // No zone ever left out more than a day.
    (0..=25 * 60).find_map(|minutes| {
        let both = match zone.from_local_datetime(&local.checked_add_signed(TimeDelta::minutes(minutes))?) {
            LocalResult::Single(one) => (one, one),
            LocalResult::Ambiguous(first, last) => (first, last),
            LocalResult::None => return None,
        };
        Some((both.0.to_utc(), both.1.to_utc()))
    })
}

/// The next time after `now` that the clock on the wall in `zone` shows `time`, on a day that `fits`.
pub(super) fn next(
    zone: Tz,
    time: NaiveTime,
    now: DateTime<Utc>,
    fits: impl Fn(NaiveDate) -> bool,
) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&zone).date_naive();
    (0..=8).filter_map(|days| today.checked_add_days(Days::new(days))).filter(|day| fits(*day)).find_map(
        |day| {
            let (at, _) = instants(zone, day.and_time(time))?;
            (at > now).then_some(at)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;

    fn quiet(start: &str, end: &str) -> QuietHours {
        QuietHours::new(start.parse().unwrap(), end.parse().unwrap(), Paris).unwrap()
    }

    fn end(hours: QuietHours, now: &str) -> Option<String> {
        hours.end_around(now.parse().unwrap()).map(|end| end.to_rfc3339())
    }

    #[test]
    fn quiet_hours_reach_over_midnight() {
        let night = quiet("22:00:00", "07:00:00");
        let morning = Some("2026-06-02T05:00:00+00:00".to_owned());
        assert_eq!(end(night, "2026-06-01T19:59:59Z"), None);
        assert_eq!(end(night, "2026-06-01T20:00:00Z"), morning);
        assert_eq!(end(night, "2026-06-02T04:59:59Z"), morning);
        assert_eq!(end(night, "2026-06-02T05:00:00Z"), None);
        let noon = quiet("12:00:00", "14:00:00");
        assert_eq!(end(noon, "2026-06-01T10:30:00Z"), Some("2026-06-01T12:00:00+00:00".to_owned()));
        assert_eq!(end(noon, "2026-06-01T12:00:00Z"), None);
    }

    #[test]
    fn the_night_that_loses_an_hour_ends_by_the_clock_on_the_wall() {
        // 29 March 2026: 02:00 becomes 03:00.
        assert_eq!(
            end(quiet("22:00:00", "07:00:00"), "2026-03-28T21:00:00Z"),
            Some("2026-03-29T05:00:00+00:00".to_owned())
        );
        // 02:30 does not exist: quiet ends when the clock jumps.
        let early = quiet("22:00:00", "02:30:00");
        assert_eq!(end(early, "2026-03-29T00:59:59Z"), Some("2026-03-29T01:00:00+00:00".to_owned()));
        assert_eq!(end(early, "2026-03-29T01:00:00Z"), None);
    }

    #[test]
    fn the_night_that_gains_an_hour_is_quiet_until_the_last_end() {
        // 25 October 2026: 03:00 becomes 02:00.
        assert_eq!(
            end(quiet("22:00:00", "07:00:00"), "2026-10-24T21:00:00Z"),
            Some("2026-10-25T06:00:00+00:00".to_owned())
        );
        // 02:30 comes at 00:30 and at 01:30: between the two it stays quiet.
        let early = quiet("22:00:00", "02:30:00");
        for now in ["2026-10-24T22:00:00Z", "2026-10-25T00:29:00Z", "2026-10-25T00:45:00Z"] {
            assert_eq!(end(early, now), Some("2026-10-25T01:30:00+00:00".to_owned()), "{now}");
        }
        assert_eq!(end(early, "2026-10-25T01:30:00Z"), None);
    }

    #[test]
    fn hours_that_end_when_they_begin_are_none() {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        assert_eq!(QuietHours::new(noon, noon, Paris), None);
    }
}
