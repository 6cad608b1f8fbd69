//! What may be chosen as a password: long enough and not what everybody tries first. No rules of composition.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use crate::email_address::EmailAddress;

/// The most common passwords of eight characters and more, in lower case.
///
/// From the frequency list of zxcvbn (MIT licence), with what French keyboards and this product add.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("password/common.txt").lines().collect());

/// A password that somebody wants to use from now on.
///
/// Taken exactly as typed, whatever its characters (ASVS 5.0, 6.2.5 to 6.2.8).
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// Why a text cannot be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Fewer than eight characters.
    #[error("shorter than {} characters", NewPassword::MIN)]
    TooShort,
    /// More than any password manager makes.
    #[error("longer than {} characters", NewPassword::MAX)]
    TooLong,
    /// On the list that is tried first.
    #[error("too common")]
    Common,
    /// The address itself, or its first part.
    #[error("the same as the e-mail address")]
    IsAddress,
}

impl NewPassword {
    /// Least characters.
    pub const MIN: usize = 8;
    /// Most characters.
    pub const MAX: usize = 128;

    /// Accepts `typed` as the password for the account of `address`.
    pub fn choose(typed: &str, address: &EmailAddress) -> Result<Self, BadPassword> {
        let length = typed.chars().count();
        if length < Self::MIN {
            return Err(BadPassword::TooShort);
        }
        if length > Self::MAX {
            return Err(BadPassword::TooLong);
        }
        let plain = typed.to_lowercase();
        let name = address.as_str().split('@').next().unwrap_or_default();
        if plain == address.as_str() || plain == name {
            return Err(BadPassword::IsAddress);
        }
        let mut signs = plain.chars();
        let first = signs.next();
        if COMMON.contains(plain.as_str()) || signs.all(|sign| Some(sign) == first) {
            return Err(BadPassword::Common);
        }
        Ok(Self(typed.to_owned()))
    }

    /// The password itself, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Shows nothing.
impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(typed: &str) -> Result<NewPassword, BadPassword> {
        NewPassword::choose(typed, &"jean.dupont@exemple.fr".parse().unwrap())
    }

    #[test]
    fn eight_to_one_hundred_and_twenty_eight_characters_of_any_kind_are_fine() {
        assert_eq!(choose("7 signes"), Ok(NewPassword("7 signes".into())));
        assert_eq!(choose("éàüøßñ漢"), Err(BadPassword::TooShort));
        assert!(choose("éàüøßñ漢字").is_ok());
        assert!(choose(&"correct cheval ".repeat(8)).is_ok());
        assert_eq!(choose(&"x1".repeat(65)), Err(BadPassword::TooLong));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for typed in ["password", "Password1", "AzertyUiop", "motdepasse", "12345678", "zzzzzzzzz"] {
            assert_eq!(choose(typed), Err(BadPassword::Common), "{typed}");
        }
        assert_eq!(choose("Jean.Dupont"), Err(BadPassword::IsAddress));
        assert_eq!(choose("JEAN.DUPONT@exemple.fr"), Err(BadPassword::IsAddress));
    }

    #[test]
    fn debug_output_hides_the_password() {
        assert_eq!(format!("{:?}", choose("tournesol bleu").unwrap()), "NewPassword(…)");
    }
}
