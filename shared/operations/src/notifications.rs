//! Telling somebody something: inside the product, by letter, by push; now, later, or not at all.
//!
//! [`notify`] is the one way. It writes the notification, decides on each channel by what its reader wants, and notes
//! what it decided. What waits for the end of quiet hours, or for the digest, has a job that hands it over then.

mod announce;
mod decide;
mod due;
mod push;
mod trial;

pub use announce::announce;
pub use decide::{all_letters_again, decide};
pub use due::{Due, deliver, never_delivered};
pub use partners::web_push::{Reach, is_allowed as is_endpoint_allowed, is_browser_key};
pub use push::{Outcome, Push, client, never_pushed, prepare, reach, settle, vapid_keys};
pub use trial::try_channel;

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::notifications::{self, NewDelivery, NewNotification, Recipient};
use domain::ids::{DeliveryId, LetterId, NotificationId, UserId};
use domain::letter::{DigestItem, Letter, NotificationDigest};
use domain::notification::{Channel, DeliveryStatus, Timing};
use queue::kinds::DeliverNotification;
use queue::{Enqueue, Enqueuer};

use crate::letters::{self, NewLetter};

/// Why a delivery is suppressed.
const NOT_WANTED: &str = "not wanted";
const NO_ADDRESS: &str = "no address";

/// Something to tell somebody.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// What it says, in its reader's language.
    pub new: NewNotification<'a>,
    /// The letter that says it, if it has one of its own; otherwise one is made of title and message.
    pub letter: Option<&'a Letter>,
}

/// Tells somebody something, in the transaction of what it is about; nothing when they were told of the same already.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn notify(
    work: &mut impl Enqueuer,
    notice: &Notice<'_>,
    now: DateTime<Utc>,
) -> Result<Option<NotificationId>, DatabaseError> {
    let (new, kind) = (&notice.new, notice.new.kind);
    let recipient = notifications::recipient(work.work(), new.user).await?;
    let plan = recipient.preferences.plan(kind, now);
    let Some(id) = notifications::insert(work.work(), new, plan.in_app, now).await? else { return Ok(None) };
    let usual = kind.default_channels();
    if plan.in_app || usual.in_app {
        let status = if plan.in_app { DeliveryStatus::Delivered } else { DeliveryStatus::Suppressed };
        let error = (!plan.in_app).then_some(NOT_WANTED);
        record(work, NewDelivery { status, error, ..blank(id, Channel::InApp, now) }, now).await?;
    }
    if plan.email != Timing::Never || usual.email || notice.letter.is_some() {
        write(work, id, notice, &recipient, plan.email, now).await?;
    }
    if recipient.has_browser && (plan.push != Timing::Never || usual.push) {
        knock(work, id, new.user, plan.push, now).await?;
    }
    Ok(Some(id))
}

/// The letter, now or later.
async fn write(
    work: &mut impl Enqueuer,
    id: NotificationId,
    notice: &Notice<'_>,
    recipient: &Recipient,
    timing: Timing,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (user, blank) = (notice.new.user, blank(id, Channel::Email, now));
    match timing {
        Timing::Never => suppress(work, blank, NOT_WANTED, now).await,
        Timing::Now => {
            let made;
            let letter = if let Some(letter) = notice.letter {
                letter
            } else {
                made = letter_of(&notice.new);
                &made
            };
            match post(work, user, recipient, letter, now).await? {
                Some(letter) => {
                    let sending =
                        NewDelivery { status: DeliveryStatus::Sending, carried_by: Some(letter), ..blank };
                    record(work, sending, now).await.map(drop)
                }
                None => suppress(work, blank, NO_ADDRESS, now).await,
            }
        }
        Timing::After(at) => {
            let context = notice.letter.map(|letter| (letter.kind(), letter.to_context()));
            let letter = context.as_ref().map(|(kind, context)| (*kind, context));
            defer(work, user, NewDelivery { letter, send_after: at, ..blank }, now).await
        }
        Timing::Digest(at) => {
            defer(work, user, NewDelivery { is_digest: true, send_after: at, ..blank }, now).await
        }
    }
}

/// The pushes, now or later.
async fn knock(
    work: &mut impl Enqueuer,
    id: NotificationId,
    user: UserId,
    timing: Timing,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let blank = blank(id, Channel::Push, now);
    match timing {
        Timing::Never => suppress(work, blank, NOT_WANTED, now).await,
        Timing::Now => {
            let delivery = record(work, blank, now).await?;
            push::fan_out(work, delivery, user, now).await
        }
        Timing::After(at) | Timing::Digest(at) => {
            defer(work, user, NewDelivery { send_after: at, ..blank }, now).await
        }
    }
}

fn blank<'a>(notification: NotificationId, channel: Channel, now: DateTime<Utc>) -> NewDelivery<'a> {
    NewDelivery {
        notification,
        channel,
        status: DeliveryStatus::Pending,
        letter: None,
        carried_by: None,
        is_digest: false,
        send_after: now,
        error: None,
    }
}

async fn record(
    work: &mut impl Enqueuer,
    new: NewDelivery<'_>,
    now: DateTime<Utc>,
) -> Result<DeliveryId, DatabaseError> {
    notifications::insert_delivery(work.work(), &new, now).await
}

async fn suppress(
    work: &mut impl Enqueuer,
    new: NewDelivery<'_>,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let new = NewDelivery { status: DeliveryStatus::Suppressed, error: Some(why), ..new };
    record(work, new, now).await.map(drop)
}

/// Records what has to wait, and asks for its handing over.
async fn defer(
    work: &mut impl Enqueuer,
    user: UserId,
    new: NewDelivery<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let new = NewDelivery { status: DeliveryStatus::Deferred, ..new };
    let delivery_id = record(work, new, now).await?;
    let when = Enqueue::default().by(user).at(new.send_after);
    work.work().enqueue(&DeliverNotification { delivery_id }, when).await?;
    Ok(())
}

/// Posts a letter to somebody; nothing when they cannot be written at.
async fn post(
    work: &mut impl Enqueuer,
    user: UserId,
    recipient: &Recipient,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<Option<LetterId>, DatabaseError> {
    let Some(address) = &recipient.address else { return Ok(None) };
    let new = NewLetter { user: Some(user), address, locale: recipient.locale, letter, challenge: None };
    letters::post(work, &new, now).await.map(Some)
}

/// The letter of a notification that has none of its own.
fn letter_of(new: &NewNotification<'_>) -> Letter {
    let item = item(new.title, new.message, new.link);
    if new.kind.is_mandatory() {
        return Letter::NotificationDigest(NotificationDigest::mandatory(item));
    }
    bundle(vec![item])
}

fn bundle(items: Vec<DigestItem>) -> Letter {
    Letter::NotificationDigest(NotificationDigest::of(items))
}

/// A link is a path of the frontend: anything else does not belong into a letter.
fn item(title: &str, message: &str, link: Option<&str>) -> DigestItem {
    DigestItem {
        title: title.to_owned(),
        message: message.to_owned(),
        link: link.filter(|link| link.starts_with('/')).map(str::to_owned),
    }
}
