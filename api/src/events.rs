//! Streams of server-sent events: what holds for all of them.
//!
//! The first look is made before the answer begins, so that a refusal can still be said. A stream ends when its source
//! is over, when the session is revoked, when the server stops, and after fifteen minutes; clients then follow again.

mod seats;

pub use seats::Seats;

use std::collections::VecDeque;
use std::time::Duration;

use database::DatabaseError;
use domain::ids::UserId;
use futures::stream::{self, BoxStream, StreamExt};
use poem_openapi::payload::EventStream;
use poem_openapi::types::{ToJSON, Type};
use telemetry::Shutdown;

use crate::error::ApiError;
use seats::Seat;

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

    /// What such streams are called.
    const NAME: &'static str;
    /// How many of them one person may have open.
    const MOST: usize;
    /// How often it is looked at.
    const EVERY: Duration;

    /// Who follows.
    fn reader(&self) -> UserId;

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
/// What the first look refuses; 401 when the session has ended; 429 when its reader has too many open.
pub(crate) async fn follow<S: Source>(
    shutdown: &Shutdown,
    seats: &Seats,
    mut source: S,
) -> Result<EventStream<Events<S::Event>>, ApiError>
where
    S::Event: Type + ToJSON,
{
    let seat = seats.take(S::NAME, source.reader(), S::MOST)?;
    let first = source.look().await?.ok_or_else(ApiError::token_not_valid)?;
    let stop = shutdown.token().cancelled_owned();
    let events = stream::unfold(Following { source, known: first.into(), _seat: seat }, next)
        .take_until(async move { tokio::time::timeout(LONGEST, stop).await.is_ok() });
    Ok(EventStream::new(events.boxed()).keep_alive(KEEP_ALIVE))
}

/// An open stream.
struct Following<S: Source> {
    source: S,
    /// Not told yet.
    known: VecDeque<S::Event>,
    _seat: Seat,
}

/// Waits for the next event.
async fn next<S: Source>(mut following: Following<S>) -> Option<(S::Event, Following<S>)> {
    loop {
        if let Some(event) = following.known.pop_front() {
            return Some((event, following));
        }
        if following.source.is_over() {
            return None;
        }
        tokio::time::sleep(S::EVERY).await;
        // A database that is away for a moment ends the stream; the client reconnects.
        following.known.extend(following.source.look().await.ok().flatten()?);
    }
}
