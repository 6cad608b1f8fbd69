//! The doorbell: waiting workers are woken by Redis' publish and subscribe.

use std::collections::HashMap;
use std::time::Duration;

use domain::job::Queue;
use futures::stream::{self, BoxStream, StreamExt};
use redis::RedisError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Tickets;

/// When a ring is repeated. A fetch that was under way may have just missed the ticket and swallowed the ring.
const ECHO: Duration = Duration::from_millis(8);
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
    pub(crate) fn rings(&self, queue: Queue) -> BoxStream<'static, ()> {
        let bell = self.bells.get(&self.tickets.names().doorbell(queue));
        let bell = bell.expect("a doorbell is made for every queue that is served").subscribe();
        let rings = stream::unfold(bell, |mut bell| async move {
            bell.changed().await.ok()?;
            Some(((), bell))
        });
        let polls = stream::unfold((), |()| async {
            sleep(POLL).await;
            Some(((), ()))
        });
        stream::select(rings, polls).boxed()
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
        let mut echo: Option<(Instant, String)> = None;
        loop {
            let due = echo.as_ref().map_or_else(Instant::now, |(at, _)| *at);
            tokio::select! {
                message = messages.next() => {
                    let Some(message) = message else { return Ok(()) };
                    let channel = message.get_channel_name().to_owned();
                    self.ring(&channel);
                    if let Some((_, earlier)) = echo.replace((Instant::now() + ECHO, channel)) {
                        self.ring(&earlier);
                    }
                }
                () = sleep_until(due), if echo.is_some() => {
                    if let Some((_, channel)) = echo.take() {
                        self.ring(&channel);
                    }
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
