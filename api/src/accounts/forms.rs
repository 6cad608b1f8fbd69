//! What people send about their account.

use std::fmt;

use config::SecretString;
use database::users::Profile;
use domain::email_address::EmailAddress;
use domain::ids::ChallengeId;
use domain::locale::Locale;
use domain::password::NewPassword;
use domain::phone::PhoneNumber;
use operations::accounts::Registration;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Enum, Object};
use uuid::Uuid;

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::messages::Explain;
use crate::problem::Errors;
use crate::{locale, say};

/// Longest name.
const MAX_NAME: usize = 150;

/// A language that the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "Locale", rename_all = "lowercase", remote = "Locale")]
pub enum LocaleWord {
    /// French.
    Fr,
    /// English.
    En,
}

/// What somebody says who wants an account.
#[derive(Object)]
pub struct RegisterForm {
    /// The address that will sign in; a code is sent to it.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// 8 to 128 characters of any kind; the most common passwords are refused.
    #[oai(validator(max_length = 128))]
    pub password: String,
    /// The same again, if the frontend asks twice.
    #[oai(validator(max_length = 128))]
    pub password_confirm: Option<String>,
    /// First name.
    #[oai(validator(max_length = 150))]
    pub first_name: String,
    /// Last name.
    #[oai(validator(max_length = 150))]
    pub last_name: String,
    /// Telephone number.
    #[oai(validator(max_length = 30))]
    pub phone_number: Option<String>,
    /// Whether the terms of use are accepted; they must be.
    pub accept_terms: bool,
    /// Whether news may be sent.
    pub marketing_opt_in: Option<bool>,
    /// The language of letters and messages; that of the request when absent.
    pub locale: Option<LocaleWord>,
}

impl RegisterForm {
    /// The registration, or everything that is wrong with it.
    pub(super) fn parse(self) -> Result<Registration, ApiError> {
        let mut form = Form::default();
        let email = form.address("email", &self.email);
        let password = email.as_ref().and_then(|email| choose(&mut form, &self.password, email));
        let is_repeated = self.password_confirm.is_none_or(|again| again == self.password);
        form.check("password_confirm", is_repeated, || {
            say!("Les deux mots de passe sont différents.", "The two passwords differ.")
        });
        let first_name = form.require_text("first_name", Some(&self.first_name), MAX_NAME);
        let last_name = form.require_text("last_name", Some(&self.last_name), MAX_NAME);
        let phone_number = form.parse::<PhoneNumber>("phone_number", self.phone_number.as_deref());
        form.check("accept_terms", self.accept_terms, || {
            say!("Acceptez les conditions d’utilisation.", "Accept the terms of use.")
        });
        form.finish()?;
        let sound = "a clean form has all its required fields";
        Ok(Registration {
            email: email.expect(sound),
            password: password.expect(sound),
            first_name: first_name.expect(sound),
            last_name: last_name.expect(sound),
            phone_number: phone_number.map(|number| number.as_str().to_owned()),
            locale: self.locale.map_or_else(locale::current, Into::into),
            marketing_opt_in: self.marketing_opt_in.unwrap_or(false),
        })
    }
}

fn choose(form: &mut Form, typed: &str, email: &EmailAddress) -> Option<NewPassword> {
    NewPassword::choose(typed, email).map_err(|reason| form.refuse("password", reason.explain())).ok()
}

/// The code from a letter.
#[derive(Object)]
pub struct VerifyForm {
    /// The address that it was sent to.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// The six digits; for a sign-in with a second factor also a recovery code.
    #[oai(validator(max_length = 20))]
    pub otp_code: String,
    /// What `register` or `login` answered; needed once several registrations of the address are open.
    pub challenge_id: Option<Uuid>,
}

impl VerifyForm {
    pub(super) fn parse(self) -> Result<(EmailAddress, String, Option<ChallengeId>), ApiError> {
        let mut form = Form::default();
        let email = form.address("email", &self.email);
        // People copy the spaces around it too.
        let code: String = self.otp_code.chars().filter(|sign| !sign.is_whitespace()).collect();
        let is_code = code.len() == 6 && code.bytes().all(|sign| sign.is_ascii_digit());
        // A recovery code, which only a sign-in with a second factor takes.
        let is_recovery = code.chars().filter(char::is_ascii_alphanumeric).count() == 8;
        form.check("otp_code", is_code || (is_recovery && self.challenge_id.is_some()), || {
            say!("Le code compte six chiffres.", "The code has six digits.")
        });
        form.finish()?;
        let email = email.expect("a clean form has all its required fields");
        Ok((email, code, self.challenge_id.map(ChallengeId)))
    }
}

/// Who wants another code.
#[derive(Object)]
pub struct ResendForm {
    /// The address that waits for it.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// What `register` or `login` answered; needed once several registrations of the address are open.
    pub challenge_id: Option<Uuid>,
}

impl ResendForm {
    pub(super) fn parse(self) -> Result<(EmailAddress, Option<ChallengeId>), ApiError> {
        Ok((address(&self.email)?, self.challenge_id.map(ChallengeId)))
    }
}

/// Who wants in.
#[derive(Object)]
pub struct LoginForm {
    /// The address.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// The password.
    #[oai(validator(max_length = 128))]
    pub password: String,
    /// Whether the session shall last for thirty days instead of seven.
    pub remember: Option<bool>,
}

impl LoginForm {
    pub(super) fn parse(self) -> Result<(EmailAddress, SecretString, bool), ApiError> {
        Ok((address(&self.email)?, self.password.into(), self.remember.unwrap_or(false)))
    }
}

/// What to sign out of.
#[derive(Default, Object)]
pub struct LogoutForm {
    /// The refresh token of a session to end with this one.
    #[oai(validator(max_length = 200))]
    pub refresh: Option<String>,
    /// Whether all sessions shall end.
    pub all: Option<bool>,
}

/// The token to replace.
#[derive(Object)]
pub struct RefreshForm {
    /// The refresh token; good once.
    #[oai(validator(max_length = 200))]
    pub refresh: String,
}

/// One's own profile.
#[derive(Object)]
pub struct ProfileForm {
    /// First name.
    #[oai(validator(max_length = 150))]
    pub first_name: String,
    /// Last name.
    #[oai(validator(max_length = 150))]
    pub last_name: String,
    /// Telephone number; removed when absent.
    #[oai(validator(max_length = 30))]
    pub phone_number: Option<String>,
}

impl ProfileForm {
    pub(super) fn apply_to(self, profile: &mut Profile) -> Result<(), ApiError> {
        let patch = ProfilePatch {
            first_name: MaybeUndefined::Value(self.first_name),
            last_name: MaybeUndefined::Value(self.last_name),
            phone_number: self.phone_number.map_or(MaybeUndefined::Null, MaybeUndefined::Value),
            ..ProfilePatch::default()
        };
        patch.apply_to(profile)
    }
}

/// What to change about one's own profile.
#[derive(Default, Object)]
pub struct ProfilePatch {
    /// First name.
    #[oai(validator(max_length = 150))]
    pub first_name: MaybeUndefined<String>,
    /// Last name.
    #[oai(validator(max_length = 150))]
    pub last_name: MaybeUndefined<String>,
    /// Telephone number.
    #[oai(validator(max_length = 30))]
    pub phone_number: MaybeUndefined<String>,
    /// Postal code.
    #[oai(validator(max_length = 10))]
    pub postal_code: MaybeUndefined<String>,
    /// Department, such as `75` or `2A`.
    #[oai(validator(max_length = 3))]
    pub department: MaybeUndefined<String>,
    /// The language of letters and messages.
    pub locale: MaybeUndefined<LocaleWord>,
}

impl ProfilePatch {
    /// Writes what was sent into `profile`.
    pub(super) fn apply_to(self, profile: &mut Profile) -> Result<(), ApiError> {
        let mut form = Form::default();
        for (field, sent, kept) in [
            ("first_name", &self.first_name, &mut profile.first_name),
            ("last_name", &self.last_name, &mut profile.last_name),
        ] {
            if !sent.is_undefined()
                && let Some(name) = form.require_text(field, sent.value().map(String::as_str), MAX_NAME)
            {
                *kept = name;
            }
        }
        if !self.phone_number.is_undefined() {
            let text = self.phone_number.value().map(String::as_str);
            let number = form.parse::<PhoneNumber>("phone_number", text);
            profile.phone_number = number.map(|number| number.as_str().to_owned());
        }
        for (field, sent, kept, max) in [
            ("postal_code", &self.postal_code, &mut profile.postal_code, 10),
            ("department", &self.department, &mut profile.department, 3),
        ] {
            if !sent.is_undefined() {
                let text = form.text(field, sent.value().map(String::as_str), max);
                *kept = text.map(|text| text.to_uppercase());
            }
        }
        if let Some(locale) = self.locale.value() {
            profile.locale = (*locale).into();
        }
        form.finish()
    }
}

fn address(text: &str) -> Result<EmailAddress, ApiError> {
    let mut form = Form::default();
    let email = form.address("email", text);
    form.finish()?;
    Ok(email.expect("a clean form has all its required fields"))
}

/// Forms with secrets show nothing.
macro_rules! secret {
    ($($form:ident),+) => {
        $(impl fmt::Debug for $form {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($form), "(…)"))
            }
        })+
    };
}
secret!(RegisterForm, VerifyForm, ResendForm, LoginForm, LogoutForm, RefreshForm, ProfileForm, ProfilePatch);

impl Meaning for RegisterForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for VerifyForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for ResendForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for LoginForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for LogoutForm {}

impl Meaning for RefreshForm {}

impl Meaning for ProfileForm {
    fn faults(self) -> Errors {
        faults_of(self.apply_to(&mut Profile::default()))
    }
}

impl Meaning for ProfilePatch {
    fn faults(self) -> Errors {
        faults_of(self.apply_to(&mut Profile::default()))
    }
}
