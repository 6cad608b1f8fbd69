//! Bodies have an end: no request may send more bytes than its kind is allowed, whatever it says beforehand.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::{Stream, StreamExt};
use operations::Context;
use poem::{Body, Endpoint, IntoResponse, Middleware, Request, Response, Result};

use crate::error::ApiError;

/// What a multipart form may weigh beside its file.
const FORM_OVERHEAD: u64 = 64 * 1024;

/// Answers 413 once a body grows beyond its limit: that of bodies, or the upload limit for multipart forms.
pub struct Bounded;

impl<E: Endpoint> Middleware<E> for Bounded {
    type Output = BoundedEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        BoundedEndpoint(inner)
    }
}

/// See [`Bounded`].
pub struct BoundedEndpoint<E>(E);

impl<E: Endpoint> Endpoint for BoundedEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let limit = limit(&request);
        let announced = request.header("content-length").and_then(|text| text.parse::<u64>().ok());
        let too_large = || ApiError::too_large(limit.shown);
        if announced.is_some_and(|bytes| bytes > limit.bytes) {
            return Err(too_large().into());
        }
        let overflowed = Arc::new(AtomicBool::new(false));
        let body = request.take_body().into_bytes_stream();
        request.set_body(Body::from_bytes_stream(cut(body, limit.bytes, Arc::clone(&overflowed))));
        let answer = self.0.call(request).await;
        if overflowed.load(Ordering::Relaxed) {
            return Err(too_large().into());
        }
        Ok(answer?.into_response())
    }
}

#[derive(Clone, Copy)]
struct Limit {
    /// What is counted.
    bytes: u64,
    /// What is said.
    shown: u64,
}

fn limit(request: &Request) -> Limit {
    let context: &Context = request.data().expect("the server puts the context into every request");
    if !is_of_type(request, "multipart/") {
        let bytes = context.settings.http.body_limit as u64;
        return Limit { bytes, shown: bytes };
    }
    let upload = context.settings.files.upload_limit;
    Limit { bytes: upload + FORM_OVERHEAD, shown: upload }
}

/// Whether the body's media type begins so; media types have no case (RFC 9110 section 8.3.1).
pub(crate) fn is_of_type(request: &Request, beginning: &str) -> bool {
    let start = request.content_type().and_then(|kind| kind.trim_start().get(..beginning.len()));
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

fn cut<S, B>(
    body: S,
    limit: u64,
    overflowed: Arc<AtomicBool>,
) -> impl Stream<Item = io::Result<B>> + Send + 'static
where
    S: Stream<Item = io::Result<B>> + Send + 'static,
    B: AsRef<[u8]> + Send + 'static,
{
    let mut seen = 0;
    body.map(move |chunk| {
        let chunk = chunk?;
        seen += chunk.as_ref().len() as u64;
        if seen > limit {
            overflowed.store(true, Ordering::Relaxed);
            return Err(io::Error::other("body too large"));
        }
        Ok(chunk)
    })
}
