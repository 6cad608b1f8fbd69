//! What stands before the work begins: connections, probes, and the schema to wait for.

use std::sync::Arc;
use std::time::Duration;

use config::{ExposeSecret, Settings};
use database::pool::{self, PoolSize};
use database::schema;
use domain::clock::Clock;
use files::Files;
use operations::Context;
use operations::accounts::Passwords;
use queue::Tickets;
use sqlx::PgPool;
use telemetry::Shutdown;
use telemetry::ops::Probes;
use tokio::time::sleep;
use tracing::info;

/// Between two looks at the schema.
const LOOK: Duration = Duration::from_millis(500);

/// The outside things, none of them connected yet.
pub fn context(settings: Settings) -> anyhow::Result<Context> {
    let size = PoolSize {
        max: settings.database.max_connections,
        acquire_timeout: settings.database.acquire_timeout,
        statement_timeout: settings.database.statement_timeout,
    };
    Ok(Context {
        db: pool::connect_lazy(settings.database.url.expose_secret(), size)?,
        tickets: Tickets::connect(settings.redis.url.expose_secret())?,
        files: Files::from_settings(&settings.files)?,
        clock: Clock::system(),
        passwords: Passwords::default(),
        stripe: partners::stripe(&settings.stripe)?,
        settings: Arc::new(settings),
    })
}

/// Ready with the database, its schema, and a Redis that keeps what it is given.
pub fn probes(context: &Context) -> Probes {
    let (schema, redis, pool) = (context.db.clone(), context.tickets.clone(), context.db.clone());
    Probes::new()
        .check("database", move || {
            let db = schema.clone();
            async move {
                has_schema(&db).await.then_some(()).ok_or_else(|| "no database, or no schema yet".to_owned())
            }
        })
        .check("redis", move || {
            let tickets = redis.clone();
            async move { tickets.check().await.map_err(|fault| fault.to_string()) }
        })
        .observer(move || {
            let (open, idle) = (u64::from(pool.size()), pool.num_idle() as u64);
            let max = u64::from(pool.options().get_max_connections());
            telemetry::metrics::database_pool(open.saturating_sub(idle), idle, max);
            std::future::ready(())
        })
}

/// Waits for the schema that this build needs; false when asked to stop meanwhile.
pub async fn wait_for_schema(db: &PgPool, shutdown: &Shutdown) -> bool {
    let wait = async {
        for look in 0_u32.. {
            if has_schema(db).await {
                return;
            }
            if look % 20 == 0 {
                info!(schema.needed = schema::needed_version(), "waiting for the database and its schema");
            }
            sleep(LOOK).await;
        }
    };
    shutdown.token().run_until_cancelled(wait).await.is_some()
}

async fn has_schema(db: &PgPool) -> bool {
    let Ok(mut db) = db.acquire().await else { return false };
    schema::version(&mut db).await.is_ok_and(|version| version >= schema::needed_version())
}

/// The machine's or pod's name, for the list of workers.
pub fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "worker".to_owned() } else { name.trim().to_owned() }
}
