//! A Redis of a test's own, to be stopped and started again.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

pub struct RedisServer {
    home: TempDir,
    port: u16,
    arguments: Vec<String>,
    process: Child,
}

/// A server that is down, with what it had written.
pub struct Stopped {
    home: TempDir,
    port: u16,
    arguments: Vec<String>,
}

impl RedisServer {
    pub async fn start(arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Stopped { home: TempDir::new().unwrap(), port, arguments }.start_again().await
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub async fn stop(mut self) -> Stopped {
        self.process.kill().await.unwrap();
        Stopped { home: self.home, port: self.port, arguments: self.arguments }
    }
}

impl Stopped {
    pub async fn start_again(self) -> RedisServer {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--port", &self.port.to_string(), "--dir"])
            .arg(self.home.path())
            .args(&self.arguments)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("redis-server is installed");
        let server = RedisServer { home: self.home, port: self.port, arguments: self.arguments, process };
        let deadline = Instant::now() + Duration::from_secs(10);
        while tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await.is_err() {
            assert!(Instant::now() < deadline, "redis-server does not start");
            sleep(Duration::from_millis(20)).await;
        }
        server
    }
}
