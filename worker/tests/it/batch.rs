//! Several papers as one task, small pictures, and another file for a paper that is being read.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::{send, specimens};
use tokio::time::{Instant, sleep};

use crate::house::{House, LOOK, PATIENCE, Visitor};
use crate::made;
use crate::reading::{ANALYSES, PAPER, VIN};

const SUMMARIES: &str = "select count(*) from notifications where dedup_key like 'batch:%'";
const SINGLE: &str = "select count(*) from notifications where document_id is not null";

async fn until_done(visitor: &Visitor, task: &Value) -> Value {
    let path = format!("/api/tasks/{}/", task["task_id"].as_str().unwrap());
    let deadline = Instant::now() + PATIENCE;
    loop {
        let now = visitor.get(&path).await.ok();
        if now["status"] == "done" {
            return now;
        }
        assert!(Instant::now() < deadline, "not done in time: {now}");
        sleep(LOOK).await;
    }
}

#[tokio::test]
async fn a_batch_outlives_a_worker_that_is_killed_and_is_told_of_once() {
    let mut house = House::open().await;
    let doomed = house.worker().await;
    let camille = house.visitor("camille").await;
    let papers = [
        camille.send(PAPER).await,
        camille.send("invoice/clean/inv_clean_003.pdf").await,
        camille.send_bytes("leer.pdf", made::pages(1)).await,
    ];
    for paper in &papers {
        camille.until_read(paper).await;
    }
    house.until_idle().await;
    let (read, told) = (house.count(ANALYSES).await, house.count(SINGLE).await);
    let ids: Vec<&Value> = papers.iter().map(|paper| &paper["id"]).collect();
    let asked = camille.post("/api/documents/batch-analyze/", json!({ "document_ids": ids })).await;
    let asked = asked.expect(202).json();
    camille.until_status(&papers[0], &["processing", "analyzed", "needs_review"]).await;
    doomed.kill().await;
    let _next = house.worker().await;
    let done = until_done(&camille, &asked).await;
    assert_eq!(done["progress"], 100, "{done}");
    house.until_idle().await;
    assert_eq!(house.count(SUMMARIES).await, 1);
    assert_eq!(house.count(SINGLE).await, told, "nobody is told of each");
    assert_eq!(house.count(ANALYSES).await, read + 2, "each is read once more, but for the empty one");
    let counts =
        house.words("select (metadata ->> 'failed') from notifications where dedup_key like 'batch:%'").await;
    assert_eq!(counts, ["1"]);
}

#[tokio::test]
async fn every_paper_that_can_be_drawn_has_a_small_picture() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let (read, blank) = (camille.send(PAPER).await, camille.send_bytes("leer.pdf", made::pages(1)).await);
    let locked = camille.send_bytes("locked.pdf", made::locked()).await;
    for (paper, status) in [(&read, "read"), (&blank, "failed")] {
        let shown = camille.until_read(paper).await;
        assert!(status == "read" || shown["status"] == "failed", "{shown}");
        let url = shown["thumbnail_url"].as_str().unwrap();
        let sizes: Vec<usize> = [128, 256, 512].to_vec();
        for size in sizes {
            let picture = camille.get(&format!("{url}?size={size}")).await.expect(200);
            assert_eq!(&picture.bytes[8..12], b"WEBP");
            assert!(picture.bytes.len() < 100_000, "{} bytes", picture.bytes.len());
        }
    }
    let shown = camille.until_read(&locked).await;
    assert_eq!(shown["thumbnail_url"], Value::Null, "{shown}");
}

#[tokio::test]
async fn another_file_sent_while_a_paper_is_read_is_the_one_that_is_read() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send_bytes("album.pdf", made::album(3)).await;
    camille.until_status(&paper, &["processing"]).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    let form = Form::new().part("file", Part::bytes(specimens::bytes(PAPER)).file_name("carte.pdf"));
    let sent = send(camille.request(Method::PATCH, &path).multipart(form), "another file".to_owned()).await;
    assert_eq!(sent.ok()["task_id"], paper["task_id"], "the reading that runs reads it");
    let read = camille.until_read(&paper).await;
    assert_eq!((&read["analysis_data"]["vin"], &read["pages"]), (&json!(VIN), &json!(1)), "{read}");
    house.until_idle().await;
    assert_eq!(house.count(ANALYSES).await, 1);
}
