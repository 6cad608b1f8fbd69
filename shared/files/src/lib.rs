//! Documents as files: received, examined, cleaned of metadata, and kept in a folder or S3.
//!
//! An upload goes [`Received`] (streamed, limited, hashed) -> [`Paper`] (its type known, its metadata removed) ->
//! [`Files::put`].

mod archive;
mod error;
mod key;
mod paper;
mod received;
mod s3;
pub mod sniff;
mod store;
pub mod strip;

pub use archive::{Archive, Packing, SentArchive};
pub use error::{FilesError, Refusal, UploadError};
pub use key::FileKey;
pub use paper::Paper;
pub use received::{Received, sweep_temporary};
pub use sniff::FileType;
pub use store::{FileStream, Files};
