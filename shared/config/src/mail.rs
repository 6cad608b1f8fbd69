//! Letters.

use domain::email_address::EmailAddress;
use secrecy::{ExposeSecret, SecretString};

use crate::{Reader, Section};

/// How letters leave.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// SMTP server, password included: `smtp://host:port`, `smtps://..` or `smtp://..?tls=required`.
    pub smtp_url: SecretString,
    /// The sender, as `Name <address>`.
    pub from: String,
    /// Who is told when something is not well; nobody when empty.
    pub operators: Vec<EmailAddress>,
    /// Signs what the mail provider tells about letters; unset, nothing is heard.
    pub events_key: Option<SecretString>,
}

/// The least length of the key for events.
const LEAST_KEY: usize = 32;
impl MailSettings {
    /// The sender's bare address.
    pub fn address(&self) -> &str {
        let bare = self.from.rsplit_once('<').map_or(self.from.as_str(), |(_, address)| address);
        bare.trim().trim_end_matches('>')
    }
}

impl Section for MailSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        const SMTP: &str = "AUTOTRACK_SMTP_URL";
        const FROM: &str = "AUTOTRACK_MAIL_FROM";
        let url =
            reader.needed(SMTP, Some("smtp://localhost:1025"), "smtps://user:password@smtp.example:465");
        reader.url(SMTP, &url, &["smtp", "smtps"]);
        let example = "AutoTrack <ne-pas-repondre@autotrack.example>";
        let from = reader.needed(FROM, Some("AutoTrack <ne-pas-repondre@autotrack.localhost>"), example);
        if !from.is_empty() && (!from.contains('@') || from.contains(['\r', '\n'])) {
            reader.problem(FROM, format!("set an address, for example {example}"));
        }
        Self { smtp_url: url.into(), from, operators: operators(reader), events_key: events_key(reader) }
    }
}

fn operators(reader: &mut Reader<'_>) -> Vec<EmailAddress> {
    const OPERATORS: &str = "AUTOTRACK_OPERATORS";
    let text = reader.text(OPERATORS).unwrap_or_default();
    let parsed: Result<Vec<_>, _> =
        text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::parse).collect();
    parsed.unwrap_or_else(|_| {
        reader.problem(OPERATORS, "set e-mail addresses, separated by commas");
        Vec::new()
    })
}

fn events_key(reader: &mut Reader<'_>) -> Option<SecretString> {
    const KEY: &str = "AUTOTRACK_MAIL_EVENTS_KEY";
    let key = reader.secret(KEY);
    if key.as_ref().is_some_and(|key| key.expose_secret().len() < LEAST_KEY) {
        reader.problem(KEY, "is shorter than 32 characters; make one with openssl rand -base64 32");
    }
    key
}
