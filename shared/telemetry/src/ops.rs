//! The operations port: `/metrics` for Prometheus, `/live` and `/ready` for Kubernetes.
//!
//! Apart from the public port, so that neither can be reached from outside by mistake.

mod probes;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use config::OpsSettings;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CACHE_CONTROL, CONTENT_TYPE},
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Shutdown, metrics};
pub use probes::Probes;

/// How often observers run when nobody scrapes, so that OTLP has fresh figures too.
const REFRESH: Duration = Duration::from_secs(15);
/// A client that sends no complete request for this long is cut off.
const PATIENCE: Duration = Duration::from_secs(10);

/// The running operations server; stops when dropped.
#[derive(Debug)]
pub struct OpsServer {
    addr: SocketAddr,
    _stop: DropGuard,
}

impl OpsServer {
    /// Where it listens; tells the port when the setting was 0.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// Starts the operations server. It goes on answering during a drain, when `/ready` says no.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(settings: &OpsSettings, shutdown: &Shutdown, probes: Probes) -> io::Result<OpsServer> {
    let listener = TcpListener::bind(settings.addr).await?;
    let addr = listener.local_addr()?;
    let stop = CancellationToken::new();
    let probes = Arc::new(probes);
    let accepting = accept(listener, shutdown.clone(), Arc::clone(&probes));
    until(stop.clone(), accepting);
    until(stop.clone(), refresh(probes));
    tracing::info!(ops.addr = %addr, "metrics and probes are served");
    Ok(OpsServer { addr, _stop: stop.drop_guard() })
}

fn until(stop: CancellationToken, work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(async move {
        stop.run_until_cancelled(work).await;
    })
}

async fn refresh(probes: Arc<Probes>) {
    loop {
        probes.observe().await;
        tokio::time::sleep(REFRESH).await;
    }
}

async fn accept(listener: TcpListener, shutdown: Shutdown, probes: Arc<Probes>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await; // out of file descriptors: wait for some
            continue;
        };
        let (shutdown, probes) = (shutdown.clone(), Arc::clone(&probes));
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &shutdown, &probes));
            let mut http = hyper::server::conn::http1::Builder::new();
            let http = http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).keep_alive(false);
            // A scraper that hangs up is nobody's concern.
            drop(http.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    shutdown: &Shutdown,
    probes: &Probes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(text(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "only GET"));
    }
    Ok(match request.uri().path().trim_end_matches('/') {
        "/metrics" => {
            probes.observe().await;
            text(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics::render())
        }
        "/live" => text(StatusCode::OK, "application/json", r#"{"status":"ok"}"#),
        "/ready" => {
            let (ready, body) = probes.ready(shutdown).await;
            text(
                if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE },
                "application/json",
                body,
            )
        }
        _ => text(StatusCode::NOT_FOUND, "text/plain", "try /metrics, /live or /ready"),
    })
}

fn text(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, kind)
        .header(CACHE_CONTROL, "no-store")
        .body(Full::new(body.into()))
        .expect("these headers are valid")
}
