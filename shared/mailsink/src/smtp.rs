//! The SMTP side (RFC 5321): the listener and its sessions.

mod command;
mod lines;
mod session;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::sink::Shared;
use session::Session;

/// Most conversations at once; others wait in the listener's backlog.
const MAX_CONNECTIONS: usize = 1_000;

/// Takes connections until the sink stops.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, tasks: TaskTracker) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = async {
                let slot = Arc::clone(&slots).acquire_owned().await.expect("the semaphore is never closed");
                listener.accept().await.map(|(stream, _)| (stream, slot))
            } => accepted,
        };
        match accepted {
            Ok((stream, slot)) => {
                let shared = Arc::clone(&shared);
                tasks.spawn(async move {
                    // A connection that breaks is the client's business: nobody here can act on it.
                    let _ = Session::new(stream, shared).run().await;
                    drop(slot);
                });
            }
            // Out of file descriptors or an aborted handshake: a short pause lets others finish.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
