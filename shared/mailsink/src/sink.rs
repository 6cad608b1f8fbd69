//! The running sink.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::fault::{Fault, Script};
use crate::mailbox::Mailbox;
use crate::message::Message;
use crate::{smtp, web};

/// An SMTP server that keeps what it receives, and a page that shows it. Ends when it is dropped.
#[derive(Debug)]
pub struct Sink {
    smtp_addr: SocketAddr,
    http_addr: Option<SocketAddr>,
    shared: Arc<Shared>,
    stop: DropGuard,
    tasks: TaskTracker,
}

/// What every connection sees.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) mailbox: Mailbox,
    pub(crate) script: Script,
    pub(crate) clock: Clock,
    pub(crate) stop: CancellationToken,
}

impl Sink {
    /// Listens on `smtp_addr`, and on `http_addr` for the page if one is wanted. Port 0 takes any free port.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(smtp_addr: SocketAddr, http_addr: Option<SocketAddr>) -> io::Result<Self> {
        let smtp = TcpListener::bind(smtp_addr).await?;
        let http = match http_addr {
            Some(addr) => Some(TcpListener::bind(addr).await?),
            None => None,
        };
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            mailbox: Mailbox::new(),
            script: Script::default(),
            clock: Clock::system(),
            stop: stop.clone(),
        });
        let tasks = TaskTracker::new();
        let (smtp_addr, http_addr) =
            (smtp.local_addr()?, http.as_ref().map(TcpListener::local_addr).transpose()?);
        tasks.spawn(smtp::serve(smtp, Arc::clone(&shared), tasks.clone()));
        if let Some(http) = http {
            tasks.spawn(web::serve(http, Arc::clone(&shared), tasks.clone()));
        }
        Ok(Self { smtp_addr, http_addr, shared, stop: stop.drop_guard(), tasks })
    }

    /// A sink without a page on a free port of 127.0.0.1, for tests.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start_local() -> io::Result<Self> {
        Self::start(SocketAddr::from(([127, 0, 0, 1], 0)), None).await
    }

    /// The address of the SMTP server.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp_addr
    }

    /// The address of the page, if there is one.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http_addr
    }

    /// Every letter kept, newest first.
    pub fn messages(&self) -> Vec<Message> {
        self.shared.mailbox.select(|_| true)
    }

    /// The letters to one address, newest first.
    pub fn messages_to(&self, address: &str) -> Vec<Message> {
        self.shared.mailbox.select(|message| message.is_to(address))
    }

    /// The newest letter that fits, waiting for it at most `patience`.
    pub async fn wait_for(&self, fits: impl Fn(&Message) -> bool, patience: Duration) -> Option<Message> {
        let mut revision = self.shared.mailbox.revision();
        tokio::time::timeout(patience, async {
            loop {
                revision.mark_unchanged();
                if let Some(message) = self.shared.mailbox.select(&fits).into_iter().next() {
                    return Some(message);
                }
                revision.changed().await.ok()?;
            }
        })
        .await
        .ok()
        .flatten()
    }

    /// Forgets every letter.
    pub fn clear(&self) {
        self.shared.mailbox.clear();
    }

    /// Misbehaves like this from now on, instead of what was scripted before; an empty script behaves well.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.script.replace(faults.into_iter().collect());
    }

    /// Stops listening, says good-bye on open connections, and returns when the last is closed.
    pub async fn shutdown(self) {
        drop(self.stop);
        self.tasks.close();
        self.tasks.wait().await;
    }
}
