//! The log as it is read: all of it by staff, one's own part by everybody.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::paging::{Page, PageRequest};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::DatabaseError;

/// An event as it was logged.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What did it: `user`, `staff`, `system`, `nobody`.
    pub actor_kind: String,
    /// Which account did it.
    pub actor: Option<UserId>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub target_type: Option<String>,
    /// To which one.
    pub target_id: Option<String>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// With what.
    pub user_agent: Option<String>,
    /// In which request.
    pub request_id: Option<Uuid>,
    /// Particulars.
    pub diff: Option<Value>,
}

struct Row {
    id: i64,
    at: DateTime<Utc>,
    actor_kind: String,
    actor_id: Option<i64>,
    action: String,
    target_type: Option<String>,
    target_id: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<Uuid>,
    diff: Option<Value>,
    total: Option<i64>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor_kind: row.actor_kind,
            actor: row.actor_id.map(UserId),
            action: row.action,
            target_type: row.target_type,
            target_id: row.target_id,
            ip: row.ip.and_then(|ip| ip.parse().ok()),
            user_agent: row.user_agent,
            request_id: row.request_id,
            diff: row.diff,
        }
    }
}

fn page_of(rows: Vec<Row>) -> Page<Entry> {
    // No row, no count: right for an empty list, and a page beyond the end is answered by its being empty.
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Page { count, rows: rows.into_iter().map(Entry::from).collect() }
}

/// What a list of events is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Who did it.
    pub actor: Option<UserId>,
    /// What was done.
    pub action: Option<String>,
    /// To what kind of thing.
    pub target_type: Option<String>,
    /// To which one.
    pub target_id: Option<String>,
    /// Then or later.
    pub from: Option<DateTime<Utc>>,
    /// Then or earlier.
    pub to: Option<DateTime<Utc>>,
}

/// A page of the log, newest first.
pub async fn list(
    db: &mut PgConnection,
    filter: &Filter,
    page: PageRequest,
) -> Result<Page<Entry>, DatabaseError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, at, actor_kind, actor_id, action, target_type, target_id, host(ip) as ip, user_agent, request_id,
            diff, count(*) over () as total
        from audit_log
        where ($3::bigint is null or actor_id = $3)
            and ($4::text is null or action = $4)
            and ($5::text is null or target_type = $5)
            and ($6::text is null or target_id = $6)
            and ($7::timestamptz is null or at >= $7)
            and ($8::timestamptz is null or at <= $8)
        order by at desc, id desc
        limit $1 offset $2",
        page.limit(),
        page.offset(),
        filter.actor.map(|actor| actor.0),
        filter.action,
        filter.target_type,
        filter.target_id,
        filter.from,
        filter.to
    )
    .fetch_all(db)
    .await?;
    Ok(page_of(rows))
}

/// A page of what `user` did and of what was done to their account, newest first.
///
/// Where staff sat who did it is not theirs to know.
pub async fn list_own(
    db: &mut PgConnection,
    user: UserId,
    filter: &Filter,
    page: PageRequest,
) -> Result<Page<Entry>, DatabaseError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, at, actor_kind, actor_id, action, target_type, target_id,
            case when actor_kind = 'staff' and actor_id <> $3 then null else host(ip) end as ip,
            case when actor_kind = 'staff' and actor_id <> $3 then null else user_agent end as user_agent,
            null::uuid as request_id, null::jsonb as diff, count(*) over () as total
        from audit_log
        where ((actor_id = $3 and actor_kind in ('user', 'staff'))
                or (target_type = 'user' and target_id = $3::bigint::text))
            and ($4::text is null or action = $4)
            and ($5::timestamptz is null or at >= $5)
            and ($6::timestamptz is null or at <= $6)
        order by at desc, id desc
        limit $1 offset $2",
        page.limit(),
        page.offset(),
        user.0,
        filter.action,
        filter.from,
        filter.to
    )
    .fetch_all(db)
    .await?;
    Ok(page_of(rows))
}

/// One event, or not found.
pub async fn get(db: &mut PgConnection, id: i64) -> Result<Entry, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        "select id, at, actor_kind, actor_id, action, target_type, target_id, host(ip) as ip, user_agent, request_id,
            diff, null::bigint as total
        from audit_log
        where id = $1",
        id
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}
