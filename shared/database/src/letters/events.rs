//! What happened to a letter, from our own mail server's answer to what the provider tells days later.

use chrono::{DateTime, Utc};
use domain::ids::LetterId;
use domain::letter::LetterState;
use sqlx::PgConnection;

use crate::DatabaseError;

/// Something that happened to a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What: `deferred`, `sent`, `delivered`, `bounced`, `complained`, `failed`, `suppressed`, `unknown` or `resent`.
    pub kind: String,
    /// In the words of who told it.
    pub detail: Option<String>,
}

/// Adds an event; false if the provider told it before.
pub async fn insert_event(
    db: &mut PgConnection,
    letter: LetterId,
    event: &Event,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "insert into letter_events (letter_id, at, kind, detail)
        values ($1, $2, $3, $4)
        on conflict (letter_id, kind, at) where kind in ('delivered', 'bounced', 'complained') do nothing",
        letter.0,
        event.at,
        event.kind,
        event.detail
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Everything that happened to a letter, in order.
pub async fn list_events(db: &mut PgConnection, letter: LetterId) -> Result<Vec<Event>, DatabaseError> {
    let events = sqlx::query_as!(
        Event,
        "select at, kind, detail
        from letter_events
        where letter_id = $1
        order by id",
        letter.0
    )
    .fetch_all(db)
    .await?;
    Ok(events)
}

/// The letter with this Message-ID to this address, locked until the transaction ends.
pub async fn find_told(
    db: &mut PgConnection,
    message_id: &str,
    address: &str,
) -> Result<Option<LetterId>, DatabaseError> {
    let id = sqlx::query_scalar!(
        "select id
        from letters
        where message_id = $1 and address = $2::text::citext
        for update",
        message_id,
        address
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(LetterId))
}

/// Notes what the provider tells about a letter. What says more stays: a complaint, then a bounce, then a delivery.
pub async fn mark_told(
    db: &mut PgConnection,
    letter: LetterId,
    state: LetterState,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update letters
        set state = $2
        where id = $1
            and not (state = 'complained' or (state = 'bounced' and $2 = 'delivered'))",
        letter.0,
        state.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}
