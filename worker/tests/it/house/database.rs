//! The database of a house: a clone on the tests' server, or one on a server of its own.

use sqlx::PgPool;
use testkit::TestDatabase;

use super::Postgres;

/// Where the programs of a house write.
pub enum Database {
    /// On the server of all tests.
    Shared(TestDatabase),
    /// On a server of its own, which may be lost.
    Private(Box<Postgres>),
}

impl Database {
    /// Its address.
    pub fn url(&self) -> &str {
        match self {
            Self::Shared(database) => database.url(),
            Self::Private(server) => server.url(),
        }
    }

    /// A pool of connections to it.
    pub fn pool(&self) -> &PgPool {
        match self {
            Self::Shared(database) => database.pool(),
            Self::Private(server) => server.pool(),
        }
    }
}
