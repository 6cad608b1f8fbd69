//! Handing over what waited for the end of quiet hours, or for the digest.

use std::time::Duration;

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::notifications::{self, Recipient, Waiting};
use domain::ids::{DeliveryId, UserId};
use domain::letter::Letter;
use domain::notification::{Channel, DeliveryStatus};
use queue::Enqueuer;

use super::{NO_ADDRESS, NOT_WANTED, bundle, item, post, push};

/// What became of a delivery that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It was handed over, or needs it no more.
    Done,
    /// Its time has not come.
    NotYet(Duration),
}

/// Hands a delivery over that waited, unless its reader does not want it any more; with a digest, all that are due.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn deliver(
    work: &mut impl Enqueuer,
    id: DeliveryId,
    now: DateTime<Utc>,
) -> Result<Due, DatabaseError> {
    let Some(waiting) = notifications::waiting(work.work(), id).await? else { return Ok(Due::Done) };
    if let Ok(wait) = (waiting.send_after - now).to_std()
        && !wait.is_zero()
    {
        return Ok(Due::NotYet(wait));
    }
    let recipient = notifications::recipient(work.work(), waiting.user).await?;
    if waiting.is_digest {
        send_bundle(work, waiting.user, &recipient, now).await?;
    } else if notifications::take(work.work(), id).await? {
        send_one(work, &waiting, &recipient, now).await?;
    }
    Ok(Due::Done)
}

/// Notes that the job of a delivery that waited was given up.
///
/// # Errors
/// When the database refuses.
pub async fn never_delivered(
    work: &mut impl Enqueuer,
    id: DeliveryId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    if !notifications::take(work.work(), id).await? {
        return Ok(());
    }
    notifications::set_delivery(work.work(), id, DeliveryStatus::Failed, Some(reason), now).await
}

async fn send_one(
    work: &mut impl Enqueuer,
    waiting: &Waiting,
    recipient: &Recipient,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let open = recipient.preferences.open_channels(waiting.kind);
    match waiting.channel {
        Channel::Email if open.email => {
            let own = waiting.letter.as_ref();
            let own = own.and_then(|(kind, context)| Letter::from_context(*kind, context).ok());
            let letter = own.unwrap_or_else(|| {
                bundle(vec![item(&waiting.title, &waiting.message, waiting.link.as_deref())])
            });
            match post(work, waiting.user, recipient, &letter, now).await? {
                Some(letter) => notifications::carry(work.work(), &[waiting.id], letter).await,
                None => suppress(work, waiting.id, NO_ADDRESS, now).await,
            }
        }
        Channel::Push if open.push => push::fan_out(work, waiting.id, waiting.user, now).await,
        Channel::Email | Channel::Push | Channel::InApp => suppress(work, waiting.id, NOT_WANTED, now).await,
    }
}

/// One letter with everything that waits for it. Whoever comes second finds nothing left.
async fn send_bundle(
    work: &mut impl Enqueuer,
    user: UserId,
    recipient: &Recipient,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let due = notifications::take_bundle(work.work(), user, now).await?;
    let (wanted, unwanted): (Vec<_>, Vec<_>) =
        due.into_iter().partition(|one| recipient.preferences.open_channels(one.kind).email);
    for one in unwanted {
        suppress(work, one.id, NOT_WANTED, now).await?;
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let items = wanted.iter().map(|one| item(&one.title, &one.message, one.link.as_deref())).collect();
    let ids: Vec<DeliveryId> = wanted.iter().map(|one| one.id).collect();
    if let Some(letter) = post(work, user, recipient, &bundle(items), now).await? {
        return notifications::carry(work.work(), &ids, letter).await;
    }
    for id in ids {
        suppress(work, id, NO_ADDRESS, now).await?;
    }
    Ok(())
}

async fn suppress(
    work: &mut impl Enqueuer,
    id: DeliveryId,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    notifications::set_delivery(work.work(), id, DeliveryStatus::Suppressed, Some(why), now).await
}
