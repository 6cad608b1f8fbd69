//! A worker that is asked to stop while it reads.

use std::time::Duration;

use testkit::specimens;
use tokio::time::Instant;

use crate::house::House;
use crate::made;
use crate::reading::{ANALYSES, ATTEMPTS, NOTIFICATIONS, PAPER};

/// Beyond its grace, for what it must put in order.
const ORDER: Duration = Duration::from_secs(15);

/// Stops a worker in the middle of a paper; the next one finds whatever is left. Tells how the attempts ended.
async fn stopped_while_reading(paper: Vec<u8>, grace: Duration) -> Vec<String> {
    let seconds = grace.as_secs().to_string();
    let mut house = House::open_with(&[("AUTOTRACK_WORKER_DRAIN_SECONDS", &seconds)]).await;
    let worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send_bytes("carte-grise.pdf", paper).await;
    camille.until_status(&paper, &["processing"]).await;

    let asked = Instant::now();
    let status = worker.stop().await;
    assert!(status.success(), "{status}");
    assert!(asked.elapsed() < grace + ORDER, "{:?}", asked.elapsed());
    assert_eq!(house.count("select count(*) from jobs where state = 'running'").await, 0);

    let _next = house.worker().await;
    let read = camille.until_read(&paper).await;
    assert_ne!(read["status"], "failed", "{read}");
    house.until_idle().await;
    assert_eq!(house.count(ANALYSES).await, 1);
    assert_eq!(house.count(NOTIFICATIONS).await, 1);
    assert_eq!(house.letters(&camille).len(), 1);
    house.words(ATTEMPTS).await
}

#[tokio::test]
async fn a_worker_asked_to_stop_finishes_its_paper() {
    let attempts = stopped_while_reading(specimens::bytes(PAPER), Duration::from_mins(1)).await;
    assert_eq!(attempts, ["done"]);
}

#[tokio::test]
async fn a_worker_without_time_to_finish_hands_its_paper_back() {
    let attempts = stopped_while_reading(made::album(8), Duration::from_secs(1)).await;
    assert_eq!(attempts, ["handed_back", "done"]);
}
