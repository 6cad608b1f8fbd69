//! A wire that can be bent: a TCP proxy that delays, cuts, cuts after so many bytes, and swallows.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How the wire behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weather {
    /// Everything passes at once.
    Fair,
    /// Everything passes, this much later.
    Slow(Duration),
    /// Open connections end, new ones are refused.
    Cut,
    /// Each connection, counted from now, ends after so many bytes of the client's.
    CutAfter(usize),
    /// Connections stay open and new ones are taken, but nothing passes any more.
    BlackHole,
    /// What the client says passes. Once it has said this, no answer does.
    DeafAfter(&'static [u8]),
}

/// A running proxy. It ends, with every connection, when this is dropped.
pub struct Proxy {
    address: SocketAddr,
    weather: Arc<watch::Sender<Weather>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Stands before `target`, in fair weather.
    pub async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let weather = Arc::new(watch::Sender::new(Weather::Fair));
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&weather)));
        Self { address, weather, accepting }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the weather, for open connections too.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Weather::Cut);
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, weather: Arc<watch::Sender<Weather>>) {
    while let Ok((client, _)) = listener.accept().await {
        if *weather.borrow() != Weather::Cut {
            tokio::spawn(carry(client, target, weather.subscribe()));
        }
    }
}

/// Carries one connection until either side ends it or the weather does.
async fn carry(client: TcpStream, target: SocketAddr, weather: watch::Receiver<Weather>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (said, heard) = (watch::Sender::new(false), weather.clone());
    let deaf = said.subscribe();
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = server.into_split();
    let cut = async {
        let mut weather = weather.clone();
        // Whoever holds the proxy is gone, too.
        let _ = weather.wait_for(|weather| *weather == Weather::Cut).await;
    };
    tokio::select! {
        () = there(client_reads, server_writes, weather.clone(), said) => {}
        () = back(server_reads, client_writes, heard, deaf) => {}
        () = cut => {}
    }
}

/// From the client to the server.
async fn there(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
    said: watch::Sender<bool>,
) {
    let (mut buffer, mut tail, mut left) = (vec![0; 16 * 1024], Vec::new(), None);
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let now = passable(&mut weather).await;
        let bytes = if let Weather::CutAfter(most) = now {
            let left = left.get_or_insert(most);
            let passing = count.min(*left);
            *left -= passing;
            &buffer[..passing]
        } else {
            left = None;
            &buffer[..count]
        };
        if let Weather::DeafAfter(words) = now {
            tail.extend_from_slice(bytes);
            said.send_if_modified(|said| {
                !*said && {
                    *said = holds(&tail, words);
                    *said
                }
            });
            let keep = tail.len().min(words.len());
            tail.drain(..tail.len() - keep);
        }
        if to.write_all(bytes).await.is_err() || left == Some(0) {
            return;
        }
    }
}

/// From the server to the client.
async fn back(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
    deaf: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        passable(&mut weather).await;
        if *deaf.borrow() {
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// Waits until something passes, and tells how.
async fn passable(weather: &mut watch::Receiver<Weather>) -> Weather {
    let now = match weather.wait_for(|weather| *weather != Weather::BlackHole).await {
        Ok(now) => now.clone(),
        Err(_) => Weather::Cut,
    };
    if let Weather::Slow(delay) = now {
        sleep(delay).await;
    }
    now
}

fn holds(text: &[u8], words: &[u8]) -> bool {
    text.windows(words.len()).any(|window| window == words)
}
