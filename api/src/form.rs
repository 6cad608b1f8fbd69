//! Parsing forms: wire text becomes domain types, and every bad field is collected before anything is said.

use std::str::FromStr;

use domain::email_address::{EmailAddress, NotAnEmailAddress};

use crate::error::ApiError;
use crate::messages::Explain;
use crate::problem::Errors;
use crate::say;

/// White space, and what shows nothing either.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Makes what follows read backwards: `gpj.exe` looks like a picture then.
fn is_reversing(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Collects what is wrong with a form, field by field.
#[derive(Debug, Default)]
pub struct Form {
    errors: Errors,
}

impl Form {
    /// Notes a fault of `field`.
    pub fn refuse(&mut self, field: &str, message: String) {
        self.errors.entry(field.to_owned()).or_default().push(message);
    }

    /// Parses an optional field; blank text is the same as none.
    pub fn parse<T>(&mut self, field: &str, text: Option<&str>) -> Option<T>
    where
        T: FromStr,
        T::Err: Explain,
    {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(field, reason.explain());
                None
            }
        }
    }

    /// Parses a field that must be there.
    pub fn require<T>(&mut self, field: &str, text: Option<&str>) -> Option<T>
    where
        T: FromStr,
        T::Err: Explain,
    {
        if text.is_none_or(|text| text.trim().is_empty()) {
            self.refuse(field, say!("Ce champ est obligatoire.", "This field is required."));
            return None;
        }
        self.parse(field, text)
    }

    /// An e-mail address that must be there, and that somebody can have.
    pub fn address(&mut self, field: &str, text: &str) -> Option<EmailAddress> {
        let address: EmailAddress = self.require(field, Some(text))?;
        self.check(field, !address.is_reserved(), || NotAnEmailAddress.explain());
        Some(address)
    }

    /// Plain text: trimmed, without control characters but line breaks and tabs, at most `max` characters; blank is none.
    /// Forms of browsers break lines by two characters; one is kept.
    pub fn text(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text?.replace("\r\n", "\n");
        let text = text.trim_matches(is_blank);
        if text.is_empty() {
            return None;
        }
        if text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || is_reversing(c)) {
            self.refuse(
                field,
                say!(
                    "Les caractères de contrôle ne sont pas acceptés.",
                    "Control characters are not accepted."
                ),
            );
            return None;
        }
        if text.chars().count() > max {
            self.refuse(field, say!("{} caractères au maximum.", "At most {} characters.", max));
            return None;
        }
        Some(text.to_owned())
    }

    /// Plain text that must be there.
    pub fn require_text(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        if text.is_none_or(|text| text.trim_matches(is_blank).is_empty()) {
            self.refuse(field, say!("Ce champ est obligatoire.", "This field is required."));
            return None;
        }
        self.text(field, text, max)
    }

    /// Notes a fault of `field` unless `holds`.
    pub fn check(&mut self, field: &str, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.refuse(field, message());
        }
    }

    /// Everything that is wrong, field by field.
    pub fn into_errors(self) -> Errors {
        self.errors
    }

    /// Nothing, or everything that is wrong.
    ///
    /// # Errors
    /// 400 that names every bad field.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(self.errors)) }
    }
}
