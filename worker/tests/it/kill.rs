//! A worker that is gone from one moment to the next.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::house::House;
use crate::reading::{ANALYSES, ATTEMPTS, NOTIFICATIONS, PAPER, PLATE, VIN};

/// From the kill to the paper's end: a lease of 12 s, a rescue every 3 s, and the reading.
const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_worker_killed_in_the_middle_of_a_page_leaves_one_reading_and_one_letter() {
    let mut house = House::open().await;
    let doomed = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send(PAPER).await;
    camille.until_status(&paper, &["processing"]).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(house.words("select state from jobs where kind = 'analyze_document'").await, ["running"]);

    let killed = Instant::now();
    doomed.kill().await;
    let _next = house.worker().await;
    let read = camille.until_read(&paper).await;
    let took = killed.elapsed();
    assert_eq!(read["analysis_data"]["vin"], VIN, "{read}");
    assert!(took < SOON, "{took:?}");

    house.until_idle().await;
    assert_eq!(house.words(ATTEMPTS).await, ["crashed", "done"]);
    assert_eq!(house.count(ANALYSES).await, 1);
    assert_eq!(house.count(NOTIFICATIONS).await, 1);
    assert_eq!(house.letters(&camille).len(), 1);
    house.keep_secret(PLATE);
    house.keep_secret(VIN);
    house.assert_logs_keep_quiet();
}
