//! A ZIP archive that grows in a temporary file, however much goes into it.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use bytes::Bytes;
use tempfile::TempPath;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{FilesError, received};

/// Pieces that wait for the disk: what is read from the store does not pile up in memory.
const WAITING: usize = 8;

/// How an entry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Compressed: texts.
    Deflated,
    /// As it is: pictures and PDFs are compressed already.
    Stored,
}

enum Piece {
    Entry(String, Packing),
    Bytes(Bytes),
}

/// An archive being written, on a thread of its own.
#[derive(Debug)]
pub struct Archive {
    pieces: Sender<Piece>,
    writer: JoinHandle<Result<(TempPath, u64), FilesError>>,
}

impl Archive {
    /// An empty archive.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub async fn begin() -> Result<Self, FilesError> {
        let path = received::temporary().await?;
        let (pieces, waiting) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || write(path, waiting));
        Ok(Self { pieces, writer })
    }

    /// Begins the next entry. Its name must be made by us: it becomes a path where the archive is unpacked.
    pub async fn entry(&self, name: String, packing: Packing) {
        // A writer that has stopped says why when the archive is finished.
        let _ = self.pieces.send(Piece::Entry(name, packing)).await;
    }

    /// Adds to the entry that was begun last.
    pub async fn write(&self, bytes: impl Into<Bytes>) {
        let _ = self.pieces.send(Piece::Bytes(bytes.into())).await;
    }

    /// The finished file and its size.
    ///
    /// # Errors
    /// When the disk did not take all of it.
    pub async fn finish(self) -> Result<(TempPath, u64), FilesError> {
        drop(self.pieces);
        self.writer.await.map_err(io::Error::other)?
    }
}

fn write(path: TempPath, mut pieces: Receiver<Piece>) -> Result<(TempPath, u64), FilesError> {
    let mut archive = ZipWriter::new(BufWriter::new(File::create(&path)?));
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Entry(name, packing) => {
                let method = match packing {
                    Packing::Deflated => CompressionMethod::Deflated,
                    Packing::Stored => CompressionMethod::Stored,
                };
                let options = SimpleFileOptions::default().compression_method(method).large_file(true);
                archive.start_file(name, options).map_err(io::Error::other)?;
            }
            Piece::Bytes(bytes) => archive.write_all(&bytes)?,
        }
    }
    archive
        .finish()
        .map_err(io::Error::other)?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()?;
    let bytes = std::fs::metadata(&path)?.len();
    Ok((path, bytes))
}
