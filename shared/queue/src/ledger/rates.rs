//! The last hour, minute by minute, and its samples.

use chrono::{DateTime, Utc};
use domain::job::Queue;
use sqlx::PgConnection;

/// What ended in a queue within one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The queue.
    pub queue: Queue,
    /// How many minutes ago the minute began, from 0.
    pub minutes_ago: i32,
    /// Jobs that were done.
    pub done: i64,
    /// Attempts that failed, the last ones of jobs that were given up among them.
    pub failed: i64,
}

/// What ended within the last `minutes`, by queue and minute. Minutes in which nothing ended are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn ended(db: &mut PgConnection, minutes: i32) -> Result<Vec<Ended>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select queue as "queue!", floor(extract(epoch from now() - at)::float8 / 60)::int as "minutes_ago!",
            count(*) filter (where is_done) as "done!", count(*) filter (where not is_done) as "failed!"
        from (
            select queue, finished_at as at, true as is_done
            from jobs
            where state in ('done', 'dead', 'cancelled') and state = 'done'
                and finished_at > now() - make_interval(mins => $1) and finished_at <= now()
            union all
            select j.queue, a.ended_at, false
            from job_attempts a
            join jobs j on j.id = a.job_id
            where a.outcome in ('retry', 'dead', 'crashed') and a.ended_at > now() - make_interval(mins => $1)
                and a.ended_at <= now()
        ) ended
        group by 1, 2"#,
        minutes,
    )
    .fetch_all(db)
    .await?;
    let ended = rows.into_iter().map(|row| Ended {
        queue: Queue::from_word(&row.queue).expect("the schema allows only known queues"),
        minutes_ago: row.minutes_ago,
        done: row.done,
        failed: row.failed,
    });
    Ok(ended.collect())
}

/// How a queue was in one minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The queue.
    pub queue: Queue,
    /// How many minutes ago the minute began, from 0.
    pub minutes_ago: i32,
    /// Jobs that waited or ran, at most.
    pub depth: i64,
    /// For how long the oldest due job had waited at most, in seconds.
    pub oldest_s: f64,
}

/// Writes down how full each queue is now; of several samples of one minute the highest stays, whoever takes them.
///
/// # Errors
/// When the database does not answer.
pub async fn sample(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into queue_samples (minute, queue, depth, oldest_s)
        select date_trunc('minute', now()), q.queue, count(j.state),
            coalesce(extract(epoch from now() - min(j.run_at) filter (where j.state in ('ready', 'retry')
                and j.run_at <= now())), 0)::float8
        from unnest($1::text[]) q (queue)
        left join (
            select queue, state, run_at from jobs where state in ('ready', 'retry')
            union all
            select queue, state, run_at from jobs where state = 'running'
        ) j on j.queue = q.queue
        group by q.queue
        on conflict (minute, queue) do update
        set depth = greatest(queue_samples.depth, excluded.depth),
            oldest_s = greatest(queue_samples.oldest_s, excluded.oldest_s)",
        &Queue::ALL.iter().map(|queue| queue.as_str().to_owned()).collect::<Vec<String>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The samples of the last `minutes`.
///
/// # Errors
/// When the database does not answer.
pub async fn samples(db: &mut PgConnection, minutes: i32) -> Result<Vec<Sample>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select queue, floor(extract(epoch from now() - minute) / 60)::int as "minutes_ago!", depth, oldest_s
        from queue_samples
        where minute > now() - make_interval(mins => $1) and minute <= now()"#,
        minutes,
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().filter_map(|row| {
        let queue = Queue::from_word(&row.queue)?;
        Some(Sample { queue, minutes_ago: row.minutes_ago, depth: row.depth, oldest_s: row.oldest_s })
    });
    Ok(known.collect())
}

/// The database's clock.
///
/// # Errors
/// When the database does not answer.
pub async fn now(db: &mut PgConnection) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(db).await
}
