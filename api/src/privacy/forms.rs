//! What people send about their account as a whole.

use config::SecretString;
use domain::consent::ConsentKind;
use poem_openapi::Object;
use serde_json::Value;

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Longest reason.
const MAX_REASON: usize = 1000;

/// Who wants their account erased.
#[derive(Object)]
pub struct ErasureForm {
    /// The account's password.
    #[oai(validator(max_length = 128))]
    pub password: String,
    /// The six digits of the letter that asking without them sends.
    #[oai(validator(max_length = 20))]
    pub otp_code: Option<String>,
    /// Why, if they like to say so; it is erased with the account.
    #[oai(validator(max_length = 1000))]
    pub reason: Option<String>,
}

/// A wish to be erased, understood.
pub(super) struct Wish {
    pub(super) password: SecretString,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
}

impl ErasureForm {
    pub(super) fn parse(self) -> Result<Wish, ApiError> {
        let mut form = Form::default();
        // People copy the spaces around it too.
        let code = self.otp_code.map(|code| code.chars().filter(|sign| !sign.is_whitespace()).collect());
        let code: Option<String> = code.filter(|code: &String| !code.is_empty());
        let is_code = |code: &String| code.len() == 6 && code.bytes().all(|sign| sign.is_ascii_digit());
        form.check("otp_code", code.as_ref().is_none_or(is_code), || {
            say!("Le code compte six chiffres.", "The code has six digits.")
        });
        let reason = form.text("reason", self.reason.as_deref(), MAX_REASON);
        form.finish()?;
        Ok(Wish { password: self.password.into(), code, reason })
    }
}

impl Meaning for ErasureForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

/// What the copy shall hold.
#[derive(Default, Object)]
pub struct ExportForm {
    /// Whether the files of papers are in it; yes when absent.
    pub include_files: Option<bool>,
}

impl Meaning for ExportForm {}

/// What is agreed to and what is not; what is absent stays as it is.
#[derive(Object)]
pub struct ConsentsForm {
    /// News and offers by letter.
    pub marketing: Option<bool>,
    /// Counting how the product is used.
    pub analytics: Option<bool>,
    /// Sending what a question needs to a language model.
    pub ai_processing: Option<bool>,
    /// Using where somebody is.
    pub location: Option<bool>,
}

impl Meaning for ConsentsForm {}

impl ConsentsForm {
    pub(super) fn said(&self) -> Vec<(ConsentKind, bool)> {
        let said = |kind| match kind {
            ConsentKind::Marketing => self.marketing,
            ConsentKind::Analytics => self.analytics,
            ConsentKind::AiProcessing => self.ai_processing,
            ConsentKind::Location => self.location,
        };
        ConsentKind::ALL.iter().filter_map(|&kind| Some((kind, said(kind)?))).collect()
    }
}

/// Refuses kinds that nobody is asked about: who believes to have agreed to something must not be mistaken.
pub(super) fn refuse_unknown(body: &[u8]) -> Result<(), ApiError> {
    let mut form = Form::default();
    if let Ok(Value::Object(kinds)) = serde_json::from_slice(body) {
        for kind in kinds.keys().filter(|kind| ConsentKind::from_word(kind).is_none()) {
            form.refuse(kind, say!("Ce consentement n’existe pas.", "There is no such consent."));
        }
    }
    form.finish()
}
