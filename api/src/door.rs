//! The door: connections come in, and none may stand in it for ever.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

/// How long the head of a request may take, counted from the answer before it.
const HEAD: Duration = Duration::from_mins(1);
/// After a failure to accept: out of file descriptors, wait for some.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers connections by `app` until `stop`, then lets running requests finish within `grace`.
pub(crate) async fn keep<E>(listener: TcpListener, app: E, stop: impl Future<Output = ()>, grace: Duration)
where
    E: Endpoint<Output = Response> + 'static,
{
    let (app, running) = (Arc::new(app), GracefulShutdown::new());
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, from)) => attend(stream, from, Arc::clone(&app), &running),
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if timeout(grace, running.shutdown()).await.is_err() {
        info!("the grace is over: connections are cut off");
    }
}

/// Serves one connection beside the others.
fn attend<E>(stream: TcpStream, from: SocketAddr, app: Arc<E>, running: &GracefulShutdown)
where
    E: Endpoint<Output = Response> + 'static,
{
    let Ok(here) = stream.local_addr() else { return };
    // Only costs a little delay where it cannot be set.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let app = Arc::clone(&app);
        async move {
            let at = |address| Addr::SocketAddr(address);
            let request = (request, LocalAddr(at(here)), RemoteAddr(at(from)), Scheme::HTTP).into();
            Ok::<_, Infallible>(hyper::Response::from(app.get_response(request).await))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A client that hangs up, or never finishes its head, is nobody's concern.
    let connection = running.watch(connection);
    tokio::spawn(async move { drop(connection.await) });
}
