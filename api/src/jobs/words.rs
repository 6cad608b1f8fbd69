//! Words for states and queues.

use domain::job::{JobState, Queue};
use poem_openapi::Enum;

/// A line of waiting work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "QueueName", rename_all = "snake_case", remote = "Queue")]
pub enum QueueWord {
    /// Reading papers.
    Ocr,
    /// Codes and resets.
    MailUrgent,
    /// All other letters.
    Mail,
    /// Money.
    Billing,
    /// Everything else.
    Default,
}

/// The state of a job in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "JobState", rename_all = "lowercase", remote = "JobState")]
pub enum StateWord {
    /// Waits for its time or a worker.
    Ready,
    /// Is at work.
    Running,
    /// Failed and will be tried again.
    Retry,
    /// Finished with all its effects.
    Done,
    /// Given up: failed for good, undecodable or poison.
    Dead,
    /// Called off.
    Cancelled,
}

/// What jobs are narrowed to: a state of the ledger, or a word of tasks that stands for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "JobStateFilter", rename_all = "lowercase")]
pub enum StateFilter {
    /// Waits for its time or a worker.
    Ready,
    /// Is at work.
    Running,
    /// Failed and will be tried again.
    Retry,
    /// Finished with all its effects.
    Done,
    /// Given up.
    Dead,
    /// Called off.
    Cancelled,
    /// `ready` or `retry`.
    Queued,
    /// `dead` or `cancelled`.
    Failed,
}

impl StateFilter {
    /// The states of the ledger that it stands for.
    pub fn states(self) -> &'static [JobState] {
        match self {
            Self::Ready => &[JobState::Ready],
            Self::Running => &[JobState::Running],
            Self::Retry => &[JobState::Retry],
            Self::Done => &[JobState::Done],
            Self::Dead => &[JobState::Dead],
            Self::Cancelled => &[JobState::Cancelled],
            Self::Queued => &[JobState::Ready, JobState::Retry],
            Self::Failed => &[JobState::Dead, JobState::Cancelled],
        }
    }
}
