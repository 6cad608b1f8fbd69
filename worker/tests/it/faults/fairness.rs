//! One user with thousands of pages, and everybody else.

use std::time::Duration;

use domain::ids::UserId;
use domain::job::Queue;
use queue::{Enqueue, Tickets};
use serde_json::json;
use testkit::PASSWORD;
use tokio::time::{Instant, sleep};

use super::{FaultEffect, Hand, verdict};
use crate::house::{House, PATIENCE, Program};

/// How long a page takes.
const PAGE_MS: u64 = 150;
const SLOTS: [(&str, &str); 2] =
    [("AUTOTRACK_WORKER_QUEUES", "ocr"), ("AUTOTRACK_WORKER_CONCURRENCY", "ocr=4")];

/// What others waited, in seconds.
struct Waits {
    house: House,
    /// At work as long as somebody looks.
    _workers: [Program; 2],
    idle_p95: f64,
    busy_p95: f64,
    code: Duration,
    /// Pages of the great user that were done while the others were served.
    meanwhile: i64,
}

async fn waits(pages: i64, probes: usize) -> Waits {
    let house = House::open().await;
    house.prepare_effects().await;
    let reader = Hand::Worker.alone(&house, &SLOTS).await;
    let postman = house.worker_with(&[("AUTOTRACK_WORKER_QUEUES", "mail_urgent,mail")]).await;
    let (great, small) = (user(&house, "grande").await, user(&house, "petit").await);
    let idle = probe(&house, small, probes).await;
    ask_pages(&house, great, pages).await;
    house
        .until(8, "select count(*) from jobs where user_id is not null and state in ('running', 'done')")
        .await;
    let done = "select count(*) from jobs where state = 'done'";
    let before = house.count(done).await;
    let code = code(&house).await;
    let busy = probe(&house, small, probes).await;
    let meanwhile = house.count(done).await - before;
    Waits { idle_p95: p95(&idle), busy_p95: p95(&busy), code, meanwhile, house, _workers: [reader, postman] }
}

async fn user(house: &House, name: &str) -> UserId {
    let id = sqlx::query_scalar(
        "insert into users (email, password_hash) values ($1 || '@exemple.fr', '') returning id",
    )
    .bind(name)
    .fetch_one(house.database.pool())
    .await
    .unwrap();
    UserId(id)
}

/// All pages of one user, each behind the last, as asking for them one by one would put them.
async fn ask_pages(house: &House, user: UserId, pages: i64) {
    sqlx::query(
        "insert into jobs (id, kind, payload_version, payload, queue, user_id, fair_at)
        select gen_random_uuid(), 'fault_effect', 1, jsonb_build_object('number', n, 'ms', $3::bigint), 'ocr', $2,
            now() + n * interval '10 seconds'
        from generate_series(1, $1) n",
    )
    .bind(pages)
    .bind(user.0)
    .bind(PAGE_MS.cast_signed())
    .execute(house.database.pool())
    .await
    .unwrap();
}

/// One page now and then; from asking for it to its end, in seconds, sorted.
async fn probe(house: &House, user: UserId, probes: usize) -> Vec<f64> {
    let tickets = Tickets::connect(&house.redis.url()).unwrap();
    for probe in 1..=probes {
        let page = FaultEffect { number: -1, ms: PAGE_MS, ..FaultEffect::default() };
        house.ask_one(&tickets, &page, Enqueue::default().by(user).queue(Queue::Ocr)).await;
        let deadline = Instant::now() + PATIENCE;
        while probes_done(house).await % probes as i64 != probe as i64 % probes as i64 {
            assert!(Instant::now() < deadline, "a page of a small user is not read in time");
            sleep(Duration::from_millis(20)).await;
        }
        sleep(Duration::from_millis(300)).await;
    }
    let mut waits: Vec<f64> = sqlx::query_scalar(
        "select extract(epoch from finished_at - created_at)::float8
        from jobs
        where user_id = $1 and state = 'done'
        order by created_at desc
        limit $2",
    )
    .bind(user.0)
    .bind(probes as i64)
    .fetch_all(house.database.pool())
    .await
    .unwrap();
    waits.sort_by(f64::total_cmp);
    waits
}

async fn probes_done(house: &House) -> i64 {
    house.count("select count(*) from fault_effects where number = -1").await
}

/// Registers; how long until the letter with the code is there.
async fn code(house: &House) -> Duration {
    let email = "presse@exemple.fr";
    let form = json!({
        "email": email, "password": PASSWORD, "first_name": "Camille", "last_name": "Martin", "accept_terms": true,
    });
    let asked = Instant::now();
    house.nobody().post("/api/auth/register/", form).await.created();
    house.post.wait_for(|letter| letter.is_to(email), PATIENCE).await.expect("a letter with the code");
    asked.elapsed()
}

fn p95(sorted: &[f64]) -> f64 {
    sorted[(sorted.len() * 95 / 100).min(sorted.len()).max(1) - 1]
}

#[tokio::test]
async fn a_user_with_many_pages_lets_others_pass() {
    let waits = waits(200, 2).await;
    assert!(
        waits.meanwhile < 150,
        "{} pages of the great one were done before two of the small one",
        waits.meanwhile
    );
    waits.house.until_ended(PATIENCE).await;
    waits.house.audit().await.assert_whole(204);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_13_one_user_with_5_000_pages() {
    let Waits { house, idle_p95, busy_p95, code, meanwhile, _workers } = waits(5_000, 20).await;
    let left = house.open_jobs().await;
    let figures = format!(
        "p95 {idle_p95:.2} s idle, {busy_p95:.2} s beside {left} pages ({meanwhile} done meanwhile), code after {:.1} s",
        code.as_secs_f64()
    );
    let holds = busy_p95 <= 2.0 * idle_p95 && code <= Duration::from_secs(5) && left > 0;
    verdict("13 one user with 5,000 pages", &figures, holds);
}
