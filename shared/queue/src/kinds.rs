//! Every kind of job, on one screen.

use std::time::Duration;

use domain::ids::{DeliveryId, DocumentId, ExportId, LetterId, PushSubscriptionId, UserId};
use domain::job::Queue;
use serde::{Deserialize, Serialize};

use crate::Job;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? } = $kind:literal,
        $queue:ident, attempts $attempts:literal, seconds $seconds:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            pub struct $name { $($(#[$fdoc])* pub $field: $type),* }

            impl Job for $name {
                const KIND: &'static str = $kind;
                const QUEUE: Queue = Queue::$queue;
                const MAX_ATTEMPTS: i16 = $attempts;
                const TIME_LIMIT: Duration = Duration::from_secs($seconds);
            }
        )+

        /// The names of all kinds.
        pub const ALL: &[&str] = &[$($kind),+];
    };
}

kinds! {
    /// Read a paper and keep what stands on it.
    AnalyzeDocument {
        /// The paper.
        document_id: DocumentId,
    } = "analyze_document", Ocr, attempts 3, seconds 600;

    /// Send a letter of the ledger of letters. Codes go to `mail_urgent` instead.
    SendLetter {
        /// The letter.
        letter_id: LetterId,
    } = "send_letter", Mail, attempts 12, seconds 60;

    /// Hand a notification over that waited for the end of quiet hours, or for the digest.
    DeliverNotification {
        /// What waits, on which channel.
        delivery_id: DeliveryId,
    } = "deliver_notification", Default, attempts 8, seconds 60;

    /// Push a notification to one browser.
    SendPush {
        /// What is handed over.
        delivery_id: DeliveryId,
        /// The browser.
        subscription_id: PushSubscriptionId,
    } = "send_push", Default, attempts 8, seconds 60;

    /// End sessions whose time is over.
    CleanupInactiveSessions {} = "cleanup_inactive_sessions", Default, attempts 5, seconds 300;

    /// Remove papers that were deleted more than 30 days ago, files included.
    CleanupOldDocuments {} = "cleanup_old_documents", Default, attempts 5, seconds 1800;

    /// Remove notifications that were read more than 90 days ago.
    CleanupOldNotifications {} = "cleanup_old_notifications", Default, attempts 5, seconds 300;

    /// Forget what letters older than 30 days said.
    PurgeLetterBodies {} = "purge_letter_bodies", Default, attempts 5, seconds 900;

    /// Look after database, Redis and Stripe, and raise the alarm.
    CheckSystemHealth {} = "check_system_health", Default, attempts 2, seconds 60;

    /// Make the copy of everything that an account holds.
    BuildExport {
        /// The copy.
        export_id: ExportId,
    } = "build_export", Default, attempts 4, seconds 1800;

    /// Remove the files of copies whose time is over.
    CleanupExports {} = "cleanup_exports", Default, attempts 5, seconds 900;

    /// Ask for the erasure of every account that is due.
    EraseDueAccounts {} = "erase_due_accounts", Default, attempts 5, seconds 300;

    /// Erase an account.
    EraseAccount {
        /// The account.
        user_id: UserId,
    } = "erase_account", Default, attempts 12, seconds 1800;

    /// Warn the holders of accounts that nobody uses, and schedule those for erasure that were warned in vain.
    CheckUnusedAccounts {} = "check_unused_accounts", Default, attempts 5, seconds 900;

    /// Forget where old security events came from, and see whether the log of them is whole.
    VerifyAuditLog {} = "verify_audit_log", Default, attempts 2, seconds 1800;

    /// Remove what the ledger needs no more.
    PruneJobs {} = "prune_jobs", Default, attempts 5, seconds 900;
}
