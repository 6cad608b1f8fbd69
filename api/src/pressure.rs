//! Back-pressure: a queue that keeps people waiting for too long takes no more, and says when to come back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::job::Queue;
use operations::Context;
use queue::ledger;

use crate::error::ApiError;

/// How long an answer of the ledger is believed: a flood of uploads shall not become a flood of questions.
const BELIEVED: Duration = Duration::from_secs(2);
/// When to come back.
const RETRY_AFTER_S: u64 = 60;

/// How late each queue was when it was looked at last; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pressure(Arc<Mutex<HashMap<Queue, (Instant, Duration)>>>);

impl Pressure {
    /// Lets more work into a queue as long as it keeps up.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub async fn allow(&self, context: &Context, queue: Queue) -> Result<(), ApiError> {
        let late = match self.remembered(queue) {
            Some(late) => late,
            None => self.look(context, queue).await?,
        };
        if late > context.settings.http.queue_patience {
            return Err(ApiError::busy(RETRY_AFTER_S));
        }
        Ok(())
    }

    fn remembered(&self, queue: Queue) -> Option<Duration> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&queue).filter(|(at, _)| at.elapsed() < BELIEVED).map(|(_, late)| *late)
    }

    async fn look(&self, context: &Context, queue: Queue) -> Result<Duration, ApiError> {
        let mut db = context.read().await?;
        let late = ledger::lateness(&mut db, queue).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(queue, (Instant::now(), late));
        Ok(late)
    }
}
