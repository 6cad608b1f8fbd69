//! The loops, side by side until the process is asked to stop. Each is safe to be cut off anywhere: what it does is one
//! transaction, or is done again.

use operations::{Context, dead_jobs};
use queue::rescue::Rescue;
use queue::timetable::TIMETABLE;
use queue::{cron, relay};
use telemetry::Shutdown;

use crate::{health, samples};

/// Relays, rescues, ticks and probes until `shutdown`.
pub async fn run(context: &Context, shutdown: &Shutdown) {
    let on_dead = dead_jobs::hook(context.clock.clone());
    let work = async {
        tokio::join!(
            relay::run(&context.db, &context.tickets),
            Rescue::new().run(&context.db, &context.tickets, &on_dead),
            cron::run(&context.db, &context.tickets, TIMETABLE, &context.clock),
            health::run(context),
            samples::run(&context.db),
        )
    };
    shutdown.token().run_until_cancelled(Box::pin(work)).await;
}
