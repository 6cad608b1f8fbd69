//! Letters that the product sends.

mod account;
mod contents;
mod papers;
mod reminders;

pub use account::{
    AccountSuspended, AlreadyRegistered, EmailChangeConfirm, EmailChangeNotice, EmailChanged, ErasureAsked,
    ErasureCancelled, ErasureDone, ExportReady, InactiveAccount, NewDevice, Otp, OtpPurpose, PasswordChanged,
    PasswordReset, SessionRevoked, TwoFactorReset, Welcome, masked,
};
pub use contents::{Letter, UnknownContent};
pub use papers::{DocumentFailed, DocumentNeedsReview, DocumentRead, SHOWN_FIELDS, ShownField};
pub use reminders::{
    DigestItem, MaintenanceReminder, NotificationDigest, OperatorsAlert, Period, SubscriptionConfirmation,
    SubscriptionExpired, SubscriptionRenewal,
};

use crate::document::words;
use chrono::Duration;
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
        /// A link to choose a new password.
        PasswordReset = "password-reset",
        /// The password was changed.
        PasswordChanged = "password-changed",
        /// A link that proves the new address of an account.
        EmailChangeConfirm = "email-change-confirm",
        /// Another address was asked for; to the old one.
        EmailChangeNotice = "email-change-notice",
        /// The account has another address; to the old one.
        EmailChanged = "email-changed",
        /// A sign-in on a device that the account had not seen.
        NewDevice = "new-device",
        /// Staff took the second factor off.
        TwoFactorReset = "two-factor-reset",
        /// Staff suspended the account.
        AccountSuspended = "account-suspended",
        /// The export of an account can be fetched.
        ExportReady = "export-ready",
        /// The account will be erased.
        ErasureAsked = "erasure-asked",
        /// The erasure was called off.
        ErasureCancelled = "erasure-cancelled",
        /// The account was erased.
        ErasureDone = "erasure-done",
        /// The account will be erased because nobody uses it.
        InactiveAccount = "inactive-account",
        /// A paper was read.
        DocumentRead = "document-read",
        /// A paper was read, but something needs a look.
        DocumentNeedsReview = "document-needs-review",
        /// A paper could not be read.
        DocumentFailed = "document-failed",
        /// Something is due on a vehicle.
        MaintenanceReminder = "maintenance-reminder",
        /// A subscription began.
        SubscriptionConfirmation = "subscription-confirmation",
        /// A subscription is about to be renewed.
        SubscriptionRenewal = "subscription-renewal",
        /// A subscription has ended.
        SubscriptionExpired = "subscription-expired",
        /// Several notifications in one letter.
        NotificationDigest = "notification-digest",
        /// Something is not well with the product; for those who run it.
        OperatorsAlert = "operators-alert",
    }
}

/// What a letter carries that must not be at rest anywhere: it is made when the letter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// A one-time code of six digits.
    Code,
    /// The token of a link.
    Token,
}

impl LetterKind {
    /// The secret it carries, if it does.
    pub fn carries(self) -> Option<Carried> {
        match self {
            Self::Otp => Some(Carried::Code),
            Self::PasswordReset | Self::EmailChangeConfirm => Some(Carried::Token),
            _ => None,
        }
    }

    /// Whether somebody waits at the screen for it, and its body must not be kept.
    pub fn is_urgent(self) -> bool {
        self.carries().is_some()
    }

    /// How long it is worth sending: as long as what it carries is good, four days for others.
    pub fn lifetime(self) -> Duration {
        match self.carries() {
            Some(Carried::Code) => Duration::minutes(10),
            Some(Carried::Token) => Duration::minutes(30),
            None => Duration::days(4),
        }
    }

    /// Whether it reminds of something, so that its reader can say by one click that they want no more of its kind.
    pub fn is_reminder(self) -> bool {
        matches!(self, Self::MaintenanceReminder | Self::SubscriptionRenewal | Self::NotificationDigest)
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
        /// The reader's own mail server has it.
        Delivered = "delivered",
        /// It came back after SMTP had accepted it.
        Bounced = "bounced",
        /// Its reader called it unwanted.
        Complained = "complained",
        /// Refused for good, or its time ran out.
        Failed = "failed",
        /// Never sent: the address is on the suppression list, or its reader wants none of its kind.
        Suppressed = "suppressed",
        /// Handed over before a crash, answer unknown, not to be sent again.
        Unknown = "unknown",
    }
}
