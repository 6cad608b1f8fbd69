//! Letters.

use secrecy::SecretString;

use crate::{Reader, Section};

/// How letters leave.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// SMTP server, password included: `smtp://host:port`, `smtps://..` or `smtp://..?tls=required`.
    pub smtp_url: SecretString,
    /// The sender, as `Name <address>`.
    pub from: String,
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
        Self { smtp_url: url.into(), from }
    }
}
