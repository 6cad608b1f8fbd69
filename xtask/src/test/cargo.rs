//! Runs cargo, which ends when this run does.

use std::{ffi::OsString, process::Stdio, time::Duration};

use anyhow::{Context as _, Result};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::{programs::Program, step::Outcome};
use crate::{checkout::Checkout, process::with_death_signal};

/// Every target of every crate, without a warning.
pub const CLIPPY: [&str; 7] = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];

/// How to call cargo for this checkout.
#[derive(Debug)]
pub struct Cargo {
    checkout: Checkout,
    environment: Vec<(String, String)>,
}

impl Cargo {
    /// Cargo as a fresh machine runs it: queries are checked against `.sqlx`, not against a database.
    pub fn new(checkout: &Checkout) -> Self {
        Self { checkout: checkout.clone(), environment: Vec::new() }
            .with("SQLX_OFFLINE", "true")
            .with("CARGO_TARGET_DIR", &checkout.target().display().to_string())
    }

    /// The same, with one more setting.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs to the end; what cargo says goes to the terminal.
    pub async fn run(&self, arguments: &[&str]) -> Result<Outcome> {
        let mut running = Group::start(self.command(arguments))?;
        Ok(outcome(running.child.wait().await?.success(), arguments))
    }

    /// Runs cargo; each line that it says is handed on.
    pub async fn tests(&self, arguments: &[String], heard: impl FnMut(String)) -> Result<Outcome> {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let good = hear(self.command(&arguments), heard).await?;
        Ok(outcome(good, &arguments))
    }

    /// Runs a test program as cargo would; each line that it says is handed on.
    pub async fn test_program(
        &self,
        program: &Program,
        arguments: &[String],
        heard: impl FnMut(String),
    ) -> Result<Outcome> {
        let line: Vec<_> = std::iter::once(program.file.clone().into_os_string())
            .chain(arguments.iter().map(Into::into))
            .collect();
        let mut command = self.in_environment(&line);
        command.current_dir(&program.folder);
        let good = hear(command, heard).await?;
        let name = format!("{} of {}", program.kind, program.package);
        Ok(if good { Outcome::Good } else { Outcome::Failed(format!("tests of {name} failed")) })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let line: Vec<_> =
            std::iter::once("cargo").chain(arguments.iter().copied()).map(Into::into).collect();
        self.in_environment(&line)
    }

    fn in_environment(&self, line: &[OsString]) -> Command {
        let mut command = with_death_signal(&[], line, Signal::SIGTERM);
        command
            .current_dir(self.checkout.root())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }
}

async fn hear(mut command: Command, mut heard: impl FnMut(String)) -> Result<bool> {
    command.stdout(Stdio::piped());
    let mut running = Group::start(command)?;
    let output = running.child.stdout.take().context("the output is a pipe")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        heard(line);
    }
    Ok(running.child.wait().await?.success())
}

fn outcome(good: bool, arguments: &[&str]) -> Outcome {
    if good { Outcome::Good } else { Outcome::Failed(format!("cargo {} failed", arguments.join(" "))) }
}

/// Cargo and everything it starts; all of it ends when this is dropped.
struct Group {
    child: Child,
    pid: Pid,
}

impl Group {
    fn start(mut command: Command) -> Result<Self> {
        let child = command.process_group(0).spawn().context("cannot start cargo or a test")?;
        let pid = Pid::from_raw(child.id().context("a started process has an id")?.cast_signed());
        Ok(Self { child, pid })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = killpg(self.pid, Signal::SIGTERM);
            std::thread::yield_now();
            for _ in 0..40 {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    break;
                }
                pause();
            }
            let _ = killpg(self.pid, Signal::SIGKILL);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "everything else has stopped by then, and dropping cannot await"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}
