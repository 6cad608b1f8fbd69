//! What things are called in Redis, and how apalis is set up.

use std::time::Duration;

use apalis_redis::Config;
use domain::job::Queue;

/// How often a consumer says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Heartbeats after whose absence others take a consumer's fetched tickets over.
const MISSED_HEARTBEATS: usize = 3;

/// Keys and settings below one namespace.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    namespace: String,
}

impl Names {
    pub(crate) fn new(namespace: &str) -> Self {
        Self { namespace: namespace.to_owned() }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// apalis' settings for a queue of tickets. No lock per ticket: with it a backlog costs time per waiting ticket.
    /// One ticket per fetch: a batch would hold back heartbeats. Results are kept, since that is what acknowledges.
    pub(crate) fn config(&self, queue: Queue) -> Config {
        Config::default()
            .queue(format!("{}:{queue}", self.namespace))
            .lock_tasks(false)
            .batch_size(1)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(MISSED_HEARTBEATS)
            .persist_results(true)
            .emit_events(false)
            .idempotency_ttl(Some(Duration::from_hours(1)))
    }

    /// The channel on which waiting workers are woken.
    pub(crate) fn doorbell(&self, queue: Queue) -> String {
        format!("{}:{queue}:doorbell", self.namespace)
    }

    /// Where apalis describes a consumer.
    pub(crate) fn consumer_metadata(&self, queue: Queue, consumer: &str) -> String {
        format!("{}:{queue}:workers:metadata:{consumer}", self.namespace)
    }
}
