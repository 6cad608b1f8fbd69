//! The scheduler's own hourly look at the parts: a lost database cannot write a job, so a log line and a metric tell.

use std::time::Duration;

use operations::Context;
use operations::health::{self, Check, State};
use telemetry::metrics;
use tokio::time::sleep;
use tracing::{error, info};

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

async fn look(context: &Context) -> bool {
    let (database, redis, stripe) =
        tokio::join!(health::database(context), health::redis(context), health::stripe(context));
    let all_well = [report("database", &database), report("redis", &redis), report("stripe", &stripe)];
    let all_well = all_well.into_iter().all(|well| well);
    if all_well {
        info!("every part is healthy");
    }
    all_well
}

/// Whether the part is well, or not wanted.
fn report<D>(part: &'static str, check: &Check<D>) -> bool {
    if check.state == State::Disabled {
        return true;
    }
    let is_well = check.state == State::Healthy;
    metrics::health(part, is_well);
    if !is_well {
        error!(
            health.part = part,
            health.says = check.says,
            alert = true,
            "a part of the product is not healthy"
        );
    }
    is_well
}
