//! Who letters come from.

use std::str::FromStr;

use domain::email_address::EmailAddress;

/// The sender of letters, and where failures to deliver them are reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub(crate) name: Option<String>,
    pub(crate) address: EmailAddress,
    pub(crate) bounces_to: EmailAddress,
}

/// The text is neither `address` nor `Name <address>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a sender such as `AutoTrack <bonjour@autotrack.example>`")]
pub struct NotASender;

impl Sender {
    /// Has failures to deliver reported to another address than the sender's: the envelope's sender.
    pub fn with_bounces_to(self, bounces_to: EmailAddress) -> Self {
        Self { bounces_to, ..self }
    }

    /// The address in the letter's `From`.
    pub fn address(&self) -> &EmailAddress {
        &self.address
    }
}

impl FromStr for Sender {
    type Err = NotASender;

    fn from_str(text: &str) -> Result<Self, NotASender> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
            None => ("", text),
        };
        if name.chars().any(char::is_control) {
            return Err(NotASender);
        }
        let address: EmailAddress = address.parse().map_err(|_| NotASender)?;
        let name = (!name.is_empty()).then(|| name.to_owned());
        Ok(Self { name, bounces_to: address.clone(), address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let named: Sender = "\"AutoTrack\" <Bonjour@autotrack.example>".parse().unwrap();
        assert_eq!(named.name.as_deref(), Some("AutoTrack"));
        assert_eq!(named.address.as_str(), "bonjour@autotrack.example");
        assert_eq!("a@b.fr".parse::<Sender>().unwrap().name, None);
        for bad in ["", "AutoTrack", "AutoTrack <>", "A\r\nBcc: x <a@b.fr>", "A <a@b.fr> B"] {
            assert_eq!(bad.parse::<Sender>(), Err(NotASender), "{bad}");
        }
    }
}
