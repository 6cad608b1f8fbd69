//! Trying a channel out: what somebody asks for by hand is sent whatever they prefer.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::notifications::{self, NewDelivery, NewNotification};
use domain::ids::{DeliveryId, UserId};
use domain::locale::Locale;
use domain::notification::{Channel, DeliveryStatus, NotificationKind};
use queue::Enqueuer;
use serde_json::json;

use super::{NO_ADDRESS, blank, letter_of, post, push, record};

/// Sends a notification on one channel alone, at once; nothing when there is no browser to push to.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn try_channel(
    work: &mut impl Enqueuer,
    user: UserId,
    channel: Channel,
    now: DateTime<Utc>,
) -> Result<Option<DeliveryId>, DatabaseError> {
    let recipient = notifications::recipient(work.work(), user).await?;
    if channel == Channel::Push && !recipient.has_browser {
        return Ok(None);
    }
    let (title, message) = words(recipient.locale);
    let new = NewNotification {
        user,
        kind: NotificationKind::Info,
        vehicle: None,
        document: None,
        title,
        message,
        link: Some("/settings/notifications"),
        metadata: &json!({ "test": true }),
        dedup_key: None,
    };
    let written = notifications::insert(work.work(), &new, channel == Channel::InApp, now).await?;
    let id = written.expect("what has no key is told each time");
    let blank = blank(id, channel, now);
    let delivery = match channel {
        Channel::InApp => {
            record(work, NewDelivery { status: DeliveryStatus::Delivered, ..blank }, now).await?
        }
        Channel::Email => {
            let letter = post(work, user, &recipient, &letter_of(&new), now).await?;
            let (status, error) = match letter {
                Some(_) => (DeliveryStatus::Sending, None),
                None => (DeliveryStatus::Suppressed, Some(NO_ADDRESS)),
            };
            record(work, NewDelivery { status, carried_by: letter, error, ..blank }, now).await?
        }
        Channel::Push => {
            let delivery = record(work, blank, now).await?;
            push::fan_out(work, delivery, user, now).await?;
            delivery
        }
    };
    Ok(Some(delivery))
}

fn words(locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::Fr => ("Notification d’essai", "Ce canal fonctionne : vous recevrez ici vos notifications."),
        Locale::En => ("Test notification", "This channel works: you will receive your notifications here."),
    }
}
