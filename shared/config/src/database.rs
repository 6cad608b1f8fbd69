//! PostgreSQL.

use std::time::Duration;

use secrecy::SecretString;

use crate::{Reader, Section};

/// Where the truth is kept.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Connection address, password included.
    pub url: SecretString,
    /// Most connections of one process. Replicas times this must stay below the server's `max_connections`.
    pub max_connections: u32,
    /// Longest wait for a free connection.
    pub acquire_timeout: Duration,
    /// Longest run of one statement.
    pub statement_timeout: Duration,
}

impl Section for DatabaseSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let example = "postgres://autotrack:password@localhost/autotrack";
        let url = reader.needed("DATABASE_URL", None, example);
        reader.url("DATABASE_URL", &url, &["postgres", "postgresql"]);
        Self {
            url: url.into(),
            max_connections: reader.at_least("AUTOTRACK_DATABASE_POOL", 2, 10) as u32,
            acquire_timeout: reader.seconds("AUTOTRACK_DATABASE_ACQUIRE_SECONDS", 5),
            statement_timeout: reader.seconds("AUTOTRACK_DATABASE_STATEMENT_SECONDS", 30),
        }
    }
}
