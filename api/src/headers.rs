//! Headers that every answer carries, whatever it is.

use poem::http::{HeaderValue, header};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

/// For everything that is no page of ours: nothing may run, nothing may frame it.
const STRICT: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds the safe defaults; an endpoint that sets a header itself keeps its own.
pub struct SafeHeaders {
    /// Whether the outside is HTTPS, so that browsers may be told to insist on it.
    pub is_https: bool,
}

impl<E: Endpoint> Middleware<E> for SafeHeaders {
    type Output = SafeHeadersEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        SafeHeadersEndpoint { inner, is_https: self.is_https }
    }
}

/// See [`SafeHeaders`].
pub struct SafeHeadersEndpoint<E> {
    inner: E,
    is_https: bool,
}

impl<E: Endpoint> Endpoint for SafeHeadersEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let is_private = is_private(request.uri().path()) || request.header(header::AUTHORIZATION).is_some();
        let mut response = self.inner.call(request).await?.into_response();
        let headers = response.headers_mut();
        let mut add = |name, value| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        add(header::CONTENT_SECURITY_POLICY, STRICT);
        add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        add(header::REFERRER_POLICY, "no-referrer");
        add(header::X_FRAME_OPTIONS, "DENY");
        if self.is_https {
            add(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
        }
        if is_private {
            add(header::CACHE_CONTROL, "no-store");
        }
        Ok(response)
    }
}

/// Answers with tokens or a person's data must never be kept by a cache (ASVS 14.3.2).
fn is_private(path: &str) -> bool {
    path.starts_with("/api/auth") || path.starts_with("/api/token")
}
