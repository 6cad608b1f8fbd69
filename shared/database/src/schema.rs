//! The schema's version: one binary migrates, all others wait until it is there.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::{PgConnection, PgPool};
use tokio::time::sleep;
use tracing::info;

use crate::DatabaseError;

/// Between two looks at the schema.
const LOOK: Duration = Duration::from_millis(500);

/// The migrations this build was made with.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Brings the database to this build's schema; safe to run twice at once (an advisory lock).
///
/// # Errors
/// When a migration fails or an applied one was changed since.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}

/// The version this build needs at least.
pub fn needed_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The version the database has; zero before the first migration.
pub async fn version(db: &mut PgConnection) -> Result<i64, DatabaseError> {
    let exists = sqlx::query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "exists!""#)
        .fetch_one(&mut *db)
        .await?;
    if !exists {
        return Ok(0);
    }
    let version =
        sqlx::query_scalar::<_, Option<i64>>("select max(version) from _sqlx_migrations where success")
            .fetch_one(db)
            .await?;
    Ok(version.unwrap_or_default())
}

/// Whether the database answers and has the schema that this build needs.
pub async fn is_current(pool: &PgPool) -> bool {
    let Ok(mut db) = pool.acquire().await else { return false };
    version(&mut db).await.is_ok_and(|version| version >= needed_version())
}

/// Waits until the database has the schema that this build needs, however long that takes.
pub async fn wait_until_current(pool: &PgPool) {
    for look in 0_u32.. {
        if is_current(pool).await {
            return;
        }
        if look % 20 == 0 {
            info!(schema.needed = needed_version(), "waiting for the database and its schema");
        }
        sleep(LOOK).await;
    }
}
