//! Bodies have an end: no request may send more bytes than its kind is allowed, nor take longer, whatever it says
//! beforehand.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use operations::Context;
use poem::{Body, Endpoint, IntoResponse, Middleware, Request, Response, Result};
use tokio::time::{Instant, timeout_at};

use crate::error::ApiError;
use crate::say;

/// What a multipart form may weigh beside its file.
const FORM_OVERHEAD: u64 = 64 * 1024;
/// How long a body may take: 20 MB at a quarter of a megabit, and anything else at once.
const FORM_TIME: Duration = Duration::from_mins(12);
const BODY_TIME: Duration = Duration::from_mins(1);
/// How long a body may bring nothing.
const SILENCE: Duration = Duration::from_secs(30);

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
        let fault = Arc::new(AtomicU8::new(NONE));
        let body = request.take_body().into_bytes_stream();
        request.set_body(Body::from_bytes_stream(cut(body, limit, Arc::clone(&fault))));
        let answer = self.0.call(request).await;
        match fault.load(Ordering::Relaxed) {
            TOO_LARGE => Err(too_large().into()),
            TOO_SLOW => Err(too_slow().into()),
            _ => Ok(answer?.into_response()),
        }
    }
}

#[derive(Clone, Copy)]
struct Limit {
    /// What is counted.
    bytes: u64,
    /// What is said.
    shown: u64,
    /// How long it may take, and how long it may bring nothing.
    time: Duration,
    silence: Duration,
}

/// Why a body was cut off.
const NONE: u8 = 0;
const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

fn too_slow() -> ApiError {
    ApiError::bad_request(say!(
        "Le corps de la requête n’est pas arrivé à temps.",
        "The body of the request did not arrive in time."
    ))
}

fn limit(request: &Request) -> Limit {
    let context: &Context = request.data().expect("the server puts the context into every request");
    if !is_of_type(request, "multipart/") {
        let bytes = context.settings.http.body_limit as u64;
        return Limit { bytes, shown: bytes, time: BODY_TIME, silence: SILENCE };
    }
    let upload = context.settings.files.upload_limit;
    Limit { bytes: upload + FORM_OVERHEAD, shown: upload, time: FORM_TIME, silence: SILENCE }
}

/// Whether the body's media type begins so; media types have no case (RFC 9110 section 8.3.1).
pub(crate) fn is_of_type(request: &Request, beginning: &str) -> bool {
    let start = request.content_type().and_then(|kind| kind.trim_start().get(..beginning.len()));
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

fn cut<S, B>(
    body: S,
    limit: Limit,
    fault: Arc<AtomicU8>,
) -> impl Stream<Item = io::Result<B>> + Send + 'static
where
    S: Stream<Item = io::Result<B>> + Send + Unpin + 'static,
    B: AsRef<[u8]> + Send + 'static,
{
    let deadline = Instant::now() + limit.time;
    stream::unfold((body, 0, fault), move |(mut body, mut seen, fault)| async move {
        let patience = deadline.min(Instant::now() + limit.silence);
        let Ok(chunk) = timeout_at(patience, body.next()).await else {
            fault.store(TOO_SLOW, Ordering::Relaxed);
            return Some((Err(io::Error::other("body too slow")), (body, seen, fault)));
        };
        let chunk = chunk?;
        seen += chunk.as_ref().map_or(0, |chunk| chunk.as_ref().len() as u64);
        if seen > limit.bytes {
            fault.store(TOO_LARGE, Ordering::Relaxed);
            return Some((Err(io::Error::other("body too large")), (body, seen, fault)));
        }
        Some((chunk, (body, seen, fault)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const MOMENT: Duration = Duration::from_millis(50);

    fn limit(time: Duration, silence: Duration) -> Limit {
        Limit { bytes: 10, shown: 10, time, silence }
    }

    /// What becomes of a body that brings these chunks and then, perhaps, nothing more for ever.
    async fn fault_of(limit: Limit, chunks: &'static [&'static [u8]], hangs: bool) -> u8 {
        let rest = if hangs { stream::pending().left_stream() } else { stream::empty().right_stream() };
        let body = Box::pin(stream::iter(chunks.iter().copied().map(io::Result::Ok)).chain(rest));
        let fault = Arc::new(AtomicU8::new(NONE));
        let mut cut = Box::pin(cut(body, limit, Arc::clone(&fault)));
        while cut.next().await.is_some_and(|chunk| chunk.is_ok()) {}
        fault.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_body_ends_when_it_is_too_large_or_too_slow_and_not_before() {
        assert_eq!(fault_of(limit(HOUR, HOUR), &[b"12345", b"67890"], false).await, NONE);
        assert_eq!(fault_of(limit(HOUR, HOUR), &[b"12345", b"678901"], true).await, TOO_LARGE);
        assert_eq!(fault_of(limit(HOUR, MOMENT), &[b"1"], true).await, TOO_SLOW);
        assert_eq!(fault_of(limit(MOMENT, HOUR), &[b"1"], true).await, TOO_SLOW);
    }
}
