//! Headers on which much depends must be understood or refused: one that cannot be read counts as absent elsewhere, and
//! then a version is overwritten unchecked, or a thing made twice.

use poem::http::HeaderMap;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

use crate::error::ApiError;
use crate::problem::Errors;
use crate::say;

/// The headers, as they are said in answers.
const NAMES: [&str; 2] = ["If-Match", "Idempotency-Key"];

/// Answers 400 to such a header that is sent twice or holds other characters than ASCII.
pub struct Legible;

impl<E: Endpoint> Middleware<E> for Legible {
    type Output = LegibleEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        LegibleEndpoint(inner)
    }
}

/// See [`Legible`].
pub struct LegibleEndpoint<E>(E);

impl<E: Endpoint> Endpoint for LegibleEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let faults: Errors = NAMES
            .into_iter()
            .filter(|name| !is_legible(request.headers(), name))
            .map(|name| (name.to_owned(), vec![message()]))
            .collect();
        if !faults.is_empty() {
            return Err(ApiError::invalid(faults).into());
        }
        Ok(self.0.call(request).await?.into_response())
    }
}

fn is_legible(headers: &HeaderMap, name: &str) -> bool {
    let mut values = headers.get_all(name).iter();
    let is_ascii = values.next().is_none_or(|value| value.to_str().is_ok());
    is_ascii && values.next().is_none()
}

fn message() -> String {
    say!("Envoyez cet en-tête une seule fois, en ASCII.", "Send this header once, in ASCII.")
}
