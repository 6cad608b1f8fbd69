//! What goes wrong in the console is said as a page, not as a problem for programs.

use domain::locale::Locale;
use poem::http::header;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};
use serde_json::{Value, json};

use super::{FIGURES, page};
use crate::locale;

/// Largest problem that is turned into a page.
const MOST: usize = 64 * 1024;

/// Turns problem answers to browsers of the console into pages.
pub(crate) struct Errors;

impl<E: Endpoint> Middleware<E> for Errors {
    type Output = ErrorsEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ErrorsEndpoint(inner)
    }
}

/// See [`Errors`].
pub(crate) struct ErrorsEndpoint<E>(E);

impl<E: Endpoint> Endpoint for ErrorsEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let is_page = is_page(request.uri().path());
        if is_page {
            locale::insist(Locale::En);
        }
        let response = self.0.call(request).await?.into_response();
        let is_problem =
            response.content_type().is_some_and(|kind| kind.starts_with("application/problem+json"));
        if is_page && is_problem { Ok(said(response).await) } else { Ok(response) }
    }
}

/// Keeps the console out of the API's rules about other origins: browsers name the origin of its own forms too, as
/// `null`, since pages send no referrer. What keeps others' forms out is the token in each of ours.
pub(crate) async fn out_of_cors(mut request: Request) -> Result<Request> {
    if is_page(request.uri().path()) {
        request.headers_mut().remove(header::ORIGIN);
    }
    Ok(request)
}

fn is_page(path: &str) -> bool {
    (path == "/ops" || path.starts_with("/ops/")) && path != FIGURES
}

/// The same status, headers and words on a page.
async fn said(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = body.into_bytes_limit(MOST).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let content = json!({
        "status": parts.status.as_u16(),
        "said": problem["title"].as_str().unwrap_or("Something went wrong"),
        "detail": problem["detail"].as_str().unwrap_or_default(),
        "faults": problem["errors"],
    });
    let mut page = page::html(parts.status, "error.html", content);
    for (name, value) in &parts.headers {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING].contains(name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn only_pages_of_the_console_are_meant() {
        assert!(is_page("/ops") && is_page("/ops/jobs") && is_page("/ops/nothing"));
        assert!(!is_page("/ops/overview.json") && !is_page("/opsx") && !is_page("/api/jobs"));
    }
}
