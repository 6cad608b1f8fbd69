//! When a process says that it is ready, and what it tells of its pool: the same in all three.

use telemetry::metrics;
use telemetry::ops::Probes;

use crate::Context;
use crate::health::{self, State};

/// Ready with the database and its schema: what the API needs, which goes on accepting work without Redis.
pub fn api(context: &Context) -> Probes {
    let (database, pool) = (context.clone(), context.db.clone());
    Probes::new()
        .check("database", move || {
            let context = database.clone();
            async move {
                let check = health::database(&context).await;
                if check.state == State::Healthy { Ok(()) } else { Err(check.says) }
            }
        })
        .observer(move || {
            let (open, idle) = (u64::from(pool.size()), pool.num_idle() as u64);
            metrics::database_pool(
                open.saturating_sub(idle),
                idle,
                u64::from(pool.options().get_max_connections()),
            );
            std::future::ready(())
        })
}

/// The same, and ready only with a Redis that keeps what it is given: what carries tickets needs.
pub fn with_tickets(context: &Context) -> Probes {
    let tickets = context.tickets.clone();
    api(context).check("redis", move || {
        let tickets = tickets.clone();
        async move { tickets.check().await.map_err(|fault| fault.to_string()) }
    })
}
