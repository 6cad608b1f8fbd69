//! Redis.

use secrecy::SecretString;

use crate::{Reader, Section};

/// Where tickets and rate limits travel; losing it loses nothing.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// Connection address: TCP or a unix socket.
    pub url: SecretString,
}

impl Section for RedisSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let url = reader.needed("REDIS_URL", None, "redis://localhost:6379/0");
        reader.url("REDIS_URL", &url, &["redis", "redis+unix", "unix"]);
        Self { url: url.into() }
    }
}
