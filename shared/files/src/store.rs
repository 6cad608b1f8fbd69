//! The store itself.

use std::{fmt, fs, path::Path, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use config::{FilesPlace, FilesSettings};
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, local::LocalFileSystem};
use tempfile::TempPath;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncWriteExt},
};

use crate::{FileKey, FilesError, Paper, received, s3};

/// Parts in which a file goes to the store; S3 takes none smaller than 5 MiB but the last.
const PART: usize = 8 * 1024 * 1024;

/// The documents' store. Clones share it.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.0)
    }
}

/// A stored file on its way out.
pub struct FileStream {
    /// Its bytes in all.
    pub bytes: u64,
    /// The bytes, in pieces.
    pub stream: BoxStream<'static, Result<Bytes, FilesError>>,
}

impl Files {
    /// Opens the store; a local folder is made when it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made or the bucket's settings contradict themselves.
    pub fn from_settings(settings: &FilesSettings) -> Result<Self, FilesError> {
        match &settings.place {
            FilesPlace::Folder(folder) => Self::in_folder(folder),
            FilesPlace::S3(bucket) => Ok(Self(s3::open(bucket)?)),
        }
    }

    /// A store in a local folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn in_folder(folder: &Path) -> Result<Self, FilesError> {
        let unusable = |error: &dyn fmt::Display| FilesError::Setup(format!("{}: {error}", folder.display()));
        fs::create_dir_all(folder).map_err(|error| unusable(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| unusable(&error))?;
        Ok(Self(Arc::new(store)))
    }

    /// Stores a paper under a new key. Readers see all of it or nothing.
    pub async fn put(&self, key: FileKey, paper: &Paper) -> Result<(), FilesError> {
        self.put_file(key, paper.path()).await
    }

    /// Stores a local file as it is.
    pub async fn put_file(&self, key: FileKey, path: &Path) -> Result<(), FilesError> {
        let mut file = File::open(path).await?;
        let mut part = read_part(&mut file).await?;
        if part.len() < PART {
            self.0.put(&key.path(), part.into()).await?;
            return Ok(());
        }
        let mut upload = WriteMultipart::new_with_chunk_size(self.0.put_multipart(&key.path()).await?, PART);
        while !part.is_empty() {
            if let Err(error) = upload.wait_for_capacity(2).await {
                upload.abort().await?;
                return Err(error.into());
            }
            upload.put(part);
            part = read_part(&mut file).await?;
        }
        upload.finish().await?;
        Ok(())
    }

    /// Stores bytes that are few: pictures that were drawn here.
    pub async fn put_bytes(&self, key: FileKey, bytes: Bytes) -> Result<(), FilesError> {
        self.0.put(&key.path(), bytes.into()).await?;
        Ok(())
    }

    /// The file as a stream, for downloads.
    pub async fn get(&self, key: FileKey) -> Result<FileStream, FilesError> {
        let found = self.0.get(&key.path()).await?;
        Ok(FileStream {
            bytes: found.meta.size,
            stream: found.into_stream().map_err(FilesError::from).boxed(),
        })
    }

    /// A temporary local copy, for readers that need a path; it goes when the result is dropped.
    pub async fn get_to_temporary(&self, key: FileKey) -> Result<TempPath, FilesError> {
        let mut stored = self.get(key).await?.stream;
        let path = received::temporary().await?;
        let mut file = File::create(&path).await?;
        while let Some(piece) = stored.try_next().await? {
            file.write_all(&piece).await?;
        }
        file.flush().await?;
        Ok(path)
    }

    /// Whether there is a file under `key`.
    pub async fn exists(&self, key: FileKey) -> Result<bool, FilesError> {
        match self.0.head(&key.path()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The keys of all files of ours that were stored before `before`.
    pub fn stored_before(&self, before: DateTime<Utc>) -> BoxStream<'static, Result<FileKey, FilesError>> {
        let lists: Vec<_> = FileKey::folders().map(|folder| self.0.list(Some(&folder))).collect();
        stream::iter(lists)
            .flatten()
            .map_err(FilesError::from)
            .try_filter_map(move |found| {
                let key = FileKey::parse(found.location.as_ref()).filter(|_| found.last_modified < before);
                std::future::ready(Ok(key))
            })
            .boxed()
    }

    /// Removes a file; one that is gone already is no failure.
    pub async fn delete(&self, key: FileKey) -> Result<(), FilesError> {
        match self.0.delete(&key.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The next part of a file, full but for the last one.
async fn read_part(file: &mut File) -> Result<Bytes, FilesError> {
    let mut part = Vec::new();
    file.take(PART as u64).read_to_end(&mut part).await?;
    Ok(part.into())
}
