//! A received letter, parsed.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use mail_parser::{HeaderName, HeaderValue, MessageParser, MimeHeaders};
use serde::Serialize;

/// A letter as the sink received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Number in order of arrival, from 1; never used again, not even after emptying.
    pub id: u64,
    /// The addresses it was sent to (the envelope's, not the header's), separated by `, `.
    pub to: String,
    /// The address it came from (the envelope's).
    pub from: String,
    /// The subject, decoded; empty without one.
    pub subject: String,
    /// The headers by name, decoded and unfolded. A repeated one is joined with line feeds.
    pub headers: BTreeMap<String, String>,
    /// The text part.
    pub text: Option<String>,
    /// The HTML part.
    pub html: Option<String>,
    /// The instant of the final dot, in RFC 3339.
    pub received_at: String,
    /// The letter as it came over the wire, after dot-unstuffing.
    #[serde(skip)]
    pub raw: Vec<u8>,
}

impl Message {
    /// A letter without its number yet: see [`crate::mailbox`].
    pub(crate) fn parse(from: &str, to: &[String], raw: Vec<u8>, at: DateTime<Utc>) -> Self {
        let parsed = MessageParser::default().parse(&raw);
        let parsed = parsed.as_ref();
        Self {
            id: 0,
            to: to.join(", "),
            from: from.to_owned(),
            subject: parsed.and_then(|parsed| parsed.subject()).unwrap_or_default().to_owned(),
            headers: parsed.map(headers).unwrap_or_default(),
            text: parsed.and_then(|parsed| body(parsed, "plain")),
            html: parsed.and_then(|parsed| body(parsed, "html")),
            received_at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            raw,
        }
    }

    /// Whether it was sent to this address, whatever the case.
    pub fn is_to(&self, address: &str) -> bool {
        self.to.split(", ").any(|to| to.eq_ignore_ascii_case(address.trim()))
    }

    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

fn headers(parsed: &mail_parser::Message<'_>) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for header in parsed.headers() {
        let line = header_text(parsed, &header.name).unwrap_or_else(|| {
            unfolded(parsed.raw_message.get(header.offset_start as usize..header.offset_end as usize))
        });
        headers
            .entry(header.name.as_str().to_owned())
            .and_modify(|all| {
                all.push('\n');
                all.push_str(&line);
            })
            .or_insert(line);
    }
    headers
}

/// The decoded value of a header that is text (RFC 2047 words); others are shown as they stand.
fn header_text(parsed: &mail_parser::Message<'_>, name: &HeaderName<'_>) -> Option<String> {
    match name {
        HeaderName::Subject | HeaderName::Comments | HeaderName::Keywords => {
            match parsed.header(name.clone())? {
                HeaderValue::Text(text) => Some(text.to_string()),
                _ => None,
            }
        }
        _ => None,
    }
}

fn unfolded(raw: Option<&[u8]>) -> String {
    let text = String::from_utf8_lossy(raw.unwrap_or_default());
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The first part of this subtype of `text/`, decoded. A letter without a content type is plain text.
fn body(parsed: &mail_parser::Message<'_>, subtype: &str) -> Option<String> {
    parsed.parts.iter().find_map(|part| {
        let is_wanted = match part.content_type() {
            Some(kind) => {
                kind.ctype().eq_ignore_ascii_case("text")
                    && kind.subtype().is_some_and(|actual| actual.eq_ignore_ascii_case(subtype))
            }
            None => subtype == "plain",
        };
        if is_wanted { part.text_contents().map(str::to_owned) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Message {
        Message::parse("from@example.org", &["To@example.org".to_owned()], raw.into(), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn both_parts_and_the_decoded_subject_are_found() {
        let message = parse(
            "Subject: =?utf-8?Q?Votre_code_=C3=A0_usage_unique?=\r\nX-Autotrack-Letter: otp\r\n\
             Content-Type: multipart/alternative; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
             caf=C3=A9\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nPGI+Y2Fmw6k8L2I+\r\n--b--\r\n",
        );
        assert_eq!(message.subject, "Votre code à usage unique");
        assert_eq!(message.headers["Subject"], "Votre code à usage unique");
        assert_eq!(message.header("x-autotrack-letter"), Some("otp"));
        assert_eq!(message.text.as_deref(), Some("café"));
        assert_eq!(message.html.as_deref(), Some("<b>café</b>"));
        assert!(message.is_to("to@EXAMPLE.org") && !message.is_to("o@example.org"));
    }

    #[test]
    fn a_letter_without_mime_is_plain_text_and_rubbish_is_kept() {
        let plain = parse("From: a@b.fr\r\nSubject: hi\r\n\r\nhello\r\n");
        assert_eq!((plain.text.as_deref(), plain.html), (Some("hello\r\n"), None));
        assert_eq!(parse("").subject, "");
        assert_eq!(parse("\r\n\r\n\0\u{1}").to, "To@example.org");
    }
}
