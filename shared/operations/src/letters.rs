//! Letters are recorded in the transaction of what they tell about; a job sends them afterwards.

mod again;
mod named;
mod sending;
mod told;
pub mod unsubscribe;

pub use again::{NotAgain, lift_suppression, post_sample, resend};
pub use named::{
    To, send_maintenance_reminder_email, send_otp_email, send_password_reset_email,
    send_renewal_reminder_email, send_subscription_confirmation_email, send_subscription_expired_email,
    send_welcome_email,
};
pub use sending::{Answer, Next, Sending, Verdict, begin, judge, settle};
pub use told::{Heard, Report, Told, is_signed, tell};

use chrono::{DateTime, TimeDelta, Utc};
use database::DatabaseError;
use database::users::User;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, LetterId, UserId};
use domain::job::Queue;
use domain::letter::{Letter, LetterState};
use domain::locale::Locale;
use queue::kinds::SendLetter;
use queue::{Enqueue, Enqueuer, Work};
use sqlx::PgConnection;
use uuid::Uuid;

/// A letter that shall be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'a> {
    /// To whom, if it is somebody with an account.
    pub user: Option<UserId>,
    /// Where it goes.
    pub address: &'a EmailAddress,
    /// In which language.
    pub locale: Locale,
    /// What it says; never a secret.
    pub letter: &'a Letter,
    /// The challenge whose code it carries; the code is made when the letter is sent.
    pub challenge: Option<ChallengeId>,
}

/// Records a letter and asks for its sending, both in the transaction of `work`.
pub async fn post(
    work: &mut impl Enqueuer,
    new: &NewLetter<'_>,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    record(work.work(), new, Why::Told, now).await
}

/// The same, to the holder of an account, at its address and in its language.
pub async fn post_to(
    work: &mut impl Enqueuer,
    user: &User,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    let address = user.email.parse().expect("stored addresses were parsed when they came in");
    let new =
        NewLetter { user: Some(user.id), address: &address, locale: user.locale, letter, challenge: None };
    post(work, &new, now).await
}

/// Why a letter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Something is to be told.
    Told,
    /// Somebody on the staff wants to see what it looks like.
    Sample,
    /// An earlier one did not reach its reader.
    Again(LetterId),
}

async fn record(
    work: &mut Work,
    new: &NewLetter<'_>,
    why: Why,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    let kind = new.letter.kind();
    let row = database::letters::NewLetter {
        user: new.user,
        challenge: new.challenge,
        address: new.address,
        kind,
        locale: new.locale,
        context: &new.letter.to_context(),
        message_id: &message_id(),
        expires_at: now + kind.lifetime(),
        is_sample: why == Why::Sample,
        resend_of: if let Why::Again(letter) = why { Some(letter) } else { None },
    };
    let letter_id = database::letters::insert(work, &row, now).await?;
    let queue = if kind.is_urgent() { Queue::MailUrgent } else { Queue::Mail };
    work.enqueue(&SendLetter { letter_id }, Enqueue::default().by(new.user).queue(queue)).await?;
    Ok(letter_id)
}

/// How long the ledger keeps what a letter says; the row itself stays.
const CONTENT_KEPT: TimeDelta = TimeDelta::days(30);

/// Forgets what letters older than 30 days said, up to `limit` at once; says how many.
pub async fn blank_old(db: &mut PgConnection, limit: i64, now: DateTime<Utc>) -> Result<u64, DatabaseError> {
    database::letters::blank_old(db, now - CONTENT_KEPT, limit, now).await
}

/// Notes that the job of a letter was given up; a letter that already came to its end stays as it is.
pub async fn given_up(
    db: &mut PgConnection,
    id: LetterId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let letter = match database::letters::get_for_update(db, id).await {
        // Nothing is left that could be noted.
        Err(DatabaseError::NotFound) => return Ok(()),
        found => found?,
    };
    match LetterState::from_word(&letter.state) {
        Some(LetterState::Queued | LetterState::Sending) => {
            database::letters::set_state(db, id, LetterState::Failed, reason, now).await
        }
        _ => Ok(()),
    }
}

/// The same for every copy of a letter, so that a reader who gets two sees one. Tells nothing about sender or reader.
fn message_id() -> String {
    format!("{}@letters.autotrack", Uuid::new_v4().simple())
}
