//! What the product tells people, on which channels, and when.

mod preferences;
mod quiet;

pub use preferences::{Channels, Digest, Plan, Preferences, Switches, Timing};
pub use quiet::QuietHours;

use crate::document::words;
use crate::locale::Locale;
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
        /// Maintenance is due.
        Maintenance = "maintenance_reminder",
        /// A contrôle technique is due.
        Inspection = "inspection_reminder",
        /// An insurance ends.
        Insurance = "insurance_reminder",
        /// Something about the subscription: a renewal, an end, a plan.
        Subscription = "subscription",
        /// Something about money: an invoice, a failed payment.
        Billing = "billing",
        /// Something that the law wants people to be told.
        Legal = "legal",
        /// Something about the account's safety.
        Security = "security",
    }
}

words! {
    /// A way of telling people something.
    Channel {
        /// Inside the product.
        InApp = "in_app",
        /// By letter.
        Email = "email",
        /// By a push to their browsers.
        Push = "push",
    }
}

words! {
    /// How far a notification is on one channel.
    DeliveryStatus {
        /// Waits for its turn.
        Pending = "pending",
        /// Waits for the end of quiet hours, or for the digest.
        Deferred = "deferred",
        /// Being handed over.
        Sending = "sending",
        /// Handed over to the mail server or the push service.
        Sent = "sent",
        /// Arrived.
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
        /// Came back.
        Bounced = "bounced",
        /// Not sent: not wanted, or nowhere to send it to.
        Suppressed = "suppressed",
    }
}

impl NotificationKind {
    /// Whether its letters cannot be switched off; they ignore quiet hours and the digest, too.
    pub fn is_mandatory(self) -> bool {
        matches!(self, Self::Security | Self::Billing | Self::Legal)
    }

    /// The channels that it takes unless its reader decides otherwise.
    pub fn default_channels(self) -> Channels {
        match self {
            Self::Info => Channels { email: false, in_app: true, push: false },
            Self::Subscription => Channels { email: true, in_app: true, push: false },
            _ => Channels { email: true, in_app: true, push: true },
        }
    }

    /// What people call it.
    pub fn label(self, locale: Locale) -> &'static str {
        let (french, english) = match self {
            Self::Info => ("Informations", "Information"),
            Self::DocumentRead => ("Document lu", "Document read"),
            Self::DocumentNeedsReview => ("Document à vérifier", "Document to check"),
            Self::DocumentFailed => ("Document illisible", "Document not readable"),
            Self::Maintenance => ("Rappel d’entretien", "Maintenance reminder"),
            Self::Inspection => ("Rappel de contrôle technique", "Roadworthiness test reminder"),
            Self::Insurance => ("Rappel d’assurance", "Insurance reminder"),
            Self::Subscription => ("Abonnement", "Subscription"),
            Self::Billing => ("Facturation", "Billing"),
            Self::Legal => ("Informations légales", "Legal notices"),
            Self::Security => ("Sécurité du compte", "Account security"),
        };
        match locale {
            Locale::Fr => french,
            Locale::En => english,
        }
    }
}
