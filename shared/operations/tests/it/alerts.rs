//! What operators are told by letter.

use std::sync::Arc;

use chrono::Duration as Span;
use config::Settings;
use operations::Context;
use operations::alerts::{self, Unwell};
use serde_json::{Value, json};

use crate::house::{House, address};

/// A house with two operators, in which jobs were given up some minutes ago.
async fn house(dead_minutes_ago: &[i32]) -> House {
    let house = House::open_with(|ctx: &mut Context| {
        let mut settings = Settings::clone(&ctx.settings);
        settings.mail.operators = vec![address("ops@exemple.fr"), address("zoe@exemple.fr")];
        ctx.settings = Arc::new(settings);
    })
    .await;
    for minutes in dead_minutes_ago {
        give_up(&house, *minutes).await;
    }
    house
}

async fn give_up(house: &House, minutes_ago: i32) {
    sqlx::query(
        "insert into jobs (id, kind, payload_version, payload, queue, state, dead_reason, last_error, finished_at)
        values (gen_random_uuid(), 'send_letter', 1, '{\"letter_id\": 1}', 'mail', 'dead', 'failed',
            'camille@exemple.fr is unknown', now() - make_interval(mins => $1))",
    )
    .bind(minutes_ago)
    .execute(&house.db)
    .await
    .unwrap();
}

fn unwell() -> Vec<Unwell> {
    vec![Unwell { part: "redis", says: "not reachable".to_owned() }]
}

/// What the letters say, in order.
async fn told(house: &House) -> Vec<(String, Value)> {
    sqlx::query_as(
        "select address::text, context -> 'lines' from letters where kind = 'operators-alert' order by id",
    )
    .fetch_all(&house.db)
    .await
    .unwrap()
}

#[tokio::test]
async fn each_operator_gets_one_letter_with_everything_and_nothing_personal() {
    let house = house(&[3, 2, 2000]).await;
    assert!(alerts::tell(&house, &unwell()).await.unwrap());
    let lines = json!(["redis : injoignable", "send_letter : 2 tâches abandonnées (échec)"]);
    let of = |to: &str| (to.to_owned(), lines.clone());
    assert_eq!(told(&house).await, [of("ops@exemple.fr"), of("zoe@exemple.fr")]);
    assert_eq!(
        house.count("select count(*) from jobs where kind = 'send_letter' and state = 'ready'").await,
        2
    );
}

#[tokio::test]
async fn nobody_is_told_when_all_is_well_or_nobody_wants_to_be() {
    let well = house(&[]).await;
    assert!(!alerts::tell(&well, &[]).await.unwrap());
    let unwanted = House::open().await;
    assert!(!alerts::tell(&unwanted, &unwell()).await.unwrap());
    assert!(told(&well).await.is_empty() && told(&unwanted).await.is_empty());
}

#[tokio::test]
async fn twenty_who_look_at_once_write_one_letter() {
    let house = house(&[2]).await;
    let looks = (0..20).map(|_| {
        let ctx = house.ctx.clone();
        tokio::spawn(async move { alerts::tell(&ctx, &unwell()).await.unwrap() })
    });
    let wrote = futures_count(looks.collect()).await;
    assert_eq!((wrote, told(&house).await.len()), (1, 2));
}

async fn futures_count(looks: Vec<tokio::task::JoinHandle<bool>>) -> usize {
    let mut wrote = 0;
    for look in looks {
        wrote += usize::from(look.await.unwrap());
    }
    wrote
}

#[tokio::test]
async fn what_happens_after_the_letter_is_in_the_next_one_an_hour_later() {
    let house = house(&[10]).await;
    assert!(alerts::tell(&house, &[]).await.unwrap());
    // Some minutes pass on the database's clock.
    house.execute("update operator_alerts set told_until = told_until - interval '5 minutes'").await;
    give_up(&house, 1).await;
    house.later(Span::minutes(59));
    assert!(!alerts::tell(&house, &[]).await.unwrap(), "the hour has had its letter");
    house.later(Span::minutes(1));
    assert!(alerts::tell(&house, &[]).await.unwrap());
    let lines = told(&house).await;
    assert_eq!(
        lines[2].1,
        json!(["send_letter : une tâche abandonnée (échec)"]),
        "the first is not told twice"
    );
    house.later(Span::hours(1));
    assert!(!alerts::tell(&house, &[]).await.unwrap(), "nothing new");
}
