//! The ledger of letters: each is recorded once, whatever happens while it is sent.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, LetterId, UserId};
use domain::letter::{LetterKind, LetterState};
use domain::locale::Locale;
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

mod events;
mod list;
mod optouts;

pub use events::{Event, find_told, insert_event, list_events, mark_told};
pub use list::{Column, Filter, Recorded, get, list};
pub use optouts::{decline, declined, is_declined, want_again};

/// A letter to record.
#[derive(Debug, Clone)]
pub struct NewLetter<'a> {
    /// To whom, if it is somebody with an account.
    pub user: Option<UserId>,
    /// The challenge whose code it carries.
    pub challenge: Option<ChallengeId>,
    /// Where it goes.
    pub address: &'a EmailAddress,
    /// What it is about.
    pub kind: LetterKind,
    /// In which language.
    pub locale: Locale,
    /// What its template needs; never a secret.
    pub context: &'a Value,
    /// Its Message-ID, without angle brackets.
    pub message_id: &'a str,
    /// Until when it is worth sending.
    pub expires_at: DateTime<Utc>,
    /// Whether it is a sample: what it carries opens nothing.
    pub is_sample: bool,
    /// The letter that it is sent again for.
    pub resend_of: Option<LetterId>,
}

/// A letter in the ledger.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its number.
    pub id: LetterId,
    /// To whom, if it is somebody with an account.
    pub user: Option<UserId>,
    /// The challenge whose code it carries.
    pub challenge: Option<ChallengeId>,
    /// Where it goes.
    pub address: String,
    /// What it is about, a [`LetterKind`] of this or another build.
    pub kind: String,
    /// In which language.
    pub locale: Locale,
    /// What its template needs.
    pub context: Value,
    /// Where it is on its way.
    pub state: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// How often it was handed over.
    pub attempts: i16,
    /// Until when it is worth sending.
    pub expires_at: DateTime<Utc>,
    /// Whether it is a sample: what it carries opens nothing.
    pub is_sample: bool,
}

/// Letters of one kind that an address was sent lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sends {
    /// How many.
    pub count: i64,
    /// When the first of them was asked for.
    pub oldest: Option<DateTime<Utc>>,
    /// When the last of them was asked for.
    pub newest: Option<DateTime<Utc>>,
}

/// Records a letter that waits to be sent.
pub async fn insert(
    db: &mut PgConnection,
    letter: &NewLetter<'_>,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into letters
            (user_id, challenge_id, address, kind, locale, context, message_id, expires_at, created_at, is_sample,
            resend_of)
        values ($1, $2, $3::text::citext, $4, $5, $6, $7, $8, $9, $10, $11)
        returning id",
        letter.user.map(|user| user.0),
        letter.challenge.map(|challenge| challenge.0),
        letter.address.as_str(),
        letter.kind.as_str(),
        letter.locale.as_str(),
        letter.context,
        letter.message_id,
        letter.expires_at,
        now,
        letter.is_sample,
        letter.resend_of.map(|letter| letter.0)
    )
    .fetch_one(db)
    .await?;
    Ok(LetterId(id))
}

/// The letter, locked until the transaction ends, or not found.
pub async fn get_for_update(db: &mut PgConnection, id: LetterId) -> Result<Letter, DatabaseError> {
    let row = sqlx::query!(
        r#"select id, user_id, challenge_id, address::text as "address!", kind, locale, context, state, message_id,
            attempts, expires_at, is_sample
        from letters
        where id = $1
        for update"#,
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(Letter {
        id: LetterId(row.id),
        user: row.user_id.map(UserId),
        challenge: row.challenge_id.map(ChallengeId),
        address: row.address,
        kind: row.kind,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        context: row.context,
        state: row.state,
        message_id: row.message_id,
        attempts: row.attempts,
        expires_at: row.expires_at,
        is_sample: row.is_sample,
    })
}

/// Notes that the letter is about to be handed to the mail server.
pub async fn mark_sending(db: &mut PgConnection, id: LetterId) -> Result<(), DatabaseError> {
    sqlx::query!("update letters set state = 'sending', attempts = attempts + 1 where id = $1", id.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes where the letter is now and why, with an event of it.
pub async fn set_state(
    db: &mut PgConnection,
    id: LetterId,
    state: LetterState,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "with settled as (
            update letters
            set state = $2, last_answer = $3, sent_at = case when $2 = 'sent' then $4 else sent_at end
            where id = $1
            returning id)
        insert into letter_events (letter_id, at, kind, detail)
        select id, $4, case $2 when 'queued' then 'deferred' else $2 end, $3
        from settled",
        id.0,
        state.as_str(),
        answer,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The same for the letter that was handed over as its `attempt`th; false if it is not being handed over by that one.
pub async fn settle(
    db: &mut PgConnection,
    id: LetterId,
    attempt: i16,
    state: LetterState,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "with settled as (
            update letters
            set state = $3, last_answer = $4, sent_at = case when $3 = 'sent' then $5 else sent_at end
            where id = $1 and attempts = $2 and state = 'sending'
            returning id)
        insert into letter_events (letter_id, at, kind, detail)
        select id, $5, case $3 when 'queued' then 'deferred' else $3 end, $4
        from settled",
        id.0,
        attempt,
        state.as_str(),
        answer,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many letters of `kinds` were asked for to `address` since `since`.
pub async fn count_since(
    db: &mut PgConnection,
    address: &EmailAddress,
    kinds: &[LetterKind],
    since: DateTime<Utc>,
) -> Result<Sends, DatabaseError> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let row = sqlx::query!(
        r#"select count(*) as "count!", min(created_at) as oldest, max(created_at) as newest
        from letters
        where address = $1::text::citext and kind = any ($2) and created_at > $3"#,
        address.as_str(),
        &kinds,
        since
    )
    .fetch_one(db)
    .await?;
    Ok(Sends { count: row.count, oldest: row.oldest, newest: row.newest })
}

/// Forgets the content of up to `limit` letters written before `before`, and the address of those to nobody with an
/// account: anybody may have typed it. The row stays. Says how many.
pub async fn blank_old(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "with blanked as (
            update letters
            set context = '{}', blanked_at = $3,
                address = case when user_id is null then ('erased-letter-' || id || '@erased.invalid')::citext else address end,
                last_answer = case when user_id is null then null else last_answer end
            where id in (
                select id
                from letters
                where blanked_at is null and created_at < $1
                order by created_at
                limit $2
                for update skip locked)
            returning id, user_id
        ), told as (
            update letter_events e set detail = null from blanked b where e.letter_id = b.id and b.user_id is null
        )
        select from blanked",
        before,
        limit,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
