//! A worker that is stopped past its lease and woken again: what it then commits is refused.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::sleep;

use super::{FaultEffect, Hand, verdict};
use crate::house::{House, Program};

/// How long a zombie has to try what it wants to do.
const AWAKE: Duration = Duration::from_secs(4);

/// What a zombie says of a job that it has lost.
const REFUSED: &str = r#""job.outcome":"lease_lost""#;

/// Where a worker is when it is stopped.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// At work, before its closing transaction.
    AtWork,
    /// Inside the closing transaction, with the job's row locked.
    Closing,
}

impl Place {
    fn job(self, number: i64) -> FaultEffect {
        match self {
            Self::AtWork => FaultEffect { number, ms: 1500, ..FaultEffect::default() },
            Self::Closing => FaultEffect { number, closing_ms: 1500, ..FaultEffect::default() },
        }
    }
}

/// Stops so many workers of four jobs each, wakes them after `asleep`, and counts whose work was refused. Without a time
/// the leases are ended by hand.
async fn woken(place: Place, workers: usize, asleep: Option<Duration>) -> (House, usize) {
    let house = House::open().await;
    house.prepare_effects().await;
    let mut zombies = Vec::new();
    for _ in 0..workers {
        zombies.push(Hand::Worker.alone(&house, &[]).await);
    }
    let jobs = workers as i64 * 4;
    house.ask((0..jobs).map(|number| place.job(number))).await;
    house.until(jobs, "select count(*) from jobs where kind = 'fault_effect' and state = 'running'").await;
    sleep(Duration::from_millis(300)).await;
    for zombie in &zombies {
        zombie.signal(Signal::SIGSTOP);
    }
    let _living = Hand::Worker.alone(&house, &[]).await;
    match asleep {
        Some(asleep) => sleep(asleep).await,
        None => end_leases(&house).await,
    }
    house.until_ended(Duration::from_mins(1)).await;
    for zombie in &zombies {
        zombie.signal(Signal::SIGCONT);
    }
    sleep(AWAKE).await;
    (house, zombies.iter().map(refusals).sum())
}

/// As time does, for jobs and for transactions that idle.
async fn end_leases(house: &House) {
    house
        .execute(
            "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and state = 'idle in transaction'",
        )
        .await;
    house.expire_leases().await;
}

fn refusals(zombie: &Program) -> usize {
    zombie.log().matches(REFUSED).count()
}

#[tokio::test]
async fn what_a_woken_worker_commits_is_refused() {
    let (house, refused) = woken(Place::AtWork, 1, None).await;
    house.audit().await.assert_whole(4);
    assert_eq!(house.count("select count(*) from fault_effects where fence = 2").await, 4);
    assert_eq!(refused, 4);
}

#[tokio::test]
async fn a_worker_stopped_inside_its_closing_transaction_keeps_nobody_waiting_for_ever() {
    let (house, refused) = woken(Place::Closing, 1, None).await;
    house.audit().await.assert_whole(4);
    assert_eq!(house.count("select count(*) from fault_effects where fence = 2").await, 4);
    assert_eq!(refused, 4);
}

async fn long(place: Place, asleep: Duration) {
    let (house, refused) = woken(place, 5, Some(asleep)).await;
    let audit = house.audit().await;
    let by_others = house.count("select count(*) from fault_effects where fence > 1").await;
    let figures =
        format!("{place:?}: {refused} commits of zombies refused, {by_others} done by others, {audit}");
    verdict("4 stopped and woken", &figures, audit.is_whole(20) && refused == 20 && by_others == 20);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_04_stopped_for_60_s() {
    long(Place::AtWork, Duration::from_mins(1)).await;
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_04_stopped_in_the_closing_transaction() {
    long(Place::Closing, Duration::from_secs(80)).await;
}
