//! Redis fails in every way it can, with much queued; the API goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use testkit::{Client, PASSWORD, specimens};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::{Hand, verdict};
use crate::house::{Ground, House, LOOK, Program, Proxy, Visitor, Weather};

/// A paper with a layer of text, which is read in no time.
const PAPER: &str = "invoice/clean/inv_clean_002.pdf";

/// What befalls Redis.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// It restarts in order.
    Restart,
    /// Somebody empties it.
    FlushAll,
    /// It is killed, and comes back later with what its file holds.
    Down(Duration),
    /// Nothing passes on the wire, though connections stay open.
    Silence(Duration),
    /// It refuses to take anything more.
    OutOfMemory(Duration),
}

impl Blow {
    /// Strikes; all is well again when this returns.
    async fn strike(self, house: &mut House, wire: &Proxy) {
        match self {
            Self::Restart => house.redis.restart().await,
            Self::FlushAll => house.redis.command("FLUSHALL").await,
            Self::Down(time) => {
                house.redis.lose().await;
                sleep(time).await;
                house.redis.come_back().await;
            }
            Self::Silence(time) => {
                wire.set(Weather::BlackHole);
                sleep(time).await;
                wire.set(Weather::Fair);
            }
            Self::OutOfMemory(time) => {
                house.redis.command("CONFIG SET maxmemory 1").await;
                sleep(time).await;
                house.redis.command("CONFIG SET maxmemory 0").await;
            }
        }
    }
}

/// Papers that are sent between two logins.
const BETWEEN_LOGINS: usize = 4;

/// People who go on working with the API, one call after the other.
struct People {
    over: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
    work: JoinHandle<usize>,
}

impl People {
    fn at(house: &House, visitors: &[Visitor]) -> Self {
        let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (until, count) = (Arc::clone(&over), Arc::clone(&calls));
        let (client, nobody) = (Client::clone(&visitors[0]), house.nobody());
        let emails: Vec<String> = visitors.iter().map(|visitor| visitor.email.clone()).collect();
        let work = tokio::spawn(async move {
            let mut papers = 0;
            while !until.load(Ordering::SeqCst) {
                let mut bytes = specimens::bytes(PAPER);
                bytes.extend(format!("\n% {papers}\n").into_bytes());
                client.upload(&format!("{papers}.pdf"), bytes, &[]).await.created();
                // Somebody else each time: guesses at one account's password are limited.
                if papers % BETWEEN_LOGINS == 0 {
                    let email = &emails[papers / BETWEEN_LOGINS % emails.len()];
                    nobody.post("/api/auth/login/", json!({"email": email, "password": PASSWORD})).await.ok();
                }
                papers += 1;
                client.get("/api/documents/").await.ok();
                count.fetch_add(2, Ordering::SeqCst);
                sleep(Duration::from_millis(400)).await;
            }
            papers
        });
        Self { over, calls, work }
    }

    /// Ends them; how many papers they sent, and how many calls they made. Fails if one failed.
    async fn stop(self) -> (usize, usize) {
        self.over.store(true, Ordering::SeqCst);
        (self.work.await.expect("no call fails"), self.calls.load(Ordering::SeqCst))
    }
}

/// What one blow did.
struct Aftermath {
    drained: Option<Duration>,
    calls: usize,
    holds: bool,
    figures: String,
}

async fn survive(blow: Blow, queued: i64, patience: Duration) -> Aftermath {
    let ground = Ground::new().await;
    let wire = Proxy::before(ground.redis.address()).await;
    let mut house = House::open_on(ground, &[("REDIS_URL", &format!("redis://{}", wire.address()))]).await;
    house.prepare_effects().await;
    let reader = house.worker_with(&[("AUTOTRACK_WORKER_QUEUES", "ocr,mail,mail_urgent,billing")]).await;
    let mut visitors = Vec::new();
    for name in ["camille", "dominique", "claude", "alix", "sacha"] {
        visitors.push(house.visitor(name).await);
    }
    let mut programs = vec![reader];
    for _ in 0..3 {
        programs.push(Hand::Worker.alone(&house, &[]).await);
    }
    let people = People::at(&house, &visitors);
    house.ask_all_at_once(queued, 0).await;
    house.until(queued / 100, "select count(*) from fault_effects").await;
    blow.strike(&mut house, &wire).await;

    let again = until_one_more(&house, patience).await;
    let drained = house.until_ended(patience).await.map(|rest| again + rest);
    let (papers, calls) = people.stop().await;
    let read = until_read(&house, patience).await;
    let audit = house.audit().await;
    let alive = programs.iter_mut().all(Program::is_alive);
    let files = files(&house);
    // Each paper, and the small pictures of it that are written down: nothing is stored twice or left over.
    let pictures = house.count("select count(*) from document_thumbnails").await as usize;
    let holds = audit.is_whole(queued) && alive && read == papers as i64 && files == papers + pictures;
    let figures = format!(
        "{blow:?}: at work again {:.1} s and drained {:.1} s after, longest pause {:.1} s, {calls} calls, {audit}; {papers} papers, {read} read, {files} files",
        again.as_secs_f64(),
        drained.map_or(f64::INFINITY, |drained| drained.as_secs_f64()),
        longest_pause(&house).await,
    );
    Aftermath { drained, calls, holds, figures }
}

/// Waits until one more job is done; how long that took.
async fn until_one_more(house: &House, patience: Duration) -> Duration {
    let (began, effects) = (Instant::now(), "select count(*) from fault_effects");
    let before = house.count(effects).await;
    while house.count(effects).await == before && house.open_jobs().await > 0 && began.elapsed() < patience {
        sleep(LOOK).await;
    }
    began.elapsed()
}

/// Seconds between two effects, at most: the outage itself, or a standstill after it.
async fn longest_pause(house: &House) -> f64 {
    sqlx::query_scalar(
        "select coalesce(max(extract(epoch from pause)::float8), 0)
        from (select at - lag(at) over (order by at) as pause from fault_effects) pauses",
    )
    .fetch_one(house.database.pool())
    .await
    .unwrap()
}

/// Waits until every paper has been read; how many analyses there are.
async fn until_read(house: &House, patience: Duration) -> i64 {
    let deadline = Instant::now() + patience;
    let open = "select count(*) from jobs where kind = 'analyze_document' and state in ('ready', 'running', 'retry')";
    while house.count(open).await > 0 && Instant::now() < deadline {
        sleep(Duration::from_millis(100)).await;
    }
    house.count(crate::reading::ANALYSES).await
}

/// Files that are stored.
fn files(house: &House) -> usize {
    let (mut folders, mut files) = (vec![house.folder().join("files")], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                files += 1;
            }
        }
    }
    files
}

async fn short(blow: Blow) {
    let aftermath = survive(blow, 500, Duration::from_mins(1)).await;
    assert!(aftermath.holds && aftermath.calls > 0, "{}", aftermath.figures);
}

#[tokio::test]
async fn a_redis_that_restarts_loses_nothing() {
    short(Blow::Restart).await;
}

#[tokio::test]
async fn a_redis_that_is_emptied_loses_nothing() {
    short(Blow::FlushAll).await;
}

#[tokio::test]
async fn a_redis_that_is_silent_loses_nothing() {
    short(Blow::Silence(Duration::from_secs(3))).await;
}

#[tokio::test]
async fn a_redis_without_memory_loses_nothing() {
    short(Blow::OutOfMemory(Duration::from_secs(2))).await;
}

async fn long(blow: Blow) {
    let aftermath = survive(blow, 10_000, Duration::from_mins(3)).await;
    let in_time = aftermath.drained.is_some_and(|drained| drained <= Duration::from_mins(1));
    verdict("6 redis", &aftermath.figures, aftermath.holds && in_time);
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_06_redis_restarts() {
    long(Blow::Restart).await;
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_06_redis_is_emptied() {
    long(Blow::FlushAll).await;
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_06_redis_is_down_for_30_s() {
    long(Blow::Down(Duration::from_secs(30))).await;
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_06_redis_is_silent_for_30_s() {
    long(Blow::Silence(Duration::from_secs(30))).await;
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_06_redis_has_no_memory() {
    long(Blow::OutOfMemory(Duration::from_secs(30))).await;
}
