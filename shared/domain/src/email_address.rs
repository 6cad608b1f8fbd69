//! E-mail addresses, as far as they can be judged without sending to them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An e-mail address that can be written in a header: one `@`, no spaces, no control characters.
///
/// Kept as typed but lower-cased; the database compares without regard to case.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The text cannot be an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnEmailAddress;

impl EmailAddress {
    /// Whether its domain is one that never gets mail (RFC 2606): erased accounts have such addresses, and nobody else may.
    pub fn is_reserved(&self) -> bool {
        self.0.ends_with(".invalid")
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows only the domain: addresses are not for logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress(…@{})", self.0.rsplit('@').next().unwrap_or_default())
    }
}

impl FromStr for EmailAddress {
    type Err = NotAnEmailAddress;

    /// Lengths are those of RFC 5321 section 4.5.3.1: 64 octets before the `@`, 254 in all.
    fn from_str(text: &str) -> Result<Self, NotAnEmailAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmailAddress)?;
        let local_is_fine = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let label_is_fine = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let domain_is_fine = domain.contains('.') && domain.split('.').all(label_is_fine);
        if text.len() > 254 || !local_is_fine || !domain_is_fine {
            return Err(NotAnEmailAddress);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_name_and_one_domain() {
        for good in ["a@b.fr", "jean.dupont+auto@exemple.co.uk", "O'Neil@x-y.example"] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
        for bad in
            ["", "a", "a@b", "a@@b.fr", "a b@c.fr", "a@b..fr", ".a@b.fr", "a@b.fr\r\nBcc: x@y.z", "é@b.fr"]
        {
            assert_eq!(bad.parse::<EmailAddress>(), Err(NotAnEmailAddress), "{bad}");
        }
    }

    #[test]
    fn debug_output_hides_the_person() {
        assert_eq!(
            format!("{:?}", "jean@exemple.fr".parse::<EmailAddress>().unwrap()),
            "EmailAddress(…@exemple.fr)"
        );
    }
}
