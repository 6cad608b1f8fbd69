//! The queues as operators see them.

use operations::Context;
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use queue::ledger::{self, Depth, LiveWorker};

use crate::error::ApiError;
use crate::security::Staff;
use crate::tags::Tag;

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
    /// Workers that serve it now.
    pub workers: i64,
    /// Jobs that they can do at once.
    pub slots: i64,
}

impl QueueView {
    fn of(depth: &Depth, workers: &[LiveWorker]) -> Self {
        let name = depth.queue.as_str();
        let slots: Vec<usize> = workers.iter().filter_map(|worker| worker.slots.get(name).copied()).collect();
        Self {
            name: name.to_owned(),
            ready: depth.ready,
            running: depth.running,
            retry: depth.retry,
            dead: depth.dead,
            oldest_s: depth.oldest_ready_age.as_secs_f64(),
            workers: slots.len() as i64,
            slots: slots.iter().sum::<usize>() as i64,
        }
    }
}

/// The queues.
pub struct JobsApi;

#[OpenApi(prefix_path = "/api/jobs", tag = "Tag::Jobs")]
impl JobsApi {
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
        Ok(Json(depths.iter().map(|depth| QueueView::of(depth, &workers)).collect()))
    }
}
