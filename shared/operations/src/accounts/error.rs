//! Why somebody does not get in.

use std::time::Duration;

use database::DatabaseError;
use domain::password::BadPassword;

/// Why a deed on an account was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Address and password do not go together; nobody learns which of them is wrong.
    #[error("address and password do not go together")]
    WrongCredentials,
    /// The code is wrong, used, over, or was tried too often; nobody learns which.
    #[error("the code is wrong or no longer good")]
    WrongCode,
    /// Several registrations of the address are open, and nobody said which one is meant.
    ///
    /// Never guessed: the newest may be that of somebody who registers other people's addresses.
    #[error("several registrations of the address are open")]
    WhichChallenge,
    /// The password that was typed once more is not the account's.
    #[error("the password is wrong")]
    WrongPassword,
    /// The session is not fresh: the password has to be shown once more.
    #[error("the password is needed once more")]
    PasswordNeeded,
    /// The new password is refused.
    #[error(transparent)]
    BadPassword(#[from] BadPassword),
    /// There is a second factor already.
    #[error("the second factor is on")]
    FactorStands,
    /// There is no second factor.
    #[error("the second factor is off")]
    NoFactor,
    /// The link is used, over, or was never sent.
    #[error("the link is no longer good")]
    WrongLink,
    /// A token that is not ours, not whole, over, or of a session that has ended.
    #[error("the token is not valid")]
    InvalidToken,
    /// Asked again too early.
    #[error("asked again too early")]
    TooSoon {
        /// When it may be asked again.
        retry_after: Duration,
    },
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
