//! Limits per address, before anything else is done for a request.

use operations::Context;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result, http::Method};

use crate::client::Client;
use crate::limits::{ALL_PER_ADDRESS, AUTH_PER_ADDRESS, Limit, Limiter, REFRESH_PER_ADDRESS};

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
        if let Some(limit) = class(request.method(), request.uri().path()) {
            let context: &Context = request.data().expect("the server puts the context into every request");
            let limiter: &Limiter = request.data().expect("the server puts the limiter into every request");
            let client = Client::of(&request, context.settings.http.trusted_proxies);
            limiter.address(limit, &client.prefix()).await?;
        }
        Ok(self.0.call(request).await?.into_response())
    }
}

/// Health is asked by machines, often, and must answer when nothing else does.
fn class(method: &Method, path: &str) -> Option<Limit> {
    match path {
        _ if method == Method::OPTIONS || path.starts_with("/api/health") => None,
        "/api/token/refresh" => Some(REFRESH_PER_ADDRESS),
        _ if method == Method::POST && path.starts_with("/api/auth/") => Some(AUTH_PER_ADDRESS),
        _ => Some(ALL_PER_ADDRESS),
    }
}
