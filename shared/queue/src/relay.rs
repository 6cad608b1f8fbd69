//! The relay: tops the queues of tickets up from the ledger, in a fair order.
//!
//! Runs in every scheduler at once; rows that one holds are passed over by the others.

use std::time::Duration;

use domain::job::Queue;
use sqlx::PgPool;
use tracing::{debug, warn};

use crate::ledger::due;
use crate::tickets::bound;
use crate::{TicketError, Tickets};

/// A ticket that nobody took for this long is sent again.
const UNANSWERED_SECONDS: f64 = 30.0;
/// The same when Redis holds no ticket at all: then those that were sent are gone.
const VANISHED_SECONDS: f64 = 2.0;
/// Between two passes when there is little to do, and when there is much.
const CALM: Duration = Duration::from_millis(400);
const BUSY: Duration = Duration::from_millis(40);

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
    loop {
        let mut pause = CALM;
        for &queue in Queue::ALL {
            match pass(db, tickets, queue).await {
                Ok(0) => {}
                Ok(sent) => {
                    debug!(queue = %queue, relay.sent = sent, "tickets sent");
                    pause = BUSY;
                }
                Err(error) => {
                    warn!(error = &error as &dyn std::error::Error, queue = %queue, "the relay stands still");
                    pause = Duration::from_secs(1);
                    break;
                }
            }
        }
        tokio::time::sleep(pause).await;
    }
}

/// Tops one queue up once; how many tickets were sent.
///
/// # Errors
/// When PostgreSQL or Redis does not answer; the ledger then says that nothing was sent.
pub async fn pass(db: &PgPool, tickets: &Tickets, queue: Queue) -> Result<usize, RelayError> {
    let outstanding = tickets.outstanding(queue).await?;
    let room = bound(queue).saturating_sub(outstanding);
    if room == 0 {
        return Ok(0);
    }
    let unanswered = if outstanding == 0 { VANISHED_SECONDS } else { UNANSWERED_SECONDS };
    let jobs = due::ticket(db, queue, room as i64, unanswered).await?;
    if let Err(error) = tickets.send(queue, &jobs).await {
        due::unticket(db, &jobs).await?;
        return Err(error.into());
    }
    Ok(jobs.len())
}
