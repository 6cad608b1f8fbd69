//! Several schedulers at one tick, some of which die of it.

use std::time::Duration;

use chrono::Timelike as _;
use domain::clock::Clock;
use tokio::time::sleep;

use super::{Crew, Hand, verdict};
use crate::house::House;

/// Lets five schedulers see so many ticks, one a second, and kills one of them around many a tick.
async fn ticked(ticks: i64) -> (House, usize) {
    let house = House::open().await;
    let crew = Crew::hire(&house, Hand::Scheduler, 5, &[]).await;
    let clock = Clock::system();
    for _ in 0..ticks {
        let to_the_tick = 1_000_000_000 - u64::from(clock.now().nanosecond() % 1_000_000_000);
        // From 60 ms before it to 60 ms after it.
        let around = u64::from(rand::random::<u32>() % 120_000_000);
        sleep(Duration::from_nanos((to_the_tick + around).saturating_sub(60_000_000))).await;
        crew.kill(usize::from(rand::random::<u8>()) % 5);
        sleep(Duration::from_millis(300)).await;
    }
    sleep(Duration::from_secs(1)).await;
    (house, crew.replaced())
}

/// What five schedulers made of the seconds.
#[derive(Debug, sqlx::FromRow)]
struct Ticked {
    /// Seconds from the first tick to the last, both included.
    seconds: i64,
    /// Ticks of the ledger.
    ticks: i64,
    /// Those of them that have a job.
    with_job: i64,
    jobs: i64,
}

impl Ticked {
    async fn read(house: &House) -> Self {
        sqlx::query_as(
            "select coalesce(extract(epoch from max(tick_at) - min(tick_at))::bigint + 1, 0) as seconds, count(*) as ticks,
                count(j.id) as with_job, (select count(*) from jobs where kind = 'fault_tick') as jobs
            from cron_ticks t left join jobs j on j.id = t.job_id and j.kind = t.task
            where t.task = 'fault_tick'",
        )
        .fetch_one(house.database.pool())
        .await
        .unwrap()
    }

    /// Whether each tick of the ledger has one job, and each job a tick.
    fn is_even(&self) -> bool {
        self.ticks > 0 && self.ticks == self.with_job && self.ticks == self.jobs
    }
}

#[tokio::test]
async fn schedulers_that_die_around_a_tick_make_one_job_of_it() {
    let (house, deaths) = ticked(6).await;
    let ticked = Ticked::read(&house).await;
    assert!(ticked.is_even() && deaths > 0, "{ticked:?}, {deaths} deaths");
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_09_five_schedulers_and_200_ticks() {
    let (house, deaths) = ticked(200).await;
    let ticked = Ticked::read(&house).await;
    let holds = ticked.is_even() && ticked.ticks == ticked.seconds && ticked.seconds >= 195;
    verdict("9 five schedulers", &format!("{ticked:?}, {deaths} schedulers died"), holds);
}
