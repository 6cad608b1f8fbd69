//! From a rendered letter to the bytes that go over the wire.

use std::fmt;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::letter::LetterKind;
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::render::Rendered;
use crate::sender::Sender;

/// Largest letter, in bytes.
const MAX_BYTES: usize = 100 * 1024;
/// Longest line of a header, by RFC 5322 section 2.1.1.
const MAX_MESSAGE_ID: usize = 250;
/// Longest address in a header: the line stays well below the 998 bytes of RFC 5322.
const MAX_URL: usize = 600;

/// What is written on the outside of a letter.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// What the letter is about.
    pub kind: LetterKind,
    /// Who gets it.
    pub to: &'a EmailAddress,
    /// Who it comes from.
    pub from: &'a Sender,
    /// The ledger's identifier of this letter, `local@domain` with or without angle brackets; the same for every copy.
    pub message_id: &'a str,
    /// The letter's date, of the passed-in clock.
    pub date: DateTime<Utc>,
    /// Where a reader says by one click that they want no more of this kind (RFC 8058); on reminders only.
    pub unsubscribe: Option<&'a str>,
}

/// A letter as it goes over the wire. May hold a secret: not shown by `Debug`.
#[derive(Clone)]
pub struct Message {
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) bytes: Vec<u8>,
}

impl Message {
    /// The letter, headers and all.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// A letter cannot be put together. Trying again does not help.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The message id could not stand in a header.
    #[error("the message id is not of the form local@domain")]
    MessageId,
    /// The address for unsubscribing could not stand in a header.
    #[error("the address for unsubscribing is not a plain URL")]
    Unsubscribe,
    /// The letter is larger than 100 KB.
    #[error("the letter has {0} bytes, more than 100 KB")]
    TooLarge(usize),
    /// An address that we take and the mail library does not.
    #[error("an address cannot be used")]
    Address(#[from] lettre::address::AddressError),
    /// The parts do not make a letter.
    #[error("the letter cannot be put together")]
    Parts(#[from] lettre::error::Error),
}

/// Puts a letter together: text first, HTML second, headers that no value can break out of.
///
/// # Errors
/// When a header would be malformed or the letter larger than 100 KB.
pub fn compose(envelope: &Envelope<'_>, rendered: &Rendered) -> Result<Message, ComposeError> {
    let to: Address = envelope.to.as_str().parse()?;
    let from: Address = envelope.from.address.as_str().parse()?;
    let name = envelope.from.name.as_deref().map(printable);
    let mut letter = lettre::Message::builder()
        .message_id(Some(message_id(envelope.message_id)?))
        .date(SystemTime::from(envelope.date))
        .from(Mailbox::new(name, from))
        .to(Mailbox::new(None, to.clone()))
        .subject(printable(&rendered.subject))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text))
                .singlepart(part(ContentType::TEXT_HTML, &rendered.html)),
        )?;
    for (name, value) in [
        (HeaderName::new_from_ascii_str("X-AutoTrack-Letter"), envelope.kind.as_str()),
        // RFC 3834: no holiday notice answers it.
        (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
        (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"),
    ] {
        letter.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
    }
    for (name, value) in envelope.unsubscribe.map(one_click).transpose()?.into_iter().flatten() {
        letter.headers_mut().insert_raw(HeaderValue::new(name, value));
    }
    let bytes = letter.formatted();
    if bytes.len() > MAX_BYTES {
        return Err(ComposeError::TooLarge(bytes.len()));
    }
    Ok(Message { from: envelope.from.bounces_to.as_str().parse()?, to, bytes })
}

/// The two headers of RFC 8058.
fn one_click(url: &str) -> Result<[(HeaderName, String); 2], ComposeError> {
    let is_plain =
        url.starts_with("http") && url.bytes().all(|b| b.is_ascii_graphic() && !b"<>,".contains(&b));
    if !is_plain || url.len() > MAX_URL {
        return Err(ComposeError::Unsubscribe);
    }
    Ok([
        (HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{url}>")),
        (HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click".to_owned()),
    ])
}

fn part(content_type: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(content_type).body(body.to_owned())
}

/// The text without anything that ends a header line.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// The id between angle brackets (RFC 5322 section 3.6.4).
fn message_id(id: &str) -> Result<String, ComposeError> {
    let bare = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
    let is_atom = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[]\\,;:\"@".contains(&b))
    };
    match bare.split_once('@') {
        Some((local, domain)) if bare.len() <= MAX_MESSAGE_ID && is_atom(local) && is_atom(domain) => {
            Ok(format!("<{bare}>"))
        }
        _ => Err(ComposeError::MessageId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_cannot_break_its_header() {
        assert_eq!(message_id("a1@autotrack.example").unwrap(), "<a1@autotrack.example>");
        assert_eq!(message_id("<a1@autotrack.example>").unwrap(), "<a1@autotrack.example>");
        for bad in [
            "",
            "a1",
            "a@",
            "@b",
            "a b@c",
            "a@b\r\nBcc: x@y",
            "<a@b",
            "a@b@c",
            &format!("{}@b", "a".repeat(300)),
        ] {
            assert!(message_id(bad).is_err(), "{bad}");
        }
    }
}
