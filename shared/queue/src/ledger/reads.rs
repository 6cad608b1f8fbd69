//! What others want to know about jobs.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{JobId, UserId};
use domain::job::{JobState, Queue};
use sqlx::PgConnection;

/// A job as people may see it.
#[derive(Debug, Clone)]
pub struct Task {
    /// The job.
    pub id: JobId,
    /// Who asked for it, if a person did.
    pub user: Option<UserId>,
    /// Its kind.
    pub kind: String,
    /// Its state in the ledger.
    pub state: JobState,
    /// How far it is, in per cent.
    pub progress: i16,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its last run began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The job, whoever asked for it: [`Task::user`] says who that was.
///
/// # Errors
/// When the database does not answer.
pub async fn task(db: &mut PgConnection, id: JobId) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, user_id, kind, state, progress, created_at, started_at, finished_at
        from jobs
        where id = $1",
        id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Task {
        id: JobId(row.id),
        user: row.user_id.map(UserId),
        kind: row.kind,
        state: JobState::from_word(&row.state).expect("the schema allows only known states"),
        progress: row.progress,
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
    }))
}

/// How full a queue is.
#[derive(Debug, Clone, Copy)]
pub struct Depth {
    /// The queue.
    pub queue: Queue,
    /// Jobs never run that are due.
    pub ready: i64,
    /// Jobs at work.
    pub running: i64,
    /// Jobs that wait for another run or for their time.
    pub retry: i64,
    /// Jobs given up and not yet pruned.
    pub dead: i64,
    /// How long the oldest due job has waited; zero when none waits.
    pub oldest_ready_age: Duration,
}

/// How full each queue is, the empty ones included.
///
/// # Errors
/// When the database does not answer.
pub async fn depths(db: &mut PgConnection) -> Result<Vec<Depth>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select queue as "queue!",
            count(*) filter (where state = 'ready' and run_at <= now()) as "ready!",
            count(*) filter (where state = 'running') as "running!",
            count(*) filter (where state = 'retry' or (state = 'ready' and run_at > now())) as "retry!",
            count(*) filter (where state = 'dead') as "dead!",
            coalesce(extract(epoch from now() - min(run_at) filter (where state in ('ready', 'retry')
                and run_at <= now())), 0)::float8 as "oldest!"
        from (
            -- Apart, so that each is found by the index over its states, however many finished rows lie beside.
            select queue, state, run_at from jobs where state in ('ready', 'retry')
            union all
            select queue, state, run_at from jobs where state = 'running'
            union all
            select queue, state, run_at from jobs where state = 'dead'
        ) unfinished
        group by queue"#
    )
    .fetch_all(db)
    .await?;
    let depth = |queue: Queue| {
        let row = rows.iter().find(|row| row.queue == queue.as_str());
        Depth {
            queue,
            ready: row.map_or(0, |row| row.ready),
            running: row.map_or(0, |row| row.running),
            retry: row.map_or(0, |row| row.retry),
            dead: row.map_or(0, |row| row.dead),
            oldest_ready_age: row.map_or(Duration::ZERO, |row| Duration::from_secs_f64(row.oldest.max(0.0))),
        }
    };
    Ok(Queue::ALL.iter().copied().map(depth).collect())
}

/// How long the next job of a queue has waited beyond its turn; the measure of back-pressure.
///
/// Its turn, not its age: ten thousand pages of one person wait long by right, and are no reason to send others away.
///
/// # Errors
/// When the database does not answer.
pub async fn lateness(db: &mut PgConnection, queue: Queue) -> Result<Duration, sqlx::Error> {
    let seconds = sqlx::query_scalar!(
        r#"select extract(epoch from now() - fair_at)::float8 as "seconds!"
        from jobs
        where queue = $1 and state in ('ready', 'retry') and run_at <= now()
        order by priority desc, fair_at, id
        limit 1"#,
        queue.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(Duration::from_secs_f64(seconds.unwrap_or_default().max(0.0)))
}

/// The last successful end of a kind of job.
#[derive(Debug, Clone)]
pub struct LastSuccess {
    /// The kind.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// When each of `kinds` last ended well, as far as the ledger remembers.
///
/// # Errors
/// When the database does not answer.
pub async fn last_successes(db: &mut PgConnection, kinds: &[&str]) -> Result<Vec<LastSuccess>, sqlx::Error> {
    let kinds: Vec<String> = kinds.iter().map(|&kind| kind.to_owned()).collect();
    sqlx::query_as!(
        LastSuccess,
        r#"select asked.kind as "kind!", last.at as "at!"
        from unnest($1::text[]) asked (kind)
        -- One look into the index for each.
        cross join lateral (
            select finished_at as at
            from jobs
            where kind = asked.kind and state = 'done' and finished_at is not null
            order by finished_at desc
            limit 1
        ) last"#,
        &kinds,
    )
    .fetch_all(db)
    .await
}

/// Jobs that were given up in a span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Deaths {
    /// How many of which kind, most first.
    pub by_kind: Vec<DeathsOfKind>,
    /// The end of the span: where the next one begins.
    pub until: DateTime<Utc>,
}

/// How many jobs of a kind were given up for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeathsOfKind {
    /// The kind.
    pub kind: String,
    /// Why: `failed`, `undecodable` or `poison`.
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// The jobs that were given up after `since`, or within `first` if there is none, until `settled` before now, so that
/// one whose transaction is not yet seen is in the next span.
///
/// # Errors
/// When the database does not answer.
pub async fn deaths(
    db: &mut PgConnection,
    since: Option<DateTime<Utc>>,
    first: TimeDelta,
    settled: TimeDelta,
) -> Result<Deaths, sqlx::Error> {
    let until = sqlx::query_scalar!(
        r#"select now() - make_interval(secs => $1) as "until!""#,
        settled.as_seconds_f64()
    )
    .fetch_one(&mut *db)
    .await?;
    let by_kind = sqlx::query_as!(
        DeathsOfKind,
        r#"select kind, dead_reason as "reason!", count(*) as "count!"
        from jobs
        where state = 'dead' and finished_at > $1 and finished_at <= $2
        group by kind, dead_reason
        order by count(*) desc, kind, dead_reason"#,
        since.unwrap_or(until - first),
        until
    )
    .fetch_all(db)
    .await?;
    Ok(Deaths { by_kind, until })
}

/// How many jobs are in each state.
///
/// # Errors
/// When the database does not answer.
pub async fn count_by_state(db: &mut PgConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(r#"select state, count(*) as "count!" from jobs group by state order by state"#)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}
