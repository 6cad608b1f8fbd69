//! What is wrong with a form beyond its shape, so that both can be said at once.

use poem_openapi::payload::Json;

use crate::error::ApiError;
use crate::problem::Errors;

/// A form that can look through its own values.
pub trait Meaning: Sized {
    /// What is wrong with each field. Asked only when the shape is wrong already: a form of the right shape is parsed.
    fn faults(self) -> Errors {
        Errors::new()
    }
}

/// The bad fields that a parse named.
pub(crate) fn faults_of<T>(parsed: Result<T, ApiError>) -> Errors {
    match parsed {
        Err(ApiError::Invalid(Json(problem))) => problem.errors.unwrap_or_default(),
        _ => Errors::new(),
    }
}
