//! Kinds of jobs that only this suite knows, and their workers' failpoints.

use std::time::Duration;

use domain::job::Queue;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use queue::{Finished, Handlers, Job, JobError, Run};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::time::sleep;

/// Where a job's first run takes its process down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// At once: claimed, and the ticket is not acknowledged yet.
    BeforeAck,
    /// Claimed, and the ticket is spent.
    Claimed,
    /// The effect is written and not committed.
    EffectDone,
    /// While the commit is under way.
    AtFinish,
    /// Committed, and nobody was told.
    AfterFinish,
}

impl Cut {
    /// Every cut point, in their order.
    pub const ALL: [Self; 5] =
        [Self::BeforeAck, Self::Claimed, Self::EffectDone, Self::AtFinish, Self::AfterFinish];
}

/// Takes its time and writes one row that can be counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FaultEffect {
    pub number: i64,
    /// How long it takes.
    pub ms: u64,
    /// How long its closing transaction takes.
    #[serde(default)]
    pub closing_ms: u64,
    pub cut: Option<Cut>,
}

impl Job for FaultEffect {
    const KIND: &'static str = "fault_effect";
    const QUEUE: Queue = Queue::Default;
    const TIME_LIMIT: Duration = Duration::from_mins(5);
}

/// What a scheduler of this suite asks for at every second.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FaultTick {}

impl Job for FaultTick {
    const KIND: &'static str = "fault_tick";
    const QUEUE: Queue = Queue::Default;
}

/// Aborts the process, as a broken C library does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FaultAbort {}

impl Job for FaultAbort {
    const KIND: &'static str = "fault_abort";
    const QUEUE: Queue = Queue::Default;
}

/// Asks for memory until there is no more.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FaultMemory {}

impl Job for FaultMemory {
    const KIND: &'static str = "fault_memory";
    const QUEUE: Queue = Queue::Default;
}

/// Keeps its thread for ever.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FaultLoop {}

impl Job for FaultLoop {
    const KIND: &'static str = "fault_loop";
    const QUEUE: Queue = Queue::Default;
    const TIME_LIMIT: Duration = Duration::from_secs(2);
}

/// Every handler of this suite.
pub fn handlers() -> Handlers {
    Handlers::new().on(effect).on(abort).on(eat).on(spin)
}

async fn abort(_: Run<FaultAbort>) -> Result<Finished, JobError> {
    std::process::abort()
}

async fn eat(_: Run<FaultMemory>) -> Result<Finished, JobError> {
    // The process has a limit: a refused allocation ends it.
    let mut eaten = Vec::new();
    loop {
        eaten.push(Vec::<u8>::with_capacity(1 << 26));
        std::hint::black_box(&eaten);
    }
}

async fn spin(_: Run<FaultLoop>) -> Result<Finished, JobError> {
    loop {
        std::hint::spin_loop();
    }
}

async fn effect(run: Run<FaultEffect>) -> Result<Finished, JobError> {
    let cut = if run.job.cut.is_some() && is_first(&run).await? { run.job.cut } else { None };
    if cut == Some(Cut::BeforeAck) {
        die();
    }
    sleep(Duration::from_millis(run.job.ms)).await;
    if cut == Some(Cut::Claimed) {
        sleep(Duration::from_millis(100)).await;
        die();
    }
    let mut finish = run.finish().await?;
    write(&mut finish, &run).await?;
    sleep(Duration::from_millis(run.job.closing_ms)).await;
    match cut {
        Some(Cut::EffectDone) => die(),
        Some(Cut::AtFinish) => die_within(Duration::from_micros(u64::from(rand::random::<u16>() % 4000))),
        _ => {}
    }
    let finished = finish.done().await?;
    if cut == Some(Cut::AfterFinish) {
        die();
    }
    Ok(finished)
}

async fn is_first(run: &Run<FaultEffect>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select fence = 1 from jobs where id = $1").bind(run.id.0).fetch_one(run.db()).await
}

/// No key keeps a second row out.
async fn write(db: &mut PgConnection, run: &Run<FaultEffect>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into fault_effects (job_id, number, fence) select id, $2, fence from jobs where id = $1",
    )
    .bind(run.id.0)
    .bind(run.job.number)
    .execute(db)
    .await?;
    Ok(())
}

/// Ends this process as the kernel does when memory is short.
fn die() -> ! {
    let _ = kill(Pid::this(), Signal::SIGKILL);
    unreachable!("nobody survives it");
}

#[expect(clippy::disallowed_methods, reason = "on a thread of its own, beside whatever the others do")]
fn die_within(time: Duration) {
    std::thread::spawn(move || {
        std::thread::sleep(time);
        die();
    });
}
