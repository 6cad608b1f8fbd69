//! Who works, and on what.

use domain::job::Queue;
use operations::Context;
use poem::web::Data;
use poem::{Response, Result, handler};
use queue::ledger::{self, LiveWorker, RunningJob};
use serde_json::{Value, json};

use super::session::Operator;
use super::{page, words};
use crate::error::ApiError;

/// The page.
#[handler]
pub(super) async fn list(context: Data<&Context>, operator: Operator) -> Result<Response> {
    let (live, running, now) = look(&context).await?;
    let workers: Vec<Value> = live.iter().map(|worker| row(worker, &running, now)).collect();
    // A worker that died holds its jobs until their leases run out.
    let lost = running.iter().filter(|job| !live.iter().any(|worker| worker.name == job.worker));
    let lost: Vec<Value> = lost.map(|job| job_row(job, now)).collect();
    let content = json!({ "workers": workers, "lost": lost });
    Ok(page::signed_in(&operator, "workers.html", "workers", content))
}

type Look = (Vec<LiveWorker>, Vec<RunningJob>, chrono::DateTime<chrono::Utc>);

async fn look(context: &Context) -> Result<Look, ApiError> {
    let mut db = context.read().await?;
    let live = ledger::live_workers(&mut db).await?;
    let running = ledger::running_jobs(&mut db).await?;
    Ok((live, running, ledger::now(&mut db).await?))
}

fn row(worker: &LiveWorker, running: &[RunningJob], now: chrono::DateTime<chrono::Utc>) -> Value {
    let own: Vec<&RunningJob> = running.iter().filter(|job| job.worker == worker.name).collect();
    let slots = Queue::ALL.iter().filter_map(|queue| {
        let slots = worker.slots.get(queue.as_str())?;
        let busy = own.iter().filter(|job| job.queue == *queue).count();
        Some(json!({ "queue": queue.as_str(), "slots": slots, "busy": busy }))
    });
    let (state, busy) = match (worker.is_draining, own.len()) {
        (true, count) => ("draining", count),
        (false, 0) => ("idle", 0),
        (false, count) => ("running", count),
    };
    let busy = match busy {
        0 => String::new(),
        1 => "1 job".to_owned(),
        count => format!("{count} jobs"),
    };
    json!({
        "name": worker.name,
        "host": worker.host,
        "state": state,
        "busy": busy,
        "up": words::between(worker.started_at, now),
        "seen": words::between(worker.seen_at, now),
        "slots": slots.collect::<Vec<Value>>(),
        "jobs": own.iter().map(|job| job_row(job, now)).collect::<Vec<Value>>(),
    })
}

fn job_row(job: &RunningJob, now: chrono::DateTime<chrono::Utc>) -> Value {
    json!({
        "id": job.id.to_string(),
        "kind": job.kind,
        "queue": job.queue.as_str(),
        "attempt": job.attempt,
        "progress": job.progress,
        "worker": job.worker,
        "since": job.started_at.map(|at| words::between(at, now)),
    })
}
