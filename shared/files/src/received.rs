//! An upload on its way in: streamed to a temporary file, limited and hashed.

use std::fs::DirEntry;
use std::io;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tempfile::TempPath;
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
};

use crate::{Refusal, UploadError};

const CHUNK: usize = 64 * 1024;

/// A file as it was sent. Its temporary copy goes when this is dropped.
#[derive(Debug)]
pub struct Received {
    pub(crate) path: TempPath,
    /// SHA-256 of the file as sent, in lower-case hexadecimal.
    pub sha256: String,
    /// Bytes as sent.
    pub bytes: u64,
}

impl Received {
    /// Receives a whole file; stops reading as soon as there are more than `limit` bytes.
    ///
    /// # Errors
    /// When the file is empty or too large, the sender stops, or the disk fails.
    pub async fn from_reader(mut sender: impl AsyncRead + Unpin, limit: u64) -> Result<Self, UploadError> {
        let path = temporary().await.map_err(UploadError::Local)?;
        let mut file = File::create(&path).await.map_err(UploadError::Local)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = sender.read(&mut chunk).await.map_err(UploadError::Interrupted)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            if bytes > limit {
                return Err(Refusal::TooManyBytes { limit }.into());
            }
            hash.update(&chunk[..read]);
            file.write_all(&chunk[..read]).await.map_err(UploadError::Local)?;
        }
        file.flush().await.map_err(UploadError::Local)?;
        if bytes == 0 {
            return Err(Refusal::Empty.into());
        }
        Ok(Self { path, sha256: hex::encode(hash.finalize()), bytes })
    }
}

/// What the names of temporary files begin with, before six letters or digits of chance.
const TEMPORARY: &str = "autotrack-paper-";

/// Removes temporary files that are older than `age`: those of processes that were killed. Says how many.
pub fn sweep_temporary(age: Duration) -> usize {
    let Ok(entries) = std::env::temp_dir().read_dir() else { return 0 };
    let is_left = |entry: &DirEntry| {
        entry.file_name().to_str().is_some_and(is_temporary)
            && entry.metadata().is_ok_and(|about| {
                about.is_file()
                    && about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|since| since > age))
            })
    };
    entries.flatten().filter(is_left).filter(|entry| std::fs::remove_file(entry.path()).is_ok()).count()
}

fn is_temporary(name: &str) -> bool {
    let chance = name.strip_prefix(TEMPORARY);
    chance.is_some_and(|chance| chance.len() == 6 && chance.bytes().all(|sign| sign.is_ascii_alphanumeric()))
}

/// A new empty temporary file, readable by nobody else.
pub(crate) async fn temporary() -> io::Result<TempPath> {
    blocking(|| {
        tempfile::Builder::new().prefix(TEMPORARY).tempfile().map(tempfile::NamedTempFile::into_temp_path)
    })
    .await
}

/// Runs `work` where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_temporary_file_is_known_by_its_name_and_nothing_else_is() {
        let path = temporary().await.unwrap();
        assert!(is_temporary(path.file_name().unwrap().to_str().unwrap()));
        for name in
            ["autotrack-backup.sql", "autotrack-paper-notes.txt", "autotrack-paper-", "autotrack-1a2b3c"]
        {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
