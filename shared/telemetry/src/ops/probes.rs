//! What a binary knows about itself: whether it is ready, and figures that must be asked for.

use std::{future::Future, time::Duration};

use futures::future::{BoxFuture, FutureExt, join_all};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use crate::Shutdown;

/// Longest wait for one check or observer; below the time-out of Kubernetes' probes.
const PATIENCE: Duration = Duration::from_secs(2);

type Check = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;
type Observer = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The readiness checks and observers of one binary.
#[derive(Default)]
pub struct Probes {
    checks: Vec<(&'static str, Check)>,
    observers: Vec<Observer>,
}

impl Probes {
    /// No checks: ready until the shutdown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition of readiness. The error says in a few words what is wrong; it is shown on the operations port.
    #[must_use]
    pub fn check<F, R>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((name, Box::new(move || check().boxed())));
        self
    }

    /// Adds an observer, which looks figures up and reports them to [`crate::metrics`]: before each scrape, and every
    /// 15 seconds for OTLP.
    #[must_use]
    pub fn observer<F, R>(mut self, observe: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.observers.push(Box::new(move || observe().boxed()));
        self
    }

    /// Runs every observer once; a slow one is given up, so that the rest of the metrics still come.
    pub(super) async fn observe(&self) {
        join_all(self.observers.iter().map(|observe| timeout(PATIENCE, observe()))).await;
    }

    /// Whether every check passes and no shutdown has begun, and the answer's body.
    pub(super) async fn ready(&self, shutdown: &Shutdown) -> (bool, String) {
        let results = join_all(self.checks.iter().map(|(name, check)| run(name, check))).await;
        let draining = shutdown.is_requested();
        let ready = !draining && results.iter().all(|(_, result)| result.is_ok());
        let checks: Map<String, Value> = results
            .into_iter()
            .map(|(name, result)| (name.to_owned(), result.err().unwrap_or_else(|| "ok".to_owned()).into()))
            .collect();
        let status = if draining {
            "draining"
        } else if ready {
            "ok"
        } else {
            "unavailable"
        };
        (ready, json!({"status": status, "checks": checks}).to_string())
    }
}

async fn run(name: &'static str, check: &Check) -> (&'static str, Result<(), String>) {
    let result = timeout(PATIENCE, check()).await;
    (name, result.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs()))))
}
