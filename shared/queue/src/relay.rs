//! The relay: as long as work is due, there are tickets for it.
//!
//! A ticket wakes a worker; which job it gets is decided at the claim. So it does no harm that several schedulers relay at
//! once, that a ticket is lost, or that one outlives its job.

use std::time::Duration;

use domain::job::Queue;
use sqlx::PgPool;
use tracing::{debug, warn};

use crate::ledger::{OwnPool, due};
use crate::tickets::BOUND;
use crate::{TicketError, Tickets};

/// Between two passes, and after one that failed.
const CALM: Duration = Duration::from_millis(400);
const PATIENT: Duration = Duration::from_secs(1);

/// Why a pass did not reach its end.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The ledger could not be read.
    #[error("the ledger did not answer")]
    Ledger(#[from] sqlx::Error),
    /// The tickets could not be sent; they will be.
    #[error("tickets could not be sent")]
    Tickets(#[from] TicketError),
}

/// Relays until the future is dropped.
pub async fn run(db: &PgPool, tickets: &Tickets) {
    let ledger = OwnPool::beside(db);
    loop {
        let mut pause = CALM;
        for &queue in Queue::ALL {
            match pass_by(&ledger, tickets, queue).await {
                Ok(0) => {}
                Ok(sent) => debug!(queue = %queue, relay.sent = sent, "tickets sent"),
                Err(error) => {
                    warn!(error = &error as &dyn std::error::Error, queue = %queue, "the relay stands still");
                    pause = PATIENT;
                    break;
                }
            }
        }
        tokio::time::sleep(pause).await;
    }
}

/// Tops one queue up once: as many tickets as jobs are due, at most some two hundred; how many were sent.
///
/// # Errors
/// When PostgreSQL or Redis does not answer.
pub async fn pass(db: &PgPool, tickets: &Tickets, queue: Queue) -> Result<usize, RelayError> {
    pass_by(&OwnPool::beside(db), tickets, queue).await
}

async fn pass_by(ledger: &OwnPool, tickets: &Tickets, queue: Queue) -> Result<usize, RelayError> {
    let outstanding = tickets.outstanding(queue).await?;
    if outstanding >= BOUND {
        return Ok(0);
    }
    let mut due = ledger.in_time(due::first(ledger.pool(), queue, BOUND as i64)).await?;
    due.truncate(due.len().saturating_sub(outstanding));
    tickets.send(queue, &due).await?;
    Ok(due.len())
}
