//! Receiving: the limit, the hash, the end of a connection.

use std::io;

use files::{Received, Refusal, UploadError};
use futures::stream;
use sha2::{Digest, Sha256};
use tokio_util::io::StreamReader;

use crate::{LIMIT, pdf, receive};

#[tokio::test]
async fn the_hash_is_of_the_file_as_sent() {
    let bytes = pdf(200_000);
    let received = receive(&bytes).await.unwrap();
    assert_eq!(received.bytes, 200_000);
    assert_eq!(received.sha256, hex::encode(Sha256::digest(&bytes)));
}

#[tokio::test]
async fn the_limit_itself_is_allowed_and_one_byte_more_is_not() {
    let bytes = pdf(4097);
    assert!(Received::from_reader(&bytes[..4096], 4096).await.is_ok());
    let refused = Received::from_reader(&bytes[..], 4096).await;
    assert!(matches!(refused, Err(UploadError::Refused(Refusal::TooManyBytes { limit: 4096 }))));
}

#[tokio::test]
async fn an_endless_upload_is_cut_off_at_the_limit() {
    let endless = tokio::io::repeat(7);
    let refused = Received::from_reader(endless, 1_000_000).await;
    assert!(matches!(refused, Err(UploadError::Refused(Refusal::TooManyBytes { .. }))));
}

#[tokio::test]
async fn nothing_is_refused_as_empty() {
    assert!(matches!(receive(b"").await, Err(UploadError::Refused(Refusal::Empty))));
}

#[tokio::test]
async fn a_broken_connection_is_the_senders_and_leaves_nothing() {
    let pieces = [Ok(&b"%PDF-1.7"[..]), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let sender = StreamReader::new(stream::iter(pieces));
    assert!(matches!(Received::from_reader(sender, LIMIT).await, Err(UploadError::Interrupted(_))));
}
