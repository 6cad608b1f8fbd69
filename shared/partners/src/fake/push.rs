//! A push service that looks at what it is given as the real ones do, and the browsers behind it.
//!
//! It checks the signature (RFC 8292) and the headers (RFC 8030); each browser opens what was sealed for it (RFC 8291).

mod open;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use http_body_util::{BodyExt, Collected, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A running push service; stops when dropped.
#[derive(Debug)]
pub struct FakePushService {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    _stop: DropGuard,
}

/// What a browser hands to the product when somebody allows pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribed {
    /// The address at the push service.
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The secret that it shares with the product, base64url.
    pub auth: String,
}

/// A push as the browser's worker sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// Its place in the order of subscribing, from 0.
    pub browser: usize,
    /// What was in it.
    pub payload: Value,
    /// Its topic.
    pub topic: String,
    /// `high` or `normal`.
    pub urgency: String,
    /// Whom the signature names.
    pub contact: String,
}

#[derive(Debug, Default)]
struct State {
    browsers: Vec<Browser>,
    /// Answers to give next, before looking at anything.
    moods: Vec<u16>,
    received: Vec<Received>,
    refused: Vec<(u16, &'static str)>,
}

struct Browser {
    secret: SecretKey,
    auth: [u8; 16],
    /// The product's key that it was given.
    server_key: String,
    is_gone: bool,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Browser([REDACTED])")
    }
}

impl FakePushService {
    /// Starts a push service on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let addr = listener.local_addr()?;
        let (state, stop) = (Arc::<Mutex<State>>::default(), CancellationToken::new());
        let (until, shared) = (stop.clone(), Arc::clone(&state));
        tokio::spawn(async move { until.run_until_cancelled(accept(listener, addr, shared)).await });
        Ok(Self { addr, state, _stop: stop.drop_guard() })
    }

    /// A new browser subscribes with the product's public key.
    pub fn subscribe(&self, server_key: &str) -> Subscribed {
        let secret = loop {
            if let Ok(secret) = SecretKey::from_slice(&rand::random::<[u8; 32]>()) {
                break secret;
            }
        };
        let auth: [u8; 16] = rand::random();
        let p256dh = BASE64.encode(secret.public_key().to_encoded_point(false).as_bytes());
        let mut state = lock(&self.state);
        let number = state.browsers.len();
        state.browsers.push(Browser { secret, auth, server_key: server_key.to_owned(), is_gone: false });
        Subscribed {
            endpoint: format!("http://{}/push/{number}", self.addr),
            p256dh,
            auth: BASE64.encode(auth),
        }
    }

    /// A browser takes no pushes any more.
    pub fn unsubscribe(&self, browser: usize) {
        if let Some(browser) = lock(&self.state).browsers.get_mut(browser) {
            browser.is_gone = true;
        }
    }

    /// Answers the next request with this status, whatever it is.
    pub fn answer_next(&self, status: u16) {
        lock(&self.state).moods.push(status);
    }

    /// Every push that a browser could open so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state).received.clone()
    }

    /// Every request that was refused so far, and why.
    pub fn refused(&self) -> Vec<(u16, &'static str)> {
        lock(&self.state).refused.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics while holding the fake's state")
}

async fn accept(listener: TcpListener, addr: SocketAddr, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, addr, &state));
            let http = hyper::server::conn::http1::Builder::new();
            drop(http.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    addr: SocketAddr,
    state: &Mutex<State>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let mut state = lock(state);
    let status = if state.moods.is_empty() {
        match open::take(&head, &body, addr, &state.browsers) {
            Ok(received) => {
                state.received.push(received);
                201
            }
            Err((status, why)) => {
                state.refused.push((status, why));
                status
            }
        }
    } else {
        let status = state.moods.remove(0);
        state.refused.push((status, "told to"));
        status
    };
    debug_assert!(head.method == Method::POST || status == 405);
    let response = Response::builder().status(status).header("Retry-After", "1");
    Ok(response.body(Empty::new()).expect("a status makes a response"))
}
