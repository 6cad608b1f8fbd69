//! A Redis of a house's own, to be lost.

use std::net::SocketAddr;
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{LOOK, PATIENCE, free_port};

/// A server that keeps what it is given, as long as it lives.
pub struct Redis {
    port: u16,
    process: Child,
    folder: TempDir,
}

impl Redis {
    /// Starts an empty server on a free port.
    pub async fn start() -> Self {
        Self::start_at(free_port(), "noeviction").await
    }

    /// One that throws away what was not asked for lately.
    pub async fn start_forgetful() -> Self {
        Self::start_at(free_port(), "allkeys-lru").await
    }

    async fn start_at(port: u16, policy: &str) -> Self {
        Self::start_in(TempDir::new().unwrap(), port, policy).await
    }

    async fn start_in(folder: TempDir, port: u16, policy: &str) -> Self {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--port", &port.to_string()])
            .args(["--maxmemory-policy", policy, "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("redis-server is installed");
        let redis = Self { port, process, folder };
        let deadline = Instant::now() + PATIENCE;
        while redis.try_command("PING").await.as_deref() != Some("+PONG") {
            assert!(Instant::now() < deadline, "redis-server does not start");
            sleep(LOOK).await;
        }
        redis
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The same for a proxy.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Says one line, such as `CONFIG SET maxmemory 1mb`, and must hear that all is well.
    pub async fn command(&self, line: &str) {
        assert_eq!(self.try_command(line).await.as_deref(), Some("+OK"), "{line}");
    }

    /// The first line of the answer, if there is one.
    async fn try_command(&self, line: &str) -> Option<String> {
        let mut stream = BufReader::new(TcpStream::connect(self.address()).await.ok()?);
        stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_line(&mut answer).await.ok()?;
        Some(answer.trim().to_owned())
    }

    /// Goes down in order and comes back with what it had.
    pub async fn restart(&mut self) {
        let id = self.process.id().expect("it runs");
        kill(Pid::from_raw(id.cast_signed()), Signal::SIGTERM).unwrap();
        self.process.wait().await.unwrap();
        self.come_back().await;
    }

    /// Comes back at the same place with what its file holds.
    pub async fn come_back(&mut self) {
        let folder = std::mem::replace(&mut self.folder, TempDir::new().unwrap());
        *self = Self::start_in(folder, self.port, "noeviction").await;
    }

    /// Goes down at once.
    pub async fn lose(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Comes back at the same place, and remembers nothing.
    pub async fn come_back_empty(&mut self) {
        let fresh = Self::start_at(self.port, "noeviction").await;
        drop(std::mem::replace(&mut self.folder, fresh.folder));
        self.process = fresh.process;
    }
}
