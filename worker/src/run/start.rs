//! What stands before the work begins: the probes, and the name of the machine.

use database::schema;
use operations::Context;
use telemetry::ops::Probes;

/// Ready with the database, its schema, and a Redis that keeps what it is given.
pub fn probes(context: &Context) -> Probes {
    let (schema, redis, pool) = (context.db.clone(), context.tickets.clone(), context.db.clone());
    Probes::new()
        .check("database", move || {
            let db = schema.clone();
            async move {
                schema::is_current(&db)
                    .await
                    .then_some(())
                    .ok_or_else(|| "no database, or no schema yet".to_owned())
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

/// The machine's or pod's name, for the list of workers.
pub fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "worker".to_owned() } else { name.trim().to_owned() }
}
