//! A Redis of a house's own, to be lost.

use std::net::TcpListener;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{LOOK, PATIENCE};

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
        let folder = TempDir::new().unwrap();
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
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(Instant::now() < deadline, "redis-server does not start");
            sleep(LOOK).await;
        }
        redis
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
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

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
