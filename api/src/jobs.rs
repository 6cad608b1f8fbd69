//! Jobs, queues, workers and the timetable, for staff.

mod forms;
mod ledger;
mod queues;
mod schedules;
mod views;
mod words;

use domain::job::JobState;
use operations::jobs::JobsError;
use poem_openapi::OpenApi;

use crate::error::ApiError;
use crate::say;

/// Everything that staff see of jobs and do to them.
pub(crate) fn apis() -> impl OpenApi {
    (queues::QueuesApi, schedules::SchedulesApi, ledger::LedgerApi)
}

impl From<JobsError> for ApiError {
    fn from(error: JobsError) -> Self {
        match error {
            JobsError::Missing => Self::not_found(),
            JobsError::NotRetryable(state) => Self::conflict("job_not_retryable", not_retryable(state)),
            JobsError::Superseded => Self::conflict(
                "job_superseded",
                say!(
                    "Ce travail a été refait depuis, ou ne peut plus l’être.",
                    "This was done since, or can not be done any more."
                ),
            ),
            JobsError::KeyTaken => Self::conflict(
                "job_superseded",
                say!(
                    "Une autre tâche pour le même objet attend ou s’exécute déjà.",
                    "Another job for the same thing waits or runs already."
                ),
            ),
            JobsError::Over => Self::conflict(
                "job_over",
                say!("Cette tâche est déjà terminée.", "This job is over already."),
            ),
            JobsError::Database(error) => error.into(),
        }
    }
}

fn not_retryable(state: JobState) -> String {
    match state {
        JobState::Running => {
            say!("Cette tâche est en cours d’exécution.", "This job is running.")
        }
        JobState::Done => say!("Cette tâche a déjà abouti.", "This job is done already."),
        _ => say!("Cette tâche attend déjà son tour.", "This job waits for its turn already."),
    }
}
