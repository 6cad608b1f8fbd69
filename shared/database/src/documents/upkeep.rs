//! Purging papers that were deleted long ago.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A paper that is due for purging.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its id.
    pub id: i64,
    /// Where its files are: its own, earlier versions, small pictures.
    pub storage_keys: Vec<String>,
}

/// Up to `most` papers deleted before `before`.
pub async fn due_for_purge(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Due>, DatabaseError> {
    let rows = sqlx::query_as!(
        Due,
        r#"select d.id,
                  array[d.storage_key]
                  || array(select t.storage_key from document_thumbnails t where t.document_id = d.id)
                  || array(select r.storage_key from retired_files r where r.document_id = d.id) as "storage_keys!"
           from documents d
           where d.deleted_at < $1
           order by d.deleted_at
           limit $2"#,
        before,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Those of these keys that no paper's row names.
pub async fn unused_keys(db: &mut PgConnection, keys: &[String]) -> Result<Vec<String>, DatabaseError> {
    let unused = sqlx::query_scalar!(
        r#"select k.key as "key!"
         from unnest($1::text[]) k (key)
         where not exists (select from documents d where d.storage_key = k.key)
            and not exists (select from document_thumbnails t where t.storage_key = k.key)
            and not exists (select from retired_files r where r.storage_key = k.key)
            and not exists (select from exports e where e.storage_key = k.key)"#,
        keys,
    )
    .fetch_all(db)
    .await?;
    Ok(unused)
}

/// Removes the rows of papers whose files are gone; returns how many. A paper that was restored meanwhile stays.
pub async fn purge(db: &mut PgConnection, ids: &[i64]) -> Result<u64, DatabaseError> {
    let purged = sqlx::query!("delete from documents where id = any($1) and deleted_at is not null", ids)
        .execute(db)
        .await?;
    Ok(purged.rows_affected())
}

/// Up to `most` files that were retired before `before`, from the oldest on.
pub async fn retired(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    most: i64,
) -> Result<Vec<String>, DatabaseError> {
    let keys = sqlx::query_scalar!(
        "select storage_key from retired_files where retired_at < $1 order by retired_at limit $2",
        before,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(keys)
}

/// Forgets retired files that are gone; returns how many.
pub async fn forget_retired(db: &mut PgConnection, keys: &[String]) -> Result<u64, DatabaseError> {
    let forgotten =
        sqlx::query!("delete from retired_files where storage_key = any($1)", keys).execute(db).await?;
    Ok(forgotten.rows_affected())
}
