//! Every letter in both languages.

use domain::document::{DocumentKind, FailureReason};
use domain::ids::DocumentId;
use domain::letter::{
    DocumentFailed, DocumentNeedsReview, DocumentRead, Letter, LetterKind, Otp, OtpPurpose, SHOWN_FIELDS,
    ShownField,
};
use domain::locale::Locale;
use mail::{RenderError, Surroundings, render, sample};
use mailsink::Sink;

use crate::{CODE, FRONTEND, composed, transport, written};

const LOCALES: [Locale; 2] = [Locale::Fr, Locale::En];

/// The runs of digits in a text.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect()
}

/// The values of an attribute in HTML.
fn links(html: &str) -> Vec<&str> {
    html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
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
            assert!(letter.text.lines().all(|line| line.chars().count() <= 110), "{kind}");
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
                assert!(letter.text.contains(link), "{link} is missing from the text of {kind}");
            }
            assert!(!letter.html.contains("src=") && !letter.html.contains("url("), "{kind} loads something");
        }
    }
}

#[test]
fn a_final_slash_of_the_frontend_is_not_doubled() {
    let letter = sample(LetterKind::AlreadyRegistered, Locale::Fr);
    let surroundings = Surroundings { frontend_url: "https://app.autotrack.example/", code: None };
    let rendered = render(letter.kind(), Locale::Fr, &letter.to_context(), &surroundings).unwrap();
    assert!(rendered.text.contains("https://app.autotrack.example/login"));
    assert!(!rendered.text.contains("example//"));
}

#[test]
fn the_code_stands_in_the_text_as_six_digits_in_one_group() {
    for purpose in [OtpPurpose::SignUp, OtpPurpose::SignIn] {
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
fn a_code_letter_without_its_code_is_an_error() {
    let letter = sample(LetterKind::Otp, Locale::Fr);
    let surroundings = Surroundings { frontend_url: FRONTEND, code: None };
    let result = render(letter.kind(), Locale::Fr, &letter.to_context(), &surroundings);
    assert!(matches!(result, Err(RenderError::MissingCode)));
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
    assert!(text.contains("  - Q.9\n  - Numéro d'identification (VIN)\n"), "{text}");
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
