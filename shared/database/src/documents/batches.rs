//! Several papers read as one task.

use chrono::{DateTime, Utc};
use domain::access::Access;
use domain::document::BatchOutcome;
use domain::ids::{BatchId, DocumentId, UserId};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A batch as who asked for it sees it.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the first of its papers began to be read.
    pub started_at: Option<DateTime<Utc>>,
    /// When the last of its papers ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How far it is, in per cent.
    pub percent: i16,
}

/// A batch in which a paper has just ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// The batch.
    pub batch: BatchId,
    /// Who asked for it.
    pub user: UserId,
    /// Whether that was the last of its papers.
    pub is_last: bool,
}

/// How the papers of a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Read, nothing doubtful.
    pub analyzed: i64,
    /// Read, something to check.
    pub needs_review: i64,
    /// Could not be read.
    pub failed: i64,
    /// Deleted before they were read.
    pub gone: i64,
}

/// Those of these papers that `access` does not see, and those that it sees with a lesser role.
pub async fn unreachable(
    db: &mut PgConnection,
    access: Access,
    ids: &[i64],
) -> Result<(Vec<i64>, Vec<i64>), DatabaseError> {
    let rows = sqlx::query!(
        r#"select wanted.id as "id!", a.rank as "rank?"
           from unnest($1::bigint[]) wanted (id)
           left join documents d on d.id = wanted.id and d.deleted_at is null
           left join document_access a on a.document_id = d.id and a.user_id = $2
           where a.rank is null or a.rank < $3
           order by wanted.id"#,
        ids,
        access.principal(),
        access.at_least.rank(),
    )
    .fetch_all(db)
    .await?;
    let (unseen, lesser): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.rank.is_none());
    let ids = |rows: Vec<_>, id: fn(_) -> i64| rows.into_iter().map(id).collect();
    Ok((ids(unseen, |row| row.id), ids(lesser, |row| row.id)))
}

/// The batch of just these papers that `user` asked for and that is under way, if there is one. A user's askings wait for
/// each other, so that two at once get one batch.
pub async fn find_open_batch(
    db: &mut PgConnection,
    user: UserId,
    ids: &[DocumentId],
) -> Result<Option<BatchId>, DatabaseError> {
    sqlx::query!("select id from users where id = $1 for no key update", user.0).fetch_one(&mut *db).await?;
    let mut wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    wanted.sort_unstable();
    let found = sqlx::query_scalar!(
        "select b.id
         from document_batches b
         where b.user_id = $1 and b.finished_at is null
           and (select array_agg(p.document_id order by p.document_id)
                from document_batch_papers p where p.batch_id = b.id) = $2::bigint[]
         order by b.created_at desc
         limit 1",
        user.0,
        &wanted,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(BatchId))
}

/// Notes a batch of papers, none of which has ended.
pub async fn insert_batch(
    db: &mut PgConnection,
    id: BatchId,
    user: UserId,
    papers: &[DocumentId],
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let papers: Vec<i64> = papers.iter().map(|id| id.0).collect();
    sqlx::query!(
        "with batch as (
             insert into document_batches (id, user_id, created_at) values ($1, $2, $3) returning id
         )
         insert into document_batch_papers (batch_id, document_id)
         select batch.id, p.id from batch cross join unnest($4::bigint[]) p (id)",
        id.0,
        user.0,
        now,
        &papers,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes how a paper ended in each batch that waits for it, and says which of them came to their end by it.
///
/// The batches are locked first, in one order: of two papers that end at once, one sees that it is the last.
pub async fn mark_ended(
    db: &mut PgConnection,
    paper: DocumentId,
    outcome: BatchOutcome,
    now: DateTime<Utc>,
) -> Result<Vec<Ended>, DatabaseError> {
    let waiting = sqlx::query_scalar!(
        "select b.id
         from document_batches b
         join document_batch_papers p on p.batch_id = b.id
         where p.document_id = $1 and p.outcome is null
         order by b.id
         for update of b",
        paper.0,
    )
    .fetch_all(&mut *db)
    .await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!(
        "update document_batch_papers set outcome = $3
         where batch_id = any($1) and document_id = $2 and outcome is null",
        &waiting,
        paper.0,
        outcome.as_str(),
    )
    .execute(&mut *db)
    .await?;
    let rows = sqlx::query!(
        r#"update document_batches b
           set finished_at = case when o.is_last then $2::timestamptz end
           from (select b.id, not exists (select from document_batch_papers p
                                          where p.batch_id = b.id and p.outcome is null) as is_last
                 from document_batches b where b.id = any($1)) o
           where b.id = o.id
           returning b.id, b.user_id, o.is_last as "is_last!""#,
        &waiting,
        now,
    )
    .fetch_all(db)
    .await?;
    let ended = rows.into_iter().map(|row| Ended {
        batch: BatchId(row.id),
        user: UserId(row.user_id),
        is_last: row.is_last,
    });
    Ok(ended.collect())
}

/// Whether `user` waits for a batch in which this paper has not ended.
pub async fn is_awaited(
    db: &mut PgConnection,
    paper: DocumentId,
    user: UserId,
) -> Result<bool, DatabaseError> {
    let waits = sqlx::query_scalar!(
        r#"select exists (
               select from document_batch_papers p
               join document_batches b on b.id = p.batch_id
               where p.document_id = $1 and p.outcome is null and b.user_id = $2) as "waits!""#,
        paper.0,
        user.0,
    )
    .fetch_one(db)
    .await?;
    Ok(waits)
}

/// How the papers of a batch ended.
pub async fn summary(db: &mut PgConnection, batch: BatchId) -> Result<Summary, DatabaseError> {
    let summary = sqlx::query_as!(
        Summary,
        r#"select count(*) filter (where outcome = 'analyzed') as "analyzed!",
                  count(*) filter (where outcome = 'needs_review') as "needs_review!",
                  count(*) filter (where outcome = 'failed') as "failed!",
                  count(*) filter (where outcome = 'gone') as "gone!"
           from document_batch_papers
           where batch_id = $1"#,
        batch.0,
    )
    .fetch_one(db)
    .await?;
    Ok(summary)
}

/// How far a batch is that the user of `access` asked for; a program sees those only whose papers it reaches.
pub async fn batch(
    db: &mut PgConnection,
    access: Access,
    id: BatchId,
) -> Result<Option<Batch>, DatabaseError> {
    let row = sqlx::query!(
        r#"select b.id, b.created_at, b.finished_at, min(j.started_at) as started_at,
                  avg(case when p.outcome is not null then 100 else coalesce(j.progress, 0) end)::smallint as "percent!"
           from document_batches b
           join document_batch_papers p on p.batch_id = b.id
           left join documents d on d.id = p.document_id
           left join jobs j on j.id = d.job_id
           where b.id = $1 and b.user_id = $2
             and ($3 = $2 or not exists (
                 select from document_batch_papers q
                 where q.batch_id = b.id
                   and not exists (select from document_access a where a.document_id = q.document_id and a.user_id = $3)))
           group by b.id"#,
        id.0,
        access.user.0,
        access.principal(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Batch {
        id: BatchId(row.id),
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        percent: row.percent,
    }))
}
