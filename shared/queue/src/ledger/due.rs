//! What is due now, in the order in which it is fair.

use domain::ids::JobId;
use domain::job::Queue;
use sqlx::PgPool;

/// The first due jobs of `queue`, at most `limit`: priority, then fair share between users, then age.
pub(crate) async fn first(db: &PgPool, queue: Queue, limit: i64) -> Result<Vec<JobId>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        "select id
        from jobs
        where queue = $1 and state in ('ready', 'retry') and run_at <= now()
        order by priority desc, fair_at, id
        limit $2",
        queue.as_str(),
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(JobId).collect())
}
