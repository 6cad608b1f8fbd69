//! One span, one measurement and one request id for each request.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use poem::http::{HeaderValue, StatusCode};
use poem::{Endpoint, IntoResponse, Middleware, PathPattern, Request, Response, Result};
use tracing::{Instrument, Span, field, info, info_span};
use uuid::Uuid;

use crate::openapi;

/// The name of the header that carries a request's id, both ways.
pub const REQUEST_ID: &str = "x-request-id";

/// The id of the request at hand.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// Watches everything inside; must be outermost but for path rewriting.
pub struct Observe;

impl<E: Endpoint> Middleware<E> for Observe {
    type Output = ObserveEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ObserveEndpoint(inner)
    }
}

/// See [`Observe`].
pub struct ObserveEndpoint<E>(E);

impl<E: Endpoint> Endpoint for ObserveEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        let id = request_id(&request);
        let method = request.method().clone();
        let span = span(&request, id);
        request.set_data(RequestId(id));
        let _active = Active::count();
        let mut response = match self.0.call(request).instrument(span.clone()).await {
            Ok(response) => response.into_response(),
            Err(error) => error.into_response(),
        };
        let route = response.data::<PathPattern>().map_or("unmatched", |pattern| route(&pattern.0));
        finish(&span, method.as_str(), route, response.status(), started.elapsed());
        let value = HeaderValue::from_str(&id.to_string()).expect("a UUID is a header value");
        response.headers_mut().insert(REQUEST_ID, value);
        Ok(response)
    }
}

/// The path of the document behind the framework's pattern, which numbers its parameters: `/api/documents/{id}/`.
fn route(pattern: &str) -> &str {
    static PATHS: LazyLock<HashMap<String, String>> =
        LazyLock::new(|| openapi::paths().into_iter().map(|path| (shape(&path), path)).collect());
    PATHS.get(&shape(pattern)).map_or(pattern, String::as_str)
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let parts = path.trim_end_matches('/').split('/');
    parts.map(|part| if part.starts_with([':', '{']) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// The id that came along if it is a UUID, else a new one.
fn request_id(request: &Request) -> Uuid {
    let given = request.header(REQUEST_ID).and_then(|text| Uuid::try_parse(text).ok());
    given.unwrap_or_else(Uuid::now_v7)
}

fn span(request: &Request, id: Uuid) -> Span {
    let span = info_span!(
        "http.request",
        otel.kind = "server",
        http.request.method = %request.method(),
        http.route = field::Empty,
        http.response.status_code = field::Empty,
        request.id = %id,
    );
    if let Some(parent) = request.header("traceparent") {
        telemetry::set_parent(&span, parent);
    }
    span
}

fn finish(span: &Span, method: &str, route: &str, status: StatusCode, duration: Duration) {
    telemetry::rename(span, format!("{method} {route}"));
    span.record("http.route", route);
    span.record("http.response.status_code", status.as_u16());
    telemetry::metrics::http_request(method, route, status.as_u16(), duration);
    let _entered = span.enter();
    info!(
        http.request.method = method,
        http.route = route,
        http.response.status_code = status.as_u16(),
        duration_ms = duration.as_millis() as u64,
        "request answered"
    );
}

/// Counts a request as active for as long as it lives, also when its client goes away.
struct Active;

impl Active {
    fn count() -> Self {
        telemetry::metrics::http_active(1);
        Self
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        telemetry::metrics::http_active(-1);
    }
}

#[cfg(test)]
mod tests {
    use super::route;

    #[test]
    fn a_route_is_named_as_in_the_document() {
        assert_eq!(route("/api/documents/:param0/analyze"), "/api/documents/{id}/analyze/");
        assert_eq!(route("/api/tasks/:param0"), "/api/tasks/{task_id}/");
        assert_eq!(route("/api/vehicles"), "/api/vehicles/");
        assert_eq!(route("/elsewhere/:param0"), "/elsewhere/:param0");
    }
}
