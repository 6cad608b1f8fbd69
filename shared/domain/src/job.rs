//! Jobs as operators and users see them.

use crate::document::words;
use serde::{Deserialize, Serialize};

words! {
    /// A line of waiting work with its own concurrency.
    Queue {
        /// Reading papers; bound by the processor.
        Ocr = "ocr",
        /// Codes and resets: somebody is waiting at the screen.
        MailUrgent = "mail_urgent",
        /// All other letters.
        Mail = "mail",
        /// Money.
        Billing = "billing",
        /// Everything else.
        Default = "default",
    }
}

words! {
    /// The state of a job in the ledger.
    JobState {
        /// Waits for its time or a worker.
        Ready = "ready",
        /// A worker holds its lease.
        Running = "running",
        /// Failed and will be tried again.
        Retry = "retry",
        /// Finished with all its effects.
        Done = "done",
        /// Given up: failed for good, undecodable or poison.
        Dead = "dead",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// The state of a job as the person who started it sees it.
    TaskStatus {
        /// Waiting.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// Finished.
        Done = "done",
        /// Given up or called off.
        Failed = "failed",
    }
}

impl From<JobState> for TaskStatus {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Ready | JobState::Retry => Self::Queued,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Dead | JobState::Cancelled => Self::Failed,
        }
    }
}
