//! What staff send about jobs.

use poem_openapi::Object;

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Longest name of a kind.
const MAX_KIND: usize = 100;

/// Which jobs are to be tried again.
#[derive(Object)]
pub struct RetryFailedForm {
    /// Their kind, such as `send_letter`.
    #[oai(validator(max_length = 100))]
    pub kind: String,
}

impl RetryFailedForm {
    pub(super) fn parse(self) -> Result<String, ApiError> {
        let mut form = Form::default();
        let kind = form.require_text("kind", Some(&self.kind), MAX_KIND);
        form.finish()?;
        Ok(kind.expect("a clean form has all its required fields"))
    }
}

impl Meaning for RetryFailedForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

/// What is to be changed of a task of the timetable.
#[derive(Object)]
pub struct SchedulePatch {
    /// Whether its ticks become jobs.
    pub enabled: Option<bool>,
    /// Its line, for those who send back what they read: it is part of the program and cannot be another one.
    #[oai(validator(max_length = 100))]
    pub cron: Option<String>,
}

impl SchedulePatch {
    /// Whether it is to be on, if that was said.
    pub(super) fn parse(self, line: &str) -> Result<Option<bool>, ApiError> {
        let mut form = Form::default();
        form.check("cron", self.cron.is_none_or(|cron| cron == line), || {
            say!(
                "Les horaires font partie du programme : seul `enabled` peut être modifié.",
                "Times are part of the program: only `enabled` can be changed."
            )
        });
        form.finish()?;
        Ok(self.enabled)
    }
}

impl Meaning for SchedulePatch {}
