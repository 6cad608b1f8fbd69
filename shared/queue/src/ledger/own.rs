//! The ledger's own connections, and how long they are waited for.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::time::{Instant, timeout};

/// Most connections of one process for claims, leases and ends: each is held for one statement.
const MOST: u32 = 4;
/// Longest wait for one statement's answer. A quarter of a lease, so that a wire that went silent costs no job its worker.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest wait for a connection that was given back to say that it is still there.
const LAST_WORD: Duration = Duration::from_millis(500);

/// What takes longer than we wait for is broken off on the other side, too.
const SETTINGS: [(&str, &str); 1] = [("statement_timeout", "2500")];

/// A pool beside a process's, to the same database: work that holds all of that one delays no claim and loses no lease.
#[derive(Debug, Clone)]
pub(crate) struct OwnPool {
    pool: PgPool,
    /// When a connection last gave no answer: those that are older are not asked any more.
    silent: Arc<Mutex<Option<Instant>>>,
}

impl OwnPool {
    /// One beside `db`.
    pub(crate) fn beside(db: &PgPool) -> Self {
        let silent = Arc::new(Mutex::new(None));
        let options = db.connect_options().as_ref().clone().options(SETTINGS);
        let heard = Arc::clone(&silent);
        let pool = db
            .options()
            .clone()
            .max_connections(MOST)
            // Every caller tries again by itself, so nobody has to be asked whether they are still there.
            .test_before_acquire(false)
            .before_acquire(move |_, connection| {
                let began = Instant::now().checked_sub(connection.age);
                let is_trusted = began >= *heard.lock().expect("no holder of the instant panics");
                Box::pin(async move { Ok(is_trusted) })
            })
            .after_release(|connection, _| Box::pin(is_there(connection)))
            .connect_lazy_with(options);
        Self { pool, silent }
    }

    /// The pool, for a statement that is waited for by [`OwnPool::in_time`].
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The answer, unless it takes too long: a connection whose other side is gone without a word gives none for ever, and
    /// neither do those that were made before.
    ///
    /// # Errors
    /// The answer's own, or an I/O error that says `timed out`. What the statement did is unknown then.
    pub(crate) async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
            *self.silent.lock().expect("no holder of the instant panics") = Some(Instant::now());
            Err(sqlx::Error::Io(ErrorKind::TimedOut.into()))
        })
    }
}

/// Whether a connection that comes back still answers; while that is not known it holds one of the pool's places.
async fn is_there(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let answer = timeout(LAST_WORD, connection.ping()).await;
    answer.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
}
