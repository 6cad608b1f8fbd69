//! A program of the house as a process.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout};

use super::{LOOK, PATIENCE};

/// Programs started until now; numbers their logs.
static STARTED: AtomicUsize = AtomicUsize::new(0);

/// A running program. It is killed when this is dropped.
pub struct Program {
    process: Child,
    /// Open as long as we live: a process of this very program ends when it is closed.
    _lifeline: Option<ChildStdin>,
    log: PathBuf,
}

impl Program {
    /// Starts `autotrack-{name}`; what it says goes to a file in `folder`.
    pub fn start(name: &str, settings: &[(String, String)], folder: &Path) -> Self {
        let mut command = Command::new(binary(name));
        command.stdin(Stdio::null());
        Self::spawn(name, command, settings, folder)
    }

    /// Starts `test`, an ignored test of this very program, as a process that ends when this one does.
    pub fn start_test(test: &str, settings: &[(String, String)], folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--ignored", "--nocapture"]).stdin(Stdio::piped());
        Self::spawn("test", command, settings, folder)
    }

    fn spawn(name: &str, mut command: Command, settings: &[(String, String)], folder: &Path) -> Self {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log = folder.join(format!("{name}-{number:04}.log"));
        let output = File::create(&log).unwrap();
        let mut process = command
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .current_dir(folder)
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { _lifeline: process.stdin.take(), process, log }
    }

    /// What it has said.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Its number among the processes, until it was waited for.
    pub fn id(&self) -> i32 {
        self.process.id().expect("it was not waited for").cast_signed()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        signal::kill(Pid::from_raw(self.id()), signal).unwrap();
    }

    /// Waits until it ends, however long that takes.
    pub async fn until_ended(&mut self) -> ExitStatus {
        self.process.wait().await.unwrap()
    }

    /// The address it serves at, once it does.
    pub async fn address(&self) -> SocketAddr {
        let line = self.said("server.address").await;
        let line: serde_json::Value = serde_json::from_str(&line).expect("each line of a log is JSON");
        line["server.address"].as_str().unwrap().parse().unwrap()
    }

    /// The line of its log that holds these words, once it is there.
    pub async fn said(&self, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = fs::read_to_string(&self.log).unwrap();
            let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
            if let Some(line) = whole.lines().find(|line| line.contains(words)) {
                return line.to_owned();
            }
            assert!(Instant::now() < deadline, "never said {words:?}:\n{text}");
            sleep(LOOK).await;
        }
    }

    /// Waits until it ends by itself; how, and what it said.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let status = timeout(PATIENCE, self.process.wait()).await.expect("it ends by itself").unwrap();
        (status, fs::read_to_string(&self.log).unwrap())
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Ends it without a warning, as the kernel does when memory is short.
    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// Asks it to stop and tells how it ended.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        timeout(PATIENCE, self.process.wait()).await.expect("it stops when asked").unwrap()
    }
}

/// The programs lie beside the worker's.
fn binary(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_autotrack-worker")).with_file_name(format!("autotrack-{name}"));
    assert!(path.exists(), "{} is missing; `cargo build -p {name}` makes it", path.display());
    path
}

/// What every program of a folder said, by name.
pub fn logs(folder: &Path) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned())
    };
    paths.into_iter().map(named).collect()
}
