//! What is over is forgotten: ended sessions, dead codes, registrations that nobody confirmed.

use chrono::{DateTime, Duration, Utc};
use database::{DatabaseError, challenges, sessions, users};
use sqlx::PgConnection;

/// How long a registration that nobody confirms is kept, with its code's challenge.
///
/// One and the same for challenges of unknown and known addresses, so that neither outlives the other.
const UNFINISHED: Duration = Duration::days(7);

/// Rows removed at a time: short transactions, so that nobody waits for them.
const BATCH: i64 = 1000;

/// What one call removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Sessions that had ended.
    pub sessions: u64,
    /// Challenges.
    pub challenges: u64,
    /// Accounts that were never confirmed.
    pub accounts: u64,
}

/// Removes one batch of each; call it again until [`Forgotten::is_all`].
pub async fn forget_ended(db: &mut PgConnection, now: DateTime<Utc>) -> Result<Forgotten, DatabaseError> {
    let before = now - UNFINISHED;
    Ok(Forgotten {
        sessions: sessions::delete_ended(db, now, BATCH).await?,
        challenges: challenges::delete_old(db, before, BATCH).await?,
        accounts: users::delete_unfinished(db, before, BATCH).await?,
    })
}

impl Forgotten {
    /// Whether nothing is left to remove.
    pub fn is_all(self) -> bool {
        [self.sessions, self.challenges, self.accounts].iter().all(|&count| count < BATCH.cast_unsigned())
    }
}
