//! Streams of server-sent events: what holds for all of them.
//!
//! The first look is made before the answer begins, so that a refusal can still be said. A stream ends when its source
//! is over, when the session is revoked, when the server stops, and after fifteen minutes; clients then follow again.

use std::collections::VecDeque;
use std::time::Duration;

use database::DatabaseError;
use futures::stream::{self, BoxStream, StreamExt};
use poem_openapi::payload::EventStream;
use poem_openapi::types::{ToJSON, Type};
use telemetry::Shutdown;

use crate::error::ApiError;

/// A stream of events.
pub(crate) type Events<T> = BoxStream<'static, T>;

/// How often a silent stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Longest stream; clients reconnect.
const LONGEST: Duration = Duration::from_mins(15);

/// What somebody follows.
pub(crate) trait Source: Send + 'static {
    /// What is told.
    type Event: Send + 'static;

    /// How often it is looked at.
    const EVERY: Duration;

    /// What is new since the last look; the whole at the first. Nothing at all when the session has ended.
    fn look(&mut self) -> impl Future<Output = Result<Option<Vec<Self::Event>>, DatabaseError>> + Send;

    /// Whether nothing can be new any more.
    fn is_over(&self) -> bool {
        false
    }
}

/// Opens the stream of a source.
///
/// # Errors
/// What the first look refuses; 401 when the session has ended.
pub(crate) async fn follow<S: Source>(
    shutdown: &Shutdown,
    mut source: S,
) -> Result<EventStream<Events<S::Event>>, ApiError>
where
    S::Event: Type + ToJSON,
{
    let first = source.look().await?.ok_or_else(ApiError::token_not_valid)?;
    let stop = shutdown.token().cancelled_owned();
    let events = stream::unfold((source, VecDeque::from(first)), next)
        .take_until(async move { tokio::time::timeout(LONGEST, stop).await.is_ok() });
    Ok(EventStream::new(events.boxed()).keep_alive(KEEP_ALIVE))
}

/// Waits for the next event.
async fn next<S: Source>(
    (mut source, mut known): (S, VecDeque<S::Event>),
) -> Option<(S::Event, (S, VecDeque<S::Event>))> {
    loop {
        if let Some(event) = known.pop_front() {
            return Some((event, (source, known)));
        }
        if source.is_over() {
            return None;
        }
        tokio::time::sleep(S::EVERY).await;
        // A database that is away for a moment ends the stream; the client reconnects.
        known.extend(source.look().await.ok().flatten()?);
    }
}
