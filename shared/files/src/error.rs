//! What can go wrong with files.

use std::io;

/// The store failed or has no such file.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There is no file under that key.
    #[error("the file is not in the store")]
    NotFound,
    /// The settings name no usable place.
    #[error("the document store cannot be set up: {0}")]
    Setup(String),
    /// The store did not do what it was asked.
    #[error("the document store failed")]
    Store(#[source] object_store::Error),
    /// The local copy could not be written or read.
    #[error("a temporary file failed")]
    Local(#[from] io::Error),
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

/// Why a file is not taken; its sender can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("the file has more than {limit} bytes")]
    TooManyBytes {
        /// Most bytes of one file.
        limit: u64,
    },
    /// Of another type than those that can be read, whatever its name says.
    #[error("the file is neither PNG, JPEG, WebP, TIFF nor PDF")]
    Unsupported,
    /// Begins like an image but is none, or is cut off in its header.
    #[error("the file is damaged")]
    Damaged,
    /// More pages than allowed.
    #[error("the file has more than {} pages", domain::document::MAX_PAGES)]
    TooManyPages,
    /// More pixels than allowed.
    #[error("the image has more than {} pixels", domain::document::MAX_PIXELS)]
    TooManyPixels,
}

/// Why an upload was not received.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The sender's file is at fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The sender stopped sending.
    #[error("the upload was interrupted")]
    Interrupted(#[source] io::Error),
    /// The temporary file failed: ours to mend.
    #[error("a temporary file failed")]
    Local(#[source] io::Error),
}
