//! Cron: exactly one job for each tick.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use queue::cron::{Line, pass};
use queue::timetable::{CatchUp, TIMETABLE, Task};

use crate::support::Office;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn task(name: &str) -> Task {
    *TIMETABLE.iter().find(|task| task.name == name).unwrap()
}

/// A daily task at another time of day.
fn daily(line: &'static str) -> Task {
    let mut task = task("cleanup_inactive_sessions");
    task.line = line;
    task
}

fn ticks(task: &Task, from: &str, until: &str) -> Vec<DateTime<Utc>> {
    let line = Line::of(task);
    std::iter::successors(line.next_after(at(from)), |tick| line.next_after(*tick))
        .take_while(|tick| *tick <= at(until))
        .collect()
}

#[test]
fn the_timetable_reads_as_agreed() {
    let first = |name: &str| ticks(&task(name), "2026-11-25T12:00:00Z", "2026-12-02T12:00:00Z")[0];
    assert_eq!(first("cleanup_inactive_sessions"), at("2026-11-26T01:00:00+01:00"));
    assert_eq!(first("cleanup_old_documents"), at("2026-11-29T03:00:00+01:00"));
    assert_eq!(first("cleanup_old_notifications"), at("2026-11-29T04:00:00+01:00"));
    assert_eq!(first("check_system_health"), at("2026-11-25T13:00:00Z"));
    assert_eq!(first("prune_jobs"), at("2026-11-26T04:30:00+01:00"));
    assert_eq!(first("purge_letter_bodies"), at("2026-11-26T04:45:00+01:00"));
    assert_eq!(first("cleanup_exports"), at("2026-11-26T01:15:00+01:00"));
    assert_eq!(first("erase_due_accounts"), at("2026-11-26T01:30:00+01:00"));
    assert_eq!(first("check_unused_accounts"), at("2026-11-26T08:00:00+01:00"));
    assert_eq!(TIMETABLE.len(), 10);
}

#[test]
fn in_the_spring_night_each_local_day_has_one_tick_even_at_an_hour_that_does_not_exist() {
    let found = ticks(&daily("0 30 2 * * *"), "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z");
    let expected = ["2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"];
    assert_eq!(found, expected.map(at));
}

#[test]
fn in_the_autumn_night_each_local_day_has_one_tick_even_at_an_hour_that_comes_twice() {
    let found = ticks(&daily("0 30 2 * * *"), "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
    let expected = ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"];
    assert_eq!(found, expected.map(at));
    // Asked between the two half past twos, the next is tomorrow's.
    let next = Line::of(&daily("0 30 2 * * *")).next_after(at("2026-10-25T00:45:00Z")).unwrap();
    assert_eq!(next, at("2026-10-26T02:30:00+01:00"));
}

#[test]
fn every_task_of_the_day_ticks_once_on_both_nights() {
    for task in
        TIMETABLE.iter().filter(|task| task.line.ends_with("* * *") && task.name != "check_system_health")
    {
        for (from, until) in [
            ("2026-03-29T00:00:00+01:00", "2026-03-29T23:59:59+02:00"),
            ("2026-10-25T00:00:00+02:00", "2026-10-25T23:59:59+01:00"),
        ] {
            assert_eq!(ticks(task, from, until).len(), 1, "{} on {from}", task.name);
        }
    }
}

#[test]
fn a_leap_day_is_a_day_like_any_other() {
    let found = ticks(&daily("0 0 1 * * *"), "2028-02-28T12:00:00Z", "2028-03-01T12:00:00Z");
    assert_eq!(found, ["2028-02-29T01:00:00+01:00", "2028-03-01T01:00:00+01:00"].map(at));
    let common = ticks(&daily("0 0 1 * * *"), "2027-02-28T12:00:00Z", "2027-03-01T12:00:00Z");
    assert_eq!(common, ["2027-03-01T01:00:00+01:00"].map(at));
    // Down over the whole of it: caught up once.
    let line = Line::of(&daily("0 0 1 * * *"));
    let day = CatchUp::Within(Duration::from_hours(24));
    let last = at("2028-02-28T01:00:00+01:00");
    assert_eq!(line.due(day, last, at("2028-03-01T00:30:00+01:00")), Some(at("2028-02-29T01:00:00+01:00")));
    assert_eq!(line.due(day, last, at("2028-03-01T09:00:00+01:00")), Some(at("2028-03-01T01:00:00+01:00")));
}

#[test]
fn a_scheduler_down_over_either_night_catches_each_daily_task_up_once() {
    let day = CatchUp::Within(Duration::from_hours(24));
    let line = Line::of(&daily("0 30 2 * * *"));
    for (last, back, expected) in [
        ("2026-03-28T02:30:00+01:00", "2026-03-29T09:00:00+02:00", "2026-03-29T03:30:00+02:00"),
        ("2026-10-24T02:30:00+02:00", "2026-10-25T09:00:00+01:00", "2026-10-25T02:30:00+02:00"),
    ] {
        assert_eq!(line.due(day, at(last), at(back)), Some(at(expected)));
        assert_eq!(line.due(day, at(expected), at(back)), None, "not a second time");
    }
}

#[test]
fn the_hourly_look_counts_24_hours_on_every_day() {
    let task = task("check_system_health");
    assert_eq!(ticks(&task, "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z").len(), 24);
}

#[test]
fn a_missed_tick_is_due_once_and_only_within_its_window() {
    let line = Line::of(&task("cleanup_inactive_sessions"));
    let day = CatchUp::Within(Duration::from_hours(24));
    let last = at("2026-11-20T01:00:00+01:00");
    assert_eq!(line.due(day, last, at("2026-11-21T00:30:00+01:00")), None);
    assert_eq!(line.due(day, last, at("2026-11-23T12:00:00+01:00")), Some(at("2026-11-23T01:00:00+01:00")));
    assert_eq!(line.due(CatchUp::Never, last, at("2026-11-23T12:00:00+01:00")), None);
    assert_eq!(
        line.due(CatchUp::Never, last, at("2026-11-23T01:00:20+01:00")),
        Some(at("2026-11-23T01:00:00+01:00"))
    );
    let weekly = Line::of(&task("cleanup_old_documents"));
    let short = CatchUp::Within(Duration::from_hours(1));
    assert_eq!(weekly.due(short, last, at("2026-11-25T12:00:00+01:00")), None, "older than the window");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_has_never_run_starts_from_now() {
    let office = Office::open().await;
    let noon = at("2026-11-25T12:00:00+01:00");
    assert_eq!(pass(&office.db, &office.tickets, TIMETABLE, noon).await.unwrap(), []);
    let taken = pass(&office.db, &office.tickets, TIMETABLE, noon + TimeDelta::hours(14)).await.unwrap();
    let names: Vec<&str> = taken.iter().map(|taken| taken.task).collect();
    assert_eq!(
        names,
        ["cleanup_inactive_sessions", "cleanup_exports", "erase_due_accounts", "check_system_health"]
    );
    assert_eq!(office.count("select count(*) from jobs").await, 4);
    assert_eq!(
        office
            .count("select count(*) from cron_ticks t join jobs j on j.id = t.job_id and j.kind = t.task")
            .await,
        4
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_each_daily_and_weekly_task_is_caught_up_once_and_the_hourly_is_not() {
    let office = Office::open().await;
    office
        .execute(
            "insert into cron_ticks (task, tick_at)
            values ('cleanup_inactive_sessions', '2026-11-26 01:00+01'), ('cleanup_old_documents', '2026-11-22 03:00+01'),
                ('cleanup_old_notifications', '2026-11-22 04:00+01'), ('prune_jobs', '2026-11-26 04:30+01'),
                ('check_system_health', '2026-11-26 05:00+01')",
        )
        .await;
    let now = at("2026-11-29T12:30:00+01:00");
    let taken = pass(&office.db, &office.tickets, TIMETABLE, now).await.unwrap();
    let mut names: Vec<&str> = taken.iter().map(|taken| taken.task).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["cleanup_inactive_sessions", "cleanup_old_documents", "cleanup_old_notifications", "prune_jobs"]
    );
    assert_eq!(pass(&office.db, &office.tickets, TIMETABLE, now).await.unwrap(), []);
    assert_eq!(office.count("select count(*) from jobs").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_schedulers_at_one_tick_make_one_job() {
    let office = Office::open().await;
    let before = at("2026-11-26T00:59:00+01:00");
    pass(&office.db, &office.tickets, TIMETABLE, before).await.unwrap();
    let now = at("2026-11-26T01:00:00+01:00");
    let passes = (0..8).map(|_| pass(&office.db, &office.tickets, TIMETABLE, now));
    let taken: usize = futures::future::try_join_all(passes).await.unwrap().iter().map(Vec::len).sum();
    assert_eq!(taken, 2, "the sessions and the hour");
    assert_eq!(office.count("select count(*) from jobs where kind = 'cleanup_inactive_sessions'").await, 1);
    assert_eq!(office.count("select count(*) from cron_ticks").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_switched_off_makes_no_job_and_is_not_caught_up_later() {
    let office = Office::open().await;
    let start = at("2026-11-25T12:00:00+01:00");
    pass(&office.db, &office.tickets, TIMETABLE, start).await.unwrap();
    office.execute("update schedules set enabled = false where task = 'cleanup_inactive_sessions'").await;
    let night = at("2026-11-26T01:00:05+01:00");
    let taken = pass(&office.db, &office.tickets, TIMETABLE, night).await.unwrap();
    assert_eq!(taken.iter().find(|taken| taken.task == "cleanup_inactive_sessions").unwrap().job, None);
    office.execute("update schedules set enabled = true").await;
    pass(&office.db, &office.tickets, TIMETABLE, night + TimeDelta::minutes(30)).await.unwrap();
    assert_eq!(office.count("select count(*) from jobs where kind = 'cleanup_inactive_sessions'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_streams_wake_the_ledger_at_a_tick() {
    let office = Office::open().await;
    let clock = domain::clock::Clock::system();
    let now = clock.now();
    sqlx::query("insert into cron_ticks (task, tick_at) values ('cleanup_inactive_sessions', $1)")
        .bind(now - TimeDelta::days(2))
        .execute(&office.db)
        .await
        .unwrap();
    let (db, tickets) = (office.db.clone(), office.tickets.clone());
    let _cron = crate::support::AtWork::until_stopped(async move {
        queue::cron::run(&db, &tickets, TIMETABLE, &clock).await;
    });
    while office.count("select count(*) from jobs where kind = 'cleanup_inactive_sessions'").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
