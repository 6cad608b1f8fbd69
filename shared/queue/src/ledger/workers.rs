//! Who works now.

use std::collections::BTreeMap;

use domain::job::Queue;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

/// A worker that has been heard of within the last 15 seconds.
#[derive(Debug, Clone)]
pub struct LiveWorker {
    /// Its name.
    pub name: String,
    /// Where it runs.
    pub host: String,
    /// Jobs at once by queue.
    pub slots: BTreeMap<String, usize>,
    /// Whether it is shutting down.
    pub is_draining: bool,
}

/// Writes down that a worker is alive.
pub(crate) async fn beat(
    db: &PgPool,
    name: &str,
    host: &str,
    slots: &[(Queue, usize)],
    is_draining: bool,
) -> Result<(), sqlx::Error> {
    let slots: BTreeMap<&str, usize> = slots.iter().map(|(queue, slots)| (queue.as_str(), *slots)).collect();
    sqlx::query!(
        "insert into workers (name, host, queues, is_draining)
        values ($1, $2, $3, $4)
        on conflict (name) do update set seen_at = now(), is_draining = excluded.is_draining",
        name,
        host,
        Json(&slots) as _,
        is_draining,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a worker that has ended.
pub(crate) async fn forget(db: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from workers where name = $1", name).execute(db).await?;
    Ok(())
}

/// The workers that are alive.
///
/// # Errors
/// When the database does not answer.
pub async fn live_workers(db: &mut PgConnection) -> Result<Vec<LiveWorker>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select name, host, queues as "queues: Json<BTreeMap<String, usize>>", is_draining
        from workers
        where seen_at > now() - interval '15 seconds'
        order by name"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| LiveWorker {
            name: row.name,
            host: row.host,
            slots: row.queues.0,
            is_draining: row.is_draining,
        })
        .collect())
}

/// How many workers are alive.
///
/// # Errors
/// When the database does not answer.
pub async fn workers_alive(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "alive!" from workers where seen_at > now() - interval '15 seconds'"#
    )
    .fetch_one(db)
    .await
}
