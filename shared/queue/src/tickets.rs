//! Tickets: how a job's id travels to a worker, over apalis and Redis.
//!
//! A ticket is a hint. Losing one loses nothing, since the relay sends another; a second one is dropped at the claim.

mod announce;
mod checks;
mod doorbell;
mod names;
mod scripts;

use std::sync::Arc;
use std::time::Duration;

use apalis_core::backend::TaskSink;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_redis::RedisStorage;
use domain::ids::JobId;
use domain::job::Queue;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use announce::BOUND;
pub use checks::RedisFault;
pub(crate) use doorbell::Doorbell;
pub(crate) use names::Names;

/// Longest wait for one answer of Redis.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why tickets could not be sent or counted.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// Redis refused or is not there.
    #[error("redis failed")]
    Redis(#[from] RedisError),
    /// Redis did not answer in time.
    #[error("redis did not answer in time")]
    Slow,
    /// apalis could not push.
    #[error("the ticket could not be pushed: {0}")]
    Push(String),
}

/// The way to Redis. Clones share one connection, which is made when first used and again when it broke.
#[derive(Clone)]
pub struct Tickets(Arc<Inner>);

struct Inner {
    client: Client,
    names: Names,
    connection: ConnectionManager,
    announcer: announce::Announcer,
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tickets").field(&self.0.names).finish()
    }
}

impl Tickets {
    /// Tickets over the Redis at `url`; does not connect yet. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When `url` cannot be understood.
    pub fn connect(url: &str) -> Result<Self, TicketError> {
        Self::connect_as(url, "autotrack")
    }

    /// The same with another namespace, so that installations or tests share a Redis without seeing each other.
    ///
    /// # Errors
    /// When `url` cannot be understood.
    pub fn connect_as(url: &str, namespace: &str) -> Result<Self, TicketError> {
        let client = Client::open(url)?;
        let connection = lazy_connection(&client, PATIENCE)?;
        let names = Names::new(namespace);
        Ok(Self(Arc::new(Inner { client, names, connection, announcer: announce::Announcer::new() })))
    }

    /// What every key of this installation in Redis begins with, tickets' or others'.
    pub fn namespace(&self) -> &str {
        self.0.names.namespace()
    }

    pub(crate) fn names(&self) -> &Names {
        &self.0.names
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    fn connection(&self) -> ConnectionManager {
        self.0.connection.clone()
    }

    /// Tickets that wait in Redis for a worker.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn outstanding(&self, queue: Queue) -> Result<usize, TicketError> {
        let config = self.names().config(queue);
        let mut connection = self.connection();
        let mut count = redis::pipe();
        count.zcard(config.scheduled_jobs_set()).llen(config.active_jobs_list());
        let (scheduled, active) = in_time(count.query_async::<(usize, usize)>(&mut connection)).await?;
        Ok(scheduled + active)
    }

    /// Sends tickets in this order and wakes the waiting workers.
    ///
    /// # Errors
    /// When Redis does not answer; some tickets may have been sent.
    pub async fn send(&self, queue: Queue, jobs: &[JobId]) -> Result<(), TicketError> {
        if jobs.is_empty() {
            return Ok(());
        }
        let config = self.names().config(queue);
        let mut storage = RedisStorage::<Value>::new(self.connection()).with_config(config);
        let tickets = futures::stream::iter(jobs.iter().copied().map(ticket));
        let pushed = tokio::time::timeout(PATIENCE, storage.push_all(tickets)).await;
        pushed.map_err(|_| TicketError::Slow)?.map_err(|error| TicketError::Push(error.to_string()))?;
        self.ring(queue).await
    }

    /// Makes pushed tickets available at once and wakes the workers.
    async fn ring(&self, queue: Queue) -> Result<(), TicketError> {
        let config = self.names().config(queue);
        let mut connection = self.connection();
        in_time(
            scripts::RING
                .key(config.scheduled_jobs_set())
                .key(config.active_jobs_list())
                .arg(self.names().doorbell(queue))
                .invoke_async::<()>(&mut connection),
        )
        .await
    }

    /// Removes what apalis keeps of tickets that were taken.
    pub(crate) async fn sweep(&self, queue: Queue) -> Result<u64, TicketError> {
        let config = self.names().config(queue);
        let mut connection = self.connection();
        in_time(
            scripts::SWEEP
                .key(config.done_jobs_set())
                .key(config.dead_jobs_set())
                .key(config.job_data_hash())
                .key(config.job_meta_hash())
                .invoke_async::<u64>(&mut connection),
        )
        .await
    }

    /// Gives back the tickets that a consumer had fetched and not taken, and removes its traces.
    pub(crate) async fn sign_off(&self, queue: Queue, consumer: &str) -> Result<(), TicketError> {
        let config = self.names().config(queue);
        let mut connection = self.connection();
        in_time(
            scripts::SIGN_OFF
                .key(format!("{}:{consumer}", config.inflight_jobs_set()))
                .key(config.active_jobs_list())
                .key(config.workers_set())
                .key(self.names().consumer_metadata(queue, consumer))
                .arg(consumer)
                .arg(self.names().doorbell(queue))
                .invoke_async::<()>(&mut connection),
        )
        .await
    }
}

/// A ticket's own id orders tickets that were pushed within one second.
fn ticket(job: JobId) -> apalis_core::task::Task<Value> {
    TaskBuilder::new(Value::String(job.to_string())).task_id(TaskId::Uuid(Uuid::now_v7())).build()
}

/// A connection that is made when first used; between attempts to make it again it waits for at most a second.
pub(crate) fn lazy_connection(client: &Client, patience: Duration) -> Result<ConnectionManager, RedisError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(patience))
        .set_number_of_retries(1)
        .set_max_delay(Duration::from_secs(1));
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

async fn in_time<T>(answer: impl Future<Output = Result<T, RedisError>>) -> Result<T, TicketError> {
    Ok(tokio::time::timeout(PATIENCE, answer).await.map_err(|_| TicketError::Slow)??)
}
