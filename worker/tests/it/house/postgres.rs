//! A PostgreSQL of a house's own, to be restarted and killed: what it has committed is on the disk.

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use database::pool::{self, PoolSize};
use database::schema;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::{LOOK, PATIENCE, free_port};

const OWNER: &str = "autotrack";

/// A server with durable settings and one database with today's schema.
pub struct Postgres {
    url: String,
    pool: PgPool,
    port: u16,
    settings: Vec<String>,
    process: Option<Child>,
    prefix: Vec<String>,
    folder: TempDir,
}

impl Postgres {
    /// Starts an empty server; `settings` such as `log_lock_waits=on` go before its own.
    pub async fn start(settings: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let prefix = account(folder.path());
        let port = free_port();
        let url = format!("postgres://{OWNER}@127.0.0.1:{port}/autotrack");
        let size = PoolSize {
            max: 12,
            acquire_timeout: Duration::from_mins(1),
            statement_timeout: Duration::from_mins(10),
        };
        let mut server = Self {
            pool: pool::connect_lazy(&url, size).unwrap(),
            url,
            port,
            settings: settings.iter().map(|&setting| setting.to_owned()).collect(),
            process: None,
            prefix,
            folder,
        };
        server.initialise().await;
        server.come_back().await;
        let mut maintenance = server.maintenance().await.unwrap();
        sqlx::raw_sql("create database autotrack").execute(&mut maintenance).await.unwrap();
        schema::migrate(&server.pool).await.unwrap();
        server
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The address of its database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A pool of connections to its database.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// What it wrote into its log.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.log_path()).unwrap()).into_owned()
    }

    /// Goes down in order, as at an upgrade: connections are ended, commits are kept.
    pub async fn stop(&mut self) {
        self.end(Signal::SIGINT).await;
    }

    /// Is gone from one moment to the next.
    pub async fn lose(&mut self) {
        self.end(Signal::SIGKILL).await;
    }

    /// Comes back with what it had committed; ready when this returns.
    pub async fn come_back(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut process = self.spawn();
            while process.try_wait().unwrap().is_none() {
                if self.maintenance().await.is_ok() {
                    self.process = Some(process);
                    return;
                }
                assert!(Instant::now() < deadline, "PostgreSQL does not answer: {}", self.log());
                sleep(LOOK).await;
            }
            // What a killed server left behind in memory goes with the last of its processes.
            assert!(Instant::now() < deadline, "PostgreSQL does not start: {}", self.log());
            sleep(LOOK).await;
        }
    }

    async fn end(&mut self, signal: Signal) {
        let mut process = self.process.take().expect("it runs");
        let id = process.id().expect("it was not waited for");
        kill(Pid::from_raw(id.cast_signed()), signal).unwrap();
        timeout(PATIENCE, process.wait()).await.expect("PostgreSQL ends").unwrap();
    }

    fn spawn(&self) -> Child {
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        let own = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
        for setting in own.into_iter().chain(self.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        command.stdout(log.try_clone().unwrap()).stderr(log).spawn().expect("PostgreSQL is installed")
    }

    async fn initialise(&self) {
        let mut command = self.command("initdb");
        command.arg("-D").arg(self.data()).args(["-U", OWNER, "--auth=trust", "--encoding=UTF8"]);
        let output = command.args(["--locale=C.UTF-8", "--no-sync"]).output().await.expect("initdb is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn command(&self, program: &str) -> Command {
        let words: Vec<&str> = self.prefix.iter().map(String::as_str).chain([program]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir("/").stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn maintenance(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect(&format!("postgres://{OWNER}@{}/postgres", self.address())).await
    }

    /// Runs a statement that is not prepared.
    pub async fn execute(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        sqlx::raw_sql(statement).execute(&self.pool).await.unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("postgres.txt")
    }
}

/// The words before a command that make it run as somebody else: PostgreSQL refuses root. Inside a user namespace the
/// files stay root's; where those are forbidden, the folder is given away.
fn account(folder: &Path) -> Vec<String> {
    if !geteuid().is_root() {
        return Vec::new();
    }
    let user = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten());
    let user = user.expect("a machine has an account that is nobody's");
    let words = |line: String| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    let renamed = words(format!("unshare --user --map-user={} --map-group={} --", user.uid, user.gid));
    let works = std::process::Command::new(&renamed[0]).args(&renamed[1..]).arg("true").output();
    if works.is_ok_and(|output| output.status.success()) {
        return renamed;
    }
    chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
    words(format!("setpriv --reuid={} --regid={} --clear-groups --", user.uid, user.gid))
}
