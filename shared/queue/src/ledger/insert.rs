//! Writing a job down.

use chrono::{DateTime, Utc};
use domain::ids::{JobId, UserId};
use domain::job::Queue;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Enqueue, Job};

/// A job that is in the ledger now.
pub(crate) struct Inserted {
    pub(crate) id: JobId,
    pub(crate) is_new: bool,
}

/// Inserts the job, or finds the live one that has its unique key.
pub(crate) async fn insert<J: Job>(
    db: &mut PgConnection,
    job: &J,
    queue: Queue,
    options: &Enqueue,
) -> Result<Inserted, sqlx::Error> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    // The holder of the key may end between the two statements; then the key is free again.
    loop {
        if let Some(id) = insert_row::<J>(db, &payload, queue, options).await? {
            return Ok(Inserted { id: JobId(id), is_new: true });
        }
        if let Some(id) = find_live(db, J::KIND, options.unique_key.as_deref()).await? {
            return Ok(Inserted { id: JobId(id), is_new: false });
        }
    }
}

/// Ten seconds behind the last of a person's jobs that waits in a queue: where the next one stands, unless it starts later.
async fn behind(
    db: &mut PgConnection,
    user: Option<UserId>,
    queue: Queue,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let Some(user) = user else { return Ok(None) };
    sqlx::query_scalar!(
        "select max(fair_at) + interval '10 seconds'
        from jobs
        where user_id = $1 and queue = $2 and state in ('ready', 'retry') and run_at <= now()",
        user.0,
        queue.as_str(),
    )
    .fetch_one(db)
    .await
}

async fn insert_row<J: Job>(
    db: &mut PgConnection,
    payload: &serde_json::Value,
    queue: Queue,
    options: &Enqueue,
) -> Result<Option<Uuid>, sqlx::Error> {
    let (at, after) = options.start.parts();
    let behind = behind(&mut *db, options.user, queue).await?;
    sqlx::query_scalar!(
        "insert into jobs (id, kind, payload_version, payload, queue, priority, user_id, max_attempts, unique_key,
            trace_context, run_at, fair_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, now() + make_interval(secs => $12)),
            greatest(coalesce($11, now() + make_interval(secs => $12)), $13))
        on conflict (kind, unique_key) where unique_key is not null and state in ('ready', 'running', 'retry')
        do nothing
        returning id",
        Uuid::now_v7(),
        J::KIND,
        J::VERSION,
        payload,
        queue.as_str(),
        options.priority,
        options.user.map(|user| user.0),
        J::MAX_ATTEMPTS,
        options.unique_key,
        telemetry::current_traceparent(),
        at,
        after,
        behind,
    )
    .fetch_optional(db)
    .await
}

/// Inserts many jobs at once; somebody's stand in the line one behind the other.
pub(crate) async fn insert_all<J: Job>(
    db: &mut PgConnection,
    jobs: &[J],
    queue: Queue,
    options: &Enqueue,
) -> Result<Vec<JobId>, sqlx::Error> {
    let payloads: Result<Vec<serde_json::Value>, _> = jobs.iter().map(serde_json::to_value).collect();
    let payloads = payloads.map_err(|error| sqlx::Error::Encode(error.into()))?;
    let ids: Vec<Uuid> = jobs.iter().map(|_| Uuid::now_v7()).collect();
    let (at, after) = options.start.parts();
    let behind = behind(&mut *db, options.user, queue).await?;
    sqlx::query!(
        "with start as (select coalesce($10::timestamptz, now() + make_interval(secs => $11)) as at)
        insert into jobs (id, kind, payload_version, payload, queue, priority, user_id, max_attempts, trace_context,
            run_at, fair_at)
        select job.id, $2, $3, job.payload, $5, $6, $7, $8, $9, start.at,
            greatest(start.at, $12)
                + case when $7::bigint is null then interval '0' else (job.place - 1) * interval '10 seconds' end
        from unnest($1::uuid[], $4::jsonb[]) with ordinality as job (id, payload, place), start",
        &ids,
        J::KIND,
        J::VERSION,
        &payloads,
        queue.as_str(),
        options.priority,
        options.user.map(|user| user.0),
        J::MAX_ATTEMPTS,
        telemetry::current_traceparent(),
        at,
        after,
        behind,
    )
    .execute(db)
    .await?;
    Ok(ids.into_iter().map(JobId).collect())
}

async fn find_live(
    db: &mut PgConnection,
    kind: &str,
    key: Option<&str>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id
        from jobs
        where kind = $1 and unique_key = $2 and state in ('ready', 'running', 'retry')",
        kind,
        key,
    )
    .fetch_optional(db)
    .await
}
