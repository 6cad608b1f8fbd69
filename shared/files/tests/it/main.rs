//! Files as uploads and readers meet them.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod fake_s3;
mod papers;
mod pictures;
mod received;
mod s3;
mod store;

use files::{Paper, Received, UploadError};

const LIMIT: u64 = 20 * 1024 * 1024;

async fn receive(bytes: &[u8]) -> Result<Received, UploadError> {
    Received::from_reader(bytes, LIMIT).await
}

async fn examine(bytes: &[u8]) -> Result<Paper, UploadError> {
    Paper::examine(receive(bytes).await?).await
}

/// A file of a type that is kept as it is, `length` bytes long.
fn pdf(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((bytes.len()..length).map(|at| (at * 31 % 251) as u8));
    bytes
}
