//! What staff send about accounts.

use operations::admin::Change;
use poem_openapi::Object;

use super::views::RoleWord;
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Longest reason.
const MAX_REASON: usize = 500;

/// What is to be changed of an account; what is absent stays.
#[derive(Object)]
pub struct AccountPatch {
    /// What it is; `admin` makes it staff and takes a superuser.
    pub roles: Option<Vec<RoleWord>>,
    /// Whether it may sign in.
    pub is_active: Option<bool>,
    /// Whether its address is confirmed.
    pub email_verified: Option<bool>,
}

impl AccountPatch {
    pub(super) fn parse(self) -> Result<Change, ApiError> {
        let mut form = Form::default();
        let roles = self.roles.map(|roles| {
            // In one order, and each once.
            [RoleWord::User, RoleWord::GarageOwner, RoleWord::Admin]
                .into_iter()
                .filter(|role| roles.contains(role))
                .map(|role| role.as_str().to_owned())
                .collect::<Vec<String>>()
        });
        form.check("roles", roles.as_ref().is_none_or(|roles| !roles.is_empty()), || {
            say!("Indiquez au moins un rôle.", "Name at least one role.")
        });
        form.finish()?;
        Ok(Change { roles, is_active: self.is_active, email_verified: self.email_verified })
    }
}

impl Meaning for AccountPatch {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

/// Why something is done to an account.
#[derive(Object)]
pub struct ReasonForm {
    /// Why. It stays in the audit log for good: no name and no address.
    #[oai(validator(max_length = 500))]
    pub reason: String,
}

impl ReasonForm {
    pub(super) fn parse(self) -> Result<String, ApiError> {
        let mut form = Form::default();
        let reason = form.require_text("reason", Some(&self.reason), MAX_REASON);
        form.finish()?;
        Ok(reason.expect("a clean form has all its required fields"))
    }
}

impl Meaning for ReasonForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}
