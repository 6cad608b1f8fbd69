//! A scheduler that was down for an hour, and for three days: the timetable itself says what it has to make up for.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::clock::Clock;
use queue::cron::Line;
use queue::timetable::TIMETABLE;
use tokio::time::{Instant, sleep};

use super::verdict;
use crate::house::House;

/// How long a scheduler has to catch up.
const SOON: Duration = Duration::from_secs(15);

/// What tasks were caught up, and what should have been.
struct CaughtUp {
    expected: BTreeMap<String, i64>,
    found: BTreeMap<String, i64>,
    took: Duration,
}

/// Lets a scheduler come back after `down`; every task ticked last just before it went. With `at_the_tick` the time away
/// is moved to lie around each task's own last tick, so that an hour is an hour with something in it.
async fn back_after(down: TimeDelta, at_the_tick: bool) -> CaughtUp {
    let mut house = House::open().await;
    house.until(TIMETABLE.len() as i64, "select count(*) from schedules").await;
    house.stop_scheduler().await;
    house.execute("delete from cron_ticks").await;
    house.execute("delete from jobs").await;
    let now = Clock::system().now();
    let mut expected = BTreeMap::new();
    for task in TIMETABLE {
        let line = Line::of(task);
        let tick = last_tick(&line, now);
        let last = if at_the_tick { tick - down / 2 } else { now - down };
        if line.due(task.catch_up, last, now).is_some() {
            expected.insert(task.name.to_owned(), 1);
        }
        sqlx::query("update schedules set since = $2 where task = $1")
            .bind(task.name)
            .bind(last)
            .execute(house.database.pool())
            .await
            .unwrap();
    }
    let began = Instant::now();
    house.start_scheduler().await;
    house.until(expected.len() as i64, "select count(*) from cron_ticks where job_id is not null").await;
    let took = began.elapsed();
    // Whoever would do it twice does so now.
    sleep(SOON.saturating_sub(took).min(Duration::from_secs(3))).await;
    let found: Vec<(String, i64)> =
        sqlx::query_as("select kind, count(*) from jobs where kind = any($1) group by 1")
            .bind(TIMETABLE.iter().map(|task| task.name).collect::<Vec<_>>())
            .fetch_all(house.database.pool())
            .await
            .unwrap();
    CaughtUp { expected, found: found.into_iter().collect(), took }
}

/// The last tick before an instant.
fn last_tick(line: &Line, now: DateTime<Utc>) -> DateTime<Utc> {
    let from = now - TimeDelta::days(8);
    let ticks = std::iter::successors(line.next_after(from), |tick| line.next_after(*tick));
    ticks.take_while(|tick| *tick <= now).last().expect("every task ticks once a week")
}

#[tokio::test]
async fn a_scheduler_that_was_away_for_an_hour_catches_up_once() {
    let caught_up = back_after(TimeDelta::hours(1), true).await;
    assert_eq!(caught_up.found, caught_up.expected);
    assert!(caught_up.expected.len() >= 8, "{:?}", caught_up.expected);
}

#[tokio::test]
async fn a_scheduler_that_was_away_for_three_days_catches_up_once() {
    let caught_up = back_after(TimeDelta::days(3), false).await;
    assert_eq!(caught_up.found, caught_up.expected);
    assert!(caught_up.expected.len() >= 6, "{:?}", caught_up.expected);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_10_down_for_an_hour_and_for_three_days() {
    for (words, down, at_the_tick) in
        [("an hour", TimeDelta::hours(1), true), ("three days", TimeDelta::days(3), false)]
    {
        let caught_up = back_after(down, at_the_tick).await;
        let tasks: Vec<&str> = caught_up.found.keys().map(String::as_str).collect();
        let figures = format!("{words}: {} in {:.1} s", tasks.join(", "), caught_up.took.as_secs_f64());
        let holds = caught_up.found == caught_up.expected && caught_up.took <= SOON;
        verdict("10 scheduler down", &figures, holds);
    }
}
