//! What the product's deeds need at hand.

use std::sync::Arc;
use std::time::Instant;

use config::{DatabaseSettings, ExposeSecret, Settings};
use database::DatabaseError;
use database::pool::{self, PoolSize};
use domain::clock::Clock;
use files::{Files, FilesError};
use partners::web_push::{PushError, VapidKeys};
use partners::{Stripe, StripeError};
use queue::{RedisFault, TicketError, Tickets, Work};
use sqlx::{PgPool, Postgres, pool::PoolConnection};
use telemetry::metrics;

use crate::accounts::Passwords;
use crate::health;

/// The outside things and settings that operations use; cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// PostgreSQL.
    pub db: PgPool,
    /// The way of tickets to the workers.
    pub tickets: Tickets,
    /// Where papers are stored.
    pub files: Files,
    /// The clock of the domain's dates.
    pub clock: Clock,
    /// All settings.
    pub settings: Arc<Settings>,
    /// Hashing of passwords, one for the process: its cores are counted.
    pub passwords: Passwords,
    /// Stripe, when a key is configured.
    pub stripe: Option<Arc<dyn Stripe>>,
    /// How the parts were when somebody last looked.
    pub health: Arc<health::Memory>,
}

/// Why the outside things cannot even be named.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database's address is not understood.
    #[error("the database")]
    Database(#[from] DatabaseError),
    /// Redis' address is not understood.
    #[error("Redis")]
    Redis(#[from] TicketError),
    /// The store of papers cannot be opened.
    #[error("the store of papers")]
    Files(#[from] FilesError),
    /// Stripe's client cannot be made.
    #[error("Stripe")]
    Stripe(#[from] StripeError),
    /// Pushes cannot be signed.
    #[error("pushes to browsers")]
    Push(#[from] PushError),
}

impl Context {
    /// All outside things that the settings name; none of them is connected before it is used.
    ///
    /// # Errors
    /// When an address or place cannot be used at all.
    pub fn open(settings: Settings) -> Result<Self, OpenError> {
        // Only looked at: who needs them reads them again.
        VapidKeys::new(&settings.keys.vapid)?;
        Ok(Self {
            db: open_pool(&settings.database)?,
            tickets: Tickets::connect(settings.redis.url.expose_secret())?,
            files: Files::from_settings(&settings.files)?,
            clock: Clock::system(),
            passwords: Passwords::default(),
            stripe: partners::stripe(&settings.stripe)?,
            health: Arc::default(),
            settings: Arc::new(settings),
        })
    }

    /// Refuses a Redis that evicts or forgets, in production: it would lose tickets in silence. One that does not answer
    /// yet is waited for elsewhere.
    ///
    /// # Errors
    /// What to set in Redis' configuration.
    pub async fn check_redis(&self) -> Result<(), RedisFault> {
        match self.tickets.check().await {
            Err(fault) if self.settings.environment.is_production() && !fault.is_passing() => Err(fault),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Opens a transaction whose jobs are ticketed after its commit.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Work, DatabaseError> {
        let asked = Instant::now();
        let work = Work::begin(&self.db, &self.tickets).await?;
        metrics::database_wait(asked.elapsed());
        Ok(work)
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<PoolConnection<Postgres>, DatabaseError> {
        let asked = Instant::now();
        let connection = self.db.acquire().await?;
        metrics::database_wait(asked.elapsed());
        Ok(connection)
    }
}

/// A pool as the settings want it, which connects when first used.
///
/// # Errors
/// When the address is not understood.
pub fn open_pool(settings: &DatabaseSettings) -> Result<PgPool, DatabaseError> {
    let size = PoolSize {
        max: settings.max_connections,
        acquire_timeout: settings.acquire_timeout,
        statement_timeout: settings.statement_timeout,
    };
    pool::connect_lazy(settings.url.expose_secret(), size)
}
