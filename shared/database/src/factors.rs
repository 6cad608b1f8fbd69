//! Second factors: the authenticator of an account and its recovery codes. Secrets are sealed, codes hashed.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use sqlx::PgConnection;

use crate::DatabaseError;

/// The authenticator of an account.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its secret, sealed.
    pub secret: Vec<u8>,
    /// The key that sealed it.
    pub secret_kid: String,
    /// Whether it proved itself with a code.
    pub is_confirmed: bool,
}

/// The authenticator of an account, if there is one.
pub async fn find(db: &mut PgConnection, user: UserId) -> Result<Option<Device>, DatabaseError> {
    let device = sqlx::query_as!(
        Device,
        r#"select secret, secret_kid, confirmed_at is not null as "is_confirmed!" from totp_devices where user_id = $1"#,
        user.0
    )
    .fetch_optional(db)
    .await?;
    Ok(device)
}

/// Keeps the secret of an authenticator that still has to prove itself, over one that never did; false when there is
/// one that did.
pub async fn begin(
    db: &mut PgConnection,
    user: UserId,
    secret: &[u8],
    kid: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "insert into totp_devices (user_id, secret, secret_kid, created_at)
        values ($1, $2, $3, $4)
        on conflict (user_id) do update
        set secret = excluded.secret, secret_kid = excluded.secret_kid, last_step = 0, created_at = excluded.created_at
        where totp_devices.confirmed_at is null",
        user.0,
        secret,
        kid,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses the code of a time step up: of two who show it at once, one gets in, and no earlier one counts any more.
pub async fn use_step(db: &mut PgConnection, user: UserId, step: i64) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update totp_devices set last_step = $2 where user_id = $1 and last_step < $2",
        user.0,
        step
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks the authenticator as proven; false if it already was.
pub async fn confirm(db: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update totp_devices set confirmed_at = $2 where user_id = $1 and confirmed_at is null",
        user.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the second factor off an account, codes included; false if there was none.
pub async fn remove(db: &mut PgConnection, user: UserId) -> Result<bool, DatabaseError> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user.0).execute(&mut *db).await?;
    let done = sqlx::query!("delete from totp_devices where user_id = $1", user.0).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces the recovery codes of an account by these hashes.
pub async fn set_recovery(
    db: &mut PgConnection,
    user: UserId,
    hashes: &[Vec<u8>],
) -> Result<(), DatabaseError> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user.0).execute(&mut *db).await?;
    sqlx::query!(
        "insert into recovery_codes (user_id, code_hash) select $1, hash from unnest($2::bytea[]) hash",
        user.0,
        hashes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Uses a recovery code up, by its hash under each pepper; false if it is none of the account's, or was used.
pub async fn use_recovery(
    db: &mut PgConnection,
    user: UserId,
    hashes: &[Vec<u8>],
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = any ($2) and used_at is null",
        user.0,
        hashes,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
