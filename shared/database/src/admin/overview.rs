//! The whole in a few numbers.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::DatabaseError;

/// How many things are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// The whole in a few numbers.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Accounts, without erased ones.
    pub users: i64,
    /// Accounts that were used since the time that was asked for.
    pub active: i64,
    /// Accounts that were made since then.
    pub new: i64,
    /// Accounts that staff suspended.
    pub suspended: i64,
    /// Accounts that are to be erased.
    pub leaving: i64,
    /// Letters that were asked for since then, by state.
    pub letters: Vec<StateCount>,
    /// Papers by state.
    pub documents: Vec<StateCount>,
}

/// Counts, the recent ones since `since`.
pub async fn overview(db: &mut PgConnection, since: DateTime<Utc>) -> Result<Overview, DatabaseError> {
    let users = sqlx::query!(
        r#"select count(*) as "users!",
            count(*) filter (where last_seen_at >= $1) as "active!",
            count(*) filter (where created_at >= $1) as "new!",
            count(*) filter (where not is_active) as "suspended!",
            count(*) filter (where deletion_due_at is not null) as "leaving!"
        from users
        where erased_at is null"#,
        since
    )
    .fetch_one(&mut *db)
    .await?;
    let letters = sqlx::query_as!(
        StateCount,
        r#"select state, count(*) as "count!" from letters where created_at >= $1 group by state order by state"#,
        since
    )
    .fetch_all(&mut *db)
    .await?;
    let documents = sqlx::query_as!(
        StateCount,
        r#"select status as state, count(*) as "count!"
        from documents
        where deleted_at is null
        group by status
        order by status"#
    )
    .fetch_all(db)
    .await?;
    Ok(Overview {
        users: users.users,
        active: users.active,
        new: users.new,
        suspended: users.suspended,
        leaving: users.leaving,
        letters,
        documents,
    })
}
