//! The doorbell: waiting workers are woken by Redis' publish and subscribe.

use std::collections::HashMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use domain::job::Queue;
use futures::stream::{self, BoxStream, Stream, StreamExt};
use redis::RedisError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Tickets;

/// When a ring is repeated after the last one: a fetch that was under way may have missed the ticket, and hears of nothing.
const ECHOES: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(100)];
/// Between two rings that one consumer hears: each costs it a fetch, and what came meanwhile is found by the next.
const CALM: Duration = Duration::from_millis(5);
/// Between attempts to subscribe again.
const RECONNECT: Duration = Duration::from_millis(500);
/// How often a worker looks when nobody rings.
const POLL: Duration = Duration::from_secs(1);

/// The doorbells of some queues; one connection for the whole process.
pub(crate) struct Doorbell {
    tickets: Tickets,
    bells: HashMap<String, watch::Sender<()>>,
}

impl Doorbell {
    pub(crate) fn new(tickets: &Tickets, queues: impl IntoIterator<Item = Queue>) -> Self {
        let bell = |queue| (tickets.names().doorbell(queue), watch::Sender::new(()));
        Self { tickets: tickets.clone(), bells: queues.into_iter().map(bell).collect() }
    }

    /// Yields when tickets of `queue` have come, and every second in case that nobody could ring.
    pub(crate) fn rings(&self, queue: Queue) -> impl Stream<Item = ()> + Send + Unpin + use<> {
        let bell = self.bells.get(&self.tickets.names().doorbell(queue));
        let bell = bell.expect("a doorbell is made for every queue that is served").subscribe();
        let rings = stream::unfold((bell, false), |(mut bell, has_rung)| async move {
            if has_rung {
                sleep(CALM).await;
            }
            bell.changed().await.ok()?;
            Some(((), (bell, true)))
        });
        let polls = stream::unfold((), |()| async {
            sleep(POLL).await;
            Some(((), ()))
        });
        Rings(stream::select(rings, polls).boxed())
    }

    /// Listens until `stop`, subscribing again whenever the connection broke.
    pub(crate) async fn listen(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let listened = stop.run_until_cancelled(self.subscribed()).await;
            if let Some(Err(error)) = listened {
                warn!(error = &error as &dyn std::error::Error, "the doorbell is silent: workers poll");
            }
            stop.run_until_cancelled(sleep(RECONNECT)).await;
        }
    }

    async fn subscribed(&self) -> Result<(), RedisError> {
        let mut subscription = self.tickets.client().get_async_pubsub().await?;
        let channels: Vec<&String> = self.bells.keys().collect();
        subscription.subscribe(&channels).await?;
        info!("listening for tickets");
        for channel in channels {
            self.ring(channel); // what came while nobody listened
        }
        let mut messages = subscription.on_message();
        let mut echoes = Echoes::default();
        loop {
            let next = echoes.next();
            tokio::select! {
                message = messages.next() => {
                    let Some(message) = message else { return Ok(()) };
                    let channel = message.get_channel_name();
                    self.ring(channel);
                    echoes.follow(channel);
                }
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {
                    echoes.due(|channel| self.ring(channel));
                }
            }
        }
    }

    fn ring(&self, channel: &str) {
        if let Some(bell) = self.bells.get(channel) {
            bell.send_replace(());
        }
    }
}

/// The rings of one queue. Whoever is handed one is woken once more.
///
/// apalis looks at this stream whenever its consumer is woken, and does nothing with what it gets. So who is handed a ring
/// has stopped listening, and if the fetch that is under way comes back empty, nothing wakes it before its next heartbeat.
struct Rings(BoxStream<'static, ()>);

impl Stream for Rings {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let ring = self.0.poll_next_unpin(cx);
        if ring.is_ready() {
            cx.waker().wake_by_ref();
        }
        ring
    }
}

/// Rings that are to be repeated: when, and for the how manieth time.
#[derive(Default)]
struct Echoes(HashMap<String, (Instant, usize)>);

impl Echoes {
    fn next(&self) -> Option<Instant> {
        self.0.values().map(|(at, _)| *at).min()
    }

    /// A ring begins its echoes anew; one that is due already is not put off.
    fn follow(&mut self, channel: &str) {
        let first = Instant::now() + ECHOES[0];
        let echo = self.0.entry(channel.to_owned()).or_insert((first, 0));
        *echo = (echo.0.min(first), 0);
    }

    fn due(&mut self, ring: impl Fn(&str)) {
        let now = Instant::now();
        self.0.retain(|channel, (at, repeated)| {
            if *at > now {
                return true;
            }
            ring(channel);
            *repeated += 1;
            ECHOES.get(*repeated).is_some_and(|pause| {
                *at = now + *pause;
                true
            })
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::task::{ArcWake, waker};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl ArcWake for Woken {
        fn wake_by_ref(woken: &Arc<Self>) {
            woken.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn whoever_is_handed_a_ring_is_woken_to_listen_again() {
        let woken = Arc::new(Woken::default());
        let waker = waker(Arc::clone(&woken));
        let mut cx = Context::from_waker(&waker);
        let mut rings = Rings(stream::iter([()]).chain(stream::pending()).boxed());
        assert!(rings.poll_next_unpin(&mut cx).is_ready());
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
        assert!(rings.poll_next_unpin(&mut cx).is_pending());
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    }
}
