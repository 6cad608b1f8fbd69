//! Pushes to browsers: one job for each browser, so that none is knocked at twice because another did not answer.

use chrono::{DateTime, Utc};
use config::Settings;
use database::push_subscriptions::{self, Outgoing};
use database::{DatabaseError, notifications};
use domain::ids::{DeliveryId, PushSubscriptionId, UserId};
use domain::notification::DeliveryStatus;
use partners::web_push::{PushError, Reach, VapidKeys, WebPush};
use queue::kinds::SendPush;
use queue::{Enqueue, Enqueuer};
use serde_json::json;
use sqlx::PgConnection;

/// What of a notification a push carries: a push service takes 3,993 bytes, and a character can be four.
const TITLE: usize = 120;
const MESSAGE: usize = 500;
const LINK_BYTES: usize = 500;

/// Our keys, of which browsers are given the newest.
///
/// # Errors
/// When one of them is no key of P-256; a process does not start with such.
pub fn vapid_keys(settings: &Settings) -> Result<VapidKeys, PushError> {
    VapidKeys::new(&settings.keys.vapid)
}

/// How far pushes may go: never into our own network, but for this machine in tests and development.
pub fn reach(settings: &Settings) -> Reach {
    if settings.environment.is_production() { Reach::Public } else { Reach::PublicAndLoopback }
}

/// What hands pushes to push services.
///
/// # Errors
/// When it cannot be made.
pub fn client(settings: &Settings) -> Result<WebPush, PushError> {
    WebPush::new(vapid_keys(settings)?, settings.mail.address(), reach(settings))
}

/// A push that is to be sent.
#[derive(Debug, Clone)]
pub struct Push {
    /// Where to, and under which keys.
    pub outgoing: Outgoing,
    /// What the browser's worker is given.
    pub payload: Vec<u8>,
    /// Replaces an earlier copy that the push service still holds.
    pub topic: String,
    /// Whether it should wake a sleeping device.
    pub is_urgent: bool,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The push service took it.
    Sent,
    /// The browser takes no pushes any more.
    Gone,
    /// It was given up.
    Failed(String),
}

/// Asks for a push to each browser of `user`.
pub(super) async fn fan_out(
    work: &mut impl Enqueuer,
    delivery_id: DeliveryId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let browsers = push_subscriptions::ids(work.work(), user).await?;
    let (status, error) = match browsers.len() {
        0 => (DeliveryStatus::Suppressed, Some("no browser")),
        _ => (DeliveryStatus::Sending, None),
    };
    notifications::set_delivery(work.work(), delivery_id, status, error, now).await?;
    for subscription_id in browsers {
        let order = SendPush { delivery_id, subscription_id };
        work.work().enqueue(&order, Enqueue::default().by(user)).await?;
    }
    Ok(())
}

/// What to send to a browser; nothing when the notification or the browser is gone.
///
/// # Errors
/// When the database refuses.
pub async fn prepare(
    db: &mut PgConnection,
    delivery: DeliveryId,
    browser: PushSubscriptionId,
) -> Result<Option<Push>, DatabaseError> {
    let outgoing = push_subscriptions::outgoing(db, delivery, browser).await?;
    Ok(outgoing.map(|outgoing| Push {
        payload: payload(&outgoing),
        topic: format!("n{}", outgoing.notification),
        is_urgent: outgoing.kind.is_mandatory(),
        outgoing,
    }))
}

/// What the browser's worker is given, as JSON.
fn payload(outgoing: &Outgoing) -> Vec<u8> {
    let start = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let payload = json!({
        "id": outgoing.notification,
        "notification_type": outgoing.kind.as_str(),
        "title": start(&outgoing.title, TITLE),
        "message": start(&outgoing.message, MESSAGE),
        "link": outgoing.link.as_ref().filter(|link| link.len() <= LINK_BYTES),
    });
    payload.to_string().into_bytes()
}

/// Writes down what became of a push; a browser that is gone is forgotten.
///
/// # Errors
/// When the database refuses.
pub async fn settle(
    db: &mut PgConnection,
    delivery: DeliveryId,
    browser: PushSubscriptionId,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (status, error) = match outcome {
        Outcome::Sent => (DeliveryStatus::Sent, None),
        Outcome::Gone => (DeliveryStatus::Suppressed, Some("the browser takes no pushes any more")),
        Outcome::Failed(why) => (DeliveryStatus::Failed, Some(why.as_str())),
    };
    notifications::set_delivery(db, delivery, status, error, now).await?;
    match outcome {
        Outcome::Sent => push_subscriptions::mark_used(db, browser, now).await,
        Outcome::Gone => push_subscriptions::forget(db, browser).await,
        Outcome::Failed(_) => push_subscriptions::mark_failed(db, browser).await,
    }
}

/// Notes that the job of a push was given up.
///
/// # Errors
/// When the database refuses.
pub async fn never_pushed(
    db: &mut PgConnection,
    order: &SendPush,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let outcome = Outcome::Failed(reason.to_owned());
    settle(db, order.delivery_id, order.subscription_id, &outcome, now).await
}

#[cfg(test)]
mod tests {
    use domain::ids::NotificationId;
    use domain::notification::NotificationKind;

    use super::*;

    #[test]
    fn the_longest_notification_fits_into_a_push() {
        let outgoing = Outgoing {
            notification: NotificationId(i64::MAX),
            kind: NotificationKind::DocumentNeedsReview,
            title: "𝄞".repeat(255),
            message: "𝄞".repeat(5000),
            link: Some("/".repeat(500)),
            endpoint: String::new(),
            p256dh: vec![],
            auth: vec![],
            vapid_kid: String::new(),
        };
        assert!(payload(&outgoing).len() <= 3993);
        let quoted = Outgoing { title: "\"".repeat(255), message: "\n".repeat(5000), ..outgoing };
        assert!(payload(&quoted).len() <= 3993);
    }
}
