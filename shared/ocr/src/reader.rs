//! What reads a paper, whatever it is made of.

use std::path::Path;

use async_trait::async_trait;
use domain::document::FailureReason;
use domain::reading::{BBox, Reading, Zone, ZoneReading};
use serde::{Deserialize, Serialize};

/// A paper to read.
#[derive(Debug, Clone, Copy)]
pub enum Paper<'a> {
    /// A file on this machine.
    File(&'a Path),
    /// The bytes of a file.
    Bytes(&'a [u8]),
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The page being read, from 1.
    pub page: u32,
    /// Pages in all.
    pub pages: u32,
}

/// What a reading took.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time in seconds, tools that were called included.
    pub cpu_seconds: f64,
    /// Most memory held so far, in KiB.
    pub peak_kib: u64,
}

/// Why there is no reading.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// The paper's own fault: reading it again changes nothing.
    #[error("the paper cannot be read: {0}")]
    Verdict(FailureReason),
    /// The reader's fault: worth one more try.
    #[error("the reader crashed: {0}")]
    Crashed(String),
}

/// Turns papers into words.
#[async_trait]
pub trait Reader: Send {
    /// The words of a paper; `progress` hears of each page before it is read.
    async fn read(
        &mut self,
        paper: Paper<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Reading, ReadError>;

    /// Parts of the paper read last, closer. A zone whose page is no longer at hand says nothing.
    async fn read_zones(&mut self, zones: &[Zone]) -> Result<Vec<ZoneReading>, ReadError>;

    /// The paper read last once more, prepared in another way; `None` when there is no other way, as with a text layer.
    ///
    /// Pages whose picture is no longer at hand are empty. Boxes stand where those of the first reading do.
    async fn read_again(&mut self) -> Result<Option<Reading>, ReadError>;

    /// Where a box of a read page stands on the upright page of the file, as a person sees it: a reader that straightens a
    /// photograph measures its words on the straightened page.
    fn place(&self, page: u32, bbox: BBox) -> BBox;

    /// What the last reading took, zones included.
    fn usage(&self) -> Usage;
}
