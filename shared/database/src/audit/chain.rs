//! The chain that the log's rows hang in: whoever changes, removes or slips in a row breaks it.

use sqlx::PgConnection;

use crate::DatabaseError;

/// A link, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place, from 1.
    pub seq: i64,
    /// The event it holds.
    pub entry: i64,
    /// What it says the hash of the link before is.
    pub prev_hash: Vec<u8>,
    /// Its own hash as it was written.
    pub hash: Vec<u8>,
    /// Its hash as its event makes it now; none when the event is gone.
    pub computed: Option<Vec<u8>>,
}

/// Up to `limit` links after the place `after`.
pub async fn links(db: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<Link>, DatabaseError> {
    let links = sqlx::query_as!(
        Link,
        r#"select c.seq, c.audit_id as entry, c.prev_hash, c.hash,
            case when a.id is not null then audit_hash(c.seq, c.prev_hash, a) end as computed
        from audit_chain c
        left join audit_log a on a.id = c.audit_id
        where c.seq > $1
        order by c.seq
        limit $2"#,
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(links)
}

/// The first event that hangs in no link.
pub async fn first_unchained(db: &mut PgConnection) -> Result<Option<i64>, DatabaseError> {
    let entry = sqlx::query_scalar!(
        "select a.id
        from audit_log a
        where not exists (select from audit_chain c where c.audit_id = a.id)
        order by a.id
        limit 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(entry)
}
