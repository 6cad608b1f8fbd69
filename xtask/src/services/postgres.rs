//! A private PostgreSQL.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::signal::Signal;
use tokio::process::Command;

use super::{Account, Purpose};
use crate::{
    checkout::{Checkout, percent_encoded},
    process::{Recipe, find, line, with_death_signal},
};

/// The owner of everything in the cluster; a superuser, since tests create databases.
const OWNER: &str = "autotrack";

/// Part of the socket's name. Said everywhere, since a `PGPORT` of the user's would change it.
const PORT: &str = "5432";

/// Reached through the socket alone.
/// Terse: the details of an error quote what people wrote.
const ALWAYS: [&str; 4] =
    ["listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_error_verbosity=terse"];

/// Nothing waits for the disk, since the data is thrown away; many tests run at once, each with a pool of its own.
const CARELESS: [&str; 4] =
    ["max_connections=500", "fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// A cluster and how to run it.
#[derive(Debug)]
pub(super) struct Postgres {
    purpose: Purpose,
    account: Account,
    folder: PathBuf,
    data: PathBuf,
    run: PathBuf,
    log: PathBuf,
}

impl Postgres {
    pub(super) fn new(
        checkout: &Checkout,
        purpose: Purpose,
        account: Account,
        data: &Path,
        run: &Path,
    ) -> Result<Self> {
        for program in ["initdb", "postgres", "pg_isready", "psql"] {
            ensure!(
                find(program).is_some(),
                "{program} is not on the search path; start through ./dev or ./test"
            );
        }
        let name = if purpose == Purpose::Test { "test-postgres" } else { "postgres" };
        let log = checkout.log().join(name).with_extension("txt");
        let (folder, run) = match account {
            Account::Other { uid, gid } => {
                let outside = checkout.outside_folder(name);
                if purpose == Purpose::Test {
                    super::remove(&outside)?;
                }
                crate::checkout::private_folder(&outside)?;
                chown(&outside, Some(uid), Some(gid))?;
                (outside.clone(), outside)
            }
            _ => (data.to_path_buf(), run.to_path_buf()),
        };
        Ok(Self { purpose, account, data: folder.join("postgres"), folder, run, log })
    }

    /// Creates the cluster on the first start; one that was interrupted half-way is not taken for a whole one.
    pub(super) async fn prepare(&self) -> Result<()> {
        if self.data.exists() {
            return self.same_version().await;
        }
        let unfinished = self.data.with_extension("unfinished");
        super::remove(&unfinished)?;
        let locale = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };
        let words = line([
            &"initdb",
            &"--pgdata",
            &unfinished,
            &"--username",
            &OWNER,
            &"--auth=trust", // the folder of the socket is closed to others
            &"--encoding=UTF8",
            &"--locale",
            &locale,
            &"--no-sync",
        ]);
        self.say(words).await?;
        fs::rename(&unfinished, &self.data).context("cannot put the new cluster into its place")
    }

    /// PostgreSQL does not read the data of another major version.
    async fn same_version(&self) -> Result<()> {
        let data = fs::read_to_string(self.data.join("PG_VERSION"))?;
        let program = self.say(line([&"postgres", &"--version"])).await?;
        let installed =
            program.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let installed = installed.and_then(|version| version.split('.').next()).unwrap_or_default();
        ensure!(
            installed == data.trim(),
            "the data was written by PostgreSQL {}, installed is {installed}; ./dev reset starts afresh",
            data.trim()
        );
        Ok(())
    }

    /// How to run the server.
    pub(super) fn recipe(&self) -> Result<Recipe> {
        fs::create_dir_all(&self.run)?;
        let mut words = line([&"postgres", &"-D", &self.data, &"-k", &self.run, &"-p", &PORT]);
        let own = match self.purpose {
            Purpose::Development => &["max_connections=200"][..],
            Purpose::Test => &CARELESS[..],
        };
        for setting in ALWAYS.iter().chain(own) {
            words.extend(line([&"-c", setting]));
        }
        Ok(Recipe {
            name: "postgres",
            prefix: self.account.prefix(),
            line: words,
            environment: Vec::new(),
            folder: PathBuf::from("/"),
            log: self.log.clone(),
            stop_with: Signal::SIGINT, // "fast": does not wait for clients
            grace: Duration::from_secs(20),
            orphaned_with: Signal::SIGINT,
        })
    }

    pub(super) fn log(&self) -> PathBuf {
        self.log.clone()
    }

    pub(super) async fn is_ready(&self) -> bool {
        let run = Command::new("pg_isready")
            .args(line([&"-q", &"-h", &self.run, &"-p", &PORT]))
            .stderr(Stdio::null())
            .status()
            .await;
        run.is_ok_and(|status| status.success())
    }

    /// Good for sqlx, for psql, and for a shell that reads it from a file.
    pub(super) fn url(&self, database: &str) -> String {
        let host = percent_encoded(&self.run, "");
        format!("postgres://{OWNER}@{host}:{PORT}/{database}")
    }

    pub(super) async fn create_database(&self, name: &str) -> Result<()> {
        let found = self.sql(&format!("select 1 from pg_database where datname = '{name}'")).await?;
        if found.trim().is_empty() {
            self.sql(&format!("create database {name}")).await?;
        }
        Ok(())
    }

    /// What a crash may have left.
    pub(super) fn remove_sockets(&self) {
        for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            let _ = fs::remove_file(self.run.join(name));
        }
    }

    /// The folder of this cluster.
    pub(super) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    async fn sql(&self, text: &str) -> Result<String> {
        let url = self.url("postgres");
        let output = Command::new("psql").args([&url, "-X", "-q", "-A", "-t", "-c", text]).output().await?;
        ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs a program of PostgreSQL under its account and answers what it says.
    async fn say(&self, words: Vec<OsString>) -> Result<String> {
        let name = words[0].to_string_lossy().into_owned();
        let output = with_death_signal(&self.account.prefix(), &words, Signal::SIGTERM)
            .current_dir("/")
            .kill_on_drop(true)
            .output()
            .await
            .with_context(|| format!("cannot start {name}"))?;
        if !output.status.success() {
            bail!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
