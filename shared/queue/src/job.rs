//! What a job is: an order with a kind, a version and limits.

use std::time::Duration;

use domain::ids::{JobId, UserId};
use domain::job::Queue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A kind of job. Its fields are the payload, kept as JSON in the ledger.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name in the ledger; never changes once released.
    const KIND: &'static str;
    /// Version of the payload's shape. Raise it when old code could not read the new shape; then read N and N-1.
    const VERSION: i16 = 1;
    /// Where it waits unless told otherwise.
    const QUEUE: Queue;
    /// Runs that may fail before it is given up. Crashes, hand-backs and snoozes are not counted.
    const MAX_ATTEMPTS: i16 = 5;
    /// Longest run; then the token is cancelled and the attempt counts as failed.
    const TIME_LIMIT: Duration = Duration::from_mins(1);

    /// The payload of an older `version` in today's shape, or nothing if it is too old to be read.
    fn upgrade(version: i16, payload: Value) -> Option<Value> {
        let _ = payload;
        debug_assert!(version < Self::VERSION, "only older payloads are upgraded");
        None
    }
}

/// Why a job was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadReason {
    /// Its handler gave it up, or every attempt failed.
    Failed,
    /// No build can read its kind, version or payload.
    Undecodable,
    /// It took its worker down three times.
    Poison,
}

impl DeadReason {
    /// The word in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Undecodable => "undecodable",
            Self::Poison => "poison",
        }
    }
}

/// A job that was given up without its handler having said so inside a finishing transaction.
#[derive(Debug, Clone)]
pub struct DeadJob {
    /// The job.
    pub id: JobId,
    /// Its kind, one of [`Job::KIND`] unless no build knows it.
    pub kind: String,
    /// Version of the payload.
    pub version: i16,
    /// The payload as it stands in the ledger.
    pub payload: Value,
    /// Who asked for it.
    pub user: Option<UserId>,
    /// Why it was given up.
    pub reason: DeadReason,
    /// The last error, for operators.
    pub error: String,
}

impl DeadJob {
    /// The payload as `J`, if it is one and can be read.
    pub fn decode<J: Job>(&self) -> Option<J> {
        if self.kind != J::KIND {
            return None;
        }
        let payload = match self.version {
            version if version == J::VERSION => self.payload.clone(),
            version if version < J::VERSION => J::upgrade(version, self.payload.clone())?,
            _ => return None,
        };
        serde_json::from_value(payload).ok()
    }
}
