//! The gauges that come from SQL, in one place: every scheduler reports the same figures.

use std::time::Duration;

use domain::job::JobState;
use queue::ledger::{self, Depth};
use queue::timetable::TIMETABLE;
use sqlx::PgPool;
use telemetry::metrics;
use tokio::time::timeout;
use tracing::debug;

/// Longest wait for all figures.
const LONGEST: Duration = Duration::from_secs(10);

/// Looks the figures up and reports them.
pub async fn observe(db: &PgPool) {
    let read = timeout(LONGEST, read(db)).await;
    if let Err(error) = read.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
        debug!(error = &error as &dyn std::error::Error, "the ledger's figures are not to be had");
    }
}

async fn read(db: &PgPool) -> Result<(), sqlx::Error> {
    let mut db = db.acquire().await?;
    for depth in ledger::depths(&mut db).await? {
        report(&depth);
    }
    let names: Vec<&str> = TIMETABLE.iter().map(|task| task.name).collect();
    for success in ledger::last_successes(&mut db, &names).await? {
        if let Some(task) = TIMETABLE.iter().find(|task| task.name == success.kind) {
            metrics::schedule_succeeded(task.name, success.at);
        }
    }
    Ok(())
}

fn report(depth: &Depth) {
    let states = [
        (JobState::Ready, depth.ready),
        (JobState::Running, depth.running),
        (JobState::Retry, depth.retry),
        (JobState::Dead, depth.dead),
    ];
    for (state, jobs) in states {
        metrics::queue_depth(depth.queue, state, jobs.max(0).cast_unsigned());
    }
    metrics::oldest_job_age(depth.queue, depth.oldest_ready_age);
}
