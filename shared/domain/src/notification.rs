//! In-app notifications.

use crate::document::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a notification is about.
    NotificationKind {
        /// Plain information.
        Info = "info",
        /// A paper was read.
        DocumentRead = "document_read",
        /// A paper was read, but something needs a look.
        DocumentNeedsReview = "document_needs_review",
        /// A paper could not be read.
        DocumentFailed = "document_failed",
        /// Something about the account's safety.
        Security = "security",
    }
}
