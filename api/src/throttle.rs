//! Limits per address, before anything else is done for a request.

use operations::Context;
use poem::http::header::RETRY_AFTER;
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

use crate::client::Client;
use crate::limits::{ALL_PER_ADDRESS, AUTH_PER_ADDRESS, Left, Limit, Limiter, REFRESH_PER_ADDRESS};
use crate::refusals;

/// Counts each request of an address under the class of its route.
pub struct Throttle;

impl<E: Endpoint> Middleware<E> for Throttle {
    type Output = ThrottleEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ThrottleEndpoint(inner)
    }
}

/// See [`Throttle`].
pub struct ThrottleEndpoint<E>(E);

impl<E: Endpoint> Endpoint for ThrottleEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let Some(limit) = class(request.method(), request.uri().path()) else {
            return Ok(self.0.call(request).await?.into_response());
        };
        let context: &Context = request.data().expect("the server puts the context into every request");
        let limiter: &Limiter = request.data().expect("the server puts the limiter into every request");
        let client = Client::of(&request, context.settings.http.trusted_proxies);
        let left = limiter.address(limit, &client.prefix()).await;
        let mut response = match left.allow() {
            Ok(()) => match self.0.call(request).await {
                Ok(response) => response.into_response(),
                Err(error) => refusals::answer(error).await,
            },
            Err(error) => error.into_response(),
        };
        tell(&mut response, limit, left);
        Ok(response)
    }
}

/// What is left to whoever was told to wait, by this limit or by one of the account: nothing, until then.
fn told_to_wait(response: &Response) -> Option<u64> {
    let wait =
        response.headers().get(RETRY_AFTER).filter(|_| response.status() == StatusCode::TOO_MANY_REQUESTS)?;
    wait.to_str().ok()?.parse().ok()
}

/// Says what is left, in the headers of draft-ietf-httpapi-ratelimit-headers-06, which clients know best.
fn tell(response: &mut Response, limit: Limit, left: Left) {
    let (remaining, reset_s) =
        told_to_wait(response).map_or((left.remaining, left.reset_s), |wait_s| (0, wait_s));
    let seconds = (limit.period * left.limit).as_secs().max(1);
    let values = [
        ("ratelimit-limit", left.limit.to_string()),
        ("ratelimit-remaining", remaining.to_string()),
        ("ratelimit-reset", reset_s.to_string()),
        ("ratelimit-policy", format!("{};w={seconds}", left.limit)),
    ];
    for (name, value) in values {
        let value = HeaderValue::from_str(&value).expect("digits are a header value");
        response.headers_mut().insert(name, value);
    }
}

/// Health is asked by machines, often, and must answer when nothing else does.
fn class(method: &Method, path: &str) -> Option<Limit> {
    match path {
        _ if method == Method::OPTIONS || path.starts_with("/api/health") => None,
        "/api/token/refresh" => Some(REFRESH_PER_ADDRESS),
        _ if method == Method::POST
            && (path.starts_with("/api/auth/") || path.starts_with("/ops/sign-in")) =>
        {
            Some(AUTH_PER_ADDRESS)
        }
        _ => Some(ALL_PER_ADDRESS),
    }
}
