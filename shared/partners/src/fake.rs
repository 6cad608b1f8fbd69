//! A Stripe that answers over real HTTP as the real one does, for tests and development.
//!
//! It knows one key. Its answers have the shapes of API version 2026-09-30, checked by reading them with the real
//! client.

mod answers;
pub mod push;

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use config::Url;
use http_body_util::Full;
use hyper::{Request, Response, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The key that the fake knows.
pub const KEY: &str = "sk_test_autotrack_fake_0001";

/// How the fake behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// Answers as Stripe does.
    #[default]
    Well,
    /// Answers every request with this status and Stripe's error for it.
    Failing(u16),
    /// Takes requests and never answers.
    Silent,
    /// Answers with a page that is no JSON, as a proxy on the way would.
    Garbled,
}

/// A running fake; stops when dropped.
#[derive(Debug)]
pub struct FakeStripe {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    _stop: DropGuard,
}

#[derive(Debug, Default)]
struct State {
    mood: Mood,
    asked: Vec<String>,
}

impl FakeStripe {
    /// Starts a fake on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(([127, 0, 0, 1], 0).into()).await
    }

    /// Starts a fake at `addr`.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start_at(addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let (state, stop) = (Arc::default(), CancellationToken::new());
        let (until, shared) = (stop.clone(), Arc::clone(&state));
        tokio::spawn(async move { until.run_until_cancelled(accept(listener, shared)).await });
        Ok(Self { addr, state, _stop: stop.drop_guard() })
    }

    /// What `AUTOTRACK_STRIPE_URL` must be.
    pub fn url(&self) -> Url {
        format!("http://{}", self.addr).parse().expect("an address with a port makes a URL")
    }

    /// Changes how it behaves from now on.
    pub fn behave(&self, mood: Mood) {
        lock(&self.state).mood = mood;
    }

    /// Every request so far, as `GET /v1/balance`.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.state).asked.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics while holding the fake's state")
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &state));
            let http = hyper::server::conn::http1::Builder::new();
            drop(http.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    state: &Mutex<State>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mood = {
        let mut state = lock(state);
        state.asked.push(format!("{} {}", request.method(), request.uri().path()));
        state.mood
    };
    Ok(match mood {
        Mood::Well => answers::to(&request),
        Mood::Failing(status) => answers::failing(status),
        Mood::Garbled => answers::garbled(),
        Mood::Silent => std::future::pending().await,
    })
}
