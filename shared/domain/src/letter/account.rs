//! What letters about an account and its safety say.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::email_address::EmailAddress;
use crate::ids::ChallengeId;

/// The address was confirmed, the account is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// How the person wants to be called; may be empty.
    #[serde(default)]
    pub first_name: String,
}

/// A one-time code. The code itself is added when the letter is sent.
///
/// Nothing that a stranger typed is in it: it goes to addresses that nobody has confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Otp {
    /// What the code is for.
    pub purpose: OtpPurpose,
    /// How long the code is good for.
    pub expires_minutes: u32,
}

/// What a one-time code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtpPurpose {
    /// Confirm the address of a new account.
    SignUp,
    /// Finish signing in.
    SignIn,
    /// Confirm that the account shall be erased.
    DeleteAccount,
}

/// Somebody tried to open an account with an address that has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlreadyRegistered {}

/// A session was ended because an old refresh token of it was used again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionRevoked {
    /// When.
    pub at: DateTime<Utc>,
    /// The device as its sign-in was labelled, if it was.
    #[serde(default)]
    pub device: Option<String>,
}

/// A link under which a new password can be chosen. Its token is made when the letter is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PasswordReset {
    /// The challenge that the token belongs to; stands in the link, and opens nothing alone.
    pub uid: ChallengeId,
    /// How long the link is good for.
    pub expires_minutes: u32,
}

/// The password was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// When.
    pub at: DateTime<Utc>,
    /// From which device, if it is known.
    #[serde(default)]
    pub device: Option<String>,
}

/// To the new address of an account: a link that proves it. Its token is made when the letter is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmailChangeConfirm {
    /// The challenge that the token belongs to; the link's token begins with it.
    pub uid: ChallengeId,
    /// How long the link is good for.
    pub expires_minutes: u32,
}

/// To the old address of an account: somebody asked for another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmailChangeNotice {
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// The new address as far as the old one's reader needs it, see [`masked`].
    pub new_address: String,
}

/// To the old address of an account: it has another one now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmailChanged {
    /// When.
    pub at: DateTime<Utc>,
    /// The new address as far as the old one's reader needs it, see [`masked`].
    pub new_address: String,
}

/// Somebody signed in on a device that the account had not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewDevice {
    /// When.
    pub at: DateTime<Utc>,
    /// The device as its sign-in is labelled, if it says what it is.
    #[serde(default)]
    pub device: Option<String>,
}

/// A member of staff took the second factor off an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TwoFactorReset {
    /// When.
    pub at: DateTime<Utc>,
}

/// A member of staff suspended an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountSuspended {
    /// When.
    pub at: DateTime<Utc>,
    /// Why, in words for its holder.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The export of an account can be fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportReady {
    /// Until when.
    pub until: DateTime<Utc>,
}

/// The account will be erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErasureAsked {
    /// Until when it can be called off.
    pub until: DateTime<Utc>,
}

/// The erasure was called off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErasureCancelled {
    /// When.
    pub at: DateTime<Utc>,
}

/// The account was erased. The last letter to its address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErasureDone {
    /// When.
    pub at: DateTime<Utc>,
}

/// Nobody has signed in for long: the account will be erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InactiveAccount {
    /// The day it is erased unless somebody signs in before.
    pub erased_on: NaiveDate,
}

/// The address without what would tell it to a stranger: `c***@exemple.fr`.
pub fn masked(address: &EmailAddress) -> String {
    let (local, domain) = address.as_str().rsplit_once('@').unwrap_or_default();
    format!("{}***@{domain}", local.chars().take(1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_keeps_its_first_letter_and_its_domain() {
        let mask = |text: &str| masked(&text.parse().unwrap());
        assert_eq!(mask("camille.martin@exemple.fr"), "c***@exemple.fr");
        assert_eq!(mask("x@exemple.fr"), "x***@exemple.fr");
    }
}
