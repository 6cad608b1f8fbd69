//! The timetable as operators see and change it.

use chrono::{DateTime, Utc};
use domain::ids::JobId;
use domain::job::JobState;
use sqlx::PgConnection;

/// What the ledger knows of a task of the timetable.
#[derive(Debug, Clone)]
pub struct TaskState {
    /// The task.
    pub task: String,
    /// Whether its ticks become jobs.
    pub enabled: bool,
    /// Its last run that is still in the ledger.
    pub last: Option<LastRun>,
}

/// The last run of a task.
#[derive(Debug, Clone)]
pub struct LastRun {
    /// Its job.
    pub job: JobId,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// Whether somebody asked for it, and not the clock.
    pub is_by_hand: bool,
    /// The job's state; nothing once it was pruned.
    pub state: Option<JobState>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What went wrong.
    pub error: Option<String>,
}

/// What is known of each of `tasks`, in this order.
///
/// # Errors
/// When the database does not answer.
pub async fn task_states(db: &mut PgConnection, tasks: &[&str]) -> Result<Vec<TaskState>, sqlx::Error> {
    let tasks: Vec<String> = tasks.iter().map(|&task| task.to_owned()).collect();
    let rows = sqlx::query!(
        r#"select n.task as "task!", coalesce(s.enabled, true) as "enabled!", r.job_id as "job_id?", r.at as "at?",
            coalesce(r.is_by_hand, false) as "is_by_hand!", j.state as "state?", j.finished_at as "finished_at?",
            j.last_error as "error?"
        from unnest($1::text[]) with ordinality n (task, place)
        left join schedules s on s.task = n.task
        left join lateral (
            select * from (
                (select job_id, created_at as at, false as is_by_hand
                from cron_ticks
                where task = n.task and job_id is not null
                order by tick_at desc
                limit 1)
                union all
                (select job_id, asked_at, true
                from schedule_runs
                where task = n.task
                order by asked_at desc
                limit 1)
            ) either
            order by at desc
            limit 1
        ) r on true
        left join jobs j on j.id = r.job_id
        order by n.place"#,
        &tasks,
    )
    .fetch_all(db)
    .await?;
    let states = rows.into_iter().map(|row| TaskState {
        task: row.task,
        enabled: row.enabled,
        last: row.job_id.zip(row.at).map(|(job, at)| LastRun {
            job: JobId(job),
            at,
            is_by_hand: row.is_by_hand,
            state: row.state.as_deref().and_then(JobState::from_word),
            finished_at: row.finished_at,
            error: row.error,
        }),
    });
    Ok(states.collect())
}

/// Switches a task on or off; false when it was so already. Ticks that come while it is off are not made up for.
///
/// # Errors
/// When the database does not answer.
pub async fn set_enabled(
    db: &mut PgConnection,
    task: &str,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query!("insert into schedules (task, since) values ($1, $2) on conflict do nothing", task, now)
        .execute(&mut *db)
        .await?;
    let changed = sqlx::query!(
        "update schedules set enabled = $2, updated_at = $3 where task = $1 and enabled <> $2",
        task,
        enabled,
        now,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Writes down that a job is a run by hand; once, however often it is asked for.
pub(crate) async fn ran_by_hand(db: &mut PgConnection, task: &str, job: JobId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into schedule_runs (job_id, task) values ($1, $2) on conflict do nothing",
        job.0,
        task,
    )
    .execute(db)
    .await?;
    Ok(())
}
