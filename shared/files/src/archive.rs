//! A ZIP archive that grows in a temporary file, or on its way to whoever asked for it, however much goes into it.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tempfile::TempPath;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{FilesError, received};

/// Pieces that wait for the disk: what is read from the store does not pile up in memory.
const WAITING: usize = 8;

/// Bytes that are sent at once.
const SENT: usize = 64 * 1024;

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
    Fault(io::Error),
}

/// An archive being written, on a thread of its own.
#[derive(Debug)]
pub struct Archive {
    pieces: Sender<Piece>,
    writer: JoinHandle<Result<(TempPath, u64), FilesError>>,
}

/// An archive that is sent while it is written, on a thread of its own.
#[derive(Debug)]
pub struct SentArchive(Sender<Piece>);

impl SentArchive {
    /// An empty archive, and its bytes as they come. The bytes end with the archive once this is dropped; they end in an
    /// error when [`SentArchive::spoil`] was called.
    pub fn begin() -> (Self, BoxStream<'static, io::Result<Bytes>>) {
        let (pieces, waiting) = mpsc::channel(WAITING);
        let (sender, mut sent) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            let out = BufWriter::with_capacity(SENT, Outgoing { sent: sender.clone(), is_open: true });
            if let Err(error) = pack(ZipWriter::new_stream(out), waiting) {
                // Nobody listens any more when whoever asked for it has gone.
                let _ = sender.blocking_send(Err(error));
            }
        });
        (Self(pieces), stream::poll_fn(move |context| sent.poll_recv(context)).boxed())
    }

    /// Begins the next entry, see [`Archive::entry`]; false when nobody listens any more.
    pub async fn entry(&self, name: String, packing: Packing) -> bool {
        self.0.send(Piece::Entry(name, packing)).await.is_ok()
    }

    /// Adds to the entry that was begun last; false when nobody listens any more.
    pub async fn write(&self, bytes: impl Into<Bytes>) -> bool {
        self.0.send(Piece::Bytes(bytes.into())).await.is_ok()
    }

    /// Breaks the archive off: half an entry must not pass for a whole one.
    pub async fn spoil(self, why: io::Error) {
        let _ = self.0.send(Piece::Fault(why)).await;
    }
}

/// Bytes that leave as they are written.
struct Outgoing {
    sent: Sender<io::Result<Bytes>>,
    is_open: bool,
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_open && self.sent.blocking_send(Ok(Bytes::copy_from_slice(bytes))).is_err() {
            // Said once: what writes the end of the archive need not hear it again.
            self.is_open = false;
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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

fn write(path: TempPath, pieces: Receiver<Piece>) -> Result<(TempPath, u64), FilesError> {
    let archive = pack(ZipWriter::new(BufWriter::new(File::create(&path)?)), pieces)?;
    archive.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    let bytes = std::fs::metadata(&path)?.len();
    Ok((path, bytes))
}

/// Writes what comes until nothing comes any more.
fn pack<W: Write + Seek>(mut archive: ZipWriter<W>, mut pieces: Receiver<Piece>) -> io::Result<W> {
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
            Piece::Fault(why) => return Err(why),
        }
    }
    let mut out = archive.finish().map_err(io::Error::other)?;
    out.flush()?;
    Ok(out)
}
