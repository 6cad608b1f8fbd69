//! How a job is to be enqueued.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::job::Queue;

/// Options of one enqueueing; `Enqueue::default()` is right for most.
#[derive(Debug, Clone, Default)]
pub struct Enqueue {
    pub(crate) user: Option<UserId>,
    pub(crate) unique_key: Option<String>,
    pub(crate) priority: i16,
    pub(crate) start: Start,
    pub(crate) queue: Option<Queue>,
}

/// The earliest start.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Start {
    #[default]
    Now,
    At(DateTime<Utc>),
    After(Duration),
}

impl Start {
    /// An instant, or seconds from now.
    pub(crate) fn parts(self) -> (Option<DateTime<Utc>>, f64) {
        match self {
            Self::Now => (None, 0.0),
            Self::At(at) => (Some(at), 0.0),
            Self::After(wait) => (None, wait.as_secs_f64()),
        }
    }
}

impl Enqueue {
    /// On behalf of a user, who shares the queue fairly with others and may follow the job.
    pub fn by(self, user: impl Into<Option<UserId>>) -> Self {
        Self { user: user.into(), ..self }
    }

    /// Only one job of this kind and key waits or runs at a time: a second enqueueing gets the first one's id.
    pub fn unique(self, key: impl Into<String>) -> Self {
        Self { unique_key: Some(key.into()), ..self }
    }

    /// Higher goes first within the queue; 0 unless told otherwise.
    pub fn priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// Not before an instant.
    pub fn at(self, at: DateTime<Utc>) -> Self {
        Self { start: Start::At(at), ..self }
    }

    /// Not before some time has passed on the database's clock.
    pub fn after(self, wait: Duration) -> Self {
        Self { start: Start::After(wait), ..self }
    }

    /// In another queue than the kind's own.
    pub fn queue(self, queue: Queue) -> Self {
        Self { queue: Some(queue), ..self }
    }
}
