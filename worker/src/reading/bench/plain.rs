//! The yardstick: the plain `tesseract` command on the same pictures, with one thread like ours.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use nix::sys::resource::{UsageWho, getrusage};

use super::score::Outcome;

/// Processor time of both on the same pictures.
pub struct Plain {
    pub pages: u32,
    pub ours_seconds: f64,
    pub command_seconds: f64,
}

/// Runs the command on every picture; PDFs are left out, which it cannot read.
///
/// # Errors
/// When the command is missing or fails.
pub fn measure(outcomes: &[Outcome]) -> anyhow::Result<Plain> {
    let mut plain = Plain { pages: 0, ours_seconds: 0.0, command_seconds: 0.0 };
    let is_picture = |path: &Path| path.extension().is_some_and(|ending| ending != "pdf");
    for outcome in outcomes.iter().filter(|outcome| is_picture(&outcome.specimen.file)) {
        let before = children_seconds()?;
        let status = Command::new("tesseract")
            .arg(&outcome.specimen.file)
            .args(["stdout", "-l", "fra"])
            .env("OMP_THREAD_LIMIT", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("the tesseract command")?;
        ensure!(status.success(), "tesseract failed on {}", outcome.specimen.file.display());
        plain.pages += 1;
        plain.command_seconds += children_seconds()? - before;
        plain.ours_seconds += outcome.usage.cpu_seconds;
    }
    Ok(plain)
}

/// Processor time of children that have ended; the reading child still lives and is not among them.
fn children_seconds() -> anyhow::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}
