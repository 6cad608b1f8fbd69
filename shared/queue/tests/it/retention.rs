//! Rule 13: finished jobs are pruned, and Redis holds nothing for them.

use std::time::Duration;

use queue::ledger::{self, Pruned};
use queue::{Enqueue, Handlers};
use tokio::time::{Instant, sleep};

use crate::support::Office;
use crate::support::kinds::{Note, write};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test(flavor = "multi_thread")]
async fn rule_13_redis_holds_nothing_for_a_finished_job() {
    let office = Office::open().await;
    let worker = office.worker(Handlers::new().on(write));
    for _ in 0..20 {
        let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
        office.until(id, "done").await;
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let left: Vec<String> = office
            .keys()
            .await
            .into_iter()
            .filter(|key| !key.contains(":workers") && !key.contains(":signal"))
            .collect();
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < deadline, "left in Redis: {left:?}");
        sleep(Duration::from_millis(100)).await;
    }
    worker.stop().await;
    let left = office.keys().await;
    assert!(
        left.iter().all(|key| key.ends_with(":signal")),
        "left in Redis after the worker's end: {left:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_13_old_finished_jobs_are_pruned_and_nothing_else() {
    let office = Office::open().await;
    office
        .execute(
            "insert into jobs (id, kind, payload_version, payload, queue, state, finished_at, dead_reason, lease_until)
            select gen_random_uuid(), state || age, 1, '{}', 'default', state,
                case when state in ('done', 'cancelled', 'dead') then now() - age * interval '1 day' end,
                case when state = 'dead' then 'failed' end,
                case when state = 'running' then now() end
            from unnest(array['ready', 'running', 'retry', 'done', 'cancelled', 'dead']) state,
                unnest(array[1, 20, 100]) age, generate_series(1, 700)",
        )
        .await;
    office
        .execute(
            "insert into cron_ticks (task, tick_at)
            values ('old', now() - interval '200 days'), ('old', now() - interval '100 days'), ('new', now())",
        )
        .await;
    let pruned = ledger::prune(&office.db, 7 * DAY, 90 * DAY).await.unwrap();
    assert_eq!(pruned, Pruned { finished: 4 * 700, dead: 700, ticks: 1, workers: 0 });
    assert_eq!(office.count("select count(distinct kind) from jobs").await, 13);
    assert_eq!(
        office.count("select count(*) from cron_ticks where task = 'old'").await,
        1,
        "the last tick stays"
    );
}
