//! Who works now.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::JobId;
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
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last heard of.
    pub seen_at: DateTime<Utc>,
}

/// A job at work.
#[derive(Debug, Clone)]
pub struct RunningJob {
    /// The job.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Where it waited.
    pub queue: Queue,
    /// Its run's number.
    pub attempt: i16,
    /// How far it is, in per cent.
    pub progress: i16,
    /// Who runs it.
    pub worker: String,
    /// When its run began.
    pub started_at: Option<DateTime<Utc>>,
}

/// Most jobs at work that are shown at once.
const MOST_RUNNING: i64 = 1000;

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
        r#"select name, host, queues as "queues: Json<BTreeMap<String, usize>>", is_draining, started_at, seen_at
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
            started_at: row.started_at,
            seen_at: row.seen_at,
        })
        .collect())
}

/// The jobs at work, the longest first.
///
/// # Errors
/// When the database does not answer.
pub async fn running_jobs(db: &mut PgConnection) -> Result<Vec<RunningJob>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, kind, queue, attempt, progress, coalesce(worker, '') as "worker!", started_at
        from jobs
        where state = 'running'
        order by started_at
        limit $1"#,
        MOST_RUNNING,
    )
    .fetch_all(db)
    .await?;
    let running = rows.into_iter().map(|row| RunningJob {
        id: JobId(row.id),
        kind: row.kind,
        queue: Queue::from_word(&row.queue).expect("the schema allows only known queues"),
        attempt: row.attempt,
        progress: row.progress,
        worker: row.worker,
        started_at: row.started_at,
    });
    Ok(running.collect())
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
