//! Letters on the wire.

use chrono::{DateTime, Utc};
use database::letters::{Event, Recorded};
use database::suppressions::Suppression;
use domain::letter::{LetterKind, LetterState};
use domain::locale::Locale;
use mail::{Surroundings, render, sample_secret};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object};

/// A language that letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase", remote = "Locale")]
pub enum LetterLocale {
    /// French.
    Fr,
    /// English.
    En,
}

/// Where a letter is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "EmailStatus", rename_all = "lowercase", remote = "LetterState")]
pub enum MessageStatus {
    /// Waits to be sent.
    Queued,
    /// Is being handed to the mail server.
    Sending,
    /// The mail server accepted it.
    Sent,
    /// The reader's own mail server has it.
    Delivered,
    /// It came back.
    Bounced,
    /// Its reader called it unwanted.
    Complained,
    /// Refused for good, or its time ran out.
    Failed,
    /// Not sent: the address is suppressed, or its reader declined such letters.
    Suppressed,
    /// Handed over, answer unknown, not sent again.
    Unknown,
}

/// A kind of letter.
#[derive(Debug, Clone, Object)]
#[oai(rename = "EmailTemplate")]
pub struct TemplateView {
    /// Its word, also the header `X-AutoTrack-Letter` of its letters.
    pub key: String,
    /// The subject of a sample, in the caller's language.
    pub subject: String,
    /// The languages it is written in.
    pub locales: Vec<LetterLocale>,
    /// What its templates are given.
    pub variables: Vec<String>,
}

impl TemplateView {
    /// The view of a kind.
    pub fn new(kind: LetterKind, subject: String, variables: Vec<String>) -> Self {
        let locales = vec![LetterLocale::Fr, LetterLocale::En];
        Self { key: kind.as_str().to_owned(), subject, locales, variables }
    }
}

/// A sample of a letter.
#[derive(Debug, Clone, Object)]
#[oai(rename = "EmailPreview")]
pub struct PreviewView {
    /// Its subject.
    pub subject: String,
    /// Its HTML part.
    pub html: String,
    /// Its text part.
    pub text: String,
}

/// A letter in the ledger.
#[derive(Debug, Clone, Object)]
#[oai(rename = "EmailMessage")]
pub struct MessageView {
    /// Its number.
    pub id: i64,
    /// Number of the account it was written to.
    pub user: Option<i64>,
    /// Where it went.
    pub to: String,
    /// Its kind.
    pub template: String,
    /// In which language.
    pub locale: LetterLocale,
    /// Where it is on its way.
    pub status: MessageStatus,
    /// Its Message-ID, the same for every copy.
    pub message_id: String,
    /// How often it was handed to the mail server.
    pub attempts: i32,
    /// What was said of it last, if it did not arrive.
    pub error: Option<String>,
    /// Whether it is a sample that staff sent to themselves.
    pub is_test: bool,
    /// Number of the letter that it was sent again for.
    pub resend_of: Option<i64>,
    /// When the mail server accepted it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

impl From<Recorded> for MessageView {
    fn from(letter: Recorded) -> Self {
        // The schema allows no other words.
        let status = LetterState::from_word(&letter.state).unwrap_or(LetterState::Unknown);
        let arrived = matches!(status, LetterState::Sent | LetterState::Delivered);
        Self {
            id: letter.id.0,
            user: letter.user.map(|user| user.0),
            to: letter.address,
            template: letter.kind,
            locale: letter.locale.into(),
            status: status.into(),
            message_id: letter.message_id,
            attempts: letter.attempts.into(),
            error: letter.last_answer.filter(|_| !arrived),
            is_test: letter.is_sample,
            resend_of: letter.resend_of.map(|letter| letter.0),
            sent_at: letter.sent_at,
            created_at: letter.created_at,
        }
    }
}

/// Something that happened to a letter.
#[derive(Debug, Clone, Object)]
#[oai(rename = "EmailEvent")]
pub struct EventView {
    /// When.
    pub at: DateTime<Utc>,
    /// What, such as `deferred`, `sent` or `bounced`.
    pub kind: String,
    /// In the words of who told it.
    pub detail: Option<String>,
}

/// A letter, its subject, and what happened to it.
#[derive(Debug, Clone, Object)]
#[oai(rename = "EmailMessageDetail")]
pub struct MessageDetail {
    #[oai(flatten)]
    message: MessageView,
    /// Its subject; null once its content was forgotten.
    subject: Option<String>,
    /// When its content was forgotten.
    forgotten_at: Option<DateTime<Utc>>,
    /// What happened to it, in order.
    events: Vec<EventView>,
}

impl MessageDetail {
    /// The whole view of a letter.
    pub fn new(letter: Recorded, events: Vec<Event>, frontend_url: &str) -> Self {
        let events = events.into_iter().map(|event| EventView {
            at: event.at,
            kind: event.kind,
            detail: event.detail,
        });
        Self {
            subject: subject(&letter, frontend_url),
            forgotten_at: letter.blanked_at,
            events: events.collect(),
            message: letter.into(),
        }
    }
}

/// The subject once more; no subject holds what a letter carries.
fn subject(letter: &Recorded, frontend_url: &str) -> Option<String> {
    let kind = LetterKind::from_word(&letter.kind)?;
    let secret = sample_secret(kind);
    let surroundings = Surroundings { frontend_url, secret: secret.as_ref() };
    let is_kept = letter.blanked_at.is_none();
    is_kept.then(|| render(kind, letter.locale, &letter.context, &surroundings).ok())?.map(|it| it.subject)
}

/// An address that nothing is sent to.
#[derive(Debug, Clone, Object)]
#[oai(rename = "EmailSuppression")]
pub struct SuppressionView {
    /// Its number.
    pub id: i64,
    /// The address.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl From<Suppression> for SuppressionView {
    fn from(row: Suppression) -> Self {
        Self { id: row.id, address: row.address, reason: row.reason, created_at: row.created_at }
    }
}

/// 202: the letter is in the ledger and will be sent.
#[derive(Debug, ApiResponse)]
pub enum Accepted {
    /// It will be sent; here it is.
    #[oai(status = 202)]
    Accepted(Json<MessageView>),
}
