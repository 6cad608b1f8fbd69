//! Background work as the person who started it sees it.

use chrono::{DateTime, Utc};
use database::documents::{self, Batch};
use domain::ids::{BatchId, JobId};
use domain::job::TaskStatus;
use operations::Context;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use queue::ledger::{self, Task};
use uuid::Uuid;

use crate::error::ApiError;
use crate::security::Principal;
use crate::tags::Tag;
use crate::{documents as papers, locale, say};

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "TaskStatus", rename_all = "lowercase")]
pub enum TaskStatusWord {
    /// Waits for its turn.
    Queued,
    /// Is being done.
    Running,
    /// Is done.
    Done,
    /// Was given up or called off.
    Failed,
}

impl From<TaskStatus> for TaskStatusWord {
    fn from(status: TaskStatus) -> Self {
        match status {
            TaskStatus::Queued => Self::Queued,
            TaskStatus::Running => Self::Running,
            TaskStatus::Done => Self::Done,
            TaskStatus::Failed => Self::Failed,
        }
    }
}

/// Work that goes on in the background.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Task")]
pub struct TaskView {
    /// Its id.
    pub id: Uuid,
    /// What it does, such as `analyze_document`.
    pub kind: String,
    /// How far it is.
    pub status: TaskStatusWord,
    /// How far it is, in per cent.
    pub progress: u8,
    /// Address of what it works on.
    pub result_ref: Option<String>,
    /// Why it failed, in the caller's language.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its last run began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Background work.
pub struct TasksApi;

#[OpenApi(prefix_path = "/api/tasks", tag = "Tag::Tasks")]
impl TasksApi {
    /// How far a task is
    ///
    /// For the person who started it, and for everybody who sees the paper that it reads. Several papers that are read as one
    /// task are a task, too: `progress` is that of all of them. Follow a paper by server-sent events at `/api/documents/{id}/events/` instead
    /// of asking often.
    #[oai(path = "/:task_id", method = "get", operation_id = "get_task")]
    async fn get_task(
        &self,
        context: Data<&Context>,
        caller: Principal,
        /// The task's id, as the request that started it answered.
        task_id: Path<Uuid>,
    ) -> Result<Json<TaskView>, ApiError> {
        let mut db = context.read().await?;
        if let Some(batch) = documents::batch(&mut db, caller.as_viewer(), BatchId(task_id.0)).await? {
            return Ok(Json(batch.into()));
        }
        let id = JobId(task_id.0);
        let paper = documents::find_by_job(&mut db, caller.as_viewer(), id).await?;
        let task = ledger::task(&mut db, id).await?;
        let task =
            task.filter(|task| paper.is_some() || (task.user == Some(caller.user()) && caller.is_person()));
        let task = task.ok_or_else(ApiError::not_found)?;
        Ok(Json(view(&task, paper.as_ref())))
    }
}

impl From<Batch> for TaskView {
    fn from(batch: Batch) -> Self {
        let status = match (batch.finished_at, batch.started_at) {
            (Some(_), _) => TaskStatusWord::Done,
            (None, Some(_)) => TaskStatusWord::Running,
            (None, None) => TaskStatusWord::Queued,
        };
        Self {
            id: batch.id.0,
            kind: "analyze_documents".to_owned(),
            status,
            progress: u8::try_from(batch.percent).unwrap_or(100),
            result_ref: Some("/api/documents/".to_owned()),
            error: None,
            created_at: batch.created_at,
            started_at: batch.started_at,
            finished_at: batch.finished_at,
        }
    }
}

fn view(task: &Task, paper: Option<&documents::Document>) -> TaskView {
    let status = TaskStatusWord::from(TaskStatus::from(task.state));
    let error = (status == TaskStatusWord::Failed).then(|| {
        let reason = paper.and_then(documents::Document::failure);
        reason.map_or_else(
            || say!("Cette tâche n’a pas abouti.", "This task was given up."),
            |reason| papers::why(reason, locale::current()),
        )
    });
    TaskView {
        id: task.id.0,
        kind: task.kind.clone(),
        status,
        progress: u8::try_from(task.progress).unwrap_or(100),
        result_ref: paper.map(|paper| format!("/api/documents/{}/", paper.id)),
        error,
        created_at: task.created_at,
        started_at: task.started_at,
        finished_at: task.finished_at,
    }
}
