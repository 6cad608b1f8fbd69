//! The second factor: an authenticator, and codes for the day it is lost.

use operations::Context;
use operations::accounts::{self, Enrolment};
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::body::Body;
use crate::client::Client;
use crate::created::Gone;
use crate::error::ApiError;
use crate::form::Form;
use crate::limits::Limiter;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::safety::slow_down_caller;
use crate::say;
use crate::security::Caller;
use crate::tags::Tag;

/// What an authenticator needs to know.
#[derive(Object)]
#[oai(rename = "TotpEnrolment")]
pub struct EnrolmentView {
    /// The secret in base 32, for typing.
    pub secret: String,
    /// The same as an address that authenticators understand.
    pub otpauth_uri: String,
    /// The same as a picture, an SVG document.
    pub qr_svg: String,
}

impl From<Enrolment> for EnrolmentView {
    fn from(enrolment: Enrolment) -> Self {
        Self { secret: enrolment.secret, otpauth_uri: enrolment.uri, qr_svg: enrolment.qr_svg }
    }
}

/// Codes for the day the authenticator is lost, each good once. Shown this once.
#[derive(Object)]
#[oai(rename = "RecoveryCodes")]
pub struct RecoveryView {
    /// The codes.
    pub recovery_codes: Vec<String>,
}

/// A code of the authenticator.
#[derive(Object)]
pub struct CodeForm {
    /// Six digits.
    #[oai(validator(max_length = 20))]
    pub code: String,
    /// The password, once more; needed when the session is older than a quarter of an hour.
    #[oai(validator(max_length = 128))]
    pub password: Option<String>,
}

/// The password, once more, and a code.
#[derive(Object)]
pub struct DisableForm {
    /// The password, once more.
    #[oai(validator(max_length = 128))]
    pub password: String,
    /// Six digits of the authenticator, or a recovery code.
    #[oai(validator(max_length = 20))]
    pub code: String,
}

/// The password, once more.
#[derive(Object)]
pub struct PasswordForm {
    /// The password, once more.
    #[oai(validator(max_length = 128))]
    pub password: String,
}

impl CodeForm {
    fn parse(&self) -> Result<String, ApiError> {
        let mut form = Form::default();
        let code: String = self.code.chars().filter(|sign| !sign.is_whitespace()).collect();
        form.check("code", code.len() == 6 && code.bytes().all(|sign| sign.is_ascii_digit()), || {
            say!("Le code compte six chiffres.", "The code has six digits.")
        });
        form.finish()?;
        Ok(code)
    }
}

impl Meaning for CodeForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for DisableForm {}

impl Meaning for PasswordForm {}

/// The second factor.
pub struct FactorsApi;

#[OpenApi(prefix_path = "/api/auth/2fa", tag = "Tag::Accounts")]
impl FactorsApi {
    /// Get a secret for my authenticator
    ///
    /// It counts once the authenticator has proved itself. Asking again makes another secret.
    #[oai(path = "/totp/setup", method = "post", operation_id = "set_up_totp")]
    async fn set_up_totp(
        &self,
        context: Data<&Context>,
        caller: Caller,
    ) -> Result<Json<EnrolmentView>, ApiError> {
        Ok(Json(accounts::begin_enrolment(&context, &caller.0).await?.into()))
    }

    /// Turn the second factor on
    ///
    /// The authenticator proves itself with a code. All my other sessions end.
    #[oai(path = "/totp/enable", method = "post", operation_id = "enable_totp")]
    async fn enable_totp(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: Body<CodeForm>,
    ) -> Result<Json<RecoveryView>, ApiError> {
        slow_down_caller(&limiter, &caller).await?;
        let code = form.0.parse()?;
        let password = form.0.password.map(Into::into);
        let enabled = accounts::enable(&context, &caller.0, &code, password.as_ref(), &client.into()).await;
        Ok(Json(RecoveryView { recovery_codes: enabled.map_err(of_code)? }))
    }

    /// Turn the second factor off
    #[oai(path = "/totp/disable", method = "post", operation_id = "disable_totp")]
    async fn disable_totp(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: Body<DisableForm>,
    ) -> Result<Gone, ApiError> {
        slow_down_caller(&limiter, &caller).await?;
        let DisableForm { password, code } = form.0;
        let disabled =
            accounts::disable(&context, &caller.0, &password.into(), code.trim(), &client.into()).await;
        disabled.map_err(of_code)?;
        Ok(Gone::NoContent)
    }

    /// Get other recovery codes
    ///
    /// Those before are dead.
    #[oai(path = "/recovery-codes", method = "post", operation_id = "renew_recovery_codes")]
    async fn renew_recovery_codes(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: Body<PasswordForm>,
    ) -> Result<Json<RecoveryView>, ApiError> {
        slow_down_caller(&limiter, &caller).await?;
        let password = form.0.password.into();
        let recovery_codes =
            accounts::new_recovery_codes(&context, &caller.0, &password, &client.into()).await?;
        Ok(Json(RecoveryView { recovery_codes }))
    }
}

/// These forms call it `code`.
fn of_code(error: accounts::AccountError) -> ApiError {
    match error {
        accounts::AccountError::WrongCode => ApiError::invalid_field(
            "code",
            say!("Ce code est incorrect ou n’est plus valable.", "This code is wrong or no longer good."),
        ),
        other => other.into(),
    }
}
