//! The scheduler's own hourly look at the parts: a lost database cannot write a job, so a log line and a metric tell.

use std::time::Duration;

use operations::{Context, alerts};
use tokio::time::sleep;
use tracing::{info, warn};

/// Between two looks when all is well, and when something is not.
const CALM: Duration = Duration::from_hours(1);
const ALARMED: Duration = Duration::from_mins(1);
/// After the start, before the first look.
const FIRST: Duration = Duration::from_secs(5);

/// Looks until the future is dropped.
pub async fn run(context: &Context) {
    sleep(FIRST).await;
    loop {
        let pause = if look(context).await { CALM } else { ALARMED };
        sleep(pause).await;
    }
}

/// What is not well is told by log, metric, and letter to the operators: they hear of a lost Redis, without which no
/// worker looks.
async fn look(context: &Context) -> bool {
    let unwell = alerts::look(context).await;
    if let Err(error) = alerts::tell(context, &unwell).await {
        warn!(%error, "the operators could not be written to");
    }
    if unwell.is_empty() {
        info!("every part is healthy");
    }
    unwell.is_empty()
}
