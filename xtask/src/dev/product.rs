//! Our three programs: built, migrated, seeded, running.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::settings::Addresses;
use crate::{
    checkout::Checkout,
    http::Client,
    process::{Recipe, with_death_signal},
    supervisor::Supervisor,
};

/// How long a program may take to be ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longer than the programs' own grace, so that they hand their work back by themselves.
const GRACE: Duration = Duration::from_secs(30);

/// An account of the demonstration data.
#[derive(Debug, Clone, Deserialize)]
pub struct Login {
    /// Its address.
    pub email: String,
    /// Its password, known to everybody.
    pub password: String,
    /// Who it stands for.
    #[serde(default)]
    pub about: String,
}

/// The demonstration's member of staff, for the console.
#[derive(Debug, Clone, Deserialize)]
pub struct Staff {
    /// Their address.
    pub email: String,
    /// Their password, known to everybody.
    pub password: String,
    /// The secret of their authenticator, in base 32.
    pub totp_secret: String,
}

/// What `autotrack-api seed` says.
#[derive(Debug, Deserialize)]
pub struct Seeded {
    /// The accounts that were made for trying it out.
    pub logins: Vec<Login>,
    /// The account for the console.
    pub staff: Staff,
}

/// The programs, and the settings they share.
#[derive(Debug)]
pub struct Product<'a> {
    checkout: &'a Checkout,
    settings: &'a [(String, String)],
}

impl<'a> Product<'a> {
    /// The programs of `checkout`, told `settings`.
    pub fn new(checkout: &'a Checkout, settings: &'a [(String, String)]) -> Self {
        Self { checkout, settings }
    }

    /// Brings the database to the schema of this build and fills it with demonstration data; both may run again.
    ///
    /// Answers the accounts that were made for trying it out.
    pub async fn prepare(&self) -> Result<Seeded> {
        self.api(&["migrate"]).await.context("if a migration was changed, ./dev reset starts afresh")?;
        let said = self.api(&["seed", "shared/testkit/specimens"]).await?;
        serde_json::from_str(&said).context("autotrack-api seed does not say its logins")
    }

    /// Starts all three and keeps them alive; returns when they are ready.
    pub async fn start(&self, supervisor: &mut Supervisor, addresses: &Addresses) -> Result<()> {
        for (name, ops) in ["api", "worker", "scheduler"].into_iter().zip(addresses.ops) {
            supervisor.keep(self.recipe(name, ops))?;
        }
        for (name, ops) in ["api", "worker", "scheduler"].into_iter().zip(addresses.ops) {
            self.until_ready(name, ops).await?;
        }
        Ok(())
    }

    fn recipe(&self, name: &'static str, ops: SocketAddr) -> Recipe {
        let mut environment = self.settings.to_vec();
        environment.push(("AUTOTRACK_OPS_ADDR".to_owned(), ops.to_string()));
        Recipe {
            name,
            prefix: Vec::new(),
            line: vec![self.checkout.program(&format!("autotrack-{name}")).into()],
            environment,
            folder: self.checkout.root().to_path_buf(),
            log: self.log(name),
            stop_with: Signal::SIGTERM,
            grace: GRACE,
            orphaned_with: Signal::SIGKILL, // nothing of it is lost: jobs are taken up again by the next start
        }
    }

    async fn until_ready(&self, name: &str, ops: SocketAddr) -> Result<()> {
        let started = Instant::now();
        let client = Client::new(ops);
        loop {
            if client.get("/ready").await.is_ok_and(|answer| answer.status.is_success()) {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                bail!(
                    "{name} is not ready after {} s; log: {}",
                    PATIENCE.as_secs(),
                    self.log(name).display()
                );
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn log(&self, name: &str) -> PathBuf {
        self.checkout.log().join(format!("{name}.log"))
    }

    /// Runs one of the API's commands to its end.
    async fn api(&self, arguments: &[&str]) -> Result<String> {
        let program = self.checkout.program("autotrack-api");
        let line: Vec<OsString> =
            std::iter::once(program.into()).chain(arguments.iter().map(OsString::from)).collect();
        let output = with_death_signal(&[], &line, Signal::SIGKILL)
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.checkout.root())
            .kill_on_drop(true)
            .output()
            .await
            .context("cannot start autotrack-api")?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            bail!("autotrack-api {}: {}", arguments.join(" "), String::from_utf8_lossy(&said).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
