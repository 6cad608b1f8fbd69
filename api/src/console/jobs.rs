//! Jobs: the list, one with its timeline, and what is done to them.

use domain::ids::JobId;
use domain::job::{JobState, Queue};
use domain::masked;
use domain::paging::PageRequest;
use operations::Context;
use operations::jobs::{self as deeds, JobsError};
use poem::web::{Data, Path, Query};
use poem::{Response, Result, handler};
use queue::kinds;
use queue::ledger::{self, Attempt, Detail, JobFilter, Listed};
use serde_json::{Value, json};
use uuid::Uuid;

use super::session::{Operator, Order};
use super::{page, words};
use crate::client::Client;
use crate::error::ApiError;
use crate::filters;

/// Rows on a page.
const ROWS: u32 = 50;

/// What the list is asked. What it does not know narrows nothing.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    kind: Option<String>,
    queue: Option<String>,
    status: Option<String>,
    search: Option<String>,
    page: Option<String>,
    retried: Option<String>,
}

impl Asked {
    fn filter(&self) -> Result<JobFilter, ApiError> {
        Ok(JobFilter {
            kind: filters::text("kind", self.kind.clone())?,
            queue: self.queue.as_deref().and_then(Queue::from_word),
            states: self.status.as_deref().and_then(states),
            search: filters::text("search", self.search.clone())?,
            ..JobFilter::default()
        })
    }

    /// The address of another page of the same list.
    fn address(&self, page: u32) -> String {
        let parts = [
            ("kind", self.kind.as_deref()),
            ("queue", self.queue.as_deref()),
            ("status", self.status.as_deref()),
            ("search", self.search.as_deref()),
        ];
        let given =
            parts.into_iter().filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?)));
        page::address("/ops/jobs/", given, page)
    }
}

/// The states of the ledger that a word means.
fn states(word: &str) -> Option<Vec<JobState>> {
    match word {
        "queued" => Some(vec![JobState::Ready, JobState::Retry]),
        "failed" => Some(vec![JobState::Dead, JobState::Cancelled]),
        word => JobState::from_word(word).map(|state| vec![state]),
    }
}

/// What was said of a retry of many.
fn again(count: u32) -> String {
    match count {
        1 => "1 job waits for a worker again.".to_owned(),
        _ => format!("{} jobs wait for a worker again.", words::number(count.into())),
    }
}

/// The list.
#[handler]
pub(super) async fn list(
    context: Data<&Context>,
    operator: Operator,
    asked: Query<Asked>,
) -> Result<Response> {
    let number = asked.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let wanted = PageRequest::new(number, ROWS).expect("pages count from 1");
    let (found, dead) = look(&context, &asked.filter()?, wanted).await?;
    let last = u32::try_from(found.count).unwrap_or(u32::MAX).div_ceil(ROWS).max(1);
    let content = json!({
        "jobs": found.rows.iter().map(row).collect::<Vec<Value>>(),
        "count": words::number(found.count),
        "page": number,
        "last": last,
        "newer": (number > 1).then(|| asked.address(number - 1)),
        "older": (number < last).then(|| asked.address(number + 1)),
        "asked": {
            "kind": asked.kind, "queue": asked.queue, "status": asked.status, "search": asked.search,
        },
        "kinds": kinds::ALL,
        "queues": Queue::ALL.iter().map(|queue| queue.as_str()).collect::<Vec<&str>>(),
        "states": JobState::ALL.iter().map(|state| state.as_str()).collect::<Vec<&str>>(),
        "dead": dead.iter().map(|(kind, count)| json!({ "kind": kind, "count": words::number(*count) }))
            .collect::<Vec<Value>>(),
        "outcome": asked.retried.as_deref().and_then(|count| count.parse().ok()).map(again),
    });
    Ok(page::signed_in(&operator, "jobs.html", "jobs", content))
}

type Found = (domain::paging::Page<Listed>, Vec<(String, i64)>);

async fn look(context: &Context, filter: &JobFilter, wanted: PageRequest) -> Result<Found, ApiError> {
    let mut db = context.read().await?;
    Ok((ledger::list(&mut db, filter, wanted).await?, ledger::dead_kinds(&mut db).await?))
}

fn row(job: &Listed) -> Value {
    json!({
        "id": job.id.to_string(),
        "kind": job.kind,
        "queue": job.queue.as_str(),
        "state": job.state.as_str(),
        "reason": job.dead_reason,
        "attempt": job.attempt,
        "max_attempts": job.max_attempts,
        "progress": job.progress,
        "error": job.last_error.as_deref().map(masked::text),
        "created": words::moment(job.created_at),
        "finished": words::perhaps(job.finished_at),
    })
}

/// What the page of one job is asked.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct AskedOne {
    done: Option<String>,
}

/// One job.
#[handler]
pub(super) async fn show(
    context: Data<&Context>,
    operator: Operator,
    Path(id): Path<Uuid>,
    asked: Query<AskedOne>,
) -> Result<Response> {
    let detail = ledger::detail(&mut *context.read().await.map_err(ApiError::from)?, JobId(id)).await;
    let detail = detail.map_err(ApiError::from)?.ok_or_else(ApiError::not_found)?;
    let mut content = whole(&detail);
    content["outcome"] = json!(words::outcome(asked.done.as_deref()));
    Ok(page::signed_in(&operator, "job.html", "jobs", content))
}

fn whole(detail: &Detail) -> Value {
    let job = &detail.job;
    let payload = serde_json::to_string_pretty(&masked::value(&detail.payload)).unwrap_or_default();
    json!({
        "job": row(job),
        "payload": payload,
        "payload_version": detail.payload_version,
        "priority": detail.priority,
        "unique_key": detail.unique_key.as_deref().map(masked::text),
        "trace_id": detail.trace_id(),
        "user": job.user.map(|user| user.0),
        "crashes": job.crash_count,
        "worker": job.worker,
        "run_at": words::moment(job.run_at),
        "lease": words::perhaps(detail.lease_until),
        "attempts": detail.attempts.iter().map(attempt).collect::<Vec<Value>>(),
        "took": job.finished_at.map(|at| words::between(job.created_at, at)),
        "may_retry": matches!(job.state, JobState::Dead | JobState::Cancelled),
        "may_cancel": matches!(job.state, JobState::Ready | JobState::Retry | JobState::Running),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    json!({
        "number": attempt.attempt,
        "worker": attempt.worker,
        "started": words::moment(attempt.started_at),
        "ended": words::perhaps(attempt.ended_at),
        "took": attempt.ended_at.map(|at| words::between(attempt.started_at, at)),
        "outcome": attempt.outcome,
        "error": attempt.error.as_deref().map(masked::text),
    })
}

/// Tries a job again.
#[handler]
pub(super) async fn retry(
    context: Data<&Context>,
    client: Client,
    Path(id): Path<Uuid>,
    order: Order,
) -> Result<Response> {
    let user = order.operator.holder.user;
    match deeds::retry(&context, user, JobId(id), &client.into()).await {
        // A second click: it is under way.
        Ok(()) | Err(JobsError::NotRetryable(JobState::Ready | JobState::Retry | JobState::Running)) => {
            Ok(page::see(&format!("/ops/jobs/{id}/?done=retried")))
        }
        Err(error) => Err(ApiError::from(error).into()),
    }
}

/// Calls a job off.
#[handler]
pub(super) async fn cancel(
    context: Data<&Context>,
    client: Client,
    Path(id): Path<Uuid>,
    order: Order,
) -> Result<Response> {
    let user = order.operator.holder.user;
    match deeds::cancel(&context, user, JobId(id), &client.into()).await {
        Ok(()) => Ok(page::see(&format!("/ops/jobs/{id}/?done=cancelled"))),
        // A second click, or one too late: the page says how it ended.
        Err(JobsError::Over) => Ok(page::see(&format!("/ops/jobs/{id}/"))),
        Err(error) => Err(ApiError::from(error).into()),
    }
}

/// What is asked before all failed jobs of a kind are tried again.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct AskedKind {
    #[serde(default)]
    kind: String,
}

/// Says how many jobs that would be.
#[handler]
pub(super) async fn confirm_retry(
    context: Data<&Context>,
    operator: Operator,
    asked: Query<AskedKind>,
) -> Result<Response> {
    let dead = ledger::dead_kinds(&mut *context.read().await.map_err(ApiError::from)?).await;
    let dead = dead.map_err(ApiError::from)?;
    let count = dead.iter().find(|(kind, _)| *kind == asked.kind).map_or(0, |(_, count)| *count);
    let content = json!({ "kind": asked.kind, "count": words::number(count), "is_any": count > 0 });
    Ok(page::signed_in(&operator, "retry-failed.html", "jobs", content))
}

/// Tries all failed jobs of a kind again.
#[handler]
pub(super) async fn retry_failed(context: Data<&Context>, client: Client, order: Order) -> Result<Response> {
    let kind = filters::text("kind", Some(order.fields.text("kind").to_owned()))?;
    let kind = kind.ok_or_else(ApiError::not_found)?;
    let user = order.operator.holder.user;
    let count = deeds::retry_failed(&context, user, &kind, &client.into()).await.map_err(ApiError::from)?;
    Ok(page::see(&format!("/ops/jobs/?retried={count}")))
}
