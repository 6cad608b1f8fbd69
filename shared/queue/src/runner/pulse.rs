//! The worker's pulse: its row in the ledger, its gauges, and the sweeping up after apalis.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::Shared;
use crate::ledger::{beat, forget};

/// Between two beats.
const EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(shared: Arc<Shared>, over: CancellationToken) {
    while !over.is_cancelled() {
        shared.beat().await;
        shared.sweep().await;
        over.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
    if let Err(error) = shared.ledger.in_time(forget(shared.ledger.pool(), &shared.settings.name)).await {
        debug!(error = &error as &dyn std::error::Error, "the worker stays on the list until it is pruned");
    }
}

impl Shared {
    async fn beat(&self) {
        let busy = self.busy.load(Ordering::Relaxed);
        telemetry::metrics::worker_slots(busy as u64, self.slots().saturating_sub(busy) as u64);
        let settings = &self.settings;
        let draining = self.stop.is_cancelled();
        let beat = beat(self.ledger.pool(), &settings.name, &settings.host, &settings.slots, draining);
        if let Err(error) = self.ledger.in_time(beat).await {
            debug!(error = &error as &dyn std::error::Error, "a heartbeat was not written");
        }
    }

    async fn sweep(&self) {
        for (queue, _) in &self.settings.slots {
            while let Ok(1..) = self.tickets.sweep(*queue).await {}
        }
    }
}
