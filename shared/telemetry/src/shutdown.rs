//! The one token that every loop watches.

use std::{future::Future, io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Says when the process has been asked to stop. Clones share one token.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// A token that nobody but [`Shutdown::request`] trips, for tests and commands.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that SIGTERM and SIGINT trip.
    ///
    /// # Errors
    /// When the signals cannot be caught.
    pub fn listen() -> io::Result<Self> {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let shutdown = Self::new();
        let tripped = shutdown.clone();
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tripped.request(name);
        });
        Ok(shutdown)
    }

    /// Asks the process to stop; the first reason is logged.
    pub fn request(&self, reason: &str) {
        if !self.0.is_cancelled() {
            info!(shutdown.reason = reason, "asked to stop");
            self.0.cancel();
        }
    }

    /// Whether the process has been asked to stop.
    pub fn is_requested(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the process is asked to stop.
    pub async fn requested(&self) {
        self.0.cancelled().await;
    }

    /// The token itself, for loops that take one.
    pub fn token(&self) -> CancellationToken {
        self.0.clone()
    }

    /// Waits for running work for at most `grace` and logs how it ended; `None` when work was left behind.
    pub async fn drain<T>(what: &str, grace: Duration, work: impl Future<Output = T>) -> Option<T> {
        let finished = timeout(grace, work).await.ok();
        if finished.is_some() {
            info!(drain.of = what, "drained");
        } else {
            warn!(drain.of = what, drain.grace_s = grace.as_secs(), "the grace is over with work left");
        }
        finished
    }
}
