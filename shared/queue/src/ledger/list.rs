//! The ledger as operators look through it.

use chrono::{DateTime, Utc};
use domain::ids::{JobId, UserId};
use domain::job::{JobState, Queue};
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a list of jobs is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Its kind.
    pub kind: Option<String>,
    /// Where it waits.
    pub queue: Option<Queue>,
    /// Any of these states.
    pub states: Option<Vec<JobState>>,
    /// Asked for at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Asked for at this time or earlier.
    pub created_to: Option<DateTime<Utc>>,
    /// The beginning of its id, or else a part of its kind.
    pub search: Option<String>,
    /// Older than this one: where the last page ended, however many have come since.
    pub before: Option<JobId>,
}

/// A job in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The job.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Where it waits.
    pub queue: Queue,
    /// Its state.
    pub state: JobState,
    /// Why it was given up: `failed`, `undecodable` or `poison`.
    pub dead_reason: Option<String>,
    /// Who asked for it, if a person did.
    pub user: Option<UserId>,
    /// Runs that counted.
    pub attempt: i16,
    /// Runs that may fail.
    pub max_attempts: i16,
    /// How often its worker died.
    pub crash_count: i16,
    /// How far its run is, in per cent.
    pub progress: i16,
    /// Who runs it, or ran it last.
    pub worker: Option<String>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Not before this.
    pub run_at: DateTime<Utc>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its last run began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) queue: String,
    pub(super) state: String,
    pub(super) dead_reason: Option<String>,
    pub(super) user_id: Option<i64>,
    pub(super) attempt: i16,
    pub(super) max_attempts: i16,
    pub(super) crash_count: i16,
    pub(super) progress: i16,
    pub(super) worker: Option<String>,
    pub(super) last_error: Option<String>,
    pub(super) run_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) started_at: Option<DateTime<Utc>>,
    pub(super) finished_at: Option<DateTime<Utc>>,
    pub(super) total: Option<i64>,
}

impl From<Row> for Listed {
    fn from(row: Row) -> Self {
        Self {
            id: JobId(row.id),
            kind: row.kind,
            queue: Queue::from_word(&row.queue).expect("the schema allows only known queues"),
            state: JobState::from_word(&row.state).expect("the schema allows only known states"),
            dead_reason: row.dead_reason,
            user: row.user_id.map(UserId),
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            crash_count: row.crash_count,
            progress: row.progress,
            worker: row.worker,
            last_error: row.last_error,
            run_at: row.run_at,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

/// A page of the ledger, the newest first: ids carry their time, so the primary key is the order.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &mut PgConnection,
    filter: &JobFilter,
    page: PageRequest,
) -> Result<Page<Listed>, sqlx::Error> {
    let states = filter.states.as_ref().map(|all| all.iter().map(|it| it.as_str().to_owned()).collect());
    let states: Option<Vec<String>> = states;
    let ids = filter.search.as_deref().and_then(id_range);
    let kind_part = filter.search.as_deref().filter(|_| ids.is_none());
    // Counted by a query of its own, so that a page of a million rows is found without looking at all of them.
    let rows = sqlx::query_as!(
        Row,
        r#"select id, kind, queue, state, dead_reason, user_id, attempt, max_attempts, crash_count, progress, worker,
            left(last_error, 1000) as last_error, run_at, created_at, started_at, finished_at,
            (select count(*)
            from jobs
            where ($3::text is null or kind = $3)
                and ($4::text is null or queue = $4)
                and ($5::text[] is null or state = any ($5))
                and ($6::timestamptz is null or created_at >= $6)
                and ($7::timestamptz is null or created_at <= $7)
                and ($8::uuid is null or id between $8 and $9)
                and ($10::text is null or position(lower($10) in kind) > 0)) as total
        from jobs
        where ($3::text is null or kind = $3)
            and ($4::text is null or queue = $4)
            and ($5::text[] is null or state = any ($5))
            and ($6::timestamptz is null or created_at >= $6)
            and ($7::timestamptz is null or created_at <= $7)
            and ($8::uuid is null or id between $8 and $9)
            and ($10::text is null or position(lower($10) in kind) > 0)
            and ($11::uuid is null or id < $11)
        order by id desc
        limit $1 offset $2"#,
        page.limit(),
        page.offset(),
        filter.kind,
        filter.queue.map(Queue::as_str),
        states.as_deref(),
        filter.created_from,
        filter.created_to,
        ids.map(|(first, _)| first),
        ids.map(|(_, last)| last),
        kind_part,
        filter.before.map(|id| id.0),
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows: rows.into_iter().map(Listed::from).collect() })
}

/// How many jobs of each kind were given up, most first.
///
/// # Errors
/// When the database does not answer.
pub async fn dead_kinds(db: &mut PgConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select kind, count(*) as "count!" from jobs where state = 'dead' group by kind order by 2 desc, 1"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.count)).collect())
}

/// The first and last id that begin so; nothing if that is no beginning of an id.
fn id_range(beginning: &str) -> Option<(Uuid, Uuid)> {
    let digits: String = beginning.trim().chars().filter(|&c| c != '-').collect();
    let is_id = !digits.is_empty() && digits.len() <= 32 && digits.chars().all(|c| c.is_ascii_hexdigit());
    let filled = |with: &str| Uuid::parse_str(&format!("{digits}{}", with.repeat(32 - digits.len()))).ok();
    if is_id { Some((filled("0")?, filled("f")?)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_id_is_a_range_and_a_word_is_not() {
        let range = id_range("0199f0a2-7c").map(|(first, last)| (first.to_string(), last.to_string()));
        let expected = (
            "0199f0a2-7c00-0000-0000-000000000000".to_owned(),
            "0199f0a2-7cff-ffff-ffff-ffffffffffff".to_owned(),
        );
        assert_eq!(range, Some(expected));
        for word in ["", "-", "send_letter", "0199f0a2-7c1e-7cc3-98c4-dc0c0c07398f0", "é"] {
            assert_eq!(id_range(word), None, "{word}");
        }
    }
}
