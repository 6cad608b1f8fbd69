//! Whether Redis is there and fit to carry tickets.

use super::{TicketError, Tickets, in_time};

/// What is wrong with Redis.
#[derive(Debug, thiserror::Error)]
pub enum RedisFault {
    /// It does not answer.
    #[error("redis does not answer")]
    Away(#[source] TicketError),
    /// It may throw tickets away when memory is short.
    #[error("redis must not evict: set maxmemory-policy to noeviction, not {0}")]
    Evicts(String),
    /// It forgets everything at a restart.
    #[error("redis must keep an append-only file: set appendonly to yes")]
    Forgets,
}

impl RedisFault {
    /// Whether it goes away by waiting: a server that is set up wrongly stays so until somebody mends it.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

impl Tickets {
    /// Whether Redis answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), TicketError> {
        let mut connection = self.connection();
        in_time(redis::cmd("PING").query_async::<()>(&mut connection)).await
    }

    /// Whether Redis answers and keeps what it is given.
    ///
    /// # Errors
    /// Says what is wrong.
    pub async fn check(&self) -> Result<(), RedisFault> {
        let mut connection = self.connection();
        let info = async {
            let mut pipe = redis::pipe();
            pipe.cmd("INFO").arg("memory").cmd("INFO").arg("persistence");
            pipe.query_async::<(String, String)>(&mut connection).await
        };
        let (memory, persistence) = in_time(info).await.map_err(RedisFault::Away)?;
        judge(&memory, &persistence)
    }
}

/// `INFO` works where `CONFIG GET` is forbidden, as with most hosted servers.
fn judge(memory: &str, persistence: &str) -> Result<(), RedisFault> {
    let policy = field(memory, "maxmemory_policy").unwrap_or("unknown");
    if policy != "noeviction" {
        return Err(RedisFault::Evicts(policy.to_owned()));
    }
    if field(persistence, "aof_enabled") == Some("1") { Ok(()) } else { Err(RedisFault::Forgets) }
}

fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redis_that_evicts_or_forgets_is_refused() {
        assert!(judge("maxmemory_policy:noeviction\r\n", "aof_enabled:1\r\n").is_ok());
        assert!(matches!(
            judge("maxmemory_policy:allkeys-lru\r\n", "aof_enabled:1"),
            Err(RedisFault::Evicts(_))
        ));
        assert!(matches!(
            judge("maxmemory_policy:noeviction\r\n", "aof_enabled:0"),
            Err(RedisFault::Forgets)
        ));
    }
}
