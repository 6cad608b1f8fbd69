//! What is to be ticketed next, in the order in which it is fair.

use domain::ids::JobId;
use domain::job::Queue;
use sqlx::PgPool;
use uuid::Uuid;

/// Marks up to `limit` due jobs of `queue` as ticketed and names them: priority, then fair share between users, then
/// age. A job ticketed longer than `unanswered_seconds` ago is due for another ticket. Rows that another relay holds
/// are passed over.
pub(crate) async fn ticket(
    db: &PgPool,
    queue: Queue,
    limit: i64,
    unanswered_seconds: f64,
) -> Result<Vec<JobId>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"with due as (
            select id, row_number() over (order by priority desc, fair_at, id) as place
            from (
                select id, priority, fair_at
                from jobs
                where queue = $1 and state in ('ready', 'retry') and run_at <= now()
                    and (ticketed_at is null or ticketed_at < now() - make_interval(secs => $3))
                order by priority desc, fair_at, id
                limit $2
                for update skip locked
            ) next
        ),
        marked as (
            update jobs j
            set ticketed_at = now()
            from due
            where j.id = due.id
            returning j.id, due.place
        )
        select id as "id!" from marked order by place"#,
        queue.as_str(),
        limit,
        unanswered_seconds,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(JobId).collect())
}

/// Takes the mark back from jobs whose tickets were not sent.
pub(crate) async fn unticket(db: &PgPool, ids: &[JobId]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update jobs set ticketed_at = null where id = any($1) and state in ('ready', 'retry')",
        &ids
    )
    .execute(db)
    .await?;
    Ok(())
}
