//! Copies of everything that an account holds.

use chrono::{DateTime, Utc};
use domain::ids::{ExportId, UserId};
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A copy, asked for or made.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its number.
    pub id: ExportId,
    /// Whose.
    pub user: UserId,
    /// Whether the papers' files are in it.
    pub include_files: bool,
    /// `queued`, `ready`, `failed`, `expired`.
    pub status: String,
    /// Where its file is, or will be.
    pub storage_key: Option<String>,
    /// Bytes of its file.
    pub file_size: Option<i64>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was made.
    pub ready_at: Option<DateTime<Utc>>,
    /// Until when it can be fetched.
    pub expires_at: Option<DateTime<Utc>>,
}

struct Row {
    id: i64,
    user_id: i64,
    include_files: bool,
    status: String,
    storage_key: Option<String>,
    file_size: Option<i64>,
    created_at: DateTime<Utc>,
    ready_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    total: Option<i64>,
}

impl From<Row> for Export {
    fn from(row: Row) -> Self {
        Self {
            id: ExportId(row.id),
            user: UserId(row.user_id),
            include_files: row.include_files,
            status: row.status,
            storage_key: row.storage_key,
            file_size: row.file_size,
            created_at: row.created_at,
            ready_at: row.ready_at,
            expires_at: row.expires_at,
        }
    }
}

/// Asks for a copy; the one that waits already, if there is one.
pub async fn ask(
    db: &mut PgConnection,
    user: UserId,
    include_files: bool,
    now: DateTime<Utc>,
) -> Result<Export, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        "insert into exports (user_id, include_files, created_at)
        values ($1, $2, $3)
        on conflict (user_id) where status = 'queued' do update set user_id = excluded.user_id
        returning id, user_id, include_files, status, storage_key, file_size, created_at, ready_at, expires_at,
            null::bigint as total",
        user.0,
        include_files,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}

/// One of the copies of `user`, or not found.
pub async fn get(db: &mut PgConnection, user: UserId, id: ExportId) -> Result<Export, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        "select id, user_id, include_files, status, storage_key, file_size, created_at, ready_at, expires_at,
            null::bigint as total
        from exports
        where id = $1 and user_id = $2",
        id.0,
        user.0
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}

/// A page of the copies of `user`, newest first.
pub async fn list(
    db: &mut PgConnection,
    user: UserId,
    page: PageRequest,
) -> Result<Page<Export>, DatabaseError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, user_id, include_files, status, storage_key, file_size, created_at, ready_at, expires_at,
            count(*) over () as total
        from exports
        where user_id = $1
        order by created_at desc, id desc
        limit $2 offset $3",
        user.0,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows: rows.into_iter().map(Export::from).collect() })
}

/// The copy that a job is to make, having noted where its file will be; none once it is made or its account is gone.
///
/// A second run gets the key of the first: what the first stored is written over, not left behind.
pub async fn begin(
    db: &mut PgConnection,
    id: ExportId,
    storage_key: &str,
) -> Result<Option<Export>, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        "update exports
        set storage_key = coalesce(storage_key, $2)
        where id = $1 and status = 'queued'
        returning id, user_id, include_files, status, storage_key, file_size, created_at, ready_at, expires_at,
            null::bigint as total",
        id.0,
        storage_key
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Export::from))
}

/// Notes that a copy is made; false if nobody waits for it any more.
pub async fn set_ready(
    db: &mut PgConnection,
    id: ExportId,
    file_size: i64,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update exports
        set status = 'ready', file_size = $2, expires_at = $3, ready_at = $4
        where id = $1 and status = 'queued'",
        id.0,
        file_size,
        expires_at,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a copy that could not be made wait again, unless its holder has asked for another meanwhile.
pub async fn reopen(db: &mut PgConnection, id: ExportId) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update exports e
        set status = 'queued', expires_at = null
        where id = $1 and status = 'failed'
            and not exists (select from exports o where o.user_id = e.user_id and o.status = 'queued')",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that a copy could not be made, and says whose, if somebody waits for it. What may have been stored of it goes
/// with the next clean-up.
pub async fn set_failed(
    db: &mut PgConnection,
    id: ExportId,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, DatabaseError> {
    let user = sqlx::query_scalar!(
        "update exports set status = 'failed', expires_at = $2 where id = $1 and status = 'queued' returning user_id",
        id.0,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(user.map(UserId))
}

/// Up to `limit` copies whose time is over and whose files are still there, after the copy `after`.
pub async fn expired(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    after: ExportId,
    limit: i64,
) -> Result<Vec<(ExportId, String)>, DatabaseError> {
    let rows = sqlx::query!(
        r#"select id, storage_key as "storage_key!"
        from exports
        where expires_at <= $1 and storage_key is not null and id > $2
        order by id
        limit $3"#,
        now,
        after.0,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (ExportId(row.id), row.storage_key)).collect())
}

/// Notes that the file of a copy is gone.
pub async fn set_expired(db: &mut PgConnection, id: ExportId) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update exports
        set status = case when status = 'ready' then 'expired' else status end, storage_key = null
        where id = $1",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}
