//! Taking jobs from the queues until asked to stop.

use std::process::exit;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args;
use config::{OcrLimits, Settings, WorkerSettings};
use database::schema;
use domain::job::Queue;
use ocr::Limits;
use operations::{Context, probes};
use queue::{Runner, RunnerSettings};
use telemetry::{Shutdown, ops};

use crate::handlers::{self, Readers};

/// `EX_SOFTWARE` of sysexits.h: whoever supervises starts another process.
const EXIT_STUCK: i32 = 70;

/// Which jobs this worker takes.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Queues to take jobs from, such as `ocr,mail`; all when not given.
    #[arg(long)]
    queues: Option<String>,
    /// Jobs at once by queue, such as `ocr=2,mail=8`.
    #[arg(long)]
    concurrency: Option<String>,
}

/// Takes jobs until asked to stop.
pub async fn run(arguments: RunArguments) -> anyhow::Result<()> {
    let mut settings = Settings::from_env()?;
    arguments.apply(&mut settings.worker)?;
    let telemetry = telemetry::start("autotrack-worker", &settings.telemetry)?;
    let shutdown = Shutdown::listen()?;
    let context = Context::open(settings)?;
    context.check_redis().await?;
    tokio::task::spawn_blocking(|| files::sweep_temporary(Duration::from_hours(24)));
    let _ops = ops::serve(&context.settings.ops, &shutdown, probes::with_tickets(&context)).await?;
    if shutdown.token().run_until_cancelled(schema::wait_until_current(&context.db)).await.is_some() {
        let worker = &context.settings.worker;
        let readers = Readers::new(limits(&worker.ocr));
        if worker.queues.contains(&Queue::Ocr) {
            readers.warm_up(worker.concurrency(Queue::Ocr)).await;
        }
        let handlers = handlers::all(&context, &readers)?;
        let runner =
            Runner::new(context.db.clone(), context.tickets.clone(), handlers, runner_settings(worker));
        if let Err(stuck) = runner.run(shutdown.token()).await {
            telemetry.shutdown().await;
            eprintln!("autotrack-worker: {stuck}");
            // Not by returning: the runtime would wait for the thread that the handler holds.
            exit(EXIT_STUCK);
        }
    }
    telemetry.shutdown().await;
    Ok(())
}

impl RunArguments {
    /// The command line goes before the environment.
    fn apply(&self, settings: &mut WorkerSettings) -> anyhow::Result<()> {
        if let Some(queues) = &self.queues {
            settings.set_queues(queues).map_err(|advice| anyhow!("--queues {advice}"))?;
        }
        if let Some(concurrency) = &self.concurrency {
            settings.set_concurrency(concurrency).map_err(|advice| anyhow!("--concurrency {advice}"))?;
        }
        Ok(())
    }
}

fn runner_settings(worker: &WorkerSettings) -> RunnerSettings {
    let slots = worker.queues.iter().map(|&queue| (queue, worker.concurrency(queue))).collect();
    RunnerSettings::new(&host(), slots, worker.drain_grace)
}

fn limits(configured: &OcrLimits) -> Limits {
    Limits {
        memory_bytes: configured.memory_bytes,
        page_cpu_seconds: configured.page_timeout.as_secs().max(1),
        silence: configured.page_timeout.saturating_mul(6).max(Duration::from_mins(3)),
        pages_per_child: configured.pages_per_child,
        ..Limits::default()
    }
}

/// The machine's or pod's name, for the list of workers.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "worker".to_owned() } else { name.trim().to_owned() }
}
