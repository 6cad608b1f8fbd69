//! Why the engine has no words.

use std::io;

use domain::document::FailureReason;

/// What went wrong, and whose fault it is.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The paper's.
    Verdict(FailureReason),
    /// Ours.
    Fault(String),
}

impl Failure {
    /// A C library returned nothing where only lack of memory explains it.
    pub(crate) fn memory() -> Self {
        Self::Verdict(FailureReason::TooComplex)
    }

    pub(crate) fn damaged() -> Self {
        Self::Verdict(FailureReason::Damaged)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Fault(error.to_string())
    }
}
