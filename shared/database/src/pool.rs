//! The connection pool.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::DatabaseError;

/// How large a pool is and how long its users wait.
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    /// Most connections.
    pub max: u32,
    /// How long a caller waits for one.
    pub acquire_timeout: Duration,
}

impl Default for PoolSize {
    fn default() -> Self {
        Self { max: 16, acquire_timeout: Duration::from_secs(5) }
    }
}

/// A pool on `url` that connects when first used, so that a process can start before its database.
///
/// Every connection is in UTC and gives up on a statement after 30 seconds and on an idle transaction after 60.
///
/// # Errors
/// When `url` cannot be understood.
pub fn connect_lazy(url: &str, size: PoolSize) -> Result<PgPool, DatabaseError> {
    let options: PgConnectOptions = url.parse::<PgConnectOptions>().map_err(DatabaseError::Query)?.options([
        ("timezone", "UTC"),
        ("statement_timeout", "30000"),
        ("idle_in_transaction_session_timeout", "60000"),
    ]);
    Ok(PgPoolOptions::new()
        .max_connections(size.max)
        .acquire_timeout(size.acquire_timeout)
        .connect_lazy_with(options))
}
