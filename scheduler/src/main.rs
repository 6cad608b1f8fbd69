//! Decides only when: cron ticks, due jobs, rescues. Any number may run at once.

mod gauges;
mod health;
mod loops;
mod samples;

use config::Settings;
use database::schema;
use operations::Context;
use telemetry::{Shutdown, ops};
use tracing::info;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let telemetry = telemetry::start("autotrack-scheduler", &settings.telemetry)?;
    let shutdown = Shutdown::listen()?;
    let context = Context::open(settings)?;
    context.check_redis().await?;
    let _ops = ops::serve(&context.settings.ops, &shutdown, probes(&context)).await?;
    if shutdown.token().run_until_cancelled(schema::wait_until_current(&context.db)).await.is_some() {
        info!("at work");
        loops::run(&context, &shutdown).await;
    }
    telemetry.shutdown().await;
    Ok(())
}

fn probes(context: &Context) -> ops::Probes {
    let db = context.db.clone();
    operations::probes::with_tickets(context).observer(move || {
        let db = db.clone();
        async move { gauges::observe(&db).await }
    })
}
