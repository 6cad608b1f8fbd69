//! Papers that were made to do harm.

use crate::house::House;
use crate::made;

/// Why the newest paper could not be read.
const REASON: &str = "select failure_reason from documents order by id desc limit 1";

#[tokio::test]
async fn hostile_papers_end_with_a_reason_and_the_worker_reads_on() {
    let mut house = House::open().await;
    let mut worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let papers = [
        ("damaged", made::cut_off()),
        ("too_many_pages", made::pages(51)),
        ("password_protected", made::locked()),
        ("too_large", made::wall()),
    ];
    for (reason, bytes) in papers {
        let paper = camille.send_bytes(&format!("{reason}.pdf"), bytes).await;
        let read = camille.until_read(&paper).await;
        assert_eq!(read["status"], "failed", "{reason}: {read}");
        assert!(read["error"].as_str().is_some_and(|why| why.len() > 10), "{reason}: {read}");
        let told = house.words(REASON).await;
        assert_eq!(told, [reason]);
    }
    assert!(worker.is_alive());
    let good = camille.send("invoice/clean/inv_clean_002.pdf").await;
    let read = camille.until_read(&good).await;
    assert_ne!(read["status"], "failed", "{read}");
}

#[tokio::test]
async fn a_page_that_unpacks_to_gigabytes_ends_and_the_worker_reads_on() {
    let mut house = House::open().await;
    let mut worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send_bytes("bomb.pdf", made::bomb()).await;
    let read = camille.until_read(&paper).await;
    assert_eq!(read["status"], "failed", "{read}");
    assert_eq!(house.words(REASON).await, ["too_complex"]);
    assert!(worker.is_alive());
    let good = camille.send("invoice/clean/inv_clean_002.pdf").await;
    let read = camille.until_read(&good).await;
    assert_ne!(read["status"], "failed", "{read}");
}

#[tokio::test]
async fn a_picture_of_billions_of_pixels_is_refused_at_the_door() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let answer = camille.upload("bomb.png", made::png_header(65_535, 65_535), &[]).await;
    assert!(answer.status.is_client_error(), "{}: {}", answer.status, answer.text());
    assert_eq!(house.count("select count(*) from documents").await, 0);
}

#[tokio::test]
async fn a_paper_that_takes_too_long_ends_with_a_reason_and_the_worker_reads_on() {
    let mut house = House::open_with(&[("AUTOTRACK_OCR_PAPER_SECONDS", "2")]).await;
    let worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send_bytes("album.pdf", made::album(40)).await;
    let read = camille.until_read(&paper).await;
    assert_eq!(read["status"], "failed", "{read}");
    assert_eq!(house.words(REASON).await, ["too_complex"]);
    // Once might have been the machine's fault.
    assert_eq!(house.count("select attempt::bigint from jobs where kind = 'analyze_document'").await, 2);
    assert!(worker.stop().await.success());
    let _worker = house.worker_with(&[("AUTOTRACK_OCR_PAPER_SECONDS", "540")]).await;
    let good = camille.send("invoice/clean/inv_clean_002.pdf").await;
    let read = camille.until_read(&good).await;
    assert_ne!(read["status"], "failed", "{read}");
}
