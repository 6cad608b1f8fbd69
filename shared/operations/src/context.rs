//! What the product's deeds need at hand.

use std::sync::Arc;

use config::Settings;
use database::DatabaseError;
use domain::clock::Clock;
use files::Files;
use partners::Stripe;
use queue::{Tickets, Work};
use sqlx::{PgPool, Postgres, pool::PoolConnection};

use crate::accounts::Passwords;

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
}

impl Context {
    /// Opens a transaction whose jobs are ticketed after its commit.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Work, DatabaseError> {
        Ok(Work::begin(&self.db, &self.tickets).await?)
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<PoolConnection<Postgres>, DatabaseError> {
        Ok(self.db.acquire().await?)
    }
}
