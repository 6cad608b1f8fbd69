//! The consumer of one queue: apalis fetches tickets, a free slot claims the job.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready as poll_ready};
use std::time::Duration;

use apalis_core::backend::ext::BackendExt;
use apalis_core::error::{BoxDynError, WorkerError};
use apalis_core::task::Task;
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;
use apalis_redis::RedisStorage;
use domain::ids::JobId;
use domain::job::Queue;
use futures::future::BoxFuture;
use rand::RngExt;
use serde_json::Value;
use tokio::sync::{OwnedRwLockReadGuard, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use tokio_util::sync::PollSemaphore;
use tower_service::Service;
use tracing::{debug, warn};

use super::Shared;
use crate::ledger::claim::Claimed;
use crate::tickets::{Doorbell, lazy_connection};

/// Longest wait for one answer of Redis.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest wait for apalis to end after it was told to.
const STOP: Duration = Duration::from_secs(2);

/// Consumes until the worker stops. Any error of Redis ends apalis' worker; the next one starts under a new name, since
/// the old one counts as alive for a while. Running jobs know nothing of it.
pub(super) async fn run(shared: Arc<Shared>, doorbell: Arc<Doorbell>, queue: Queue, slots: Arc<Semaphore>) {
    while !shared.stop.is_cancelled() {
        let name = format!("{}-{}", shared.settings.host, ulid::Ulid::generate());
        let consumed = consume(&shared, &doorbell, queue, &slots, &name).await;
        if let Err(error) = shared.tickets.sign_off(queue, &name).await {
            debug!(error = &error as &dyn std::error::Error, queue = %queue, "a consumer could not sign off");
        }
        if let Err(error) = consumed {
            warn!(error = &error as &dyn std::error::Error, queue = %queue, "tickets stopped; starting again");
            let pause = rand::rng().random_range(300..1500);
            shared.stop.run_until_cancelled(sleep(Duration::from_millis(pause))).await;
        }
    }
}

async fn consume(
    shared: &Arc<Shared>,
    doorbell: &Doorbell,
    queue: Queue,
    slots: &Arc<Semaphore>,
    name: &str,
) -> Result<(), WorkerError> {
    let connection = lazy_connection(shared.tickets.client(), PATIENCE)
        .map_err(|error| WorkerError::BackendError(error.into()))?;
    let backend = RedisStorage::<Value>::new(connection)
        .with_config(shared.tickets.names().config(queue))
        .poll_with_stream(doorbell.rings(queue));
    let context = WorkerContext::new(name);
    let desk = Desk {
        shared: Arc::clone(shared),
        queue,
        slots: PollSemaphore::new(Arc::clone(slots)),
        permit: None,
    };
    let worker = WorkerBuilder::new(context.clone()).backend(backend).build(desk);
    let running = worker.run();
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => ended,
        () = shared.stop.cancelled() => {
            // Not started yet is as good as stopped.
            drop(context.stop());
            timeout(STOP, running).await.unwrap_or(Ok(()))
        }
    }
}

/// A claimed job, and its place among the others of this process.
type Taken = (Claimed, OwnedRwLockReadGuard<()>);

/// Takes tickets, one for each free slot. The slot is kept as long as something is due; the ticket is spent as soon as the
/// first job is claimed, so that apalis holds nothing for long.
struct Desk {
    shared: Arc<Shared>,
    queue: Queue,
    slots: PollSemaphore,
    permit: Option<OwnedSemaphorePermit>,
}

impl Service<Task<Value>> for Desk {
    type Response = ();
    type Error = BoxDynError;
    type Future = BoxFuture<'static, Result<(), BoxDynError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxDynError>> {
        if self.permit.is_none() {
            self.permit = poll_ready!(self.slots.poll_acquire(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, ticket: Task<Value>) -> Self::Future {
        let permit = self.permit.take().expect("apalis calls only when ready");
        let shared = Arc::clone(&self.shared);
        let queue = self.queue;
        Box::pin(async move {
            shared.take(queue, &ticket.args, permit).await;
            Ok(())
        })
    }
}

/// One more job at work, however its run ends.
struct Busy<'a>(&'a AtomicUsize);

impl<'a> Busy<'a> {
    fn begin(busy: &'a AtomicUsize) -> Self {
        busy.fetch_add(1, Ordering::Relaxed);
        Self(busy)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    /// Claims a job and starts its run. apalis always hears that all is well: the ledger decides.
    async fn take(self: Arc<Self>, queue: Queue, ticket: &Value, permit: OwnedSemaphorePermit) {
        let Some(id) = ticket.as_str().and_then(|id| id.parse().ok()).map(JobId) else {
            warn!(queue = %queue, "a ticket names no job");
            return;
        };
        if self.stop.is_cancelled() {
            if let Err(error) = self.tickets.send(queue, &[id]).await {
                debug!(error = &error as &dyn std::error::Error, "a ticket was not given back");
            }
            return;
        }
        // In a task of its own: apalis may drop this future, but a claim that was asked for must be known here.
        let (told, claimed) = oneshot::channel::<()>();
        let shared = Arc::clone(&self);
        self.running.spawn(async move {
            let first = shared.next(queue).await;
            drop(told);
            shared.work(queue, first, permit).await;
        });
        // Whether a job was claimed, the ticket is spent.
        drop(claimed.await);
    }

    /// Works as long as something is due: under load nobody waits for the next ticket.
    async fn work(self: Arc<Self>, queue: Queue, first: Option<Taken>, permit: OwnedSemaphorePermit) {
        let mut next = first;
        if next.is_some() {
            self.wake_another(queue);
        }
        while let Some((job, company)) = next {
            let busy = Busy::begin(&self.busy);
            self.attempt(job, company).await;
            drop(busy);
            next = self.next(queue).await;
        }
        drop(permit);
    }

    /// The next due job, claimed in company: while a suspect runs alone, nothing is claimed that would only wait for it.
    async fn next(&self, queue: Queue) -> Option<Taken> {
        let company = self.stop.run_until_cancelled(Arc::clone(&self.company).read_owned()).await?;
        Some((self.claims.next(queue).await?, company))
    }

    /// Where one job was due there may be more: another free slot looks, and so on until nothing is due. So one ticket
    /// wakes a whole worker.
    fn wake_another(self: &Arc<Self>, queue: Queue) {
        let Some(permit) = self.free_slot(queue) else { return };
        let shared = Arc::clone(self);
        self.running.spawn(async move {
            let first = shared.next(queue).await;
            // Boxed: it wakes another of its own kind.
            let work: BoxFuture<'static, ()> = Box::pin(shared.work(queue, first, permit));
            work.await;
        });
    }

    fn free_slot(&self, queue: Queue) -> Option<OwnedSemaphorePermit> {
        Arc::clone(self.slots_of.get(&queue)?).try_acquire_owned().ok()
    }
}
