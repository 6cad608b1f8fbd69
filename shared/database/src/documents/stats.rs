//! How many papers there are, in one query.

use domain::access::Access;
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// How many papers somebody reaches.
#[derive(Debug, Clone)]
pub struct DocumentStats {
    /// All of them.
    pub total: i64,
    /// With an analysis.
    pub analyzed: i64,
    /// Waiting to be sorted.
    pub inbox: i64,
    /// Bytes of their files as sent.
    pub total_size: i64,
    /// How many of each kind, `{"invoice": 3}`; `unknown` for those of no kind yet.
    pub by_type: Value,
    /// How many in each state.
    pub by_status: Value,
}

/// Counts the papers that `access` reaches.
pub async fn stats(db: &mut PgConnection, access: Access) -> Result<DocumentStats, DatabaseError> {
    let stats = sqlx::query_as!(
        DocumentStats,
        r#"with mine as (
               select d.document_type, d.status, d.is_analyzed, d.is_inbox, d.file_size
               from document_access a
               join documents d on d.id = a.document_id
               where a.user_id = $1 and a.rank >= $2 and d.deleted_at is null
           )
           select count(*) as "total!", count(*) filter (where is_analyzed) as "analyzed!",
                  count(*) filter (where is_inbox) as "inbox!", coalesce(sum(file_size), 0)::bigint as "total_size!",
                  (select coalesce(jsonb_object_agg(t.document_type, t.many), '{}')
                   from (select coalesce(document_type, 'unknown') as document_type, count(*) as many
                         from mine group by 1) t) as "by_type!",
                  (select coalesce(jsonb_object_agg(t.status, t.many), '{}')
                   from (select status, count(*) as many from mine group by status) t) as "by_status!"
           from mine"#,
        access.principal(),
        access.at_least.rank(),
    )
    .fetch_one(db)
    .await?;
    Ok(stats)
}
