//! What was asked for, and what came of it.

use std::fmt;
use std::time::Duration;

use queue::{Enqueue, Tickets, Work};
use tokio::time::{Instant, sleep};

use super::FaultEffect;
use crate::house::{House, LOOK};

/// Intents against effects.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Audit {
    /// Jobs of this suite.
    pub asked: i64,
    pub done: i64,
    pub dead: i64,
    /// Neither done nor dead.
    pub open: i64,
    /// Done, without an effect.
    pub lost: i64,
    /// Jobs with more than one effect.
    pub doubled: i64,
    /// Effects of jobs that are not done.
    pub stray: i64,
}

impl Audit {
    /// Whether so many jobs were asked for and every one had its effect exactly once.
    pub fn is_whole(&self, asked: i64) -> bool {
        let whole = Self { asked, done: asked, dead: 0, open: 0, lost: 0, doubled: 0, stray: 0 };
        *self == whole
    }

    /// Fails unless it is whole.
    #[track_caller]
    pub fn assert_whole(&self, asked: i64) {
        assert!(self.is_whole(asked), "{self}, asked for were {asked}");
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, done, dead, open, lost, doubled, stray } = self;
        write!(
            f,
            "{asked} jobs, {done} done, {dead} dead, {open} open, {lost} lost, {doubled} doubled, {stray} stray"
        )
    }
}

impl House {
    /// Makes the table of effects. No key keeps a second row of the same job out.
    pub async fn prepare_effects(&self) {
        self.execute(
            "create table fault_effects (
                job_id uuid not null, number bigint not null, fence bigint not null,
                at timestamptz not null default clock_timestamp()
            )",
        )
        .await;
        self.execute("create index on fault_effects (job_id)").await;
    }

    /// Runs a statement; how many rows it touched.
    pub async fn execute(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(self.database.pool()).await.unwrap().rows_affected()
    }

    /// Asks for jobs as the product does: row and ticket, one transaction each.
    pub async fn ask(&self, jobs: impl IntoIterator<Item = FaultEffect>) {
        let tickets = Tickets::connect(&self.redis.url()).unwrap();
        for job in jobs {
            self.ask_one(&tickets, &job, Enqueue::default()).await;
        }
    }

    /// One of them.
    pub async fn ask_one(&self, tickets: &Tickets, job: &FaultEffect, options: Enqueue) {
        let mut work = Work::begin(self.database.pool(), tickets).await.unwrap();
        work.enqueue(job, options).await.unwrap();
        work.commit().await.unwrap();
    }

    /// So many jobs by one statement, all due at the same instant; their tickets are the relay's.
    pub async fn ask_all_at_once(&self, count: i64, ms: i64) {
        sqlx::query(
            "insert into jobs (id, kind, payload_version, payload, queue)
            select gen_random_uuid(), 'fault_effect', 1, jsonb_build_object('number', n, 'ms', $2::bigint), 'default'
            from generate_series(1, $1) n",
        )
        .bind(count)
        .bind(ms)
        .execute(self.database.pool())
        .await
        .unwrap();
    }

    /// Ends the leases of everybody, as time would.
    pub async fn expire_leases(&self) {
        self.execute("update jobs set lease_until = now() where state = 'running'").await;
    }

    /// Jobs of this suite that have not come to an end.
    pub async fn open_jobs(&self) -> i64 {
        self.count("select count(*) from jobs where kind <> 'fault_tick' and kind like 'fault_%' and state in ('ready', 'running', 'retry')")
            .await
    }

    /// Waits until all have come to an end; how long that took, or nothing when it takes longer than `patience`.
    pub async fn until_ended(&self, patience: Duration) -> Option<Duration> {
        let began = Instant::now();
        while self.open_jobs().await > 0 {
            if began.elapsed() > patience {
                return None;
            }
            sleep(LOOK).await;
        }
        Some(began.elapsed())
    }

    /// Counts.
    pub async fn audit(&self) -> Audit {
        sqlx::query_as(
            "with effects as (select job_id, count(*) from fault_effects group by 1),
            mine as (
                select state, coalesce(e.count, 0) as effects
                from jobs j left join effects e on e.job_id = j.id
                where kind like 'fault_%'
            )
            select count(*) as asked, count(*) filter (where state = 'done') as done,
                count(*) filter (where state = 'dead') as dead,
                count(*) filter (where state in ('ready', 'running', 'retry')) as open,
                count(*) filter (where state = 'done' and effects = 0) as lost,
                count(*) filter (where effects > 1) as doubled,
                count(*) filter (where state <> 'done' and effects > 0)
                    + (select count(*) from effects e where not exists (select 1 from jobs j where j.id = e.job_id))
                    as stray
            from mine",
        )
        .fetch_one(self.database.pool())
        .await
        .unwrap()
    }
}
