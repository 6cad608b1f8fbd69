//! Notifications on the wire.

use chrono::{DateTime, Utc};
use database::notifications::{Delivery, Notification, TypeCount};
use domain::notification;
use poem_openapi::{Enum, Object};

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "notification::NotificationKind")]
pub enum NotificationType {
    /// Plain information.
    #[oai(rename = "info")]
    Info,
    /// A paper was read.
    #[oai(rename = "document_read")]
    DocumentRead,
    /// A paper was read, but something needs a look.
    #[oai(rename = "document_needs_review")]
    DocumentNeedsReview,
    /// A paper could not be read.
    #[oai(rename = "document_failed")]
    DocumentFailed,
    /// Maintenance is due.
    #[oai(rename = "maintenance_reminder")]
    Maintenance,
    /// A contrôle technique is due.
    #[oai(rename = "inspection_reminder")]
    Inspection,
    /// An insurance ends.
    #[oai(rename = "insurance_reminder")]
    Insurance,
    /// Something about the subscription.
    #[oai(rename = "subscription")]
    Subscription,
    /// Something about money.
    #[oai(rename = "billing")]
    Billing,
    /// Something that the law wants people to be told.
    #[oai(rename = "legal")]
    Legal,
    /// Something about the account's safety.
    #[oai(rename = "security")]
    Security,
}

/// A way of telling people something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "Channel", rename_all = "snake_case", remote = "notification::Channel")]
pub enum ChannelWord {
    /// Inside the product.
    InApp,
    /// By letter.
    Email,
    /// By a push to one's browsers.
    Push,
}

/// How far a notification is on one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "DeliveryStatus", rename_all = "snake_case", remote = "notification::DeliveryStatus")]
pub enum DeliveryWord {
    /// Waits for its turn.
    Pending,
    /// Waits for the end of quiet hours, or for the digest.
    Deferred,
    /// Being handed over.
    Sending,
    /// Handed over to the mail server or the push service.
    Sent,
    /// Arrived.
    Delivered,
    /// Given up.
    Failed,
    /// Came back.
    Bounced,
    /// Not sent: not wanted, or nowhere to send it to.
    Suppressed,
}

/// Something that the product told the caller.
#[derive(Debug, Clone, Object)]
pub struct NotificationView {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub notification_type: NotificationType,
    /// Its title, in the language that the person had when it was written.
    pub title: String,
    /// What it says, in the same language.
    pub message: String,
    /// Where to go from it, a path of the frontend.
    pub link: Option<String>,
    /// The vehicle it is about.
    pub vehicle_id: Option<i64>,
    /// The paper it is about.
    pub document_id: Option<i64>,
    /// More for programs; what is in it depends on the type.
    pub metadata: serde_json::Value,
    /// Whether it was read.
    pub is_read: bool,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl From<Notification> for NotificationView {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id.0,
            notification_type: notification.kind.into(),
            title: notification.title,
            message: notification.message,
            link: notification.link,
            vehicle_id: notification.vehicle.map(|vehicle| vehicle.0),
            document_id: notification.document.map(|document| document.0),
            metadata: notification.metadata,
            is_read: notification.read_at.is_some(),
            read_at: notification.read_at,
            created_at: notification.created_at,
        }
    }
}

/// What was handed over of a notification on one channel.
#[derive(Debug, Clone, Object)]
pub struct DeliveryView {
    /// Its number.
    pub id: i64,
    /// How.
    pub channel: ChannelWord,
    /// How far it is; of a letter, what the mail server said of it.
    pub status: DeliveryWord,
    /// When it may leave, or could have.
    pub send_after: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i16,
    /// The letter that carries it, for our support.
    pub provider_id: Option<String>,
    /// Why it is not sent, in a few English words for our support.
    pub error: Option<String>,
    /// When it was handed over.
    pub sent_at: Option<DateTime<Utc>>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.0,
            channel: delivery.channel.into(),
            status: delivery.status.into(),
            send_after: delivery.send_after,
            attempts: delivery.attempts,
            provider_id: delivery.letter.map(|letter| letter.to_string()),
            error: delivery.error,
            sent_at: delivery.sent_at,
        }
    }
}

/// A notification with what became of it on each channel.
#[derive(Debug, Clone, Object)]
pub struct NotificationDetail {
    /// The notification.
    #[oai(flatten)]
    pub notification: NotificationView,
    /// What became of it, channel by channel.
    pub deliveries: Vec<DeliveryView>,
}

/// How many are not read.
#[derive(Debug, Clone, Object)]
pub struct UnreadCount {
    /// How many.
    pub unread_count: i64,
}

/// What reading all did.
#[derive(Debug, Clone, Object)]
pub struct AllRead {
    /// In words, in the caller's language.
    pub message: String,
    /// How many were not read before.
    pub updated: u64,
}

/// What deleting did.
#[derive(Debug, Clone, Object)]
pub struct Deleted {
    /// How many are gone.
    pub deleted: u64,
}

/// How many there are of one type.
#[derive(Debug, Clone, Object)]
pub struct TypeCountView {
    /// What they are about.
    pub notification_type: NotificationType,
    /// How many there are.
    pub total: i64,
    /// How many of them are not read.
    pub unread: i64,
}

/// How many notifications there are.
#[derive(Debug, Clone, Object)]
pub struct NotificationStats {
    /// How many there are.
    pub total: i64,
    /// How many of them are not read.
    pub unread: i64,
    /// The same by what they are about; types without any are left away.
    pub by_type: Vec<TypeCountView>,
}

impl From<Vec<TypeCount>> for NotificationStats {
    fn from(counts: Vec<TypeCount>) -> Self {
        Self {
            total: counts.iter().map(|count| count.total).sum(),
            unread: counts.iter().map(|count| count.unread).sum(),
            by_type: counts
                .into_iter()
                .map(|count| TypeCountView {
                    notification_type: count.kind.into(),
                    total: count.total,
                    unread: count.unread,
                })
                .collect(),
        }
    }
}
