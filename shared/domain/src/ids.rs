//! Identifiers: integers for what the contract numbers, UUIDv7 for jobs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }
    };
}

id!(/// An account.
    UserId(i64));
id!(/// A signed-in session; its refresh tokens form one family.
    SessionId(i64));
id!(/// An open one-time code, reset or confirmation.
    ChallengeId(Uuid));
id!(/// A key with which a program acts for somebody.
    ApiKeyId(i64));
id!(/// A vehicle.
    VehicleId(i64));
id!(/// An uploaded paper.
    DocumentId(i64));
id!(/// Several papers that are read as one task.
    BatchId(Uuid));
id!(/// One reading of a paper.
    AnalysisId(i64));
id!(/// An in-app notification.
    NotificationId(i64));
id!(/// What was handed over of a notification on one channel.
    DeliveryId(i64));
id!(/// A browser that takes pushes.
    PushSubscriptionId(i64));
id!(/// A copy of everything that an account holds.
    ExportId(i64));
id!(/// A letter in the ledger of letters.
    LetterId(i64));
id!(/// A job in the ledger; UUIDv7, so that ids sort by creation.
    JobId(Uuid));
