//! Rule 2: the relay tops the queues up in a fair order. Rule 10: nobody's flood stands before another's single job.

use std::time::Duration;

use domain::job::Queue;
use queue::{Enqueue, Handlers, Work, relay};
use tokio::time::sleep;

use crate::support::Office;
use crate::support::kinds::{Note, write};

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_the_relay_fills_up_to_the_bound_and_no_further() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    for _ in 0..450 {
        work.enqueue(&Note::new("flood"), Enqueue::default()).await.unwrap();
    }
    work.commit().await.unwrap();
    assert_eq!(relay::pass(&office.db, &office.tickets, Queue::Default).await.unwrap(), 200);
    assert_eq!(relay::pass(&office.db, &office.tickets, Queue::Default).await.unwrap(), 0);
    assert_eq!(office.tickets.outstanding(Queue::Default).await.unwrap(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_relays_one_after_the_other_send_no_more_tickets_than_jobs_are_due() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    for _ in 0..150 {
        work.enqueue(&Note::new("once"), Enqueue::default()).await.unwrap();
    }
    work.enqueue(&Note::new("later"), Enqueue::default().after(Duration::from_mins(1))).await.unwrap();
    work.commit().await.unwrap();
    for sent in [150, 0, 0] {
        assert_eq!(relay::pass(&office.db, &office.tickets, Queue::Default).await.unwrap(), sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_a_ticket_that_vanished_is_sent_again() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("lost"), Enqueue::default()).await;
    for key in office.keys().await {
        redis::cmd("DEL").arg(key).query_async::<()>(&mut office.redis().await).await.unwrap();
    }
    let (worker, _relay) = (office.worker(Handlers::new().on(write)), office.relay());
    office.until(id, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_any_ticket_brings_the_job_that_is_next() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    let last = work.enqueue(&Note::new("last"), Enqueue::default()).await.unwrap();
    let first = work.enqueue(&Note::new("first"), Enqueue::default().priority(1)).await.unwrap();
    work.commit().await.unwrap();
    office.tickets.send(Queue::Default, &[last]).await.unwrap();
    let mut settings = office.settings();
    settings.slots = vec![(Queue::Default, 1)];
    let worker = office.worker_with(Handlers::new().on(write), settings);
    // One ticket is enough for both: whoever is awake looks for more.
    office.until(last, "done").await;
    let first_was_first =
        "select count(*) from jobs a, jobs b where a.priority > b.priority and a.finished_at < b.finished_at";
    assert_eq!(office.count(first_was_first).await, 1, "{first}");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_without_redis_the_relay_says_so() {
    let office = Office::open().await;
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    work.enqueue(&Note::new("waits"), Enqueue::default()).await.unwrap();
    work.commit().await.unwrap();
    assert!(relay::pass(&office.db, &office.without_redis(), Queue::Default).await.is_err());
}

/// The order in which one slot does what the relay tickets.
async fn order_of_work(office: &Office) -> Vec<String> {
    let mut settings = office.settings();
    settings.slots = vec![(Queue::Default, 1)];
    let (worker, _relay) = (office.worker_with(Handlers::new().on(write), settings), office.relay());
    while office.count("select count(*) from jobs where state <> 'done'").await > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    worker.stop().await;
    sqlx::query_scalar("select payload ->> 'text' from jobs order by finished_at")
        .fetch_all(&office.db)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_priority_goes_before_fair_share_before_age() {
    let office = Office::open().await;
    let users = office.users(2).await;
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    for (text, user, priority) in
        [("a1", 0, 0), ("a2", 0, 0), ("a3", 0, 0), ("b1", 1, 0), ("b2", 1, 0), ("urgent", 0, 5)]
    {
        let options = Enqueue::default().by(users[user]).priority(priority);
        work.enqueue(&Note::new(text), options).await.unwrap();
    }
    work.commit().await.unwrap();
    assert_eq!(order_of_work(&office).await, ["urgent", "a1", "b1", "a2", "b2", "a3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_10_ten_thousand_jobs_of_one_user_do_not_delay_one_of_another() {
    let office = Office::open().await;
    let users = office.users(2).await;
    sqlx::query(
        "insert into jobs (id, kind, payload_version, payload, queue, user_id, run_at, fair_at)
        select gen_random_uuid(), 'test_note', 1, '{\"text\": \"flood\"}', 'default', $1,
            now() - interval '1 minute', now() - interval '1 minute' + n * interval '10 seconds'
        from generate_series(0, 9999) n",
    )
    .bind(users[0].0)
    .execute(&office.db)
    .await
    .unwrap();
    let mut work = Work::begin(&office.db, &office.without_redis()).await.unwrap();
    let single = work.enqueue(&Note::new("single"), Enqueue::default().by(users[1])).await.unwrap();
    work.commit().await.unwrap();
    let mut settings = office.settings();
    settings.slots = vec![(Queue::Default, 1)];
    let (worker, _relay) = (office.worker_with(Handlers::new().on(write), settings), office.relay());
    office.until(single, "done").await;
    worker.stop().await;
    let before: i64 = sqlx::query_scalar(
        "select count(*) from jobs j, jobs single where single.id = $1 and j.finished_at < single.finished_at",
    )
    .bind(single.0)
    .fetch_one(&office.db)
    .await
    .unwrap();
    assert!(before <= 7, "{before} jobs of the flood went before the single one");
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_10_concurrency_is_a_setting_of_each_queue() {
    let office = Office::open().await;
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let handlers = {
        let gate = std::sync::Arc::clone(&gate);
        Handlers::new().on(move |run: queue::Run<Note>| {
            let gate = std::sync::Arc::clone(&gate);
            async move {
                gate.acquire().await.unwrap().forget();
                run.finish().await?.done().await
            }
        })
    };
    let mut settings = office.settings();
    settings.slots = vec![(Queue::Default, 2), (Queue::Mail, 1)];
    let worker = office.worker_with(handlers, settings);
    for queue in [Queue::Default, Queue::Mail] {
        for _ in 0..4 {
            office.enqueue(&Note::new("held"), Enqueue::default().queue(queue)).await;
        }
    }
    sleep(Duration::from_millis(1500)).await;
    let running = "select count(*) from jobs where state = 'running' and queue = ";
    assert_eq!(
        office.count("select count(*) from jobs where state = 'running' and queue = 'default'").await,
        2,
        "{running}"
    );
    assert_eq!(office.count("select count(*) from jobs where state = 'running' and queue = 'mail'").await, 1);
    gate.add_permits(8);
    while office.count("select count(*) from jobs where state <> 'done'").await > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    worker.stop().await;
}
