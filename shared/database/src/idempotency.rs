//! Answers of creating requests, kept so that a repeated `Idempotency-Key` gets the first answer.

use domain::ids::UserId;
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// What is known of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The operation that the key was used for.
    pub operation: String,
    /// Hash of the request that it was used with.
    pub request_hash: Vec<u8>,
    /// The answer.
    pub response: Option<Value>,
}

/// Takes `key` for this transaction. `None`: it is new and now ours; else what was kept under it.
///
/// A second request with the same key waits here until the first one's transaction ends.
pub async fn take(
    db: &mut PgConnection,
    user: UserId,
    key: &str,
    operation: &str,
    request_hash: &[u8],
) -> Result<Option<Kept>, DatabaseError> {
    let taken = sqlx::query!(
        "insert into idempotency_keys (user_id, key, operation, request_hash)
         values ($1, $2, $3, $4)
         on conflict (user_id, key) do update
         set operation = excluded.operation, request_hash = excluded.request_hash, response = null, created_at = now()
         where idempotency_keys.created_at < now() - interval '24 hours'",
        user.0,
        key,
        operation,
        request_hash,
    )
    .execute(&mut *db)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(None);
    }
    let kept = sqlx::query_as!(
        Kept,
        "select operation, request_hash, response from idempotency_keys where user_id = $1 and key = $2",
        user.0,
        key,
    )
    .fetch_one(db)
    .await?;
    Ok(Some(kept))
}

/// Keeps the answer under a key taken in this transaction.
pub async fn keep(
    db: &mut PgConnection,
    user: UserId,
    key: &str,
    response: &Value,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update idempotency_keys set response = $3 where user_id = $1 and key = $2",
        user.0,
        key,
        response,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes keys older than 24 hours; returns how many.
pub async fn prune(db: &mut PgConnection) -> Result<u64, DatabaseError> {
    let pruned = sqlx::query!("delete from idempotency_keys where created_at < now() - interval '24 hours'")
        .execute(db)
        .await?;
    Ok(pruned.rows_affected())
}
