//! Redis goes, and comes back with nothing in it.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};
use testkit::specimens;
use tokio::time::{Instant, sleep};

use crate::house::{House, Visitor};
use crate::reading::{ANALYSES, NOTIFICATIONS};
use crate::smtp;

/// A paper with a layer of text, which is read in no time, and what stands on it.
const PAPER: &str = "invoice/clean/inv_clean_002.pdf";
const PLATE: &str = "CF-531-WE";
const VIN: &str = "TSMY4HB1NMNKZ5990";

/// How long an upload may take while Redis is away.
const STILL_QUICK: Duration = Duration::from_secs(10);

/// Uploads a paper that differs from the others in its last line only.
async fn send(visitor: &Visitor, number: usize) {
    let mut bytes = specimens::bytes(PAPER);
    bytes.extend(format!("\n% {number}\n").into_bytes());
    visitor.send_bytes(&format!("{number}.pdf"), bytes).await;
}

#[tokio::test]
async fn a_lost_redis_loses_no_paper_and_no_letter() {
    let mut house = House::open().await;
    let worker = house.worker().await;
    let camille = house.visitor("camille").await;
    house.until_idle().await;
    worker.kill().await;

    for number in 0..15 {
        send(&camille, number).await;
    }
    house.redis.lose().await;
    let began = Instant::now();
    for number in 15..20 {
        send(&camille, number).await;
    }
    assert!(began.elapsed() < STILL_QUICK * 5, "{:?}", began.elapsed());
    house.redis.come_back_empty().await;
    let _worker = house.worker().await;

    // Once more, with papers and letters on their way.
    house.until(5, ANALYSES).await;
    house.redis.lose().await;
    house.redis.come_back_empty().await;

    house.until(20, ANALYSES).await;
    house.until_idle().await;
    assert_eq!(house.count(ANALYSES).await, 20);
    assert_eq!(house.count(NOTIFICATIONS).await, 20);
    assert_eq!(house.letters(&camille).len(), 20);
    house.keep_secret(PLATE);
    house.keep_secret(VIN);
    house.assert_logs_keep_quiet();
}

#[tokio::test]
async fn a_database_that_cuts_everybody_off_again_and_again_doubles_no_letter() {
    let house = House::open().await;
    smtp::post(&house, 60).await;
    let options: PgConnectOptions = house.database.url().parse().unwrap();
    let mut server: PgConnection = options.clone().database("postgres").connect().await.unwrap();
    let _worker = house.worker().await;
    for _ in 0..60 {
        sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
            .bind(options.get_database())
            .execute(&mut server)
            .await
            .unwrap();
        sleep(Duration::from_millis(50)).await;
    }
    house.until(60, "select count(*) from letters where state = 'sent'").await;
    house.until_idle().await;
    let copies = smtp::copies(&house);
    let doubled: Vec<_> = copies.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert_eq!((copies.len(), doubled), (60, vec![]));
}
