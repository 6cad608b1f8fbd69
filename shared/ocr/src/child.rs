//! The worker's side: a warm child for each slot, replaced when it dies or has read enough.

mod process;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use domain::document::FailureReason;
use domain::reading::{BBox, Reading, Zone, ZoneReading};
use tracing::{info, warn};

use crate::engine::frame;
use crate::limits::Limits;
use crate::reader::{Paper, Progress, ReadError, Reader, Usage};
use crate::wire::{Frame, Reply, Request};
use process::Process;

/// Reads in a child process, so that what kills the reader takes one page and nothing else.
///
/// A call that is dropped half-way kills the child: the next one starts afresh.
pub struct ChildReader {
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
    child: Option<Process>,
    frames: Vec<Frame>,
    pages_read: u32,
    usage: Usage,
}

impl ChildReader {
    /// A reader whose child is this program with these arguments, started at the first paper.
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str], limits: Limits) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            limits,
            child: None,
            frames: Vec::new(),
            pages_read: 0,
            usage: Usage::default(),
        }
    }

    /// Starts the child before the first paper comes, so that nobody waits for the language models.
    pub async fn warm_up(&mut self) -> Result<(), ReadError> {
        let child = self.take_child().await?;
        self.child = Some(child);
        Ok(())
    }

    /// Process id of the warm child, if there is one.
    pub fn child_id(&self) -> Option<u32> {
        self.child.as_ref().and_then(Process::id)
    }

    async fn take_child(&mut self) -> Result<Process, ReadError> {
        if self.pages_read >= self.limits.pages_per_child {
            info!(pages = self.pages_read, "reading child replaced after its share of pages");
            self.child = None;
        }
        if let Some(child) = self.child.take() {
            return Ok(child);
        }
        self.pages_read = 0;
        Process::start(&self.program, &self.arguments, &self.limits).await.map_err(crashed)
    }

    /// Sends one request and hears its replies to the last. The child is kept only if it lives.
    async fn ask(
        &mut self,
        mut child: Process,
        request: &Request,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Reply, ReadError> {
        let reply = child.ask(request, self.limits.silence, progress).await;
        match reply {
            Ok(Reply::Verdict(reason)) => {
                self.child = Some(child);
                Err(ReadError::Verdict(reason))
            }
            Ok(Reply::Fault(why)) => {
                warn!(%why, "reading child at fault");
                Err(ReadError::Crashed(why))
            }
            Ok(reply) => {
                self.child = Some(child);
                Ok(reply)
            }
            Err(error) => {
                warn!(%error, "reading child lost");
                Err(error)
            }
        }
    }

    /// Asks for more of the paper read last, which the child must still hold.
    async fn ask_more(&mut self, request: &Request) -> Result<Reply, ReadError> {
        let child = self.child.take().ok_or_else(|| ReadError::Crashed("the paper is gone".to_owned()))?;
        self.ask(child, request, &mut |_| {}).await
    }

    fn add(&mut self, usage: Usage) {
        self.usage.cpu_seconds += usage.cpu_seconds;
        self.usage.peak_kib = self.usage.peak_kib.max(usage.peak_kib);
    }

    async fn read_file(
        &mut self,
        path: &Path,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Reading, ReadError> {
        let child = self.take_child().await?;
        self.frames.clear();
        self.usage = Usage::default();
        match self.ask(child, &Request::Read(path.to_owned()), progress).await? {
            Reply::Reading(reading, frames, usage) => {
                self.pages_read += reading.pages.len() as u32;
                self.frames = frames;
                self.usage = usage;
                Ok(reading)
            }
            other => Err(out_of_turn(&other)),
        }
    }
}

#[async_trait]
impl Reader for ChildReader {
    async fn read(
        &mut self,
        paper: Paper<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Reading, ReadError> {
        match paper {
            Paper::File(path) => self.read_file(path, progress).await,
            Paper::Bytes([]) => Err(ReadError::Verdict(FailureReason::Unsupported)),
            Paper::Bytes(bytes) => {
                let mut file = tempfile::NamedTempFile::new().map_err(crashed)?;
                file.write_all(bytes).map_err(crashed)?;
                self.read_file(file.path(), progress).await
            }
        }
    }

    async fn read_zones(&mut self, zones: &[Zone]) -> Result<Vec<ZoneReading>, ReadError> {
        if zones.is_empty() {
            return Ok(Vec::new());
        }
        match self.ask_more(&Request::Zones(zones.to_vec())).await? {
            Reply::Zones(readings, usage) => {
                self.add(usage);
                Ok(readings)
            }
            other => Err(out_of_turn(&other)),
        }
    }

    async fn read_again(&mut self) -> Result<Option<Reading>, ReadError> {
        match self.ask_more(&Request::Again).await? {
            Reply::Again(reading, usage) => {
                self.add(usage);
                Ok(reading)
            }
            other => Err(out_of_turn(&other)),
        }
    }

    fn place(&self, page: u32, bbox: BBox) -> BBox {
        let frame = (page as usize).checked_sub(1).and_then(|index| self.frames.get(index));
        frame.map_or(bbox, |frame| frame::place(frame, bbox))
    }

    fn usage(&self) -> Usage {
        self.usage
    }
}

fn crashed(error: impl std::fmt::Display) -> ReadError {
    ReadError::Crashed(error.to_string())
}

fn out_of_turn(reply: &Reply) -> ReadError {
    let name = match reply {
        Reply::Reading(..) => "a reading",
        Reply::Zones(..) => "zones",
        _ => "something else",
    };
    ReadError::Crashed(format!("the child answered with {name} out of turn"))
}
