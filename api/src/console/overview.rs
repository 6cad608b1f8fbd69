//! The first page: how full the queues are, and how the last hour went. The script asks for the figures again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::job::Queue;
use operations::{Context, health};
use poem::http::header;
use poem::web::Data;
use poem::{Response, Result, handler};
use queue::ledger::{self, Depth, Ended, LiveWorker, Sample};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::session::Operator;
use super::{charts, page, words};
use crate::error::ApiError;

/// How long figures are good for at least: however many look, the ledger is asked this often.
const MEMORY: Duration = Duration::from_secs(2);
/// They are good for so many times as long as it took to get them: looking costs no more than a twentieth of a core,
/// however many jobs ended in the hour.
const REST: u32 = 20;

/// And no longer than this: who looks must not take old figures for fresh ones.
const LONGEST: Duration = Duration::from_secs(30);

/// The figures as they were when somebody last looked, and until when they are good. Who asks while somebody asks gets
/// that answer.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Option<(Instant, Value)>>>);

/// The page.
#[handler]
pub(super) async fn show(
    context: Data<&Context>,
    memory: Data<&Memory>,
    operator: Operator,
) -> Result<Response> {
    let shown = remembered(&context, &memory).await?;
    Ok(page::signed_in(&operator, "overview.html", "overview", shown))
}

/// What the script puts into the page: texts and paths by the ids of their elements; and the figures themselves.
#[handler]
pub(super) async fn refresh(
    context: Data<&Context>,
    memory: Data<&Memory>,
    _operator: Operator,
) -> Result<Response> {
    let shown = remembered(&context, &memory).await?;
    let (mut texts, mut paths) = (BTreeMap::new(), BTreeMap::new());
    let parts = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    texts.insert("updated".to_owned(), shown["updated"].clone());
    let queues = parts(&shown, "queues");
    let facts = queues.iter().flat_map(|queue| parts(queue, "facts")).chain(parts(&shown, "totals"));
    for fact in facts {
        texts.insert(fact["id"].as_str().unwrap_or_default().to_owned(), fact["text"].clone());
    }
    for chart in queues.iter().flat_map(|queue| parts(queue, "charts")) {
        let id = chart["id"].as_str().unwrap_or_default();
        texts.insert(format!("{id}-now"), chart["now"].clone());
        texts.insert(format!("{id}-peak"), chart["peak"].clone());
        paths.insert(format!("{id}-line"), chart["line"].clone());
        paths.insert(format!("{id}-area"), chart["area"].clone());
    }
    let answer = json!({ "texts": texts, "paths": paths, "queues": shown["figures"] });
    let answer = Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(answer.to_string());
    Ok(answer)
}

async fn remembered(context: &Context, memory: &Memory) -> Result<Value, ApiError> {
    let mut last = memory.0.lock().await;
    let asked = Instant::now();
    if let Some((until, shown)) = last.as_ref()
        && asked < *until
    {
        return Ok(shown.clone());
    }
    let shown = look(context).await?;
    let good_for = (asked.elapsed() * REST).clamp(MEMORY, LONGEST);
    *last = Some((Instant::now() + good_for, shown.clone()));
    Ok(shown)
}

async fn look(context: &Context) -> Result<Value, ApiError> {
    let mut db = context.read().await?;
    let depths = ledger::depths(&mut db).await?;
    let workers = ledger::live_workers(&mut db).await?;
    let hour = Hour {
        ended: ledger::ended(&mut db, charts::MINUTES as i32).await?,
        samples: ledger::samples(&mut db, charts::MINUTES as i32).await?,
    };
    drop(db);
    let (database, redis, stripe) =
        tokio::join!(health::database(context), health::redis(context), health::stripe(context));
    let state = health::overall(database.state, [redis.state, stripe.state]);
    let queues: Vec<Value> = depths.iter().map(|depth| queue(depth, &workers, &hour)).collect();
    let figures: Vec<Value> = depths.iter().map(|depth| hour.figures(depth)).collect();
    Ok(json!({
        "updated": words::clock(context.clock.now()),
        "health": super::health::word(state),
        "totals": totals(&depths, &workers, &hour),
        "queues": queues,
        "figures": figures,
    }))
}

/// What is known of the last hour.
struct Hour {
    ended: Vec<Ended>,
    samples: Vec<Sample>,
}

impl Hour {
    fn ended_in(&self, queue: Queue, count: fn(&Ended) -> i64) -> [f64; charts::MINUTES] {
        let of = self.ended.iter().filter(|it| it.queue == queue);
        charts::row(of.map(|it| (it.minutes_ago, count(it) as f64)))
    }

    /// Now is what the ledger says, before a sample of this minute is taken.
    fn sampled(&self, queue: Queue, now: f64, value: fn(&Sample) -> f64) -> [f64; charts::MINUTES] {
        let of = self.samples.iter().filter(|it| it.queue == queue);
        let mut row = charts::row(of.map(|it| (it.minutes_ago, value(it))));
        row[charts::MINUTES - 1] = now;
        row
    }

    fn depth(&self, depth: &Depth) -> [f64; charts::MINUTES] {
        let now = (depth.ready + depth.running + depth.retry) as f64;
        self.sampled(depth.queue, now, |it| it.depth as f64)
    }

    fn oldest(&self, depth: &Depth) -> [f64; charts::MINUTES] {
        self.sampled(depth.queue, depth.oldest_ready_age.as_secs_f64(), |it| it.oldest_s)
    }

    fn figures(&self, depth: &Depth) -> Value {
        json!({
            "name": depth.queue.as_str(),
            "ready": depth.ready,
            "running": depth.running,
            "retry": depth.retry,
            "dead": depth.dead,
            "oldest_s": depth.oldest_ready_age.as_secs_f64(),
            "done": self.ended_in(depth.queue, |it| it.done).as_slice(),
            "failed": self.ended_in(depth.queue, |it| it.failed).as_slice(),
            "depth": self.depth(depth).as_slice(),
            "oldest": self.oldest(depth).as_slice(),
        })
    }
}

fn totals(depths: &[Depth], workers: &[LiveWorker], hour: &Hour) -> Vec<Value> {
    let sum = |count: fn(&Depth) -> i64| depths.iter().map(count).sum::<i64>();
    let ended = |count: fn(&Ended) -> i64| hour.ended.iter().map(count).sum::<i64>();
    vec![
        fact("all-waiting", "Waiting", words::number(sum(|it| it.ready + it.retry))),
        fact("all-running", "At work", words::number(sum(|it| it.running))),
        fact("all-done", "Done in the hour", words::number(ended(|it| it.done))),
        fact("all-failed", "Failed in the hour", words::number(ended(|it| it.failed))),
        fact("all-dead", "Given up, kept", words::number(sum(|it| it.dead))),
        fact("all-workers", "Workers", words::number(workers.len() as i64)),
    ]
}

fn queue(depth: &Depth, workers: &[LiveWorker], hour: &Hour) -> Value {
    let name = depth.queue.as_str();
    let slots: usize = workers.iter().filter_map(|worker| worker.slots.get(name)).sum();
    let id = |part: &str| format!("{name}-{part}");
    let facts = [
        fact(&id("ready"), "Ready", words::number(depth.ready)),
        fact(&id("running"), "At work", format!("{} of {slots}", words::number(depth.running))),
        fact(&id("retry"), "Later", words::number(depth.retry)),
        fact(&id("dead"), "Given up", words::number(depth.dead)),
    ];
    let count = |value: f64| words::number(value.round() as i64);
    let charts = [
        chart(&id("done"), "Done a minute", "good", &hour.ended_in(depth.queue, |it| it.done), count),
        chart(&id("failed"), "Failures a minute", "bad", &hour.ended_in(depth.queue, |it| it.failed), count),
        chart(&id("depth"), "Depth", "plain", &hour.depth(depth), count),
        chart(&id("oldest"), "Oldest due", "plain", &hour.oldest(depth), words::length),
    ];
    json!({ "name": name, "facts": facts, "charts": charts })
}

fn fact(id: &str, label: &str, text: impl Into<Value>) -> Value {
    let text: Value = text.into();
    json!({ "id": id, "label": label, "text": text })
}

fn chart(id: &str, label: &str, tone: &str, row: &[f64; charts::MINUTES], say: fn(f64) -> String) -> Value {
    let line = charts::line(row, 1.0);
    let peak = row.iter().copied().fold(0.0, f64::max);
    json!({
        "id": id,
        "label": label,
        "tone": tone,
        "area": charts::area(&line),
        "line": line,
        "now": say(row[charts::MINUTES - 1]),
        "peak": say(peak),
    })
}
