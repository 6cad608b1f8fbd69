//! Forgetting what is over.

use std::time::Duration;

use sqlx::PgPool;

/// What one pruning removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Finished and cancelled jobs.
    pub finished: u64,
    /// Dead jobs.
    pub dead: u64,
    /// Ticks, the last of each task excepted.
    pub ticks: u64,
    /// Workers that have not been seen for a day.
    pub workers: u64,
}

/// Jobs removed by one statement: small, so that no lock lasts and the log stays calm.
const BATCH: i64 = 1000;
/// A breath between batches.
const PAUSE: Duration = Duration::from_millis(20);

/// Removes done and cancelled jobs after `keep`, dead ones after `keep_dead`, and what hangs on them, in small batches.
///
/// # Errors
/// When the database does not answer; what was removed until then stays removed.
pub async fn prune(db: &PgPool, keep: Duration, keep_dead: Duration) -> Result<Pruned, sqlx::Error> {
    let finished = jobs(db, &["done", "cancelled"], keep).await?;
    let dead = jobs(db, &["dead"], keep_dead).await?;
    attempts(db).await?;
    let ticks = ticks(db, keep_dead).await?;
    let workers = workers(db).await?;
    traces(db, keep_dead).await?;
    Ok(Pruned { finished, dead, ticks, workers })
}

async fn jobs(db: &PgPool, states: &[&str], keep: Duration) -> Result<u64, sqlx::Error> {
    let states: Vec<String> = states.iter().map(|&state| state.to_owned()).collect();
    let mut removed = 0;
    loop {
        let batch = sqlx::query_scalar!(
            r#"with forgotten as (
                delete from jobs
                where id in (
                    select id
                    from jobs
                    where state = any($1) and state in ('done', 'dead', 'cancelled')
                        and finished_at < now() - make_interval(secs => $2)
                    order by finished_at
                    limit $3
                    for update skip locked
                )
                returning id
            ),
            attempts as (
                delete from job_attempts where job_id in (select id from forgotten)
            )
            select count(*) as "count!" from forgotten"#,
            &states,
            keep.as_secs_f64(),
            BATCH,
        )
        .fetch_one(db)
        .await?;
        removed += batch.cast_unsigned();
        if batch < BATCH {
            return Ok(removed);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Attempts whose job was removed by somebody who did not think of them.
async fn attempts(db: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from job_attempts a where not exists (select 1 from jobs j where j.id = a.job_id)")
        .execute(db)
        .await?;
    Ok(())
}

async fn ticks(db: &PgPool, keep: Duration) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "delete from cron_ticks old
        where tick_at < now() - make_interval(secs => $1)
            and exists (select 1 from cron_ticks newer where newer.task = old.task and newer.tick_at > old.tick_at)",
        keep.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(removed.rows_affected())
}

async fn workers(db: &PgPool) -> Result<u64, sqlx::Error> {
    let removed =
        sqlx::query!("delete from workers where seen_at < now() - interval '1 day'").execute(db).await?;
    Ok(removed.rows_affected())
}

/// What only the console shows: samples of the queues after two days, and which runs were asked for by hand.
async fn traces(db: &PgPool, keep: Duration) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from queue_samples where minute < now() - interval '2 days'").execute(db).await?;
    sqlx::query!(
        "delete from schedule_runs old
        where asked_at < now() - make_interval(secs => $1)
            and exists (select 1 from schedule_runs newer where newer.task = old.task and newer.asked_at > old.asked_at)",
        keep.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}
