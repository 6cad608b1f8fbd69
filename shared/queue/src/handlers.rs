//! Which function does which kind of job.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio_util::sync::CancellationToken;

use crate::ledger::claim::Claimed;
use crate::run::Lease;
use crate::{BoxError, DeadJob, Finished, Job, JobError, Run, Work};

/// What happens, in the same transaction, when a job is given up without its handler having said so.
pub type DeadHook =
    Arc<dyn for<'a> Fn(&'a mut Work, &'a DeadJob) -> BoxFuture<'a, Result<(), BoxError>> + Send + Sync>;

/// A hook that does nothing.
pub fn no_hook() -> DeadHook {
    Arc::new(|_, _| futures::future::ready(Ok(())).boxed())
}

/// The handlers of one worker.
#[derive(Clone)]
pub struct Handlers {
    by_kind: HashMap<&'static str, Arc<dyn Start>>,
    pub(crate) on_dead: DeadHook,
}

impl Default for Handlers {
    fn default() -> Self {
        Self::new()
    }
}

impl Handlers {
    /// None yet.
    pub fn new() -> Self {
        Self { by_kind: HashMap::new(), on_dead: no_hook() }
    }

    /// `handler` does jobs of kind `J`.
    #[must_use]
    pub fn on<J, R>(mut self, handler: impl Fn(Run<J>) -> R + Send + Sync + 'static) -> Self
    where
        J: Job,
        R: Future<Output = Result<Finished, JobError>> + Send + 'static,
    {
        let start = move |run| handler(run).boxed();
        self.by_kind.insert(J::KIND, Arc::new(Typed::<J> { start: Box::new(start) }));
        self
    }

    /// `hook` is told of jobs that are given up without their handler.
    #[must_use]
    pub fn on_dead(self, hook: DeadHook) -> Self {
        Self { on_dead: hook, ..self }
    }

    /// The kinds of the registry that nobody here does.
    pub fn missing(&self) -> Vec<&'static str> {
        crate::kinds::ALL.iter().copied().filter(|kind| !self.by_kind.contains_key(kind)).collect()
    }

    pub(crate) fn of(&self, kind: &str) -> Option<&Arc<dyn Start>> {
        self.by_kind.get(kind)
    }
}

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.by_kind.keys()).finish()
    }
}

/// Why a payload was not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A newer build can read it.
    Newer,
    /// Nobody can read it.
    Undecodable(String),
}

pub(crate) type Running = BoxFuture<'static, Result<Finished, JobError>>;

/// A handler whose kind is known only when running.
pub(crate) trait Start: Send + Sync {
    fn time_limit(&self) -> Duration;

    fn start(&self, claimed: &Claimed, lease: Lease, token: CancellationToken) -> Result<Running, Refusal>;
}

struct Typed<J> {
    start: Box<dyn Fn(Run<J>) -> Running + Send + Sync>,
}

impl<J: Job> Start for Typed<J> {
    fn time_limit(&self) -> Duration {
        J::TIME_LIMIT
    }

    fn start(&self, claimed: &Claimed, lease: Lease, token: CancellationToken) -> Result<Running, Refusal> {
        let job = decode::<J>(claimed)?;
        Ok((self.start)(Run {
            job,
            id: claimed.id,
            user: claimed.user,
            attempt: claimed.attempt,
            is_last_attempt: claimed.is_last_attempt(),
            created_at: claimed.created_at,
            lease,
            token,
        }))
    }
}

fn decode<J: Job>(claimed: &Claimed) -> Result<J, Refusal> {
    let payload = claimed.payload.clone();
    let payload = match claimed.payload_version {
        version if version > J::VERSION => return Err(Refusal::Newer),
        version if version < J::VERSION => J::upgrade(version, payload)
            .ok_or_else(|| Refusal::Undecodable(format!("version {version} is too old")))?,
        _ => payload,
    };
    serde_json::from_value(payload).map_err(|error| Refusal::Undecodable(error.to_string()))
}
