//! Limits, crashes and replacement.

use std::time::{Duration, Instant};

use domain::document::FailureReason::TooComplex;
use image::{GrayImage, Luma};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use ocr::{Limits, Paper, ReadError, Reader as _};

use crate::made::{lines, pdf, png};
use crate::{reader, text};

const WORDS: &str = "un deux trois quatre cinq six sept huit neuf dix onze douze treize";

/// A picture that keeps Tesseract busy for a long time: small blots everywhere.
fn busy_picture(side: u32) -> Vec<u8> {
    let mut state = 42_u32;
    png(&GrayImage::from_fn(side, side, |x, y| {
        if x % 4 == 0 && y % 5 == 0 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        }
        Luma([if (state >> 16).is_multiple_of(3) && x % 9 < 6 && y % 11 < 8 { 0 } else { 255 }])
    }))
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_a_verdict_and_the_next_paper_reads() {
    let mut reader = reader(Limits { page_cpu_seconds: 1, ..Limits::default() });
    let began = Instant::now();
    let result = reader.read(Paper::Bytes(&busy_picture(3000)), &mut |_| {}).await;
    assert_eq!(result, Err(ReadError::Verdict(TooComplex)));
    assert!(began.elapsed() < Duration::from_secs(50), "{:?}", began.elapsed());
    let next = reader.read(Paper::Bytes(&pdf(1, (595, 842), &lines(&[WORDS]))), &mut |_| {}).await.unwrap();
    assert!(text(&next).contains("treize"));
}

#[tokio::test]
async fn a_child_that_falls_silent_is_given_up() {
    let mut reader = reader(Limits { silence: Duration::from_millis(300), ..Limits::default() });
    reader.warm_up().await.unwrap();
    let child = Pid::from_raw(reader.child_id().unwrap() as i32);
    kill(child, Signal::SIGSTOP).unwrap();
    let result = reader.read(Paper::Bytes(&busy_picture(2000)), &mut |_| {}).await;
    assert!(
        matches!(result, Err(ReadError::Crashed(_))),
        "waiting for ever is no fault of the paper: {result:?}"
    );
    assert!(reader.child_id().is_none());
}

#[tokio::test]
async fn too_much_memory_is_a_verdict_and_the_next_paper_reads() {
    let mut reader = reader(Limits { memory_bytes: 60 << 20, ..Limits::default() });
    let large = png(&GrayImage::from_pixel(6000, 6000, Luma([255])));
    let result = reader.read(Paper::Bytes(&large), &mut |_| {}).await;
    assert_eq!(result, Err(ReadError::Verdict(TooComplex)));
    let next = reader.read(Paper::Bytes(&pdf(1, (595, 842), &lines(&[WORDS]))), &mut |_| {}).await.unwrap();
    assert!(text(&next).contains("treize"));
}

#[tokio::test]
async fn a_child_killed_in_the_middle_of_a_page_is_a_crash_and_the_next_paper_reads() {
    let mut reader = reader(Limits::default());
    reader.warm_up().await.unwrap();
    let child = Pid::from_raw(reader.child_id().unwrap() as i32);
    let picture = busy_picture(3000);
    // The first word of progress comes before the page is read: that is the middle.
    let result = reader.read(Paper::Bytes(&picture), &mut |_| kill(child, Signal::SIGKILL).unwrap()).await;
    assert!(matches!(result, Err(ReadError::Crashed(_))), "{result:?}");
    let next = reader.read(Paper::Bytes(&pdf(1, (595, 842), &lines(&[WORDS]))), &mut |_| {}).await.unwrap();
    assert!(text(&next).contains("treize"));
}

#[tokio::test]
async fn a_reading_that_nobody_waits_for_ends_its_child() {
    let mut reader = reader(Limits::default());
    reader.warm_up().await.unwrap();
    let child = Pid::from_raw(reader.child_id().unwrap() as i32);
    let picture = busy_picture(3000);
    let mut ignore = |_| {};
    let reading = reader.read(Paper::Bytes(&picture), &mut ignore);
    assert!(tokio::time::timeout(Duration::from_millis(200), reading).await.is_err());
    let gone = async {
        while kill(child, None).is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the child is killed and reaped");
}

#[tokio::test]
async fn a_child_is_replaced_after_its_share_of_pages() {
    let mut reader = reader(Limits { pages_per_child: 2, ..Limits::default() });
    let paper = pdf(2, (595, 842), &lines(&[WORDS]));
    let mut children = Vec::new();
    for _ in 0..2 {
        reader.read(Paper::Bytes(&paper), &mut |_| {}).await.unwrap();
        children.push(reader.child_id());
    }
    assert_ne!(children[0], children[1]);
}
