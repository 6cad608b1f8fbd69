//! Lists of papers with one question each.

use chrono::{TimeZone, Utc};
use domain::access::Role;
use domain::clock::Clock;
use domain::document::DocumentKind;
use serde_json::{Value, json};
use testkit::{Person, TestApp, share, specimens};

use super::{PDF, PNG, read, upload};

async fn titles(person: &Person, path: &str) -> Vec<String> {
    let list = person.get(path).await.ok();
    let rows = list["results"].as_array().expect("rows");
    rows.iter().map(|row| row["title"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn entitled(person: &Person, specimen: &str, title: &str, said: Value) -> Value {
    let paper = person.upload("a", specimens::bytes(specimen), &[("title", title)]).await.created();
    person.patch(&format!("/api/documents/{}/", paper["id"]), said).await.ok()
}

#[tokio::test]
async fn what_ends_soon_and_what_has_ended_are_told_apart_by_the_day_in_paris() {
    // Half past midnight in Paris, and still the day before in UTC.
    let now = Utc.with_ymd_and_hms(2026, 11, 26, 23, 30, 0).single().expect("a time");
    let app = TestApp::start_with(&[], Clock::fixed(now)).await;
    let alice = app.alice().await;
    let ends = |day: &str| json!({ "expires_on": day });
    entitled(&alice, PDF, "hier", ends("2026-11-26")).await;
    entitled(&alice, PNG, "aujourd’hui", ends("2026-11-27")).await;
    entitled(&alice, "insurance/clean/ins_clean_002.pdf", "dans un mois", ends("2026-12-27")).await;
    entitled(&alice, "registration/clean/reg_clean_004.pdf", "plus tard", ends("2026-12-28")).await;
    upload(&alice, "registration/photo/reg_photo_000.jpg").await;
    let soon = "/api/documents/expiring_soon/";
    assert_eq!(titles(&alice, soon).await, ["aujourd’hui", "dans un mois"]);
    assert_eq!(titles(&alice, &format!("{soon}?days=1")).await, ["aujourd’hui"]);
    assert_eq!(titles(&alice, &format!("{soon}?days=365&page_size=2")).await.len(), 2);
    assert_eq!(titles(&alice, "/api/documents/expired/").await, ["hier"]);
    for bad in ["0", "366", "-1", "x"] {
        alice.get(&format!("{soon}?days={bad}")).await.assert_invalid(&["days"]);
    }
    assert_eq!(titles(&app.bob().await, "/api/documents/expired/").await, [""; 0]);
}

#[tokio::test]
async fn papers_are_listed_by_kind_and_while_they_are_not_read() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let invoice = entitled(&alice, PDF, "facture", json!({})).await;
    entitled(&alice, PNG, "carte", json!({ "document_type": "registration" })).await;
    assert_eq!(titles(&alice, "/api/documents/unanalyzed/").await, ["carte", "facture"]);
    read(&app, &invoice, DocumentKind::Invoice, &[]).await;
    assert_eq!(titles(&alice, "/api/documents/unanalyzed/").await, ["carte"]);
    assert_eq!(titles(&alice, "/api/documents/by_type/?type=invoice").await, ["facture"]);
    assert_eq!(
        titles(&alice, "/api/documents/by_type/?type=invoice,registration&ordering=title").await,
        ["carte", "facture"]
    );
    alice.get("/api/documents/by_type/").await.assert_invalid(&["type"]);
    alice.get("/api/documents/by_type/?type=novel").await.assert_invalid(&["type"]);
    let stats = alice.get("/api/documents/stats/").await.ok();
    let size = specimens::bytes(PDF).len() + specimens::bytes(PNG).len();
    assert_eq!(
        stats,
        json!({
            "total": 2, "analyzed": 1, "unanalyzed": 1, "inbox": 0, "total_size": size,
            "by_type": { "invoice": 1, "registration": 1 }, "by_status": { "needs_review": 1, "queued": 1 },
        })
    );
    let none = app.bob().await.get("/api/documents/stats/").await.ok();
    assert_eq!((&none["total"], &none["total_size"], &none["by_type"]), (&json!(0), &json!(0), &json!({})));
}

async fn car(person: &Person, make: &str) -> i64 {
    let form = json!({ "make": make, "model": "Panda", "year": 2015 });
    person.post("/api/vehicles/", form).await.created()["id"].as_i64().expect("an id")
}

#[tokio::test]
async fn papers_come_in_groups_by_vehicle_with_their_numbers() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let (old, new) = (car(&alice, "Fiat").await, car(&alice, "Seat").await);
    entitled(&alice, PDF, "seat", json!({ "vehicle": new })).await;
    entitled(&alice, PNG, "fiat 1", json!({ "vehicle": old })).await;
    entitled(&alice, "insurance/clean/ins_clean_002.pdf", "libre", json!({})).await;
    entitled(&alice, "registration/clean/reg_clean_004.pdf", "fiat 2", json!({ "vehicle": old })).await;
    let groups = alice.get("/api/documents/by_vehicle/").await.ok();
    assert_eq!(groups["count"], 3);
    let of = |index: usize| {
        let group = &groups["results"][index];
        let titles: Vec<&str> = group["documents"]
            .as_array()
            .expect("papers")
            .iter()
            .map(|paper| paper["title"].as_str().expect("a title"))
            .collect();
        (group["vehicle"].clone(), group["vehicle_name"].clone(), group["documents_count"].clone(), titles)
    };
    assert_eq!(of(0), (json!(old), json!("Fiat Panda"), json!(2), vec!["fiat 2", "fiat 1"]));
    assert_eq!(of(1), (json!(new), json!("Seat Panda"), json!(1), vec!["seat"]));
    assert_eq!(of(2), (Value::Null, Value::Null, json!(1), vec!["libre"]));
    let second = alice.get("/api/documents/by_vehicle/?page=2&page_size=2").await.ok();
    assert_eq!((&second["count"], second["results"].as_array().map(Vec::len)), (&json!(3), Some(1)));
    alice.get("/api/documents/by_vehicle/?page=9").await.assert_problem(404, "not_found");
    share(&app, old, &bob, Role::Viewer).await;
    let his = bob.get("/api/documents/by_vehicle/").await.ok();
    assert_eq!((&his["count"], &his["results"][0]["vehicle"]), (&json!(1), &json!(old)));
    let one = bob.get(&format!("/api/documents/by_vehicle/?vehicle_id={new}")).await.ok();
    assert_eq!(one["count"], 0);
}

#[tokio::test]
async fn a_group_shows_its_ten_newest_papers() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let vehicle = car(&alice, "Fiat").await;
    for number in 0..12 {
        let mut pdf = specimens::bytes(PDF);
        pdf.extend(format!("% {number}").bytes());
        let parts = [("title", number.to_string()), ("vehicle", vehicle.to_string())];
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        alice.upload("a.pdf", pdf, &parts).await.created();
    }
    let groups = alice.get("/api/documents/by_vehicle/").await.ok();
    let group = &groups["results"][0];
    assert_eq!(
        (&group["documents_count"], group["documents"].as_array().map(Vec::len)),
        (&json!(12), Some(10))
    );
    assert_eq!(group["documents"][0]["title"], "11");
}

#[tokio::test]
async fn the_papers_of_a_vehicle_are_there_for_all_its_people() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let vehicle = car(&alice, "Fiat").await;
    let path = format!("/api/vehicles/{vehicle}/documents/");
    entitled(&alice, PDF, "facture", json!({ "vehicle": vehicle, "document_type": "invoice" })).await;
    entitled(&alice, PNG, "ailleurs", json!({})).await;
    assert_eq!(titles(&alice, &path).await, ["facture"]);
    bob.get(&path).await.assert_problem(404, "not_found");
    share(&app, vehicle, &bob, Role::Viewer).await;
    assert_eq!(titles(&bob, &format!("{path}?document_type=invoice&status=queued")).await, ["facture"]);
    assert_eq!(titles(&bob, &format!("{path}?status=analyzed")).await, [""; 0]);
    bob.get(&format!("{path}?status=novel")).await.assert_invalid(&["status"]);
    alice.delete(&format!("/api/vehicles/{vehicle}/")).await.expect(204);
    alice.get(&path).await.assert_problem(404, "not_found");
}
