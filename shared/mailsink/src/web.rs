//! The HTTP side: the page and the JSON list.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use crate::page;
use crate::sink::Shared;

type Answer = Response<Full<Bytes>>;

/// The page's own files and requests, nothing inline, nothing from elsewhere.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A letter: inline style and images within it, no script, no request to anywhere.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// Takes connections until the sink stops.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, tasks: TaskTracker) {
    while let Some(accepted) = shared.stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                tasks.spawn(converse(stream, Arc::clone(&shared)));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let stop = shared.stop.clone();
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(route(&request, &shared)) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(30))
        .serve_connection(TokioIo::new(stream), service);
    let _ = stop.run_until_cancelled(connection).await;
}

fn route(request: &Request<Incoming>, shared: &Shared) -> Answer {
    let path = request.uri().path();
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    match path.trim_end_matches('/') {
        "/api/messages" if is_get => list(request.uri().query().unwrap_or_default(), shared),
        "/api/messages" if request.method() == Method::DELETE => {
            shared.mailbox.clear();
            answer(StatusCode::NO_CONTENT, "text/plain; charset=utf-8", String::new())
        }
        "/api/messages" => refuse(StatusCode::METHOD_NOT_ALLOWED, "GET, DELETE"),
        _ if !is_get => refuse(StatusCode::METHOD_NOT_ALLOWED, "GET"),
        "" => html(page::inbox(&shared.mailbox.select(|_| true)), PAGE_POLICY),
        "/api/revision" => json(&*shared.mailbox.revision().borrow()),
        "/style.css" => answer(StatusCode::OK, "text/css; charset=utf-8", page::STYLE.to_owned()),
        "/script.js" => answer(StatusCode::OK, "text/javascript; charset=utf-8", page::SCRIPT.to_owned()),
        "/icon.svg" => answer(StatusCode::OK, "image/svg+xml", page::ICON.to_owned()),
        path => letter(path, shared),
    }
}

fn list(query: &str, shared: &Shared) -> Answer {
    let to = parameter(query, "to").filter(|to| !to.is_empty());
    json(&shared.mailbox.select(|message| to.as_ref().is_none_or(|to| message.is_to(to))))
}

/// `/messages/{id}`, `/messages/{id}/html` and `/messages/{id}/raw`.
fn letter(path: &str, shared: &Shared) -> Answer {
    let mut parts = path.trim_start_matches('/').split('/');
    let found = match (parts.next(), parts.next().and_then(|id| id.parse().ok())) {
        (Some("messages"), Some(id)) => shared.mailbox.get(id),
        _ => None,
    };
    let Some(message) = found else { return refuse(StatusCode::NOT_FOUND, "") };
    match (parts.next(), parts.next()) {
        (None, _) => html(page::letter(&message), PAGE_POLICY),
        (Some("html"), None) => html(message.html.unwrap_or_default(), LETTER_POLICY),
        (Some("raw"), None) => {
            let raw = String::from_utf8_lossy(&message.raw).into_owned();
            answer(StatusCode::OK, "text/plain; charset=utf-8", raw)
        }
        _ => refuse(StatusCode::NOT_FOUND, ""),
    }
}

/// The decoded value of a query parameter.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_decoded(value))
}

fn percent_decoded(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| value.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn json(value: &impl serde::Serialize) -> Answer {
    let text = serde_json::to_string(value).expect("letters and numbers can always be written as JSON");
    answer(StatusCode::OK, "application/json", text)
}

fn html(text: String, policy: &'static str) -> Answer {
    let mut answer = answer(StatusCode::OK, "text/html; charset=utf-8", text);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer
}

fn refuse(status: StatusCode, allowed: &'static str) -> Answer {
    let words = status.canonical_reason().unwrap_or_default().to_owned();
    let mut answer = answer(status, "text/plain; charset=utf-8", words);
    if !allowed.is_empty() {
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    }
    answer
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_in_an_address_stays_a_plus() {
        let query = "page=1&to=jean%2Bauto%40exemple.fr";
        assert_eq!(parameter(query, "to").as_deref(), Some("jean+auto@exemple.fr"));
        assert_eq!(parameter("to=a+b@c.fr", "to").as_deref(), Some("a+b@c.fr"));
        assert_eq!(parameter("tom=1", "to"), None);
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%é"), "%é");
    }
}
