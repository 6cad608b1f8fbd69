//! Every letter in both languages.

use domain::document::{DocumentKind, FailureReason};
use domain::ids::DocumentId;
use domain::letter::{
    DigestItem, DocumentFailed, DocumentNeedsReview, DocumentRead, Letter, LetterKind, MaintenanceReminder,
    NotificationDigest, Otp, OtpPurpose, SHOWN_FIELDS, ShownField, SubscriptionRenewal,
};
use domain::locale::Locale;
use mail::{RenderError, Surroundings, render, sample};
use mailsink::Sink;

use crate::{CODE, FRONTEND, TOKEN, composed, transport, written};

const LOCALES: [Locale; 2] = [Locale::Fr, Locale::En];

/// The runs of digits in a text.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect()
}

/// The values of an attribute in HTML.
fn links(html: &str) -> Vec<String> {
    let values = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    values.map(|link| link.replace("&amp;", "&")).collect()
}

#[tokio::test]
async fn every_letter_arrives_as_it_was_written_in_both_languages() {
    let sink = Sink::start_local().await.unwrap();
    let transport = transport(&sink);
    for (number, (&kind, locale)) in
        LetterKind::ALL.iter().flat_map(|kind| LOCALES.map(|locale| (kind, locale))).enumerate()
    {
        let rendered = written(&sample(kind, locale), locale);
        let message = composed(kind, "zoe@exemple.fr", &format!("{number}@autotrack.example"), &rendered);
        transport.send(&message).await.unwrap();

        let received = &sink.messages()[0];
        let name = format!("{kind}.{}", locale.as_str());
        assert!(received.is_to("zoe@exemple.fr"));
        assert_eq!(received.header("X-AutoTrack-Letter"), Some(kind.as_str()));
        assert_eq!(received.subject, rendered.subject, "{name}");
        let text = received.text.as_deref().unwrap().replace("\r\n", "\n");
        let html = received.html.as_deref().unwrap().replace("\r\n", "\n");
        assert_eq!(text.trim_end(), rendered.text.trim_end(), "{name}");
        assert_eq!(html.trim_end(), rendered.html.trim_end(), "{name}");
        insta::assert_snapshot!(format!("{name}.txt"), format!("{}\n\n{text}", received.subject));
        insta::assert_snapshot!(format!("{name}.html"), html);
    }
}

#[test]
fn no_letter_shows_its_scaffolding_or_outgrows_its_limits() {
    for &kind in LetterKind::ALL {
        for locale in LOCALES {
            let letter = written(&sample(kind, locale), locale);
            for part in [&letter.subject, &letter.text, &letter.html] {
                for leak in ["{{", "}}", "{%", "{#", "undefined", "none", "None", "null"] {
                    let css = part.contains("text-decoration:none") || part.contains("display:none");
                    assert!(!part.contains(leak) || (leak == "none" && css), "{leak} in {kind}");
                }
            }
            assert!(!letter.subject.is_empty() && letter.subject.chars().count() <= 70, "{}", letter.subject);
            assert!(letter.html.len() < 20_000, "{kind} has {} bytes", letter.html.len());
            let mut prose = letter.text.lines().filter(|line| !line.starts_with(FRONTEND));
            assert!(prose.all(|line| line.chars().count() <= 110), "{kind}");
            assert!(letter.html.contains(&format!("<html lang=\"{}\">", locale.as_str())));
        }
    }
}

#[test]
fn every_link_starts_with_the_frontend_and_stands_in_the_text_too() {
    for &kind in LetterKind::ALL {
        for locale in LOCALES {
            let letter = written(&sample(kind, locale), locale);
            let links = links(&letter.html);
            assert!(!links.is_empty());
            for link in links {
                assert!(link.starts_with(&format!("{FRONTEND}/")), "{link} in {kind}");
                assert!(letter.text.contains(&link), "{link} is missing from the text of {kind}");
            }
            assert!(!letter.html.contains("src=") && !letter.html.contains("url("), "{kind} loads something");
        }
    }
}

#[test]
fn a_final_slash_of_the_frontend_is_not_doubled() {
    let letter = sample(LetterKind::AlreadyRegistered, Locale::Fr);
    let surroundings = Surroundings { frontend_url: "https://app.autotrack.example/", secret: None };
    let rendered = render(letter.kind(), Locale::Fr, &letter.to_context(), &surroundings).unwrap();
    assert!(rendered.text.contains("https://app.autotrack.example/login"));
    assert!(!rendered.text.contains("example//"));
}

#[test]
fn the_code_stands_in_the_text_as_six_digits_in_one_group() {
    for purpose in [OtpPurpose::SignUp, OtpPurpose::SignIn, OtpPurpose::DeleteAccount] {
        for locale in LOCALES {
            let letter = written(&Letter::Otp(Otp { purpose, expires_minutes: 10 }), locale);
            let codes: Vec<_> = numbers(&letter.text).into_iter().filter(|run| run.len() == 6).collect();
            assert_eq!(codes, [CODE]);
            assert!(letter.html.contains(&format!(">{CODE}</p>")));
            assert!(!letter.subject.contains(CODE), "subjects are logged on the way");
            assert!(!format!("{letter:?}").contains(CODE), "and so is Debug");
        }
    }
}

#[test]
fn a_letter_without_the_secret_that_it_carries_is_an_error() {
    let surroundings = Surroundings { frontend_url: FRONTEND, secret: None };
    for kind in [LetterKind::Otp, LetterKind::PasswordReset, LetterKind::EmailChangeConfirm] {
        let letter = sample(kind, Locale::Fr);
        let result = render(letter.kind(), Locale::Fr, &letter.to_context(), &surroundings);
        assert!(matches!(result, Err(RenderError::MissingSecret)), "{kind}");
    }
    let result = render(LetterKind::Otp, Locale::Fr, &serde_json::json!({}), &surroundings);
    assert!(matches!(result, Err(RenderError::Content(_))));
}

#[test]
fn every_kind_reason_and_shown_field_has_words_in_both_languages() {
    let (document_id, title) = (DocumentId(1), "x".to_owned());
    for locale in LOCALES {
        for &kind in DocumentKind::ALL {
            let keys =
                SHOWN_FIELDS.iter().find(|(of, _)| *of == kind).map(|(_, keys)| *keys).unwrap_or_default();
            let fields =
                keys.iter().map(|key| ShownField { key: (*key).into(), value: "v".into() }).collect();
            let read = DocumentRead { document_id, title: title.clone(), kind, field_count: 1, fields };
            written(&Letter::DocumentRead(read), locale);
        }
        for &reason in FailureReason::ALL {
            written(
                &Letter::DocumentFailed(DocumentFailed { document_id, title: title.clone(), reason }),
                locale,
            );
        }
    }
}

#[test]
fn a_doubtful_field_without_words_is_called_by_its_key() {
    let letter = Letter::DocumentNeedsReview(DocumentNeedsReview {
        document_id: DocumentId(1),
        title: "x".into(),
        kind: DocumentKind::Other,
        field_count: 0,
        doubtful: vec!["Q.9".into(), "E".into()],
    });
    let text = written(&letter, Locale::Fr).text;
    assert!(text.contains("  - Q.9\n  - Numéro d’identification (VIN)\n"), "{text}");
}

#[test]
fn what_people_typed_cannot_become_markup_or_a_line_of_its_own() {
    let title = "<b>x</b>\" onload=\"y\r\n\r\nhttps://evil.example {{ code }}\u{202e}";
    let letter = Letter::DocumentFailed(DocumentFailed {
        document_id: DocumentId(1),
        title: title.to_owned(),
        reason: FailureReason::Damaged,
    });
    let letter = written(&letter, Locale::En);
    assert!(!letter.html.contains("<b>") && !letter.html.contains("\" onload"));
    assert!(letter.html.contains("&lt;b&gt;x"));
    assert!(!letter.text.contains("\nhttps://evil"), "{}", letter.text);
    assert!(letter.subject.contains("{{ code }}") && !letter.subject.contains(['\r', '\n', '\u{202e}']));
}

#[test]
fn a_link_with_a_token_stands_whole_on_a_line_of_the_text() {
    let uid = "00000000-0000-0000-0000-00000000002a";
    for (kind, path) in [
        (LetterKind::PasswordReset, format!("/reset-password?uid={uid}&token={TOKEN}")),
        (LetterKind::EmailChangeConfirm, format!("/confirm-email?token={uid}.{TOKEN}")),
    ] {
        for locale in LOCALES {
            let letter = written(&sample(kind, locale), locale);
            assert!(letter.text.lines().any(|line| line == format!("{FRONTEND}{path}")), "{}", letter.text);
            assert!(links(&letter.html).contains(&format!("{FRONTEND}{path}")));
            assert!(!letter.subject.contains(TOKEN) && !format!("{letter:?}").contains(TOKEN));
        }
    }
}

#[test]
fn a_renewal_shows_the_day_that_the_law_asks_for_in_a_box() {
    let Letter::SubscriptionRenewal(legal) = sample(LetterKind::SubscriptionRenewal, Locale::Fr) else {
        panic!("a renewal")
    };
    let plain = SubscriptionRenewal { refuse_until: None, ..legal.clone() };
    let (legal, plain) = (Letter::SubscriptionRenewal(legal), Letter::SubscriptionRenewal(plain));
    let legal = written(&legal, Locale::Fr);
    let boxed = legal.html.split("border:2px solid").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(boxed.contains("Date limite pour refuser") && boxed.contains("9 août 2026"), "{boxed}");
    assert!(legal.text.contains("L215-1") && legal.text.contains("      9 août 2026\n"), "{}", legal.text);
    let plain = written(&plain, Locale::Fr);
    assert!(!plain.text.contains("L215-1") && plain.text.contains("renouvellement\u{a0}: 10 août 2026"));
}

#[test]
fn a_digest_of_ten_thousand_notifications_is_one_letter_of_bearable_size() {
    let item = DigestItem {
        title: "é".repeat(5000),
        message: "\"&<".repeat(5000),
        link: Some("/documents/42".into()),
    };
    let digest = NotificationDigest::of(vec![item; 10_000]);
    let rendered = written(&Letter::NotificationDigest(digest), Locale::Fr);
    assert!(rendered.subject.starts_with("10\u{202f}000 notifications"), "{}", rendered.subject);
    assert!(rendered.text.contains("Et 9960 autres."));
    let message =
        composed(LetterKind::NotificationDigest, "zoe@exemple.fr", "1@autotrack.example", &rendered);
    assert!(message.as_bytes().len() <= 100 * 1024);
}

#[test]
fn a_digest_cannot_lead_to_another_host() {
    let item = DigestItem { title: "x".into(), message: String::new(), link: Some("@evil.example/".into()) };
    let rendered = written(&Letter::NotificationDigest(NotificationDigest::of(vec![item])), Locale::En);
    assert!(!rendered.text.contains("evil") && !rendered.html.contains("evil"));
}

#[test]
fn a_reminder_without_a_day_or_a_mileage_leaves_no_gap() {
    let Letter::MaintenanceReminder(full) = sample(LetterKind::MaintenanceReminder, Locale::En) else {
        panic!("a reminder")
    };
    let bare = MaintenanceReminder { due_on: None, due_at_km: None, is_overdue: true, ..full };
    let letter = written(&Letter::MaintenanceReminder(bare), Locale::En);
    assert!(letter.subject.starts_with("Overdue: "));
    assert!(letter.text.contains("What: Oil and oil filter\n\nThe vehicle:"), "{}", letter.text);
}
