//! Bad input gets a clear reason.

use std::time::{Duration, Instant};

use domain::document::FailureReason::{
    self, Damaged, NothingToRead, PasswordProtected, TooLarge, TooManyPages, Unsupported,
};
use ocr::{Limits, Paper, ReadError, Reader as _};

use crate::made::{assembled, lines, pdf, png_header, white_png};
use crate::{read, reader};

async fn verdict(bytes: &[u8]) -> FailureReason {
    match read(bytes).await {
        Err(ReadError::Verdict(reason)) => reason,
        other => panic!("expected a verdict, got {other:?}"),
    }
}

#[tokio::test]
async fn text_is_not_read_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carte-grise.jpg");
    std::fs::write(&path, "I am no picture.").unwrap();
    let result = reader(Limits::default()).read(Paper::File(&path), &mut |_| {}).await;
    assert_eq!(result, Err(ReadError::Verdict(Unsupported)));
    assert_eq!(verdict(b"").await, Unsupported);
}

#[tokio::test]
async fn a_missing_file_is_told_apart() {
    let result = reader(Limits::default()).read(Paper::File("/nowhere/x.pdf".as_ref()), &mut |_| {}).await;
    assert_eq!(result, Err(ReadError::Verdict(FailureReason::FileMissing)));
}

#[tokio::test]
async fn a_cut_off_file_is_damaged() {
    let whole = pdf(1, (595, 842), &lines(&["FACTURE 2024-001"]));
    assert_eq!(verdict(&whole[..whole.len() / 3]).await, Damaged);
    assert_eq!(verdict(b"%PDF-1.7\nnothing more").await, Damaged);
    let picture = white_png(800, 600);
    assert_eq!(verdict(&picture[..picture.len() / 2]).await, Damaged);
}

#[tokio::test]
async fn a_picture_is_refused_by_its_header_before_it_is_unpacked() {
    let began = Instant::now();
    assert_eq!(verdict(&png_header(65_535, 65_535)).await, TooLarge);
    let bomb = white_png(6400, 6400);
    assert!(bomb.len() < 6400 * 6400 / 50, "a bomb is small: {}", bomb.len());
    assert_eq!(verdict(&bomb).await, TooLarge);
    assert!(began.elapsed() < Duration::from_mins(1));
}

#[tokio::test]
async fn a_page_as_large_as_a_wall_is_too_large() {
    assert_eq!(verdict(&pdf(1, (14_400, 14_400), "0 0 100 100 re f")).await, TooLarge);
}

#[tokio::test]
async fn the_fifty_first_page_is_one_too_many() {
    let text = lines(&["un deux trois quatre cinq six sept huit neuf dix onze douze treize"]);
    assert_eq!(verdict(&pdf(51, (595, 842), &text)).await, TooManyPages);
    let fifty = read(&pdf(50, (595, 842), &text)).await.unwrap();
    assert_eq!(fifty.pages.len(), 50);
}

#[tokio::test]
async fn a_password_is_named_as_the_reason() {
    // Standard security handler, revision 2. Neither entry fits the empty password, so any reader has to ask.
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        &format!(
            "<< /Filter /Standard /V 1 /R 2 /P -44 /O <{}> /U <{}> >>",
            "5a".repeat(32),
            "a5".repeat(32)
        ),
    ]
    .map(str::to_owned);
    let id = "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";
    assert_eq!(verdict(&assembled(&objects, id)).await, PasswordProtected);
}

#[tokio::test]
async fn a_blank_page_has_nothing_to_read() {
    assert_eq!(verdict(&white_png(1240, 1754)).await, NothingToRead);
    assert_eq!(verdict(&pdf(1, (595, 842), "")).await, NothingToRead);
}

#[tokio::test]
async fn a_verdict_leaves_the_child_ready_for_the_next_paper() {
    let mut reader = reader(Limits::default());
    reader.warm_up().await.unwrap();
    let child = reader.child_id();
    let bad = reader.read(Paper::Bytes(b"%PDF-1.7 cut"), &mut |_| {}).await;
    assert_eq!(bad, Err(ReadError::Verdict(Damaged)));
    let text = lines(&["un deux trois quatre cinq six sept huit neuf dix onze douze treize"]);
    reader.read(Paper::Bytes(&pdf(1, (595, 842), &text)), &mut |_| {}).await.unwrap();
    assert_eq!(reader.child_id(), child);
}
