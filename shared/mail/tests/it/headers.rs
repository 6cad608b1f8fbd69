//! What is written on the outside.

use domain::letter::LetterKind;
use domain::locale::Locale;
use mail::{ComposeError, Envelope, Rendered, compose, sample};
use mailsink::Sink;

use crate::{composed, noon, note, sender, transport, written};

fn plain(subject: &str) -> Rendered {
    Rendered { subject: subject.to_owned(), html: "<p>x</p>".to_owned(), text: "x\n".to_owned() }
}

#[tokio::test]
async fn a_letter_carries_its_headers() {
    let sink = Sink::start_local().await.unwrap();
    let rendered = written(&sample(LetterKind::Otp, Locale::Fr), Locale::Fr);
    let message = composed(LetterKind::Otp, "zoe@exemple.fr", "0192-a@autotrack.example", &rendered);
    transport(&sink).send(&message).await.unwrap();

    let received = &sink.messages()[0];
    for (name, value) in [
        ("Message-ID", "<0192-a@autotrack.example>"),
        ("X-AutoTrack-Letter", "otp"),
        ("Auto-Submitted", "auto-generated"),
        ("From", "AutoTrack <bonjour@autotrack.example>"),
        ("To", "zoe@exemple.fr"),
        ("Date", "Thu, 26 Nov 2026 12:00:00 +0000"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
    assert!(received.header("Content-Type").unwrap().starts_with("multipart/alternative;"));
    assert_eq!(received.header("List-Unsubscribe"), None, "a code is not a newsletter");
    let raw = String::from_utf8(received.raw.clone()).unwrap();
    assert!(raw.find("text/plain") < raw.find("text/html"), "the last part is the preferred one");
    assert!(raw.is_ascii() && raw.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn a_subject_cannot_add_headers_or_a_body() {
    let sink = Sink::start_local().await.unwrap();
    let transport = transport(&sink);
    for subject in [
        "x\r\nBcc: evil@example.org",
        "x\nBcc: evil@example.org",
        "x\r\n\r\n<script>",
        "é\r\nBcc: evil@example.org",
        "x\rBcc: evil@example.org",
        "x\u{2028}Bcc: evil@example.org\0",
    ] {
        let message = composed(LetterKind::Welcome, "zoe@exemple.fr", "1@autotrack.example", &plain(subject));
        transport.send(&message).await.unwrap();
        let received = &sink.messages()[0];
        assert_eq!(received.header("Bcc"), None, "{subject:?}");
        assert_eq!(received.to, "zoe@exemple.fr");
        assert_eq!(received.text.as_deref().map(str::trim), Some("x"));
        assert!(received.subject.starts_with(['x', 'é']) && !received.subject.contains(['\r', '\n']));
    }
}

#[tokio::test]
async fn a_long_french_subject_survives_the_journey() {
    let sink = Sink::start_local().await.unwrap();
    let subject =
        "À vérifier\u{a0}: « contrôle technique, été 2026, deuxième présentation à Châteauneuf-du-Pape » 🚗";
    let message = composed(LetterKind::Welcome, "zoe@exemple.fr", "1@autotrack.example", &plain(subject));
    transport(&sink).send(&message).await.unwrap();
    assert_eq!(sink.messages()[0].subject, subject);
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_survive_the_journey() {
    let sink = Sink::start_local().await.unwrap();
    let rendered = Rendered { text: ".\n..\n.a\nb\n".to_owned(), ..plain("dots") };
    let message = composed(LetterKind::Welcome, "zoe@exemple.fr", "1@autotrack.example", &rendered);
    transport(&sink).send(&message).await.unwrap();
    let text = sink.messages()[0].text.clone().unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), ".\n..\n.a\nb");
}

#[tokio::test]
async fn failures_are_reported_to_the_address_for_bounces() {
    let sink = Sink::start_local().await.unwrap();
    let to = "zoe@exemple.fr".parse().unwrap();
    let from = sender().with_bounces_to("retours@autotrack.example".parse().unwrap());
    let envelope = Envelope {
        kind: LetterKind::Welcome,
        to: &to,
        from: &from,
        message_id: "1@autotrack.example",
        date: noon(),
        unsubscribe: None,
    };
    transport(&sink).send(&compose(&envelope, &plain("x")).unwrap()).await.unwrap();
    let received = &sink.messages()[0];
    assert_eq!(received.from, "retours@autotrack.example");
    assert_eq!(received.header("From"), Some("AutoTrack <bonjour@autotrack.example>"));
}

#[test]
fn a_letter_over_100_kilobytes_is_not_sent() {
    let (to, from) = ("zoe@exemple.fr".parse().unwrap(), sender());
    let envelope = Envelope {
        kind: LetterKind::Welcome,
        to: &to,
        from: &from,
        message_id: "1@autotrack.example",
        date: noon(),
        unsubscribe: None,
    };
    let rendered = Rendered { html: "x".repeat(101 * 1024), ..plain("x") };
    assert!(matches!(compose(&envelope, &rendered), Err(ComposeError::TooLarge(_))));
}

#[test]
fn debug_output_hides_the_letter() {
    let shown = format!("{:?}", note("zoe@exemple.fr"));
    assert!(!shown.contains("zoe") && !shown.contains("Bienvenue"), "{shown}");
}

#[tokio::test]
async fn a_reminder_can_be_declined_by_one_click() {
    let sink = Sink::start_local().await.unwrap();
    let (to, from) = ("zoe@exemple.fr".parse().unwrap(), sender());
    let url = format!("https://api.autotrack.example/api/notifications/unsubscribe/{}/", "aZ0-_.".repeat(20));
    let envelope = Envelope {
        kind: LetterKind::MaintenanceReminder,
        to: &to,
        from: &from,
        message_id: "1@autotrack.example",
        date: noon(),
        unsubscribe: Some(&url),
    };
    transport(&sink).send(&compose(&envelope, &plain("x")).unwrap()).await.unwrap();
    let received = &sink.messages()[0];
    assert_eq!(received.header("List-Unsubscribe"), Some(format!("<{url}>").as_str()));
    assert_eq!(received.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    for bad in ["https://x.example/\r\nBcc: a@b.fr", "mailto:x", "https://x.example/>", "https://x.example/é"]
    {
        let envelope = Envelope { unsubscribe: Some(bad), ..envelope.clone() };
        assert!(matches!(compose(&envelope, &plain("x")), Err(ComposeError::Unsubscribe)), "{bad}");
    }
}
