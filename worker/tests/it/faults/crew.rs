//! Processes that are killed and come back: this very test program, which its environment asks to be a worker.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::time::Duration;

use config::Settings;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use operations::Context;
use queue::timetable::{CatchUp, Task, Zone};
use queue::{Runner, RunnerSettings, cron};
use telemetry::Shutdown;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::kinds::{self, FaultTick};
use crate::house::{House, Program};

const TEST: &str = "faults::crew::be_a_hand";
/// Bytes of address space of a worker.
const MEMORY: u64 = 4 << 30;
const BE: &str = "FAULTS_BE";

/// What a process of this program is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// A worker for the kinds of this suite.
    Worker,
    /// A scheduler with a tick at every second.
    Scheduler,
}

/// A tick at every second.
const EVERY_SECOND: &[Task] =
    &[Task::of::<FaultTick>("* * * * * *", Zone::Utc, CatchUp::Within(Duration::from_hours(1)))];

impl Hand {
    const ALL: [Self; 2] = [Self::Worker, Self::Scheduler];

    fn word(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Scheduler => "scheduler",
        }
    }

    fn settings(self, house: &House, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut settings = house.settings_with(&[(BE, self.word()), ("AUTOTRACK_WORKER_QUEUES", "default")]);
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        settings
    }

    /// One process, at work when this returns, that nobody brings back.
    pub async fn alone(self, house: &House, more: &[(&str, &str)]) -> Program {
        let program = Program::start_test(TEST, &self.settings(house, more), house.folder());
        program.said("at work").await;
        program
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "is a process of the other tests"]
#[expect(clippy::disallowed_methods, reason = "the parent tells by the environment what to be")]
async fn be_a_hand() {
    let Ok(word) = std::env::var(BE) else { return };
    std::thread::spawn(|| {
        // Nothing is ever said: this returns when the parent is gone.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(1);
    });
    let hand = Hand::ALL.into_iter().find(|hand| hand.word() == word).expect("a known word");
    let settings = Settings::from_env().unwrap();
    let telemetry = telemetry::start("fault-hand", &settings.telemetry).unwrap();
    let context = Context::open(settings).unwrap();
    let stop = Shutdown::listen().unwrap().token();
    match hand {
        Hand::Worker => work(&context, stop).await,
        Hand::Scheduler => {
            tracing::info!("at work");
            let ticks = cron::run(&context.db, &context.tickets, EVERY_SECOND, &context.clock);
            stop.run_until_cancelled(ticks).await;
        }
    }
    telemetry.shutdown().await;
}

async fn work(context: &Context, stop: CancellationToken) {
    // Far above what a worker needs, and far below what the machine has.
    setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY).unwrap();
    let worker = &context.settings.worker;
    let slots = worker.queues.iter().map(|&queue| (queue, worker.concurrency(queue))).collect();
    let settings = RunnerSettings::new("hand", slots, worker.drain_grace);
    let runner = Runner::new(context.db.clone(), context.tickets.clone(), kinds::handlers(), settings);
    if runner.run(stop).await.is_err() {
        std::process::exit(70);
    }
}

/// Processes, each of which is started again whenever it ends.
pub struct Crew {
    seats: Vec<Seat>,
}

struct Seat {
    /// Of the process that runs now; zero between two.
    id: Arc<AtomicI32>,
    starts: Arc<AtomicUsize>,
    keeper: JoinHandle<()>,
}

impl Crew {
    /// So many of a kind; the first of each is at work when this returns.
    pub async fn hire(house: &House, hand: Hand, count: usize, more: &[(&str, &str)]) -> Self {
        let settings = hand.settings(house, more);
        let mut seats = Vec::new();
        for _ in 0..count {
            let first = Program::start_test(TEST, &settings, house.folder());
            first.said("at work").await;
            seats.push(Seat::keep(first, settings.clone(), house.folder().to_owned()));
        }
        Self { seats }
    }

    /// Kills the process in a seat, if there is one just now.
    pub fn kill(&self, seat: usize) {
        match self.seats[seat].id.load(Ordering::SeqCst) {
            0 => {}
            id => {
                let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
            }
        }
    }

    /// How often a process ended and another took its seat.
    pub fn replaced(&self) -> usize {
        self.seats.iter().map(|seat| seat.starts.load(Ordering::SeqCst) - 1).sum()
    }
}

impl Seat {
    fn keep(first: Program, settings: Vec<(String, String)>, folder: PathBuf) -> Self {
        let (id, starts) = (Arc::new(AtomicI32::new(first.id())), Arc::new(AtomicUsize::new(1)));
        let (now, count) = (Arc::clone(&id), Arc::clone(&starts));
        let keeper = tokio::spawn(async move {
            let mut program = first;
            loop {
                program.until_ended().await;
                now.store(0, Ordering::SeqCst);
                sleep(Duration::from_millis(50)).await;
                program = Program::start_test(TEST, &settings, &folder);
                now.store(program.id(), Ordering::SeqCst);
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { id, starts, keeper }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}
