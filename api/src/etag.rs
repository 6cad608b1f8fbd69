//! `ETag` and `If-Match` over a row's version number (RFC 9110 section 13.1.1).

use poem_openapi::payload::{Json, Response};

use crate::error::ApiError;

/// A JSON answer with the `ETag` of its version.
pub fn tagged<T>(version: i32, view: T) -> Response<Json<T>> {
    Response::new(Json(view)).header("ETag", format!("\"{version}\""))
}

/// Nothing, unless `If-Match` was sent and names another version.
///
/// # Errors
/// 412 when it does.
pub fn check(if_match: Option<&str>, version: i32) -> Result<(), ApiError> {
    let Some(header) = if_match else { return Ok(()) };
    let current = format!("\"{version}\"");
    let is_met = header.trim() == "*" || header.split(',').any(|tag| tag.trim() == current);
    if is_met { Ok(()) } else { Err(ApiError::precondition_failed()) }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_the_current_version_or_any_matches() {
        assert!(check(None, 3).is_ok());
        assert!(check(Some("\"2\", \"3\""), 3).is_ok());
        assert!(check(Some("*"), 3).is_ok());
        assert!(check(Some("\"2\""), 3).is_err());
        assert!(check(Some("\"2\", *"), 3).is_err());
        assert!(check(Some("W/\"3\""), 3).is_err());
    }
}
