//! One child process.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use domain::document::FailureReason;
use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::limits::Limits;
use crate::reader::{Progress, ReadError};
use crate::wire::{self, Reply, Request};

/// How much of the child's last words is kept.
const LAST_WORDS: usize = 4096;
/// What Rust's and C++'s allocators and poppler say before they die.
const MEMORY_SIGNS: [&str; 4] =
    ["memory allocation of", "bad_alloc", "Out of memory", "Cannot allocate memory"];

/// A child with its pipes; killed when dropped.
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last_words: JoinHandle<String>,
}

impl Process {
    /// Starts the program and tells it its limits.
    pub(super) async fn start(program: &Path, arguments: &[String], limits: &Limits) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            // Unset, Tesseract spends four times the processor time on a page and is slower.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(mut input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("the child has no pipes"));
        };
        wire::send_async(&mut input, &Request::Start(limits.clone())).await?;
        let last_words = tokio::spawn(keep_last_words(errors));
        Ok(Self { child, input, output: BufReader::new(output), last_words })
    }

    /// Process id while it lives.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends a request and waits for its last reply. After an error the process is of no more use.
    pub(super) async fn ask(
        &mut self,
        request: &Request,
        silence: Duration,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Reply, ReadError> {
        if wire::send_async(&mut self.input, request).await.is_err() {
            return Err(self.autopsy().await);
        }
        loop {
            match timeout(silence, wire::receive_async(&mut self.output)).await {
                Ok(Ok(Reply::Progress(page))) => progress(page),
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(_)) => return Err(self.autopsy().await),
                Err(_) => return Err(ReadError::Crashed("the child fell silent".to_owned())),
            }
        }
    }

    /// Why the child died: a limit is a verdict on the paper, anything else is a crash.
    async fn autopsy(&mut self) -> ReadError {
        // A child that closed its pipes but lingers is killed.
        let Ok(Ok(status)) = timeout(Duration::from_secs(2), self.child.wait()).await else {
            return ReadError::Crashed("the child fell silent".to_owned());
        };
        let words = timeout(Duration::from_secs(1), &mut self.last_words).await;
        let words = words.ok().and_then(Result::ok).unwrap_or_default();
        cause_of_death(status, &words)
    }
}

fn cause_of_death(status: ExitStatus, last_words: &str) -> ReadError {
    let out_of_time = status.signal() == Some(Signal::SIGXCPU as i32);
    let out_of_memory = MEMORY_SIGNS.iter().any(|sign| last_words.contains(sign));
    if out_of_time || out_of_memory {
        return ReadError::Verdict(FailureReason::TooComplex);
    }
    let last_line = last_words.lines().last().unwrap_or_default();
    ReadError::Crashed(format!("{status}: {last_line}"))
}

async fn keep_last_words(mut errors: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 1024];
    while let Ok(read @ 1..) = errors.read(&mut chunk).await {
        kept.extend_from_slice(&chunk[..read]);
        if kept.len() > 2 * LAST_WORDS {
            kept.drain(..kept.len() - LAST_WORDS);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}
