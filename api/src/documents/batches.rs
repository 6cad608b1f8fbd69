//! Several papers read as one task.

use std::collections::BTreeSet;

use database::documents;
use domain::document::MAX_BATCH;
use domain::ids::DocumentId;
use domain::job::Queue;
use operations::Context;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use uuid::Uuid;

use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::meaning::{Meaning, faults_of};
use crate::pressure::Pressure;
use crate::problem::{Errors, Problem};
use crate::say;
use crate::security::Principal;

/// Which papers to read.
#[derive(Debug, Clone, Object)]
pub struct BatchForm {
    /// The papers, at most 50.
    pub document_ids: Vec<i64>,
}

/// Several papers were put in line.
#[derive(Debug, Clone, Object)]
pub struct BatchTask {
    /// What happens now, in the caller's language.
    pub message: String,
    /// How many papers there are.
    pub document_count: usize,
    /// The task to follow at `/api/tasks/{task_id}/`.
    pub task_id: Uuid,
}

/// 202: they will be read.
#[derive(Debug, ApiResponse)]
pub enum BatchAccepted {
    /// They wait for their turn.
    #[oai(status = 202)]
    Accepted(Json<BatchTask>),
}

impl BatchForm {
    fn papers(&self) -> Result<Vec<DocumentId>, ApiError> {
        let ids: BTreeSet<i64> = self.document_ids.iter().copied().collect();
        if ids.is_empty() || ids.len() > MAX_BATCH {
            let message = say!("Entre 1 et {} documents.", "Between 1 and {} papers.", MAX_BATCH);
            return Err(ApiError::invalid_field("document_ids", message));
        }
        Ok(ids.into_iter().map(DocumentId).collect())
    }
}

impl Meaning for BatchForm {
    fn faults(self) -> Errors {
        faults_of(self.papers())
    }
}

/// Has the papers read; all of them must be visible, and the caller an editor of each.
pub(super) async fn read_all(
    context: &Context,
    (caller, pressure): (&Principal, &Pressure),
    key: Option<&str>,
    form: &BatchForm,
) -> Result<BatchAccepted, ApiError> {
    let papers = form.papers()?;
    let operation = "batch_analyze_documents";
    let mut creation = match idempotency::begin(context, caller.user(), key, operation, form).await? {
        Begun::Replay(view) => return Ok(BatchAccepted::Accepted(Json(view))),
        Begun::Fresh(creation) => creation,
    };
    pressure.allow(context, Queue::Ocr).await?;
    let ids: Vec<i64> = papers.iter().map(|id| id.0).collect();
    let (unseen, lesser) = documents::unreachable(&mut creation, caller.as_editor(), &ids).await?;
    if !unseen.is_empty() {
        return Err(not_found(&unseen));
    }
    if !lesser.is_empty() {
        return Err(ApiError::forbidden());
    }
    let now = context.clock.now();
    let batch = operations::documents::read_all(&mut creation, caller.as_editor(), &papers, now).await?;
    let message = say!("La lecture des documents est demandée.", "The documents will be read.");
    let view = BatchTask { message, document_count: papers.len(), task_id: batch.0 };
    creation.commit(&view).await?;
    Ok(BatchAccepted::Accepted(Json(view)))
}

fn not_found(ids: &[i64]) -> ApiError {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let message = say!("Documents introuvables : {}.", "No such documents: {}.", ids.join(", "));
    let problem = Problem::new(404, "not_found", message.clone());
    let errors = Errors::from([("document_ids".to_owned(), vec![message])]);
    ApiError::NotFound(Json(problem.with_errors(errors)))
}
