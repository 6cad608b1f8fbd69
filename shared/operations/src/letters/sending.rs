//! Sending a letter: what may be handed to the mail server, and what its answer means for the ledger.
//!
//! A letter is `sending` in the ledger before its first byte leaves. SMTP has no key by which a server would know a
//! letter again (RFC 5321, 4.5.3.2.6), so a crash in between leaves its outcome unknown: codes are not sent again then,
//! everything else is, with the same Message-ID.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use config::Settings;
use database::letters::{self, Letter};
use database::{DatabaseError, suppressions};
use domain::email_address::EmailAddress;
use domain::ids::{LetterId, UserId};
use domain::letter::{Carried, Letter as Content, LetterKind, LetterState};
use domain::locale::Locale;
use secrecy::SecretString;
use serde_json::Value;
use sqlx::PgConnection;

use super::unsubscribe;
use crate::accounts;

/// How long nothing is sent after a mail server refused us.
const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// How long a letter of a kind that only a newer build knows waits for a worker of that build.
const NEWER_BUILD: Duration = Duration::from_secs(20);

/// A letter that is to be handed over now.
#[derive(Debug)]
pub struct Sending {
    /// Its number.
    pub id: LetterId,
    /// What it is about.
    pub kind: LetterKind,
    /// Where it goes.
    pub address: EmailAddress,
    /// In which language.
    pub locale: Locale,
    /// What its template needs.
    pub context: Value,
    /// Its Message-ID, the same for every copy.
    pub message_id: String,
    /// The code or link token that it carries, made just now and nowhere else.
    pub secret: Option<SecretString>,
    /// Whether it is a sample, in which something stands in for the secret.
    pub is_sample: bool,
    /// The token of the address where its reader declines letters of its kind, if they can.
    pub unsubscribe: Option<String>,
    attempt: i16,
    expires_at: DateTime<Utc>,
}

/// What is to be done about a letter.
#[derive(Debug)]
pub enum Next {
    /// It is to be handed over, once this is committed.
    Send(Box<Sending>),
    /// The mail server refused us lately, or a newer build has to send it; come back later.
    Wait(Duration),
    /// It came to its end just now, unsent.
    Ended(LetterState),
    /// It had come to its end before.
    Nothing,
}

/// What the mail server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It took the letter over.
    Accepted(String),
    /// Not now.
    Later {
        /// Its words, or what broke.
        answer: String,
        /// Whether it may have the letter all the same.
        maybe_delivered: bool,
    },
    /// It knows no such address.
    BadAddress(String),
    /// It does not want us.
    OwnFault(String),
    /// It does not want this letter, or we cannot write it.
    Refused(String),
}

/// Claims a letter for sending, makes what it carries, and writes down that its outcome is unknown from now on.
pub async fn begin(
    db: &mut PgConnection,
    settings: &Settings,
    id: LetterId,
    transport: &str,
    now: DateTime<Utc>,
) -> Result<Next, DatabaseError> {
    let letter = match letters::get_for_update(db, id).await {
        Ok(letter) => letter,
        Err(DatabaseError::NotFound) => return Ok(Next::Nothing),
        Err(error) => return Err(error),
    };
    let state = LetterState::from_word(&letter.state);
    if !matches!(state, Some(LetterState::Queued | LetterState::Sending)) {
        return Ok(Next::Nothing);
    }
    if let Some(until) = suppressions::find_pause(db, transport, now).await? {
        return Ok(Next::Wait((until - now).to_std().unwrap_or_default()));
    }
    if LetterKind::from_word(&letter.kind).is_none() && now < letter.expires_at {
        return Ok(Next::Wait(NEWER_BUILD));
    }
    match may_be_sent(db, &letter, state, now).await? {
        Ok(ready) => claim(db, settings, letter, ready, now).await,
        Err((end, why)) => {
            letters::set_state(db, id, end, why, now).await?;
            Ok(Next::Ended(end))
        }
    }
}

/// What is understood of a letter that may be sent.
struct Ready {
    kind: LetterKind,
    address: EmailAddress,
    /// Whose wish not to get its kind counts, if it can be declined.
    decliner: Option<UserId>,
}

/// The understood letter, or how it ends and why.
async fn may_be_sent(
    db: &mut PgConnection,
    letter: &Letter,
    state: Option<LetterState>,
    now: DateTime<Utc>,
) -> Result<Result<Ready, (LetterState, &'static str)>, DatabaseError> {
    let Some(kind) = LetterKind::from_word(&letter.kind) else {
        return Ok(Err((LetterState::Failed, "this build knows no such letter")));
    };
    if state == Some(LetterState::Sending) && kind.is_urgent() {
        return Ok(Err((LetterState::Unknown, "interrupted while it was handed over")));
    }
    if now >= letter.expires_at {
        return Ok(Err((LetterState::Failed, "its time ran out")));
    }
    if suppressions::contains(db, &letter.address).await? {
        return Ok(Err((LetterState::Suppressed, "the address is on the suppression list")));
    }
    let Ok(address) = letter.address.parse() else {
        return Ok(Err((LetterState::Failed, "the address cannot be written in a header")));
    };
    let can_be_declined = Content::from_context(kind, &letter.context).is_ok_and(|it| it.can_be_declined());
    let decliner = letter.user.filter(|_| can_be_declined && !letter.is_sample);
    if let Some(user) = decliner
        && letters::is_declined(db, user, kind).await?
    {
        return Ok(Err((LetterState::Suppressed, "its reader declined letters of this kind")));
    }
    Ok(Ok(Ready { kind, address, decliner }))
}

async fn claim(
    db: &mut PgConnection,
    settings: &Settings,
    letter: Letter,
    ready: Ready,
    now: DateTime<Utc>,
) -> Result<Next, DatabaseError> {
    let Ready { kind, address, decliner } = ready;
    let secret = mint(db, settings, &letter, kind, now).await?;
    if kind.carries().is_some() && secret.is_none() && !letter.is_sample {
        // A decoy, or a code or link that nobody needs any more.
        let why = "nobody waits for what it carries";
        letters::set_state(db, letter.id, LetterState::Suppressed, why, now).await?;
        return Ok(Next::Ended(LetterState::Suppressed));
    }
    letters::mark_sending(db, letter.id).await?;
    Ok(Next::Send(Box::new(Sending {
        id: letter.id,
        kind,
        address,
        locale: letter.locale,
        context: letter.context,
        message_id: letter.message_id,
        secret,
        is_sample: letter.is_sample,
        unsubscribe: decliner.map(|user| unsubscribe::token(&settings.keys.pepper, user, kind)),
        attempt: letter.attempts + 1,
        expires_at: letter.expires_at,
    })))
}

/// Makes what the letter carries, if it carries something and is still waited for.
async fn mint(
    db: &mut PgConnection,
    settings: &Settings,
    letter: &Letter,
    kind: LetterKind,
    now: DateTime<Utc>,
) -> Result<Option<SecretString>, DatabaseError> {
    match (kind.carries(), letter.challenge) {
        (Some(Carried::Code), Some(challenge)) => {
            accounts::mint_code(db, settings, challenge, letter.id, now).await
        }
        (Some(Carried::Token), Some(challenge)) => {
            accounts::mint_token(db, settings, challenge, letter.id, now).await
        }
        _ => Ok(None),
    }
}

/// What an answer means for a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The letter's state from now on.
    pub state: LetterState,
    /// How long until it is tried again; nothing when it has come to its end.
    pub wait: Option<Duration>,
}

/// Decides what an answer means: try again until the letter's time is over, or leave it.
pub fn judge(sending: &Sending, answer: &Answer, now: DateTime<Utc>) -> Verdict {
    let ends = |state| Verdict { state, wait: None };
    let again = |wait: TimeDelta| Verdict { state: LetterState::Queued, wait: wait.to_std().ok() };
    match answer {
        Answer::Accepted(_) => ends(LetterState::Sent),
        Answer::Refused(_) | Answer::BadAddress(_) => ends(LetterState::Failed),
        Answer::OwnFault(_) => again(PAUSE),
        Answer::Later { maybe_delivered: true, .. } if sending.kind.is_urgent() => ends(LetterState::Unknown),
        Answer::Later { .. } => back_off(sending, now).map_or_else(|| ends(LetterState::Failed), again),
    }
}

/// Writes down what the mail server said, and draws its consequences for the address or the server.
///
/// Changes nothing if somebody else has claimed the letter since: what they do with it counts.
pub async fn settle(
    db: &mut PgConnection,
    sending: &Sending,
    transport: &str,
    answer: &Answer,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let words = answer.words();
    if !letters::settle(db, sending.id, sending.attempt, verdict.state, words, now).await? {
        return Ok(());
    }
    match answer {
        Answer::BadAddress(_) => {
            suppressions::insert(db, sending.address.as_str(), "unknown to its mail server", now).await
        }
        Answer::OwnFault(_) => suppressions::pause(db, transport, now + PAUSE, words).await,
        _ => Ok(()),
    }
}

impl Answer {
    fn words(&self) -> &str {
        match self {
            Self::Accepted(words)
            | Self::BadAddress(words)
            | Self::OwnFault(words)
            | Self::Refused(words)
            | Self::Later { answer: words, .. } => words,
        }
    }
}

/// Twice as long after each try, with full jitter; nothing when the letter's time would be over by then.
fn back_off(sending: &Sending, now: DateTime<Utc>) -> Option<TimeDelta> {
    let (first, longest) = if sending.kind.is_urgent() { (5, 60) } else { (30, 3600) };
    let doublings = u32::from(sending.attempt.max(1).unsigned_abs() - 1).min(10);
    let most = (first << doublings).min(longest);
    let wait = TimeDelta::seconds(rand::random_range(first..=most));
    (now + wait < sending.expires_at).then_some(wait)
}
