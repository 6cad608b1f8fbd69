//! Scripted faults: what the sink answers instead of accepting a letter.

use std::sync::Mutex;

/// The moment of an SMTP conversation at which a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The greeting, before the client has said anything.
    Connect,
    /// `EHLO` or `HELO`.
    Hello,
    /// `AUTH`, once the credentials are complete.
    Auth,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`.
    Data,
    /// The final dot: the letter is here, the answer is not.
    Dot,
}

/// What happens at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Answers this line and goes on (after a 421, closes).
    Reply(String),
    /// Closes the connection without a word; at the final dot the letter is kept first.
    Cut,
    /// Closes the connection without a word and without keeping the letter.
    CutAndForget,
    /// Says nothing until the client gives up.
    Stall,
}

/// One scripted fault.
///
/// ```
/// use mailsink::{Fault, Step};
/// let unknown = Fault::reply(Step::Rcpt, "550 5.1.1 no such user").to("nobody@example.org");
/// let busy_twice = Fault::reply(Step::Mail, "421 4.3.2 too busy").times(2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    step: Step,
    action: Action,
    to: Option<String>,
    left: Option<u32>,
}

impl Fault {
    fn new(step: Step, action: Action) -> Self {
        Self { step, action, to: None, left: None }
    }

    /// Answers `line`, such as `450 4.2.1 try later`, at `step`.
    pub fn reply(step: Step, line: &str) -> Self {
        Self::new(step, Action::Reply(line.to_owned()))
    }

    /// Closes the connection at `step`. At [`Step::Dot`] the letter is kept: it was delivered and nobody said so.
    pub fn cut(step: Step) -> Self {
        Self::new(step, Action::Cut)
    }

    /// Closes the connection after the final dot and loses the letter.
    pub fn cut_and_forget() -> Self {
        Self::new(Step::Dot, Action::CutAndForget)
    }

    /// Goes silent at `step` until the client gives up. At [`Step::Dot`] the letter is not kept.
    pub fn stall(step: Step) -> Self {
        Self::new(step, Action::Stall)
    }

    /// Strikes only letters to this address. Of use from [`Step::Rcpt`] on, when the address is known.
    #[must_use]
    pub fn to(mut self, address: &str) -> Self {
        self.to = Some(address.to_ascii_lowercase());
        self
    }

    /// Strikes so many times and then no more; without it, always.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    fn strikes(&self, step: Step, recipients: &[String]) -> bool {
        self.step == step
            && self.left != Some(0)
            && self.to.as_ref().is_none_or(|to| recipients.iter().any(|r| r.eq_ignore_ascii_case(to)))
    }
}

/// The faults still to come; the first that fits strikes.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<Vec<Fault>>);

impl Script {
    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        *self.faults() = faults;
    }

    /// What happens at `step` of a letter to `recipients`, if anything; counts it.
    pub(crate) fn strike(&self, step: Step, recipients: &[String]) -> Option<Action> {
        let mut faults = self.faults();
        let fault = faults.iter_mut().find(|fault| fault.strikes(step, recipients))?;
        if let Some(left) = &mut fault.left {
            *left -= 1;
        }
        Some(fault.action.clone())
    }

    fn faults(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().expect("no holder of the script panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_its_step_its_address_and_its_count_only() {
        let script = Script::default();
        script.replace(vec![Fault::reply(Step::Rcpt, "450 later").to("A@b.fr").times(2)]);
        let (a, c) = (["a@b.fr".to_owned()], ["c@b.fr".to_owned()]);
        assert_eq!(script.strike(Step::Mail, &a), None);
        assert_eq!(script.strike(Step::Rcpt, &c), None);
        assert_eq!(script.strike(Step::Rcpt, &a), Some(Action::Reply("450 later".into())));
        assert!(script.strike(Step::Rcpt, &a).is_some());
        assert_eq!(script.strike(Step::Rcpt, &a), None);
    }
}
