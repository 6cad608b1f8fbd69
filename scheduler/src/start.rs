//! What stands before the work begins: the probes.

use database::schema;
use operations::Context;
use telemetry::ops::Probes;

/// Ready with the database, its schema, and a Redis that keeps what it is given.
pub fn probes(context: &Context) -> Probes {
    let (schema, redis, gauges) = (context.db.clone(), context.tickets.clone(), context.db.clone());
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
            let db = gauges.clone();
            async move { crate::gauges::observe(&db).await }
        })
}
