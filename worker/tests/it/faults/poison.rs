//! Jobs that take their worker down, among many that do no harm.

use std::time::Duration;

use queue::{Enqueue, Job, Tickets, Work};
use tokio::time::Instant;

use super::kinds::{FaultAbort, FaultLoop, FaultMemory};
use super::{Crew, Hand, verdict};
use crate::house::House;

/// What became of them.
struct Poisoned {
    house: House,
    /// Parked as poison after three crashes.
    parked: i64,
    /// Others that came to a bad end.
    hurt: i64,
    deaths: usize,
}

impl Poisoned {
    /// Puts so much poison among harmless jobs, and waits until everything has come to an end.
    async fn take(poison: usize, harmless: i64, patience: Duration) -> Self {
        let house = House::open().await;
        house.prepare_effects().await;
        let crew = Crew::hire(&house, Hand::Worker, 3, &[]).await;
        house.ask_all_at_once(harmless / 2, 10).await;
        let tickets = Tickets::connect(&house.redis.url()).unwrap();
        for number in 0..poison {
            match number % 3 {
                0 => ask(&house, &tickets, &FaultAbort {}).await,
                1 => ask(&house, &tickets, &FaultMemory {}).await,
                _ => ask(&house, &tickets, &FaultLoop {}).await,
            }
        }
        house.ask_all_at_once(harmless - harmless / 2, 10).await;
        let deadline = Instant::now() + patience;
        while house.open_jobs().await > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let parked = house
            .count(
                "select count(*) from jobs
                where kind <> 'fault_effect' and state = 'dead' and dead_reason = 'poison' and crash_count = 3",
            )
            .await;
        let hurt =
            house.count("select count(*) from jobs where kind = 'fault_effect' and state <> 'done'").await;
        Self { parked, hurt, deaths: crew.replaced(), house }
    }

    async fn figures(&self) -> String {
        let Self { parked, hurt, deaths, house } = self;
        let effects = house.count("select count(distinct job_id) from fault_effects").await;
        format!(
            "{parked} parked, {hurt} others hurt, {effects} effects, {deaths} deaths, {}",
            house.audit().await
        )
    }
}

async fn ask<J: Job>(house: &House, tickets: &Tickets, job: &J) {
    let mut work = Work::begin(house.database.pool(), tickets).await.unwrap();
    work.enqueue(job, Enqueue::default()).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn one_job_that_aborts_is_parked_and_hurts_no_other() {
    let house = House::open().await;
    house.prepare_effects().await;
    let _crew = Crew::hire(&house, Hand::Worker, 2, &[("AUTOTRACK_WORKER_CONCURRENCY", "default=2")]).await;
    let tickets = Tickets::connect(&house.redis.url()).unwrap();
    ask(&house, &tickets, &FaultAbort {}).await;
    house.ask_all_at_once(200, 5).await;
    let deadline = Instant::now() + crate::house::PATIENCE;
    while house.open_jobs().await > 0 && Instant::now() < deadline {
        house
            .execute("update jobs set lease_until = now() where state = 'running' and started_at < now() - interval '1 s'")
            .await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let audit = house.audit().await;
    assert_eq!((audit.done, audit.dead, audit.lost, audit.doubled), (200, 1, 0, 0), "{audit}");
    assert_eq!(
        house
            .words("select kind || ' ' || dead_reason || ' ' || crash_count from jobs where state = 'dead'")
            .await,
        ["fault_abort poison 3"]
    );
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_11_ten_poisonous_among_5_000() {
    let poisoned = Poisoned::take(10, 4_990, Duration::from_mins(6)).await;
    let audit = poisoned.house.audit().await;
    let holds = poisoned.parked == 10 && poisoned.hurt == 0 && audit.lost == 0 && audit.doubled == 0;
    verdict("11 ten poisonous among 5,000", &poisoned.figures().await, holds && audit.done == 4_990);
}
