//! Notifications on the wire.

use chrono::{DateTime, Utc};
use database::notifications::Notification;
use domain::notification;
use poem_openapi::{Enum, Object};

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "notification::NotificationKind")]
pub enum NotificationType {
    /// Plain information.
    Info,
    /// A paper was read.
    DocumentRead,
    /// A paper was read, but something needs a look.
    DocumentNeedsReview,
    /// A paper could not be read.
    DocumentFailed,
    /// Something about the account's safety.
    Security,
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

/// Whether it was read.
#[derive(Debug, Clone, Object)]
pub struct NotificationPatch {
    /// Whether it was read.
    pub is_read: bool,
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

impl crate::meaning::Meaning for NotificationPatch {}
