//! What a failure at a step of the conversation means.

use std::error::Error as _;
use std::io;

use lettre::transport::smtp;

use crate::send_error::SendError;

/// Longest answer kept, in characters.
const MAX_ANSWER: usize = 500;

/// The steps of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// TCP, the greeting and EHLO.
    Connect,
    /// STARTTLS.
    Encrypt,
    /// AUTH.
    SignIn,
    /// MAIL FROM: our own sender.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The letter itself, up to the answer to the final dot.
    Letter,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Encrypt => "starttls",
            Self::SignIn => "auth",
            Self::Sender => "mail",
            Self::Recipient => "rcpt",
            Self::Data => "data",
            Self::Letter => "letter",
        }
    }
}

/// What went wrong, whatever the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server said no.
    Answer {
        /// The reply code, such as 550.
        code: u16,
        /// The text behind it, which may start with an enhanced code (RFC 3463) such as 5.1.1.
        text: String,
    },
    /// The connection broke, could not be made, or fell silent.
    Broken(String),
    /// The server cannot do what we insist on, or its certificate is not good.
    Setup(String),
}

impl Failure {
    /// Sorts the mail library's error.
    pub(crate) fn of(error: &smtp::Error) -> Self {
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        match error.status() {
            Some(code) => Self::Answer { code: code.into(), text: cause },
            None if error.is_tls() || error.is_client() || is_bad_certificate(error) => {
                Self::Setup(error.to_string())
            }
            None => Self::Broken(error.to_string()),
        }
    }

    /// What it means at this step.
    pub(crate) fn at(self, at: Step) -> SendError {
        let step = at.name();
        match self {
            Self::Broken(answer) => {
                SendError::Temporary { step, answer: shortened(&answer), maybe_delivered: at == Step::Letter }
            }
            Self::Setup(answer) => SendError::OwnFault { step, answer: shortened(&answer) },
            Self::Answer { code, text } => {
                let answer = shortened(&format!("{code} {text}"));
                match code {
                    400..=499 => SendError::Temporary { step, answer, maybe_delivered: false },
                    _ if is_own_fault(at, code, &text) => SendError::OwnFault { step, answer },
                    _ if at == Step::Recipient && is_bad_address(&text) => SendError::BadAddress { answer },
                    _ => SendError::Refused { step, answer },
                }
            }
        }
    }
}

/// 530, 534, 535 and 538 ask for credentials or encryption wherever they come. What is refused before a recipient was
/// named cannot be about the letter, unless it is its size.
fn is_own_fault(at: Step, code: u16, text: &str) -> bool {
    match at {
        Step::Connect | Step::Encrypt | Step::SignIn => true,
        Step::Sender => code != 552 && enhanced(text) != Some((3, 4)),
        Step::Recipient | Step::Data | Step::Letter => matches!(code, 530 | 534 | 535 | 538),
    }
}

/// The codes of RFC 3463 and RFC 7505 that speak of the recipient. 5.1.7 and 5.1.8 speak of the sender, and some
/// servers say 5.1.0 of either.
fn is_bad_address(text: &str) -> bool {
    matches!(enhanced(text), Some((1, 1 | 2 | 3 | 4 | 6 | 10)))
}

/// Subject and detail of the enhanced code that a 5xx text starts with.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split_whitespace().next()?.split('.');
    match (numbers.next(), numbers.next()?.parse(), numbers.next()?.parse(), numbers.next()) {
        (Some("5"), Ok(subject), Ok(detail), None) => Some((subject, detail)),
        _ => None,
    }
}

/// rustls reports a handshake that fails as invalid data; a connection that merely breaks has other kinds.
fn is_bad_certificate(error: &smtp::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return error.kind() == io::ErrorKind::InvalidData;
        }
        cause = error.source();
    }
    false
}

/// On one line, bounded: it goes into the ledger.
fn shortened(answer: &str) -> String {
    answer.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_ANSWER).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(at: Step, code: u16, text: &str) -> &'static str {
        match (Failure::Answer { code, text: text.to_owned() }).at(at) {
            SendError::Temporary { maybe_delivered: false, .. } => "temporary",
            SendError::Temporary { .. } => "maybe delivered",
            SendError::BadAddress { .. } => "bad address",
            SendError::OwnFault { .. } => "own fault",
            SendError::Refused { .. } => "refused",
        }
    }

    #[test]
    fn only_the_recipient_can_be_a_bad_address() {
        for (at, code, text, expected) in [
            (Step::Recipient, 550, "5.1.1 no such user", "bad address"),
            (Step::Recipient, 556, "5.1.10 null MX", "bad address"),
            (Step::Recipient, 550, "5.1.8 sender's domain not found", "refused"),
            (Step::Recipient, 550, "5.1.0 sender refused", "refused"),
            (Step::Recipient, 550, "5.7.1 policy", "refused"),
            (Step::Recipient, 550, "mailbox unavailable", "refused"),
            (Step::Recipient, 552, "5.2.2 mailbox full", "refused"),
            (Step::Recipient, 550, "5.1.1.1 odd", "refused"),
            (Step::Letter, 550, "5.1.1 no such user", "refused"),
            (Step::Sender, 550, "5.1.1 who are you", "own fault"),
        ] {
            assert_eq!(meaning(at, code, text), expected, "{code} {text} at {at:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_us_is_not_blamed_on_the_letter() {
        for (at, code, text, expected) in [
            (Step::Connect, 554, "5.7.1 blocked", "own fault"),
            (Step::SignIn, 535, "5.7.8 bad credentials", "own fault"),
            (Step::SignIn, 454, "4.7.0 try later", "temporary"),
            (Step::Sender, 530, "5.7.0 sign in first", "own fault"),
            (Step::Recipient, 530, "5.7.0 sign in first", "own fault"),
            (Step::Sender, 552, "5.3.4 too large", "refused"),
            (Step::Sender, 500, "5.3.4 too large", "refused"),
            (Step::Letter, 554, "5.6.0 spam", "refused"),
            (Step::Connect, 421, "4.3.2 busy", "temporary"),
            (Step::Letter, 451, "4.3.0 later", "temporary"),
        ] {
            assert_eq!(meaning(at, code, text), expected, "{code} {text} at {at:?}");
        }
    }

    #[test]
    fn only_a_break_after_the_letter_was_on_its_way_may_have_delivered_it() {
        for at in [Step::Connect, Step::Encrypt, Step::SignIn, Step::Sender, Step::Recipient, Step::Data] {
            assert!(!Failure::Broken(String::new()).at(at).maybe_delivered(), "{at:?}");
        }
        assert!(Failure::Broken(String::new()).at(Step::Letter).maybe_delivered());
    }
}
