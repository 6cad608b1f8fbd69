//! How things can end, as labels.

/// How one run of a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// Finished with all its effects.
    Done,
    /// Failed and will be tried again.
    Retry,
    /// Given up.
    Dead,
    /// Put off by its own handler.
    Snoozed,
    /// Given back at shutdown.
    HandedBack,
    /// Somebody else took it over.
    LeaseLost,
    /// Its process died or stalled.
    Crashed,
}

impl JobOutcome {
    /// The label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry => "retry",
            Self::Dead => "dead",
            Self::Snoozed => "snoozed",
            Self::HandedBack => "handed_back",
            Self::LeaseLost => "lease_lost",
            Self::Crashed => "crashed",
        }
    }
}

/// What happened to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// The server took it.
    Sent,
    /// Will be tried again.
    Deferred,
    /// Refused for this letter.
    Failed,
    /// The address does not exist.
    Bounced,
    /// Not sent: the address is suppressed.
    Suppressed,
    /// Not sent: too late to be of use.
    Expired,
    /// The connection broke after the letter was handed over.
    Unknown,
}

impl MailOutcome {
    /// The label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
            Self::Suppressed => "suppressed",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }
}

/// How one field of a paper was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldOutcome {
    /// With high confidence.
    Sure,
    /// To be checked by a person.
    Doubtful,
    /// Not found.
    Missing,
    /// Changed by a person afterwards.
    Corrected,
}

impl FieldOutcome {
    /// The label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Doubtful => "doubtful",
            Self::Missing => "missing",
            Self::Corrected => "corrected",
        }
    }
}
