//! The queues and who serves them, for staff.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::job::Queue;
use operations::Context;
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use queue::ledger::{self, Depth, Ended, LiveWorker, RunningJob};
use uuid::Uuid;

use super::words::QueueWord;
use crate::error::ApiError;
use crate::security::Staff;
use crate::tags::Tag;

/// Minutes that the rates are taken over.
const RATE_MINUTES: i32 = 5;

/// How full a queue is and who serves it.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Queue")]
pub struct QueueView {
    /// Its name: `ocr`, `mail_urgent`, `mail`, `billing`, `default`.
    pub name: String,
    /// Jobs that are due.
    pub ready: i64,
    /// Jobs at work.
    pub running: i64,
    /// Jobs that wait for another try or for their time.
    pub retry: i64,
    /// Jobs that were given up and not yet pruned.
    pub dead: i64,
    /// For how long the oldest due job has waited, in seconds.
    pub oldest_s: f64,
    /// Jobs done a minute, over the last five minutes.
    pub done_per_minute: f64,
    /// Jobs given up a minute, over the last five minutes.
    pub failed_per_minute: f64,
    /// Workers that serve it now.
    pub workers: i64,
    /// Jobs that they can do at once.
    pub slots: i64,
}

impl QueueView {
    fn of(depth: &Depth, workers: &[LiveWorker], ended: &[Ended]) -> Self {
        let name = depth.queue.as_str();
        let slots: Vec<usize> = workers.iter().filter_map(|worker| worker.slots.get(name).copied()).collect();
        let rate = |count: fn(&Ended) -> i64| {
            let all: i64 = ended.iter().filter(|it| it.queue == depth.queue).map(count).sum();
            all as f64 / f64::from(RATE_MINUTES)
        };
        Self {
            name: name.to_owned(),
            ready: depth.ready,
            running: depth.running,
            retry: depth.retry,
            dead: depth.dead,
            oldest_s: depth.oldest_ready_age.as_secs_f64(),
            done_per_minute: rate(|it| it.done),
            failed_per_minute: rate(|it| it.failed),
            workers: slots.len() as i64,
            slots: slots.iter().sum::<usize>() as i64,
        }
    }
}

/// What a worker can do at once in a queue.
#[derive(Debug, Clone, Object)]
#[oai(rename = "WorkerSlots")]
pub struct SlotsView {
    /// The queue.
    pub queue: QueueWord,
    /// Jobs at once.
    pub slots: i64,
}

/// A job at work.
#[derive(Debug, Clone, Object)]
#[oai(rename = "RunningJob")]
pub struct RunningView {
    /// Its id.
    pub id: Uuid,
    /// What it does.
    pub kind: String,
    /// Where it waited.
    pub queue: QueueWord,
    /// Its run's number.
    pub attempt: i16,
    /// How far it is, in per cent.
    pub progress: i16,
    /// When its run began.
    pub started_at: Option<DateTime<Utc>>,
}

/// A worker that was heard of within the last 15 seconds.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Worker")]
pub struct WorkerView {
    /// Its name, another one for each start.
    pub name: String,
    /// The machine or pod.
    pub host: String,
    /// Whether it is shutting down and takes no new jobs.
    pub is_draining: bool,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last heard of.
    pub last_seen_at: DateTime<Utc>,
    /// What it can do at once, by queue.
    pub slots: Vec<SlotsView>,
    /// What it does now.
    pub running: Vec<RunningView>,
}

impl WorkerView {
    fn of(worker: LiveWorker, running: &[RunningJob]) -> Self {
        let own = running.iter().filter(|job| job.worker == worker.name);
        Self {
            running: own.map(RunningView::from).collect(),
            slots: slots(&worker.slots),
            name: worker.name,
            host: worker.host,
            is_draining: worker.is_draining,
            started_at: worker.started_at,
            last_seen_at: worker.seen_at,
        }
    }
}

fn slots(slots: &BTreeMap<String, usize>) -> Vec<SlotsView> {
    let known = Queue::ALL.iter().filter_map(|queue| Some((*queue, *slots.get(queue.as_str())?)));
    known.map(|(queue, slots)| SlotsView { queue: queue.into(), slots: slots as i64 }).collect()
}

impl From<&RunningJob> for RunningView {
    fn from(job: &RunningJob) -> Self {
        Self {
            id: job.id.0,
            kind: job.kind.clone(),
            queue: job.queue.into(),
            attempt: job.attempt,
            progress: job.progress,
            started_at: job.started_at,
        }
    }
}

/// The queues and the workers.
pub(super) struct QueuesApi;

#[OpenApi(prefix_path = "/api/jobs", tag = "Tag::Jobs")]
impl QueuesApi {
    /// How full the queues are
    ///
    /// Every queue, the empty ones too, with the workers that serve it. For staff.
    #[oai(path = "/queues", method = "get", operation_id = "list_queues")]
    async fn list_queues(
        &self,
        context: Data<&Context>,
        _staff: Staff,
    ) -> Result<Json<Vec<QueueView>>, ApiError> {
        let mut db = context.read().await?;
        let depths = ledger::depths(&mut db).await?;
        let workers = ledger::live_workers(&mut db).await?;
        let ended = ledger::ended(&mut db, RATE_MINUTES).await?;
        Ok(Json(depths.iter().map(|depth| QueueView::of(depth, &workers, &ended)).collect()))
    }

    /// Who works, and on what
    ///
    /// Workers that were heard of within the last 15 seconds, with the jobs that they run now. For staff.
    #[oai(path = "/workers", method = "get", operation_id = "list_workers")]
    async fn list_workers(
        &self,
        context: Data<&Context>,
        _staff: Staff,
    ) -> Result<Json<Vec<WorkerView>>, ApiError> {
        let mut db = context.read().await?;
        let workers = ledger::live_workers(&mut db).await?;
        let running = ledger::running_jobs(&mut db).await?;
        Ok(Json(workers.into_iter().map(|worker| WorkerView::of(worker, &running)).collect()))
    }
}
