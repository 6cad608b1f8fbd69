//! A private Redis, with the settings the queue asks for: nothing evicted, appended to disk.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, ensure};
use nix::sys::signal::Signal;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    time::timeout,
};

use super::Purpose;
use crate::{
    checkout::{Checkout, percent_encoded, private_folder},
    process::{Recipe, find, line},
};

/// A server and how to run it.
#[derive(Debug)]
pub(super) struct Redis {
    data: PathBuf,
    socket: PathBuf,
    log: PathBuf,
}

impl Redis {
    pub(super) fn new(checkout: &Checkout, purpose: Purpose, data: &Path, run: &Path) -> Result<Self> {
        ensure!(
            find("redis-server").is_some(),
            "redis-server is not on the search path; start through ./dev or ./test"
        );
        let name = if purpose == Purpose::Test { "test-redis.txt" } else { "redis.txt" };
        Ok(Self { data: data.join("redis"), socket: run.join("redis.sock"), log: checkout.log().join(name) })
    }

    /// How to run the server.
    pub(super) fn recipe(&self) -> Result<Recipe> {
        private_folder(&self.data)?;
        let mut words =
            line([&"redis-server", &"--port", &"0", &"--unixsocket", &self.socket, &"--dir", &self.data]);
        words.extend(line([&"--unixsocketperm", &"700", &"--daemonize", &"no", &"--save", &""]));
        words.extend(line([&"--appendonly", &"yes", &"--maxmemory-policy", &"noeviction"]));
        Ok(Recipe {
            name: "redis",
            prefix: Vec::new(),
            line: words,
            environment: Vec::new(),
            folder: self.data.clone(),
            log: self.log.clone(),
            stop_with: Signal::SIGTERM,
            grace: Duration::from_secs(10),
            orphaned_with: Signal::SIGTERM,
        })
    }

    pub(super) fn log(&self) -> PathBuf {
        self.log.clone()
    }

    pub(super) fn url(&self) -> String {
        format!("redis+unix://{}", percent_encoded(&self.socket, "/"))
    }

    pub(super) async fn is_ready(&self) -> bool {
        matches!(timeout(Duration::from_secs(1), self.ping()).await, Ok(Ok(true)))
    }

    /// While it loads its file, Redis answers `-LOADING`.
    async fn ping(&self) -> std::io::Result<bool> {
        let mut stream = UnixStream::connect(&self.socket).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await?;
        Ok(&answer == b"+PONG")
    }

    pub(super) fn remove_socket(&self) {
        let _ = fs::remove_file(&self.socket);
    }
}
