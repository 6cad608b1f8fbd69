//! How a handler says what happens next.

use std::error::Error as StdError;
use std::fmt::Display;
use std::time::Duration;

/// Any error, for hooks.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// How long a job waits when the database could not be reached; the attempt is not counted.
const OUTAGE_PAUSE: Duration = Duration::from_secs(5);

/// Why a run did not finish its job, and what is to happen.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again, after `after` or after an exponential pause with jitter. Counts as an attempt.
    #[error("{reason}")]
    Retry {
        /// What went wrong, for operators.
        reason: String,
        /// The pause, if the other side named one.
        after: Option<Duration>,
    },
    /// Give the job up: no later attempt can succeed.
    #[error("{reason}")]
    Discard {
        /// Why.
        reason: String,
    },
    /// Nothing went wrong, but it is too early. Does not count as an attempt.
    #[error("{reason}")]
    Snooze {
        /// How long to wait.
        after: Duration,
        /// What is waited for.
        reason: String,
    },
    /// Somebody else took the job over; nothing may be written any more.
    #[error("the lease was lost")]
    LeaseLost,
}

impl JobError {
    /// Try again after the usual pause.
    pub fn retry(reason: impl Display) -> Self {
        Self::Retry { reason: reason.to_string(), after: None }
    }

    /// Try again after a pause that the other side asked for.
    pub fn retry_after(after: Duration, reason: impl Display) -> Self {
        Self::Retry { reason: reason.to_string(), after: Some(after) }
    }

    /// Give the job up.
    pub fn discard(reason: impl Display) -> Self {
        Self::Discard { reason: reason.to_string() }
    }

    /// Put the job off without counting the attempt.
    pub fn snooze(after: Duration, reason: impl Display) -> Self {
        Self::Snooze { after, reason: reason.to_string() }
    }

    /// The verdict on any error: an unreachable database puts the job off uncounted, anything else is retried.
    pub fn of(error: impl StdError + 'static) -> Self {
        let reason = chain(&error);
        if is_outage(&error) { Self::snooze(OUTAGE_PAUSE, reason) } else { Self::retry(reason) }
    }
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        Self::of(error)
    }
}

/// The error and its causes on one line.
fn chain(error: &dyn StdError) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// Whether PostgreSQL, somewhere below, was not there to answer.
pub(crate) fn is_outage(error: &(dyn StdError + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(error) = error.downcast_ref::<sqlx::Error>() {
            return match error {
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => true,
                // 57P: shutting down or starting up. 08: connection exceptions. 53300: too many connections.
                sqlx::Error::Database(inner) => inner
                    .code()
                    .is_some_and(|code| code.starts_with("57P") || code.starts_with("08") || code == "53300"),
                _ => false,
            };
        }
        current = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_database_puts_off_and_a_wrong_query_is_retried() {
        let outage = JobError::of(sqlx::Error::PoolTimedOut);
        assert!(matches!(outage, JobError::Snooze { .. }), "{outage:?}");
        let fault = JobError::of(sqlx::Error::RowNotFound);
        assert!(matches!(fault, JobError::Retry { after: None, .. }), "{fault:?}");
    }
}
