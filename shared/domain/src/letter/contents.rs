//! What each letter says: one type for each [`LetterKind`].
//!
//! The ledger keeps it as JSON, so nothing secret is in here: a code or a link's token is made when its letter is sent.
//! New members need `#[serde(default)]`, because letters written by the build before are still to be sent.

use serde::Deserialize;
use serde_json::Value;

use super::{
    AccountSuspended, AlreadyRegistered, DocumentFailed, DocumentNeedsReview, DocumentRead,
    EmailChangeConfirm, EmailChangeNotice, EmailChanged, ErasureAsked, ErasureCancelled, ErasureDone,
    ExportReady, InactiveAccount, LetterKind, MaintenanceReminder, NewDevice, NotificationDigest,
    OperatorsAlert, Otp, PasswordChanged, PasswordReset, SessionRevoked, SubscriptionConfirmation,
    SubscriptionExpired, SubscriptionRenewal, TwoFactorReset, Welcome,
};

/// The content in the ledger does not fit the letter's kind.
#[derive(Debug, thiserror::Error)]
#[error("the content of a letter of kind {kind} cannot be understood")]
pub struct UnknownContent {
    kind: LetterKind,
    #[source]
    source: serde_json::Error,
}

/// A kind of letter and the type of its content have the same name.
macro_rules! letters {
    ($($name:ident),+ $(,)?) => {
        /// A letter to be written.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Letter {
            $(
                #[doc = concat!("See [`", stringify!($name), "`].")]
                $name($name)
            ),+
        }

        impl Letter {
            /// What it is about.
            pub fn kind(&self) -> LetterKind {
                match self { $(Self::$name(_) => LetterKind::$name),+ }
            }

            /// What the ledger keeps of it.
            pub fn to_context(&self) -> Value {
                let context = match self { $(Self::$name(content) => serde_json::to_value(content)),+ };
                context.expect("these types have string keys only, so JSON can hold them")
            }

            /// The letter that the ledger keeps.
            ///
            /// # Errors
            /// When the content is not that of this kind.
            pub fn from_context(kind: LetterKind, context: &Value) -> Result<Self, UnknownContent> {
                let letter = match kind {
                    $(LetterKind::$name => $name::deserialize(context).map(Self::$name)),+
                };
                letter.map_err(|source| UnknownContent { kind, source })
            }
        }
    };
}

letters! {
    Welcome,
    Otp,
    AlreadyRegistered,
    SessionRevoked,
    PasswordReset,
    PasswordChanged,
    EmailChangeConfirm,
    EmailChangeNotice,
    EmailChanged,
    NewDevice,
    TwoFactorReset,
    AccountSuspended,
    ExportReady,
    ErasureAsked,
    ErasureCancelled,
    ErasureDone,
    InactiveAccount,
    DocumentRead,
    DocumentNeedsReview,
    DocumentFailed,
    MaintenanceReminder,
    SubscriptionConfirmation,
    SubscriptionRenewal,
    SubscriptionExpired,
    NotificationDigest,
    OperatorsAlert,
}

impl Letter {
    /// Whether its reader may have said that they want no more of its kind: reminders, but not the notice of a renewal
    /// that the law prescribes, nor word of safety or money that has no letter of its own.
    pub fn can_be_declined(&self) -> bool {
        match self {
            Self::SubscriptionRenewal(renewal) => renewal.refuse_until.is_none(),
            Self::NotificationDigest(digest) => !digest.is_mandatory,
            letter => letter.kind().is_reminder(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::ids::ChallengeId;
    use crate::letter::{DigestItem, OtpPurpose, Period};
    use crate::money::Cents;

    fn renewal(refuse_until: Option<NaiveDate>) -> Letter {
        Letter::SubscriptionRenewal(SubscriptionRenewal {
            plan: "Premium".into(),
            price: Cents(4990),
            period: Period::Year,
            renews_on: NaiveDate::from_ymd_opt(2027, 3, 1).unwrap(),
            refuse_until,
        })
    }

    #[test]
    fn a_letter_comes_back_from_the_ledger_as_it_went_in() {
        let letter = renewal(NaiveDate::from_ymd_opt(2027, 2, 1));
        assert_eq!(Letter::from_context(letter.kind(), &letter.to_context()).unwrap(), letter);
        assert!(Letter::from_context(LetterKind::Otp, &letter.to_context()).is_err());
    }

    #[test]
    fn the_ledger_never_holds_a_code_or_a_token() {
        let otp = Letter::Otp(Otp { purpose: OtpPurpose::SignUp, expires_minutes: 10 });
        assert_eq!(otp.to_context(), serde_json::json!({"purpose": "sign_up", "expires_minutes": 10}));
        let uid = ChallengeId(uuid::Uuid::nil());
        let reset = Letter::PasswordReset(PasswordReset { uid, expires_minutes: 30 });
        assert_eq!(reset.to_context(), serde_json::json!({"uid": uid, "expires_minutes": 30}));
    }

    #[test]
    fn reminders_can_be_declined_but_not_what_the_law_prescribes() {
        assert!(renewal(None).can_be_declined());
        assert!(!renewal(NaiveDate::from_ymd_opt(2027, 2, 1)).can_be_declined());
        let item = || DigestItem { title: String::new(), message: String::new(), link: None };
        assert!(Letter::NotificationDigest(NotificationDigest::of(vec![item()])).can_be_declined());
        assert!(!Letter::NotificationDigest(NotificationDigest::mandatory(item())).can_be_declined());
        assert!(!Letter::Welcome(Welcome { first_name: String::new() }).can_be_declined());
    }
}
