//! One letter of each kind, for previews and tests.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::document::{DocumentKind, FailureReason};
use domain::ids::{ChallengeId, DocumentId, VehicleId};
use domain::letter::{
    AccountSuspended, AlreadyRegistered, Carried, DigestItem, DocumentFailed, DocumentNeedsReview,
    DocumentRead, EmailChangeConfirm, EmailChangeNotice, EmailChanged, ErasureAsked, ErasureCancelled,
    ErasureDone, ExportReady, InactiveAccount, Letter, LetterKind, MaintenanceReminder, NewDevice,
    NotificationDigest, OperatorsAlert, Otp, OtpPurpose, PasswordChanged, PasswordReset, Period,
    SessionRevoked, ShownField, SubscriptionConfirmation, SubscriptionExpired, SubscriptionRenewal,
    TwoFactorReset, Welcome,
};
use domain::locale::Locale;
use domain::money::Cents;
use secrecy::SecretString;
use uuid::Uuid;

const PLAN: &str = "Premium";

/// French or English, as asked for.
struct Words(Locale);

impl Words {
    fn say(&self, french: &str, english: &str) -> String {
        match self.0 {
            Locale::Fr => french.to_owned(),
            Locale::En => english.to_owned(),
        }
    }

    fn device(&self) -> String {
        self.say("Firefox sur Windows", "Firefox on Windows")
    }
}

/// A plausible letter of this kind.
pub fn sample(kind: LetterKind, locale: Locale) -> Letter {
    let words = Words(locale);
    let (uid, at, device) = (ChallengeId(Uuid::from_u128(42)), at(), Some(words.device()));
    match kind {
        LetterKind::Welcome => Letter::Welcome(Welcome { first_name: words.say("Zoé", "Zoe") }),
        LetterKind::Otp => Letter::Otp(Otp { purpose: OtpPurpose::SignUp, expires_minutes: 10 }),
        LetterKind::AlreadyRegistered => Letter::AlreadyRegistered(AlreadyRegistered {}),
        LetterKind::SessionRevoked => Letter::SessionRevoked(SessionRevoked { at, device }),
        LetterKind::PasswordReset => Letter::PasswordReset(PasswordReset { uid, expires_minutes: 30 }),
        LetterKind::PasswordChanged => Letter::PasswordChanged(PasswordChanged { at, device }),
        LetterKind::EmailChangeConfirm => {
            Letter::EmailChangeConfirm(EmailChangeConfirm { uid, expires_minutes: 30 })
        }
        LetterKind::EmailChangeNotice => {
            Letter::EmailChangeNotice(EmailChangeNotice { at, new_address: "c***@exemple.fr".to_owned() })
        }
        LetterKind::EmailChanged => {
            Letter::EmailChanged(EmailChanged { at, new_address: "c***@exemple.fr".to_owned() })
        }
        LetterKind::NewDevice => Letter::NewDevice(NewDevice { at, device }),
        LetterKind::TwoFactorReset => Letter::TwoFactorReset(TwoFactorReset { at }),
        LetterKind::AccountSuspended => Letter::AccountSuspended(AccountSuspended {
            at,
            reason: Some(words.say("envois automatisés", "automated uploads")),
        }),
        LetterKind::ExportReady => Letter::ExportReady(ExportReady { until: at + TimeDelta::days(7) }),
        LetterKind::ErasureAsked => Letter::ErasureAsked(ErasureAsked { until: at + TimeDelta::days(30) }),
        LetterKind::ErasureCancelled => Letter::ErasureCancelled(ErasureCancelled { at }),
        LetterKind::ErasureDone => Letter::ErasureDone(ErasureDone { at }),
        LetterKind::InactiveAccount => Letter::InactiveAccount(InactiveAccount { erased_on: day(30) }),
        LetterKind::DocumentRead => Letter::DocumentRead(document_read(&words)),
        LetterKind::DocumentNeedsReview => Letter::DocumentNeedsReview(document_needs_review(&words)),
        LetterKind::DocumentFailed => Letter::DocumentFailed(document_failed()),
        LetterKind::MaintenanceReminder => Letter::MaintenanceReminder(maintenance(&words)),
        LetterKind::SubscriptionConfirmation => Letter::SubscriptionConfirmation(confirmation()),
        LetterKind::SubscriptionRenewal => Letter::SubscriptionRenewal(renewal()),
        LetterKind::SubscriptionExpired => {
            Letter::SubscriptionExpired(SubscriptionExpired { plan: PLAN.to_owned(), ended_on: day(-1) })
        }
        LetterKind::NotificationDigest => Letter::NotificationDigest(digest(&words)),
        LetterKind::OperatorsAlert => Letter::OperatorsAlert(alert(&words)),
    }
}

/// What stands where the secret of a sample would be; opens nothing.
pub fn sample_secret(kind: LetterKind) -> Option<SecretString> {
    Some(match kind.carries()? {
        Carried::Code => "271828".into(),
        Carried::Token => "exemple-sans-effet-0123456789abcdefghijklmn".into(),
    })
}

fn at() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_600)
}

fn day(days: i64) -> NaiveDate {
    (at() + TimeDelta::days(days)).date_naive()
}

fn document_read(words: &Words) -> DocumentRead {
    DocumentRead {
        document_id: DocumentId(42),
        title: words.say("Facture vidange & pneus", "Invoice oil & tyres"),
        kind: DocumentKind::Invoice,
        field_count: 11,
        fields: vec![
            field("garage_name", "Garage Léon & Fils"),
            field("date", "2026-10-01"),
            field("total_ttc", "1284.9"),
        ],
    }
}

fn document_needs_review(words: &Words) -> DocumentNeedsReview {
    DocumentNeedsReview {
        document_id: DocumentId(42),
        title: words.say("Carte grise.jpg", "Registration.jpg"),
        kind: DocumentKind::Registration,
        field_count: 19,
        doubtful: vec!["E".to_owned(), "B".to_owned()],
    }
}

fn document_failed() -> DocumentFailed {
    DocumentFailed {
        document_id: DocumentId(42),
        title: "Scan 3.pdf".to_owned(),
        reason: FailureReason::PasswordProtected,
    }
}

fn field(key: &str, value: &str) -> ShownField {
    ShownField { key: key.to_owned(), value: value.to_owned() }
}

fn maintenance(words: &Words) -> MaintenanceReminder {
    MaintenanceReminder {
        vehicle_id: VehicleId(7),
        vehicle: words.say("La 308 de Zoé", "Zoe’s 308"),
        what: words.say("Vidange et filtre à huile", "Oil and oil filter"),
        due_on: Some(day(3)),
        due_at_km: Some(120_000),
        is_overdue: false,
    }
}

fn confirmation() -> SubscriptionConfirmation {
    SubscriptionConfirmation {
        plan: PLAN.to_owned(),
        price: Cents(4990),
        period: Period::Year,
        renews_on: Some(day(365)),
    }
}

/// The notice that the law prescribes: it has everything that a reminder has, and more.
fn renewal() -> SubscriptionRenewal {
    SubscriptionRenewal {
        plan: PLAN.to_owned(),
        price: Cents(4990),
        period: Period::Year,
        renews_on: day(75),
        refuse_until: Some(day(74)),
    }
}

fn digest(words: &Words) -> NotificationDigest {
    let item = |title: String, message: String, link: &str| DigestItem {
        title,
        message,
        link: Some(link.to_owned()),
    };
    NotificationDigest::of(vec![
        item(
            words.say("Document lu", "Document read"),
            words.say(
                "«\u{a0}Facture pneus\u{a0}» a été lue\u{a0}: 11 champs relevés.",
                "“Invoice tyres” was read: 11 fields found.",
            ),
            "/documents/42",
        ),
        item(
            words.say("Contrôle technique", "Roadworthiness test"),
            words.say(
                "À faire avant le 12 juillet pour «\u{a0}La 308\u{a0}».",
                "Due by 12 July for “The 308”.",
            ),
            "/vehicles/7",
        ),
    ])
}

fn alert(words: &Words) -> OperatorsAlert {
    let lines = vec![
        words.say("redis\u{a0}: ne répond pas", "redis: not reachable"),
        words.say("3 tâches send_letter abandonnées (échec)", "3 jobs send_letter given up (failed)"),
    ];
    OperatorsAlert { at: at(), lines }
}
