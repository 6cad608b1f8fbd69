//! The connection pool.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::time::timeout;

use crate::DatabaseError;

/// Longest wait for a connection that was given back to say that it is still there.
const LAST_WORD: Duration = Duration::from_secs(5);

/// A connection that was given back less than this ago is not asked again: it said so then.
const FRESH: Duration = Duration::from_millis(500);

/// How large a pool is and how long its users wait.
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    /// Most connections.
    pub max: u32,
    /// How long a caller waits for one.
    pub acquire_timeout: Duration,
    /// Longest run of one statement.
    pub statement_timeout: Duration,
}

impl Default for PoolSize {
    fn default() -> Self {
        Self { max: 16, acquire_timeout: Duration::from_secs(5), statement_timeout: Duration::from_secs(30) }
    }
}

/// A pool on `url` that connects when first used, so that a process can start before its database.
///
/// Every connection is in UTC, plans each statement for its values, and gives up on a slow statement, and on a transaction
/// that idles for a minute.
///
/// # Errors
/// When `url` cannot be understood.
pub fn connect_lazy(url: &str, size: PoolSize) -> Result<PgPool, DatabaseError> {
    let statement_timeout = size.statement_timeout.as_millis().to_string();
    let options: PgConnectOptions = url.parse::<PgConnectOptions>().map_err(DatabaseError::Query)?.options([
        ("timezone", "UTC"),
        ("statement_timeout", statement_timeout.as_str()),
        ("idle_in_transaction_session_timeout", "60000"),
        // A plan made for an almost empty ledger, or for one set of filters, would be kept for a full one and for others.
        ("plan_cache_mode", "force_custom_plan"),
    ]);
    Ok(PgPoolOptions::new()
        .max_connections(size.max)
        .acquire_timeout(size.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(
                async move { if known.idle_for < FRESH { Ok(true) } else { is_there(connection).await } },
            )
        })
        .after_release(|connection, _| Box::pin(is_there(connection)))
        .connect_lazy_with(options))
}

/// Whether a connection still answers. The pool asks by itself, but for as long as the wire is silent, which
/// may be a quarter of an hour; and whoever waits for an answer that never comes holds one more of its places.
async fn is_there(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    timeout(LAST_WORD, connection.ping()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
}
