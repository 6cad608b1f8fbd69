//! Letters that the product sends.

mod contents;

pub use contents::{
    AlreadyRegistered, DocumentFailed, DocumentNeedsReview, DocumentRead, Letter, Otp, OtpPurpose,
    SHOWN_FIELDS, SessionRevoked, ShownField, UnknownContent, Welcome,
};

use crate::document::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a letter is about; also the value of its `X-AutoTrack-Letter` header.
    LetterKind {
        /// Welcome after the address was confirmed.
        Welcome = "welcome",
        /// A one-time code.
        Otp = "otp",
        /// Somebody tried to register an address that has an account.
        AlreadyRegistered = "already-registered",
        /// An old refresh token was used again: the session was ended.
        SessionRevoked = "session-revoked",
        /// A paper was read.
        DocumentRead = "document-read",
        /// A paper was read, but something needs a look.
        DocumentNeedsReview = "document-needs-review",
        /// A paper could not be read.
        DocumentFailed = "document-failed",
    }
}

impl LetterKind {
    /// Whether somebody waits at the screen for it, and its body must not be kept.
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Otp)
    }

    /// How long it is worth sending: ten minutes for codes, four days for others.
    pub fn lifetime(self) -> chrono::Duration {
        if self.is_urgent() { chrono::Duration::minutes(10) } else { chrono::Duration::days(4) }
    }
}

words! {
    /// The state of a letter in its ledger.
    LetterState {
        /// Waits to be sent.
        Queued = "queued",
        /// Being handed to SMTP; after a crash here the outcome is unknown.
        Sending = "sending",
        /// SMTP accepted it.
        Sent = "sent",
        /// Refused for good, or its time ran out.
        Failed = "failed",
        /// Never sent: the address is on the suppression list.
        Suppressed = "suppressed",
        /// Handed over before a crash, answer unknown, not to be sent again.
        Unknown = "unknown",
    }
}
