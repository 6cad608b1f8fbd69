//! Notifications: told once, each person's own, read once.

use chrono::{DateTime, TimeDelta, Utc};
use database::DatabaseError;
use database::notifications::{self, Column, Filter, NewDelivery, NewNotification};
use database::push_subscriptions::{self, NewSubscription};
use domain::ids::{NotificationId, UserId};
use domain::notification::{Channel, DeliveryStatus, NotificationKind};
use domain::paging::{OrderBy, PageRequest};
use serde_json::{Value, json};
use sqlx::PgConnection;
use testkit::TestDatabase;

use crate::people::user;

const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

fn at(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(day)
}

fn new<'a>(user: UserId, title: &'a str, metadata: &'a Value) -> NewNotification<'a> {
    NewNotification {
        user,
        kind: NotificationKind::DocumentRead,
        vehicle: None,
        document: None,
        title,
        message: "Votre document a été lu.",
        link: Some("/documents/1"),
        metadata,
        dedup_key: None,
    }
}

async fn tell(db: &mut PgConnection, user: UserId, title: &str, day: i64) -> NotificationId {
    notifications::insert(db, &new(user, title, &json!({})), true, at(day)).await.unwrap().unwrap()
}

async fn titles(db: &mut PgConnection, user: UserId, filter: Filter, order: OrderBy<Column>) -> Vec<String> {
    let page = PageRequest::new(1, 10).unwrap();
    let page = notifications::list(db, user, &filter, &[order], page).await.unwrap();
    assert_eq!(page.count, page.rows.len() as i64);
    page.rows.into_iter().map(|notification| notification.title).collect()
}

#[tokio::test]
async fn the_same_thing_is_told_once_to_one_person() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, bob) = (user(db, "alice").await, user(db, "bob").await);
    let metadata = json!({ "document_id": 1 });
    let once = |user| NewNotification { dedup_key: Some("document:1:x"), ..new(user, "Lu", &metadata) };
    let first = notifications::insert(db, &once(alice), true, at(1)).await.unwrap();
    assert!(first.is_some());
    assert_eq!(notifications::insert(db, &once(alice), true, at(2)).await.unwrap(), None);
    assert!(notifications::insert(db, &once(bob), true, at(2)).await.unwrap().is_some());
    let kept = notifications::get(db, alice, first.unwrap()).await.unwrap();
    assert_eq!(
        (kept.created_at, kept.metadata, kept.kind),
        (at(1), metadata, NotificationKind::DocumentRead)
    );
}

#[tokio::test]
async fn a_stranger_cannot_read_or_mark_my_notification() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, bob) = (user(db, "alice").await, user(db, "bob").await);
    let id = tell(db, alice, "Lu", 1).await;
    assert!(matches!(notifications::get(db, bob, id).await, Err(DatabaseError::NotFound)));
    assert!(matches!(notifications::set_read(db, bob, id, true, at(2)).await, Err(DatabaseError::NotFound)));
    assert_eq!(notifications::mark_all_read(db, bob, at(2)).await.unwrap(), 0);
    assert_eq!(notifications::unread_count(db, alice).await.unwrap(), 1);
}

#[tokio::test]
async fn reading_again_keeps_the_first_time_and_unreading_forgets_it() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let id = tell(db, alice, "Lu", 1).await;
    notifications::set_read(db, alice, id, true, at(2)).await.unwrap();
    let again = notifications::set_read(db, alice, id, true, at(3)).await.unwrap();
    assert_eq!(again.read_at, Some(at(2)));
    assert_eq!(notifications::set_read(db, alice, id, false, at(4)).await.unwrap().read_at, None);
    assert_eq!(notifications::unread_count(db, alice).await.unwrap(), 1);
}

#[tokio::test]
async fn reading_all_says_how_many_were_unread() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let first = tell(db, alice, "un", 1).await;
    tell(db, alice, "deux", 2).await;
    tell(db, alice, "trois", 3).await;
    notifications::set_read(db, alice, first, true, at(4)).await.unwrap();
    assert_eq!(notifications::mark_all_read(db, alice, at(5)).await.unwrap(), 2);
    assert_eq!(notifications::mark_all_read(db, alice, at(6)).await.unwrap(), 0);
    assert_eq!(notifications::unread_count(db, alice).await.unwrap(), 0);
}

#[tokio::test]
async fn a_list_is_narrowed_and_ordered() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let first = tell(db, alice, "un", 1).await;
    tell(db, alice, "deux", 2).await;
    let failed =
        NewNotification { kind: NotificationKind::DocumentFailed, ..new(alice, "trois", &Value::Null) };
    notifications::insert(db, &failed, true, at(3)).await.unwrap();
    notifications::set_read(db, alice, first, true, at(4)).await.unwrap();
    let oldest = OrderBy { descending: false, ..NEWEST };
    assert_eq!(titles(db, alice, Filter::default(), NEWEST).await, ["trois", "deux", "un"]);
    assert_eq!(titles(db, alice, Filter::default(), oldest).await, ["un", "deux", "trois"]);
    let unread = Filter { is_read: Some(false), ..Filter::default() };
    assert_eq!(titles(db, alice, unread, NEWEST).await, ["trois", "deux"]);
    let kinds = Some(vec![NotificationKind::DocumentFailed]);
    assert_eq!(titles(db, alice, Filter { kinds, ..Filter::default() }, NEWEST).await, ["trois"]);
    let middle = Filter { created_from: Some(at(2)), created_to: Some(at(2)), ..Filter::default() };
    assert_eq!(titles(db, alice, middle, NEWEST).await, ["deux"]);
}

#[tokio::test]
async fn only_notifications_read_long_ago_are_deleted() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    for (title, read) in [("vieux", Some(10)), ("récent", Some(90)), ("non lu", None)] {
        let id = tell(db, alice, title, 1).await;
        if let Some(day) = read {
            notifications::set_read(db, alice, id, true, at(day)).await.unwrap();
        }
    }
    assert_eq!(notifications::delete_read(db, at(50), 100).await.unwrap(), 1);
    assert_eq!(titles(db, alice, Filter::default(), NEWEST).await, ["non lu", "récent"]);
}

#[tokio::test]
async fn what_was_never_shown_goes_by_its_age_with_its_deliveries() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let nothing = json!({});
    let hidden = |day| (new(alice, "caché", &nothing), at(day));
    for (day, is_shown) in [(1, false), (5, false), (1, true)] {
        let (row, written) = hidden(day);
        let id = notifications::insert(db, &row, is_shown, written).await.unwrap().unwrap();
        let delivery = NewDelivery {
            notification: id,
            channel: Channel::InApp,
            status: DeliveryStatus::Delivered,
            letter: None,
            carried_by: None,
            is_digest: false,
            send_after: written,
            error: None,
        };
        notifications::insert_delivery(db, &delivery, written).await.unwrap();
    }
    assert_eq!(notifications::unread_count(db, alice).await.unwrap(), 1);
    // One that is shown and was not read stays, however old it is.
    assert_eq!(notifications::delete_read(db, at(4), 10).await.unwrap(), 1);
    let left: i64 =
        sqlx::query_scalar("select count(*) from notification_deliveries").fetch_one(db).await.unwrap();
    assert_eq!(left, 2);
}

#[tokio::test]
async fn a_browser_that_fails_for_long_is_forgotten_and_the_most_silent_makes_room() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let mut ids = Vec::new();
    for (number, endpoint) in
        ["https://a.example", "https://b.example", "https://c.example"].iter().enumerate()
    {
        let browser = NewSubscription {
            user: alice,
            endpoint,
            p256dh: &[4; 65],
            auth: &[7; 16],
            vapid_kid: "k",
            user_agent: None,
        };
        ids.push(push_subscriptions::insert(db, &browser, at(number as i64)).await.unwrap().id);
    }
    for _ in 0..10 {
        push_subscriptions::mark_failed(db, ids[0]).await.unwrap();
        push_subscriptions::mark_failed(db, ids[1]).await.unwrap();
    }
    push_subscriptions::mark_used(db, ids[1], at(20)).await.unwrap();
    assert_eq!(push_subscriptions::delete_dead(db, 10, at(10)).await.unwrap(), 1);
    assert_eq!(push_subscriptions::ids(db, alice).await.unwrap(), ids[1..]);
    push_subscriptions::make_room(db, alice, ids[2], 1).await.unwrap();
    assert_eq!(push_subscriptions::ids(db, alice).await.unwrap(), ids[2..]);
}
