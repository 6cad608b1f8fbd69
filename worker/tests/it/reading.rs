//! The rich feature from end to end.

use serde_json::json;

use crate::house::House;
use crate::made;

/// A carte grise, and what stands on it.
pub const PAPER: &str = "registration/clean/reg_clean_004.pdf";
pub const PLATE: &str = "AY-268-WJ";
pub const VIN: &str = "VF3WX63V1FJRU7356";

/// How often papers were read, and how often their owners were told.
pub const ANALYSES: &str = "select count(*) from document_analyses";
pub const NOTIFICATIONS: &str = "select count(*) from notifications where document_id is not null";

/// How the runs of the reading ended, in their order.
pub const ATTEMPTS: &str = "select outcome from job_attempts a join jobs j on j.id = a.job_id
    where j.kind = 'analyze_document' order by a.fence";

#[tokio::test]
async fn an_uploaded_carte_grise_is_read_and_its_owner_told_once() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send(PAPER).await;

    let read = camille.until_read(&paper).await;
    assert!(read["status"] == "analyzed" || read["status"] == "needs_review", "{read}");
    assert_eq!(read["document_type"], "registration");
    assert_eq!(
        (&read["analysis_data"]["license_plate"], &read["analysis_data"]["vin"]),
        (&PLATE.into(), &VIN.into())
    );

    house.until_idle().await;
    let task = camille.get(&format!("/api/tasks/{}/", paper["task_id"].as_str().unwrap())).await.ok();
    assert_eq!((&task["status"], &task["progress"]), (&"done".into(), &100.into()), "{task}");
    assert_eq!(house.count(ANALYSES).await, 1);
    assert_eq!(house.count(NOTIFICATIONS).await, 1);
    let letters = house.letters(&camille);
    assert_eq!(letters.len(), 1, "{letters:?}");
    let kind = if read["status"] == "analyzed" { "document-read" } else { "document-needs-review" };
    assert_eq!(letters[0].header("X-AutoTrack-Letter"), Some(kind));

    house.keep_secret(PLATE);
    house.keep_secret(VIN);
    house.assert_logs_keep_quiet();
}

#[tokio::test]
async fn what_is_said_while_a_paper_is_read_is_how_it_ends_up_read() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send_bytes("album.pdf", made::album(3)).await;
    camille.until_status(&paper, &["processing"]).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    let said =
        camille.post(&format!("{path}analyze/"), json!({ "document_type": "invoice" })).await.expect(202);
    assert_eq!(said.json()["task_id"], paper["task_id"], "the reading that runs is the answer");
    let read = camille.until_read(&paper).await;
    assert_eq!(read["document_type"], "invoice");
    let analysis = camille.get(&format!("{path}analysis/")).await.ok();
    assert_eq!(analysis["document_type"], "invoice", "{analysis}");
    house.until_idle().await;
    assert_eq!(house.count(ANALYSES).await, 1);
    assert_eq!(house.count(NOTIFICATIONS).await, 1);
}
