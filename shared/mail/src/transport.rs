//! Handing letters to the mail server, with kept connections and every failure told apart.

mod connection;
mod failure;
mod server;

use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::client::Certificate;
use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::compose::Message;
use crate::send_error::SendError;
use connection::Connection;
pub use server::BadServerUrl;
use server::Server;

/// How long one step of the conversation may take, unless told otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Most connections kept open while idle.
const MAX_IDLE: usize = 8;
/// How long an idle connection is kept: well under the server's five minutes.
const IDLE_FOR: Duration = Duration::from_mins(1);
/// Most letters over one connection; many servers allow a hundred.
const MAX_LETTERS: u32 = 100;

/// The way to one mail server. Share it: it keeps connections.
pub struct Transport {
    server: Server,
    timeout: Duration,
    idle: Mutex<Vec<(Connection, Instant)>>,
}

/// The server has taken over the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What it said to the final dot, such as its queue number.
    pub answer: String,
}

/// The text is not a PEM certificate of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a PEM certificate of an authority")]
pub struct BadAuthority;

impl Transport {
    /// The way to the server of this URL; nothing is opened yet.
    ///
    /// `smtps://user:password@host` encrypts from the first byte (port 465), `smtp://user:password@host` upgrades by
    /// STARTTLS before anything is said (port 587). `?tls=none` speaks plainly, which is also the rule for this very
    /// machine; `?tls=required` insists even there.
    ///
    /// # Errors
    /// When the URL is not of that form, or would send a password in the clear to another machine.
    pub fn from_url(url: &SecretString) -> Result<Self, BadServerUrl> {
        Ok(Self { server: Server::from_url(url)?, timeout: DEFAULT_TIMEOUT, idle: Mutex::default() })
    }

    /// Trusts the authority of this PEM certificate too: a relay of one's own often has one of its own.
    ///
    /// # Errors
    /// When it holds no certificate, or one that cannot be an authority.
    pub fn trusting(mut self, pem: &str) -> Result<Self, BadAuthority> {
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(BadAuthority);
        }
        self.server.authority = Some(Certificate::from_pem(pem.as_bytes()).map_err(|_| BadAuthority)?);
        self.server.tls_parameters().map_err(|_| BadAuthority)?;
        Ok(self)
    }

    /// Allows each step of a conversation this long, instead of 30 seconds.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The server's host and port, without credentials: names the transport in logs and when it is paused.
    pub fn name(&self) -> String {
        self.server.name()
    }

    /// Hands a letter to the server and waits for its answer.
    ///
    /// # Errors
    /// Says what to do next: see [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<Accepted, SendError> {
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => Connection::open(&self.server, self.timeout).await?,
        };
        match connection.send(message).await {
            Ok(answer) => {
                self.keep(connection).await;
                Ok(Accepted { answer })
            }
            Err(error) => {
                connection.close().await;
                Err(error)
            }
        }
    }

    /// An idle connection that still answers.
    async fn kept(&self) -> Option<Connection> {
        loop {
            let (mut connection, since) = self.idle.lock().await.pop()?;
            if since.elapsed() < IDLE_FOR && connection.is_alive().await {
                return Some(connection);
            }
            connection.close().await;
        }
    }

    async fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().await;
        if connection.letters() < MAX_LETTERS && idle.len() < MAX_IDLE {
            idle.push((connection, Instant::now()));
        } else {
            drop(idle);
            connection.close().await;
        }
    }
}

/// Shows the server's name only.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("server", &self.name()).finish_non_exhaustive()
    }
}
