//! How full the queues are, written down as time goes by: the console shows the last hour.

use std::time::Duration;

use queue::ledger;
use sqlx::PgPool;
use tokio::time::{sleep, timeout};
use tracing::debug;

/// Between two samples. Of several in one minute the highest stays, so any number of schedulers may take them.
const PAUSE: Duration = Duration::from_secs(10);

/// Takes samples until the future is dropped. One that cannot be written leaves a gap in a chart.
pub async fn run(db: &PgPool) {
    loop {
        let taken = timeout(PAUSE, take(db)).await;
        if let Err(error) = taken.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            debug!(error = &error as &dyn std::error::Error, "the queues could not be sampled");
        }
        sleep(PAUSE).await;
    }
}

async fn take(db: &PgPool) -> Result<(), sqlx::Error> {
    ledger::sample(&mut *db.acquire().await?).await
}
