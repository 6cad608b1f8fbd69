//! The ledger's own connections, and how long they are waited for.

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::PgPool;
use tokio::time::timeout;

/// Most connections of one process for claims, leases and ends: each is held for one statement.
const MOST: u32 = 4;
/// Longest wait for one statement's answer. Well below a lease, so that a wire that went silent costs no job its worker.
const PATIENCE: Duration = Duration::from_secs(3);

/// How the ledger's statements are planned: once, as walks of an index, which each of them is. Left to itself PostgreSQL
/// plans anew each time, which takes as long as the statement, or keeps what it had found good for an empty ledger.
const PLANS: [(&str, &str); 5] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// A pool beside `db`, to the same database: work that holds all of `db` delays no claim and loses no lease.
pub(crate) fn own_pool(db: &PgPool) -> PgPool {
    let options = db.connect_options().as_ref().clone().options(PLANS);
    // Every caller tries again by itself, so nobody has to be asked whether they are still there.
    db.options().clone().max_connections(MOST).test_before_acquire(false).connect_lazy_with(options)
}

/// The answer, unless it takes too long: a connection whose other side is gone without a word gives none for ever.
///
/// # Errors
/// The answer's own, or an I/O error that says `timed out`. What the statement did is unknown then.
pub(crate) async fn in_time<T>(
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    within(PATIENCE, answer).await
}

/// The same with another limit.
pub(crate) async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(limit, answer).await.unwrap_or_else(|_| Err(sqlx::Error::Io(ErrorKind::TimedOut.into())))
}
