//! Rule 7: a worker outlives any error of Redis, under a new name. Rule 12: Redis must be fit.

use std::time::Duration;

use domain::job::Queue;
use queue::{Enqueue, Handlers, RedisFault, Tickets};
use tokio::time::sleep;

use crate::support::Office;
use crate::support::kinds::{Note, write};
use crate::support::redis_server::RedisServer;

#[tokio::test(flavor = "multi_thread")]
async fn rule_7_a_worker_whose_registration_is_gone_starts_again_under_a_new_name() {
    let office = Office::open().await;
    let (worker, _relay) = (office.worker(Handlers::new().on(write)), office.relay());
    let first = office.enqueue(&Note::new("before"), Enqueue::default()).await;
    office.until(first, "done").await;
    // What FLUSHALL does, for this test alone.
    for key in office.keys().await {
        redis::cmd("DEL").arg(key).query_async::<()>(&mut office.redis().await).await.unwrap();
    }
    let second = office.enqueue(&Note::new("after"), Enqueue::default()).await;
    office.until(second, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_7_redis_can_go_away_and_come_back_and_nothing_is_lost() {
    let server = RedisServer::start(&["--appendonly", "yes", "--maxmemory-policy", "noeviction"]).await;
    let office = Office::open_on(&server.url()).await;
    let (worker, _relay) = (office.worker(Handlers::new().on(write)), office.relay());
    let before = office.enqueue(&Note::new("before"), Enqueue::default()).await;
    office.until(before, "done").await;
    // Until the slot that did it has found nothing more to do.
    sleep(Duration::from_secs(1)).await;
    let server = server.stop().await;
    let during = office.enqueue(&Note::new("during"), Enqueue::default()).await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(office.row(during).await.state, "ready");
    let _server = server.start_again().await;
    office.until_within(during, "done", Duration::from_secs(20)).await;
    let after = office.enqueue(&Note::new("after"), Enqueue::default()).await;
    office.until(after, "done").await;
    assert_eq!(office.count("select count(*) from reminders_sent").await, 3);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_12_a_redis_that_evicts_or_forgets_is_not_fit() {
    let fit = RedisServer::start(&["--appendonly", "yes", "--maxmemory-policy", "noeviction"]).await;
    Tickets::connect(&fit.url()).unwrap().check().await.unwrap();
    let evicts = RedisServer::start(&["--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"]).await;
    let fault = Tickets::connect(&evicts.url()).unwrap().check().await.unwrap_err();
    assert!(matches!(&fault, RedisFault::Evicts(policy) if policy == "allkeys-lru"), "{fault}");
    let forgets = RedisServer::start(&["--appendonly", "no", "--maxmemory-policy", "noeviction"]).await;
    let fault = Tickets::connect(&forgets.url()).unwrap().check().await.unwrap_err();
    assert!(matches!(fault, RedisFault::Forgets), "{fault}");
    let url = forgets.url();
    let tickets = Tickets::connect(&url).unwrap();
    forgets.stop().await;
    assert!(matches!(tickets.check().await.unwrap_err(), RedisFault::Away(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_7_a_backlog_of_tickets_beyond_what_one_fetch_can_move_is_worked_off() {
    let office = Office::open().await;
    let ids: Vec<_> = (0..12_000).map(|_| domain::ids::JobId(uuid::Uuid::now_v7())).collect();
    for some in ids.chunks(500) {
        office.tickets.send(Queue::Default, some).await.unwrap();
    }
    let last = office.enqueue(&Note::new("last"), Enqueue::default()).await;
    office.tickets.send(Queue::Default, &[last]).await.unwrap();
    let worker = office.worker(Handlers::new().on(write));
    office.until_within(last, "done", Duration::from_mins(1)).await;
    worker.stop().await;
}
