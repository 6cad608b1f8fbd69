//! Letters, rendered, composed, and sent over real SMTP.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod encryption;
mod headers;
mod letters;
mod sending;

use chrono::{DateTime, Utc};
use domain::letter::{Carried, Letter, LetterKind};
use domain::locale::Locale;
use mail::{Envelope, Message, Rendered, Sender, Surroundings, Transport, compose, render};
use mailsink::Sink;
use secrecy::SecretString;

const FRONTEND: &str = "https://app.autotrack.example";
const CODE: &str = "048213";
const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

fn written(letter: &Letter, locale: Locale) -> Rendered {
    let secret = letter.kind().carries().map(|carried| match carried {
        Carried::Code => SecretString::from(CODE),
        Carried::Token => SecretString::from(TOKEN),
    });
    let surroundings = Surroundings { frontend_url: FRONTEND, secret: secret.as_ref() };
    render(letter.kind(), locale, &letter.to_context(), &surroundings).unwrap()
}

fn sender() -> Sender {
    "AutoTrack <bonjour@autotrack.example>".parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn composed(kind: LetterKind, to: &str, message_id: &str, rendered: &Rendered) -> Message {
    let (to, from) = (to.parse().unwrap(), sender());
    let envelope = Envelope { kind, to: &to, from: &from, message_id, date: noon(), unsubscribe: None };
    compose(&envelope, rendered).unwrap()
}

/// A short letter to this address.
fn note(to: &str) -> Message {
    let rendered = written(&mail::sample(LetterKind::Welcome, Locale::Fr), Locale::Fr);
    composed(LetterKind::Welcome, to, "0192@autotrack.example", &rendered)
}

fn transport(sink: &Sink) -> Transport {
    Transport::from_url(&format!("smtp://{}", sink.smtp_addr()).into()).unwrap()
}
