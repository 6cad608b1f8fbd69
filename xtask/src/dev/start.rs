//! Everything up, the demonstration, and everything down again.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, anyhow};
use mailsink::Sink;
use nix::unistd::setsid;
use tokio::time::Instant;

use super::{
    Mode,
    demonstration::demonstrate,
    product::Product,
    report,
    settings::{self, Addresses},
};
use crate::{
    checkout::Checkout,
    lock::{Holder, Lock},
    services::{Purpose, Services},
    signals::StopSignals,
    supervisor::Supervisor,
    terminal::say,
};

/// What a shell expects from a program that was interrupted before it had done its work.
const INTERRUPTED: u8 = 130;

/// Runs the product until it is asked to stop, or, with `--once`, until the demonstration is over.
pub async fn start(checkout: &Checkout, mode: Mode) -> Result<ExitCode> {
    if mode.detached {
        setsid().context("cannot leave the terminal")?;
    }
    fs::create_dir_all(checkout.log())?;
    let _lock = match Lock::take(&lock_path(checkout))? {
        Ok(lock) => lock,
        Err(holder) => return Ok(refuse(checkout, holder)),
    };
    let _ = fs::remove_file(ready_path(checkout));
    let mut signals = StopSignals::listen()?;
    let mut running = Running::default();

    let outcome = tokio::select! {
        outcome = bring_up(checkout, mode, &mut running) => outcome,
        () = signals.wait() => Ok(ExitCode::from(INTERRUPTED)),
    };
    let outcome = match outcome {
        Ok(code) if !mode.once && running.ready => {
            signals.wait().await;
            Ok(code)
        }
        other => other,
    };
    say!("\nStopping…");
    let _ = fs::remove_file(ready_path(checkout));
    tokio::select! {
        () = running.stop() => say!("Everything has stopped."),
        () = signals.wait() => say!("Asked twice: everything is killed."),
    }
    outcome
}

/// What is up and must come down.
#[derive(Debug, Default)]
struct Running {
    ready: bool,
    services: Option<Services>,
    sink: Option<Sink>,
    product: Supervisor,
}

impl Running {
    async fn stop(mut self) {
        self.product.stop().await;
        if let Some(sink) = self.sink {
            sink.shutdown().await;
        }
        if let Some(services) = self.services {
            services.stop().await;
        }
    }
}

async fn bring_up(checkout: &Checkout, mode: Mode, running: &mut Running) -> Result<ExitCode> {
    let began = Instant::now();
    report::step("PostgreSQL and Redis");
    let services = running.services.insert(Services::new(checkout, Purpose::Development)?);
    services.start().await?;
    services.create_database("autotrack").await?;

    let addresses = Addresses::choose()?;
    let shared = settings::shared(checkout, services, &addresses);
    let sink =
        Sink::start(addresses.smtp, Some(addresses.mail)).await.context("cannot start the mail sink")?;
    running.sink = Some(sink);

    let product = Product::new(checkout, &shared);
    report::step("schema and demonstration data");
    let seeded = product.prepare().await?;
    report::step("api, worker, scheduler");
    rotate_logs(checkout)?;
    product.start(&mut running.product, &addresses).await?;
    settings::write(checkout, &shared, &addresses)?;
    report::up(began.elapsed());

    let shown = match seeded.logins.first() {
        Some(login) => demonstrate(checkout, &addresses, login).await,
        None => Err(anyhow!("the demonstration data has no account")),
    };
    report::ready(&addresses, &seeded, mode.detached).await;
    running.ready = true;
    fs::write(ready_path(checkout), "")?;
    match shown {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if mode.once => Err(error.context("the demonstration failed")),
        Err(error) => {
            say!("The demonstration failed: {error:#}");
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn refuse(checkout: &Checkout, holder: Holder) -> ExitCode {
    let pid = holder.pid.map_or_else(|| "starting".to_owned(), |pid| format!("process {pid}"));
    say!("./dev runs already here ({pid}).");
    if let Some(url) = settings::read(&settings::path(checkout), "AUTOTRACK_API_URL") {
        say!("  API      {url}");
    }
    say!("  stop it  ./dev --stop");
    ExitCode::FAILURE
}

/// The lock that only one `./dev` of this checkout can hold.
pub fn lock_path(checkout: &Checkout) -> PathBuf {
    checkout.dev().join("dev.lock")
}

/// There while everything is up.
pub fn ready_path(checkout: &Checkout) -> PathBuf {
    checkout.dev().join("ready")
}

/// Logs of earlier days make room, one generation is kept.
fn rotate_logs(checkout: &Checkout) -> Result<()> {
    const LARGE: u64 = 20 * 1024 * 1024;
    for entry in fs::read_dir(checkout.log())? {
        let path = entry?.path();
        let is_log = path.extension().is_some_and(|it| it == "log" || it == "txt");
        if is_log && fs::metadata(&path)?.len() > LARGE {
            fs::rename(&path, path.with_extension("old"))?;
        }
    }
    Ok(())
}
