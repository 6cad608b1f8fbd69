//! One letter of each kind, for previews and tests.

use chrono::DateTime;
use domain::document::{DocumentKind, FailureReason};
use domain::ids::DocumentId;
use domain::letter::{
    AlreadyRegistered, DocumentFailed, DocumentNeedsReview, DocumentRead, Letter, LetterKind, Otp,
    OtpPurpose, SessionRevoked, ShownField, Welcome,
};
use domain::locale::Locale;

/// A plausible letter of this kind.
pub fn sample(kind: LetterKind, locale: Locale) -> Letter {
    let say = |french: &str, english: &str| match locale {
        Locale::Fr => french.to_owned(),
        Locale::En => english.to_owned(),
    };
    let document_id = DocumentId(42);
    match kind {
        LetterKind::Welcome => Letter::Welcome(Welcome { first_name: say("Zoé", "Zoe") }),
        LetterKind::Otp => Letter::Otp(Otp { purpose: OtpPurpose::SignUp, expires_minutes: 10 }),
        LetterKind::AlreadyRegistered => Letter::AlreadyRegistered(AlreadyRegistered {}),
        LetterKind::SessionRevoked => Letter::SessionRevoked(SessionRevoked {
            at: DateTime::UNIX_EPOCH + chrono::Duration::days(20_600),
            device: Some(say("Firefox sur Windows", "Firefox on Windows")),
        }),
        LetterKind::DocumentRead => Letter::DocumentRead(DocumentRead {
            document_id,
            title: say("Facture vidange & pneus", "Invoice oil & tyres"),
            kind: DocumentKind::Invoice,
            field_count: 11,
            fields: vec![
                field("garage_name", "Garage Léon & Fils"),
                field("date", "2026-10-01"),
                field("total_ttc", "1284.9"),
            ],
        }),
        LetterKind::DocumentNeedsReview => Letter::DocumentNeedsReview(DocumentNeedsReview {
            document_id,
            title: say("Carte grise.jpg", "Registration.jpg"),
            kind: DocumentKind::Registration,
            field_count: 19,
            doubtful: vec!["E".to_owned(), "B".to_owned()],
        }),
        LetterKind::DocumentFailed => Letter::DocumentFailed(DocumentFailed {
            document_id,
            title: say("Scan 3.pdf", "Scan 3.pdf"),
            reason: FailureReason::PasswordProtected,
        }),
    }
}

fn field(key: &str, value: &str) -> ShownField {
    ShownField { key: key.to_owned(), value: value.to_owned() }
}
