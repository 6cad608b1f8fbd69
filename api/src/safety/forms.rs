//! What people send to keep their account safe.

use config::SecretString;
use domain::email_address::EmailAddress;
use domain::ids::ChallengeId;
use poem_openapi::Object;

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Another password by the old one.
#[derive(Object)]
pub struct ChangePasswordForm {
    /// The password that holds now.
    #[oai(validator(max_length = 128))]
    pub old_password: String,
    /// 8 to 128 characters of any kind; the most common passwords are refused.
    #[oai(validator(max_length = 128))]
    pub new_password: String,
    /// The same again, if the frontend asks twice.
    #[oai(validator(max_length = 128))]
    pub new_password_confirm: Option<String>,
}

impl ChangePasswordForm {
    pub(super) fn parse(&self) -> Result<(SecretString, SecretString), ApiError> {
        let mut form = Form::default();
        form.check("old_password", !self.old_password.is_empty(), required);
        repeated(&mut form, "new_password_confirm", self.new_password_confirm.as_ref(), &self.new_password);
        form.finish()?;
        Ok((self.old_password.clone().into(), self.new_password.clone().into()))
    }
}

/// Whose password was forgotten.
#[derive(Object)]
pub struct ForgotForm {
    /// The address that signs in.
    #[oai(validator(max_length = 254))]
    pub email: String,
}

impl ForgotForm {
    pub(super) fn parse(&self) -> Result<EmailAddress, ApiError> {
        let mut form = Form::default();
        let email = form.address("email", &self.email);
        form.finish()?;
        Ok(email.expect("a clean form has all its required fields"))
    }
}

/// A link from a letter.
#[derive(Object)]
pub struct LinkForm {
    /// `uid` of the link.
    #[oai(validator(max_length = 60))]
    pub uid: String,
    /// `token` of the link.
    #[oai(validator(max_length = 200))]
    pub token: String,
}

impl LinkForm {
    pub(super) fn parse(&self) -> Result<(ChallengeId, String), ApiError> {
        Ok((link(&self.uid)?, self.token.clone()))
    }
}

/// A new password by a link.
#[derive(Object)]
pub struct ResetForm {
    /// `uid` of the link.
    #[oai(validator(max_length = 60))]
    pub uid: String,
    /// `token` of the link.
    #[oai(validator(max_length = 200))]
    pub token: String,
    /// 8 to 128 characters of any kind; the most common passwords are refused.
    #[oai(validator(max_length = 128))]
    pub password: String,
    /// The same again, if the frontend asks twice.
    #[oai(validator(max_length = 128))]
    pub password_confirm: Option<String>,
}

impl ResetForm {
    pub(super) fn parse(&self) -> Result<((ChallengeId, String), SecretString), ApiError> {
        let mut form = Form::default();
        repeated(&mut form, "password_confirm", self.password_confirm.as_ref(), &self.password);
        form.finish()?;
        Ok(((link(&self.uid)?, self.token.clone()), self.password.clone().into()))
    }
}

/// Another address.
#[derive(Object)]
pub struct ChangeEmailForm {
    /// The address that shall sign in.
    #[oai(validator(max_length = 254))]
    pub new_email: String,
    /// The password, once more.
    #[oai(validator(max_length = 128))]
    pub password: String,
}

impl ChangeEmailForm {
    pub(super) fn parse(&self) -> Result<(EmailAddress, SecretString), ApiError> {
        let mut form = Form::default();
        let email = form.address("new_email", &self.new_email);
        form.check("password", !self.password.is_empty(), required);
        form.finish()?;
        Ok((email.expect("a clean form has all its required fields"), self.password.clone().into()))
    }
}

/// The link that was sent to a new address.
#[derive(Object)]
pub struct ConfirmEmailForm {
    /// `token` of the link.
    #[oai(validator(max_length = 200))]
    pub token: String,
}

impl Meaning for ChangePasswordForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for ForgotForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for ResetForm {
    fn faults(self) -> Errors {
        let mut form = Form::default();
        repeated(&mut form, "password_confirm", self.password_confirm.as_ref(), &self.password);
        form.into_errors()
    }
}

impl Meaning for ChangeEmailForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for LinkForm {}

impl Meaning for ConfirmEmailForm {}

fn required() -> String {
    say!("Ce champ est obligatoire.", "This field is required.")
}

fn repeated(form: &mut Form, field: &str, again: Option<&String>, password: &str) {
    form.check(field, again.is_none_or(|again| again == password), || {
        say!("Les deux mots de passe sont différents.", "The two passwords differ.")
    });
}

/// A word that is no id is a link that was never sent.
fn link(uid: &str) -> Result<ChallengeId, ApiError> {
    let uid: Option<uuid::Uuid> = uid.parse().ok();
    uid.map(ChallengeId).ok_or_else(|| ApiError::from(operations::accounts::AccountError::WrongLink))
}
