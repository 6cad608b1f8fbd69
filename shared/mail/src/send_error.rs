//! Why a letter was not accepted, and what to do about it.

/// A letter was not accepted. `answer` is what the server said, for the ledger: it may quote the address, so it is not
/// for logs. `Display` is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Try again later: a 4xx, a time-out, a broken connection.
    #[error("the mail server cannot take the letter now, at {step}")]
    Temporary {
        /// Where it happened.
        step: &'static str,
        /// What the server said, or what broke.
        answer: String,
        /// It broke after the letter was on its way and before the answer: it may have been delivered.
        maybe_delivered: bool,
    },
    /// The address does not exist (5.1.x at RCPT): suppress it.
    #[error("the mail server knows no such address")]
    BadAddress {
        /// What the server said.
        answer: String,
    },
    /// Our credentials, encryption or sender are not accepted: pause the transport, suppress nobody.
    #[error("the mail server refuses us, at {step}")]
    OwnFault {
        /// Where it happened.
        step: &'static str,
        /// What the server said, or what is wrong.
        answer: String,
    },
    /// This letter is refused for good: fail it, and it only.
    #[error("the mail server refuses the letter, at {step}")]
    Refused {
        /// Where it happened.
        step: &'static str,
        /// What the server said.
        answer: String,
    },
}

impl SendError {
    /// What the server said, or what broke, in at most 500 characters. May quote the address.
    pub fn answer(&self) -> &str {
        match self {
            Self::Temporary { answer, .. }
            | Self::BadAddress { answer }
            | Self::OwnFault { answer, .. }
            | Self::Refused { answer, .. } => answer,
        }
    }

    /// Whether the letter may have been delivered all the same.
    pub fn maybe_delivered(&self) -> bool {
        matches!(self, Self::Temporary { maybe_delivered: true, .. })
    }
}
