//! Telling somebody something: now, later, together, or not at all; and never twice.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use database::notifications::{self as rows, Kept, NewNotification};
use domain::document::FailureReason;
use domain::ids::{DeliveryId, DocumentId, NotificationId, UserId};
use domain::letter::{DocumentFailed, Letter};
use domain::notification::{Channels, Digest, NotificationKind};
use domain::settings::Settings;
use futures::future::join_all;
use operations::dead_jobs;
use operations::notifications::{Due, Notice, deliver, notify};
use queue::{DeadJob, DeadReason};
use serde_json::{Value, json};

use crate::house::House;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn person(house: &House) -> UserId {
    house.sign_up("camille@exemple.fr").await.user.id
}

async fn prefer(house: &House, user: UserId, quiet: Option<(&str, &str)>, digest: Digest) {
    let time = |text: &str| text.parse::<NaiveTime>().unwrap();
    let quiet = quiet.map(|(start, end)| (time(start), time(end), None));
    let kept = Kept { chosen: BTreeMap::new(), quiet, digest };
    let mut db = house.read().await.unwrap();
    rows::save_preferences(&mut db, user, &kept, house.clock.now()).await.unwrap();
}

fn letter() -> Letter {
    Letter::DocumentFailed(DocumentFailed {
        document_id: DocumentId(7),
        title: "Scan.pdf".into(),
        reason: FailureReason::Damaged,
    })
}

/// Tells of a paper, as the product does.
async fn tell(
    house: &House,
    user: UserId,
    title: &str,
    key: Option<&str>,
    now: &str,
) -> Option<NotificationId> {
    tell_by(house, user, title, key, Some(&letter()), now).await
}

async fn tell_by(
    house: &House,
    user: UserId,
    title: &str,
    key: Option<&str>,
    letter: Option<&Letter>,
    now: &str,
) -> Option<NotificationId> {
    let metadata = json!({});
    let new = NewNotification {
        user,
        kind: NotificationKind::DocumentFailed,
        vehicle: None,
        document: None,
        title,
        message: "Le fichier est endommagé.",
        link: Some("/documents/7"),
        metadata: &metadata,
        dedup_key: key,
    };
    let mut work = house.begin().await.unwrap();
    let told = notify(&mut work, &Notice { new, letter }, at(now)).await.unwrap();
    work.commit().await.unwrap();
    told
}

#[derive(Debug, sqlx::FromRow)]
struct Delivery {
    id: i64,
    status: String,
    send_after: DateTime<Utc>,
    letter_id: Option<i64>,
    error: Option<String>,
}

/// The deliveries by letter, in order.
async fn by_letter(house: &House) -> Vec<Delivery> {
    sqlx::query_as(
        "select id, status, send_after, letter_id, error from notification_deliveries where channel = 'email' order by id",
    )
    .fetch_all(&house.db)
    .await
    .unwrap()
}

/// Kind and content of the letters about papers and of digests.
async fn posted(house: &House) -> Vec<(String, Value)> {
    sqlx::query_as("select kind, context from letters where kind not in ('otp', 'welcome') order by id")
        .fetch_all(&house.db)
        .await
        .unwrap()
}

async fn hand_over(house: &House, id: i64, now: &str) -> Due {
    let mut work = house.begin().await.unwrap();
    let due = deliver(&mut work, DeliveryId(id), at(now)).await.unwrap();
    work.commit().await.unwrap();
    due
}

#[tokio::test]
async fn a_letter_that_falls_into_quiet_hours_leaves_when_they_end() {
    let house = House::open().await;
    let user = person(&house).await;
    prefer(&house, user, Some(("22:00:00", "07:00:00")), Digest::Off).await;
    tell(&house, user, "Document illisible", None, "2026-06-01T21:00:00Z").await.unwrap();
    let waiting = by_letter(&house).await.remove(0);
    assert_eq!((waiting.status.as_str(), waiting.send_after), ("deferred", at("2026-06-02T05:00:00Z")));
    assert_eq!(posted(&house).await, []);
    let due: Vec<DateTime<Utc>> =
        sqlx::query_scalar("select run_at from jobs where kind = 'deliver_notification'")
            .fetch_all(&house.db)
            .await
            .unwrap();
    assert_eq!(due, [waiting.send_after]);
    let early = hand_over(&house, waiting.id, "2026-06-02T04:59:00Z").await;
    assert_eq!(early, Due::NotYet(std::time::Duration::from_mins(1)));
    assert_eq!(posted(&house).await, []);
    for _ in 0..2 {
        assert_eq!(hand_over(&house, waiting.id, "2026-06-02T05:00:00Z").await, Due::Done);
    }
    // The letter that says it best, not one made of title and message; and once.
    assert_eq!(posted(&house).await, [("document-failed".to_owned(), letter().to_context())]);
    assert!(by_letter(&house).await[0].letter_id.is_some());
}

#[tokio::test]
async fn quiet_hours_end_by_the_clock_on_the_wall_in_both_nights_that_change_it() {
    let house = House::open().await;
    let user = person(&house).await;
    prefer(&house, user, Some(("22:00:00", "07:00:00")), Digest::Off).await;
    for (now, end) in
        [("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"), ("2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z")]
    {
        tell(&house, user, now, None, now).await.unwrap();
        assert_eq!(by_letter(&house).await.last().unwrap().send_after, at(end));
    }
}

#[tokio::test]
async fn quiet_hours_are_those_of_the_readers_own_time_zone() {
    let house = House::open().await;
    let user = person(&house).await;
    prefer(&house, user, Some(("22:00:00", "07:00:00")), Digest::Off).await;
    let timezone = "Indian/Reunion".parse().unwrap();
    let settings = Settings { timezone, ..Settings::default() };
    let mut db = house.read().await.unwrap();
    database::settings::save(&mut db, user, &settings, house.clock.now()).await.unwrap();
    drop(db);
    // 18:00 UTC is 19:00 in Paris and 22:00 on the island.
    tell(&house, user, "soir", None, "2026-01-10T17:59:00Z").await.unwrap();
    tell(&house, user, "nuit", None, "2026-01-10T18:00:00Z").await.unwrap();
    let deliveries = by_letter(&house).await;
    assert_eq!(deliveries[0].status, "sending");
    assert_eq!(deliveries[1].send_after, at("2026-01-11T03:00:00Z"));
}

#[tokio::test]
async fn a_digest_is_one_letter_however_often_and_by_however_many_it_is_handed_over() {
    let house = House::open().await;
    let user = person(&house).await;
    prefer(&house, user, None, Digest::Daily).await;
    for title in ["un", "deux", "trois"] {
        tell(&house, user, title, None, "2026-06-01T12:00:00Z").await.unwrap();
    }
    tell(&house, user, "demain", None, "2026-06-02T06:30:00Z").await.unwrap();
    let waiting = by_letter(&house).await;
    assert!(waiting.iter().all(|one| one.status == "deferred"));
    // Each has a job of its own: all at once, and once more.
    let jobs = waiting[..3].iter().rev().map(|one| hand_over(&house, one.id, "2026-06-02T06:00:00Z"));
    assert_eq!(join_all(jobs).await, [Due::Done; 3]);
    hand_over(&house, waiting[0].id, "2026-06-02T06:00:00Z").await;
    let letters = posted(&house).await;
    assert_eq!(letters.len(), 1);
    let (kind, context) = &letters[0];
    let titles: Vec<_> =
        context["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
    assert_eq!((kind.as_str(), titles), ("notification-digest", vec!["un", "deux", "trois"]));
    assert_eq!(context["items"][0]["link"], "/documents/7");
    let after = by_letter(&house).await;
    assert!(after[0].letter_id.is_some());
    assert!(after[..3].iter().all(|one| one.letter_id == after[0].letter_id));
    assert_eq!((after[3].status.as_str(), after[3].letter_id), ("deferred", None));
    assert_eq!(hand_over(&house, after[3].id, "2026-06-03T06:00:00Z").await, Due::Done);
    assert_eq!(posted(&house).await.len(), 2);
}

#[tokio::test]
async fn the_same_thing_is_told_once_though_many_tell_it_at_once() {
    let house = House::open().await;
    let user = person(&house).await;
    let tellers = (0..20).map(|_| tell(&house, user, "Lu", Some("document:7:x"), "2026-06-01T12:00:00Z"));
    let told = join_all(tellers).await;
    assert_eq!(told.iter().flatten().count(), 1);
    assert_eq!(house.count("select count(*) from notifications").await, 1);
    assert_eq!(posted(&house).await.len(), 1);
    assert_eq!(by_letter(&house).await.len(), 1);
}

#[tokio::test]
async fn what_has_no_letter_of_its_own_is_written_out() {
    let house = House::open().await;
    let user = person(&house).await;
    tell_by(&house, user, "Titre", None, None, "2026-06-01T12:00:00Z").await.unwrap();
    let item = json!({ "title": "Titre", "message": "Le fichier est endommagé.", "link": "/documents/7" });
    assert_eq!(
        posted(&house).await,
        [("notification-digest".to_owned(), json!({ "items": [item], "more": 0, "is_mandatory": false }))]
    );
}

#[tokio::test]
async fn what_its_reader_switched_off_or_deleted_meanwhile_is_not_sent() {
    let house = House::open().await;
    let user = person(&house).await;
    prefer(&house, user, Some(("22:00:00", "07:00:00")), Digest::Off).await;
    let deleted = tell(&house, user, "un", None, "2026-06-01T21:00:00Z").await.unwrap();
    tell(&house, user, "deux", None, "2026-06-01T21:00:00Z").await.unwrap();
    let waiting = by_letter(&house).await;
    let mut db = house.read().await.unwrap();
    rows::delete(&mut db, user, deleted).await.unwrap();
    let off = Channels { email: false, in_app: true, push: true };
    let chosen = [(NotificationKind::DocumentFailed.as_str(), off)].into();
    let kept = Kept { chosen, quiet: None, digest: Digest::Off };
    rows::save_preferences(&mut db, user, &kept, house.clock.now()).await.unwrap();
    drop(db);
    for one in waiting {
        assert_eq!(hand_over(&house, one.id, "2026-06-02T05:00:00Z").await, Due::Done);
    }
    assert_eq!(posted(&house).await, []);
    let left = by_letter(&house).await;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].status.as_str(), left[0].error.as_deref()), ("suppressed", Some("not wanted")));
}

#[tokio::test]
async fn a_delivery_whose_job_was_given_up_has_failed() {
    let house = House::open().await;
    let user = person(&house).await;
    prefer(&house, user, Some(("22:00:00", "07:00:00")), Digest::Off).await;
    tell(&house, user, "un", None, "2026-06-01T21:00:00Z").await.unwrap();
    let job = DeadJob {
        id: uuid::Uuid::nil().into(),
        kind: "deliver_notification".to_owned(),
        version: 1,
        payload: json!({ "delivery_id": by_letter(&house).await[0].id }),
        user: Some(user),
        reason: DeadReason::Poison,
        error: "it took its worker down three times".to_owned(),
    };
    let mut work = house.begin().await.unwrap();
    dead_jobs::hook(house.clock.clone())(&mut work, &job).await.unwrap();
    work.commit().await.unwrap();
    let failed = by_letter(&house).await.remove(0);
    assert_eq!((failed.status.as_str(), failed.error), ("failed", Some(job.error)));
}
