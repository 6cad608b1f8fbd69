//! The framework's own refusals, said as every other problem is said.

use poem::error::{MethodNotAllowedError, NotFoundError, ParsePathError as BadPath};
use poem::http::StatusCode;
use poem::{Error, IntoResponse, PathPattern, Response};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseMultipartError, ParseParamError, ParsePathError,
};
use poem_openapi::payload::Json;

use crate::error::ApiError;
use crate::problem::Problem;
use crate::say;

/// Turns whatever went wrong into a problem answer.
pub(crate) async fn answer(error: Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let route = error.data::<PathPattern>().cloned();
    let mut response = if error.is::<MethodNotAllowedError>() {
        method_not_allowed()
    } else {
        known(&error).into_response()
    };
    // So that refusals are counted under their route, too.
    if let Some(route) = route {
        response.set_data(route);
    }
    response
}

fn known(error: &Error) -> ApiError {
    if error.is::<AuthorizationError>() {
        return ApiError::not_authenticated();
    }
    // A path that is no id is a path that leads nowhere.
    if error.is::<NotFoundError>() || error.is::<ParsePathError>() || error.is::<BadPath>() {
        return ApiError::not_found();
    }
    if let Some(parameter) = error.downcast_ref::<ParseParamError>() {
        return ApiError::invalid_field(parameter.name, parameter_message(&parameter.reason));
    }
    if let Some(part) = error.downcast_ref::<ParseMultipartError>() {
        return multipart(&part.reason);
    }
    if error.is::<ContentTypeError>() {
        return ApiError::unsupported(say!(
            "Ce type de contenu n’est pas pris en charge.",
            "This content type is not supported."
        ));
    }
    by_status(error)
}

fn by_status(error: &Error) -> ApiError {
    match error.status() {
        StatusCode::NOT_FOUND => ApiError::not_found(),
        StatusCode::UNAUTHORIZED => ApiError::not_authenticated(),
        StatusCode::FORBIDDEN => ApiError::forbidden(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ApiError::unsupported(say!("Format non pris en charge.", "Unsupported format."))
        }
        status if status.is_client_error() => {
            ApiError::bad_request(say!("La requête n’a pas pu être lue.", "The request could not be read."))
        }
        _ => ApiError::internal(&Opaque(error.to_string())),
    }
}

fn parameter_message(reason: &str) -> String {
    if reason.contains("required") || reason.contains("expected") && reason.contains("missing") {
        return say!("Ce paramètre est obligatoire.", "This parameter is required.");
    }
    say!("Cette valeur n’est pas acceptée.", "This value is not accepted.")
}

/// poem-openapi names the part as ``field `name` is required`` or `failed to parse field `name`: ..`.
fn multipart(reason: &str) -> ApiError {
    match reason.split('`').nth(1) {
        Some(field) if reason.contains("required") => {
            ApiError::invalid_field(field, say!("Cette partie est obligatoire.", "This part is required."))
        }
        Some(field) => ApiError::invalid_field(
            field,
            say!("Cette valeur n’est pas acceptée.", "This value is not accepted."),
        ),
        None => ApiError::bad_request(say!(
            "Le formulaire multipart n’a pas pu être lu.",
            "The multipart form could not be read."
        )),
    }
}

fn method_not_allowed() -> Response {
    let detail = say!("Cette méthode n’existe pas ici.", "There is no such method here.");
    let mut response = Json(Problem::new(405, "method_not_allowed", detail)).into_response();
    response.set_status(StatusCode::METHOD_NOT_ALLOWED);
    response.with_content_type("application/problem+json").into_response()
}

/// An error of which only the words are known.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Opaque(String);
