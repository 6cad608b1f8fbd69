//! Letters that staff have sent: a sample to themselves, or one that did not reach its reader once more.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::audit::{self, Actor, Event};
use database::suppressions;
use domain::email_address::EmailAddress;
use domain::ids::{LetterId, UserId};
use domain::letter::{Letter, LetterKind};
use domain::locale::Locale;
use queue::Work;
use sqlx::PgConnection;

use super::{NewLetter, Why, record};
use crate::accounts::Origin;

/// Why a letter is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum NotAgain {
    /// What it carried was good for minutes and is nowhere at rest: its reader asks for another.
    #[error("it carried a code or a link")]
    Secret,
    /// What it said was forgotten.
    #[error("its content was forgotten")]
    Forgotten,
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Sends `letter` to a member of staff, to look at it. A secret that such a letter carries opens nothing.
pub async fn post_sample(
    work: &mut Work,
    staff: (UserId, &EmailAddress),
    letter: &Letter,
    locale: Locale,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    let (user, address) = staff;
    let new = NewLetter { user: Some(user), address, locale, letter, challenge: None };
    let id = record(work, &new, Why::Sample, now).await?;
    note(work, user, "letter_sample_sent", ("letter", id.to_string()), origin, now).await?;
    Ok(id)
}

/// Sends what a letter said once more, as a letter of its own.
///
/// # Errors
/// See [`NotAgain`].
pub async fn resend(
    work: &mut Work,
    staff: UserId,
    id: LetterId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<LetterId, NotAgain> {
    let old = database::letters::get(work, id).await?;
    let kind = LetterKind::from_word(&old.kind).ok_or(NotAgain::Forgotten)?;
    if kind.carries().is_some() {
        return Err(NotAgain::Secret);
    }
    if old.blanked_at.is_some() {
        return Err(NotAgain::Forgotten);
    }
    let letter = Letter::from_context(kind, &old.context).map_err(|_| NotAgain::Forgotten)?;
    let address = old.address.parse().map_err(|_| NotAgain::Forgotten)?;
    let new =
        NewLetter { user: old.user, address: &address, locale: old.locale, letter: &letter, challenge: None };
    let again = record(work, &new, Why::Again(id), now).await?;
    let event =
        database::letters::Event { at: now, kind: "resent".to_owned(), detail: Some(again.to_string()) };
    database::letters::insert_event(work, id, &event).await?;
    note(work, staff, "letter_resent", ("letter", id.to_string()), origin, now).await?;
    Ok(again)
}

/// Lets letters go to a suppressed address again.
///
/// # Errors
/// When there is no such entry.
pub async fn lift_suppression(
    db: &mut PgConnection,
    staff: UserId,
    id: i64,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    suppressions::delete(db, id).await?;
    note(db, staff, "suppression_lifted", ("suppression", id.to_string()), origin, now).await
}

async fn note(
    db: &mut PgConnection,
    staff: UserId,
    action: &str,
    target: (&str, String),
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (table, id) = target;
    let event = Event {
        actor: Actor::Staff(staff),
        action,
        target: Some((table, id)),
        ip: origin.ip,
        user_agent: origin.user_agent.as_deref(),
        request_id: origin.request_id,
        diff: None,
    };
    audit::insert(db, &event, now).await
}
