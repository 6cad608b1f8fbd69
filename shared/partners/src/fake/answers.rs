//! What Stripe says, word for word where programs rely on it.

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};

use super::KEY;

const NO_KEY: &str = "You did not provide an API key. You need to provide your API key in the Authorization header, \
                      using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";

/// The answer of a Stripe that is well.
pub(super) fn to(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match header.and_then(|value| value.strip_prefix("Bearer ")) {
        None => error(StatusCode::UNAUTHORIZED, NO_KEY),
        Some(key) if key != KEY => {
            error(StatusCode::UNAUTHORIZED, &format!("Invalid API Key provided: {}", masked(key)))
        }
        Some(_) => resource(request.method(), request.uri().path()),
    }
}

fn resource(method: &Method, path: &str) -> Response<Full<Bytes>> {
    match (method, path) {
        (&Method::GET, "/v1/balance") => json(StatusCode::OK, &balance()),
        _ => error(StatusCode::NOT_FOUND, &format!("Unrecognized request URL ({method}: {path}).")),
    }
}

fn balance() -> Value {
    let amounts = json!([{"amount": 0, "currency": "eur", "source_types": {"card": 0}}]);
    json!({"object": "balance", "available": amounts, "livemode": false, "pending": amounts})
}

/// Stripe's error for a status.
pub(super) fn failing(status: u16) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    error(status, "An unknown error occurred")
}

/// The page of a proxy in between.
pub(super) fn garbled() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from("<html>captive portal</html>"));
    response.headers_mut().insert(CONTENT_TYPE, "text/html".parse().expect("a valid header"));
    response
}

/// An error object: its type follows from the status as in Stripe's documentation ("Errors", read 26 November 2026).
fn error(status: StatusCode, message: &str) -> Response<Full<Bytes>> {
    let kind = if status.is_server_error() { "api_error" } else { "invalid_request_error" };
    json(status, &json!({"error": {"message": message, "type": kind}}))
}

fn json(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "application/json")
        .header("request-id", format!("req_{}", uuid::Uuid::new_v4().simple()))
        .body(Full::from(body.to_string()))
        .expect("these headers are valid")
}

/// A key as Stripe repeats it: its kind, stars, and the last four characters.
fn masked(key: &str) -> String {
    let start = key.find("_test_").or_else(|| key.find("_live_")).map_or(0, |at| at + "_test_".len());
    let end = key.char_indices().rev().nth(3).map_or(key.len(), |(at, _)| at).max(start);
    format!("{}{}{}", &key[..start], "*".repeat(key[start..end].chars().count()), &key[end..])
}
