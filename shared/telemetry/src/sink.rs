//! An OTLP collector for tests: a real HTTP server that keeps what it receives.

mod received;

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, StatusCode, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

pub use received::{Received, ReceivedLog, ReceivedSpan};

/// A running collector; stops when dropped.
pub struct OtlpSink {
    addr: SocketAddr,
    received: Arc<Mutex<Received>>,
    _stop: DropGuard,
}

impl OtlpSink {
    /// Starts a collector on a free port.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let (received, stop) = (Arc::default(), CancellationToken::new());
        let (until, keep) = (stop.clone(), Arc::clone(&received));
        tokio::spawn(async move { until.run_until_cancelled(accept(listener, keep)).await });
        Ok(Self { addr, received, _stop: stop.drop_guard() })
    }

    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` must be.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Everything received so far.
    pub fn received(&self) -> Received {
        lock(&self.received).clone()
    }

    /// Everything received once `enough` says so, or after `patience`.
    pub async fn wait_until(&self, patience: Duration, enough: impl Fn(&Received) -> bool) -> Received {
        let waiting = async {
            while !enough(&self.received()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        drop(tokio::time::timeout(patience, waiting).await);
        self.received()
    }
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().expect("nobody panics while holding what was received")
}

async fn accept(listener: TcpListener, received: Arc<Mutex<Received>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&received)));
    }
}

async fn serve(stream: TcpStream, received: Arc<Mutex<Received>>) {
    let service = service_fn(|request| take(request, &received));
    drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn take(
    request: Request<Incoming>,
    received: &Mutex<Received>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let known = match request.into_body().collect().await {
        Ok(body) => lock(received).take(&path, body.to_bytes()),
        Err(_) => false,
    };
    let mut response = Response::new(Full::default());
    *response.status_mut() = if known { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Ok(response)
}
