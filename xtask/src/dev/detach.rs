//! `./dev --detach` and `./dev --stop`.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    process::{ExitCode, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::Command,
    time::{Instant, sleep},
};

use super::start::{lock_path, ready_path};
use crate::{checkout::Checkout, lock::Lock, terminal::say};

/// Longer than the longest orderly stop of everything in turn.
const PATIENCE: Duration = Duration::from_mins(2);

/// Leaves the product running and returns when it is ready, showing meanwhile what it says.
pub async fn detach(checkout: &Checkout) -> Result<ExitCode> {
    fs::create_dir_all(checkout.log())?;
    if Lock::holder(&lock_path(checkout))?.is_some() {
        say!("./dev runs already here; stop it with ./dev --stop.");
        return Ok(ExitCode::FAILURE);
    }
    let _ = fs::remove_file(ready_path(checkout));
    let log = checkout.log().join("dev.txt");
    let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["dev", "--detached"])
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .context("cannot start the process to leave running")?;
    let mut said = File::open(&log)?;
    loop {
        let ready = ready_path(checkout).exists();
        let ended = child.try_wait()?;
        show(&mut said)?;
        if let Some(status) = ended {
            bail!("it ended before it was ready ({status}); log: {}", log.display());
        }
        if ready {
            return Ok(ExitCode::SUCCESS);
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Copies what is new in the log to the terminal.
fn show(said: &mut File) -> Result<()> {
    let mut text = Vec::new();
    said.read_to_end(&mut text)?;
    std::io::stdout().write_all(&text)?;
    std::io::stdout().flush().map_err(Into::into)
}

/// Ends the running product, however it was started.
pub async fn stop(checkout: &Checkout) -> Result<ExitCode> {
    if end_running(checkout).await? {
        say!("Everything has stopped.");
    } else {
        say!("Nothing is running.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks a running product to stop and waits until it has; false when none runs.
pub async fn end_running(checkout: &Checkout) -> Result<bool> {
    let path = lock_path(checkout);
    let Some(holder) = Lock::holder(&path)? else { return Ok(false) };
    let pid = holder.pid.context("it is just starting; try again")?;
    kill(Pid::from_raw(pid), Signal::SIGTERM).with_context(|| format!("cannot stop process {pid}"))?;
    let asked = Instant::now();
    while Lock::holder(&path)?.is_some() {
        if asked.elapsed() > PATIENCE {
            bail!("process {pid} does not stop; see .dev/log");
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(true)
}
