//! The operations port.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use config::OpsSettings;
use domain::job::{JobState, Queue};
use telemetry::{
    Shutdown, metrics,
    ops::{self, OpsServer, Probes},
};

use crate::get;

async fn serve(shutdown: &Shutdown, probes: Probes) -> OpsServer {
    ops::serve(&OpsSettings { addr: "127.0.0.1:0".parse().unwrap() }, shutdown, probes).await.unwrap()
}

#[tokio::test]
async fn live_and_ready_answer_with_and_without_the_slash() {
    let server = serve(&Shutdown::new(), Probes::new()).await;
    for path in ["/live", "/live/", "/ready", "/ready/"] {
        assert_eq!(get(server.addr(), path).await.0, 200, "{path}");
    }
    assert_eq!(get(server.addr(), "/").await.0, 404);
}

#[tokio::test]
async fn a_failed_check_is_named_and_ends_readiness_but_not_life() {
    let up = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&up);
    let probes = Probes::new().check("redis", || async { Ok(()) }).check("database", move || {
        let up = seen.load(Ordering::SeqCst);
        async move { if up { Ok(()) } else { Err("connection refused".to_owned()) } }
    });
    let server = serve(&Shutdown::new(), probes).await;
    assert_eq!(get(server.addr(), "/ready").await.0, 200);
    up.store(false, Ordering::SeqCst);
    let (status, body) = get(server.addr(), "/ready").await;
    assert_eq!(status, 503);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["checks"]["database"], "connection refused");
    assert_eq!(body["checks"]["redis"], "ok");
    assert_eq!(get(server.addr(), "/live").await.0, 200);
}

#[tokio::test]
async fn a_check_that_hangs_counts_as_failed() {
    let server = serve(&Shutdown::new(), Probes::new().check("database", std::future::pending)).await;
    let answer = tokio::time::timeout(Duration::from_secs(4), get(server.addr(), "/ready")).await.unwrap();
    assert_eq!(answer.0, 503);
    assert!(answer.1.contains("no answer within 2 s"), "{}", answer.1);
}

#[tokio::test]
async fn a_drain_ends_readiness_while_metrics_go_on() {
    let shutdown = Shutdown::new();
    let server = serve(&shutdown, Probes::new()).await;
    shutdown.request("test");
    let (status, body) = get(server.addr(), "/ready/").await;
    assert_eq!((status, body.contains("draining")), (503, true));
    assert_eq!(get(server.addr(), "/metrics").await.0, 200);
    assert_eq!(get(server.addr(), "/live/").await.0, 200);
}

#[tokio::test]
async fn observers_run_before_each_scrape() {
    let depth = Arc::new(AtomicU64::new(7));
    let asked = Arc::clone(&depth);
    let probes = Probes::new().observer(move || {
        let jobs = asked.load(Ordering::SeqCst);
        async move { metrics::queue_depth(Queue::Billing, JobState::Ready, jobs) }
    });
    let server = serve(&Shutdown::new(), probes).await;
    let line = |jobs| format!("autotrack_queue_depth{{queue=\"billing\",state=\"ready\"}} {jobs}\n");
    let (_, text) = get(server.addr(), "/metrics").await;
    assert!(text.contains(&line(7)), "{text}");
    depth.store(8, Ordering::SeqCst);
    let (_, text) = get(server.addr(), "/metrics").await;
    assert!(text.contains(&line(8)), "{text}");
}

#[tokio::test]
async fn only_reading_is_allowed() {
    let server = serve(&Shutdown::new(), Probes::new()).await;
    let response =
        reqwest::Client::new().post(format!("http://{}/metrics", server.addr())).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 405);
}

#[tokio::test]
async fn a_dropped_server_stops_listening() {
    let server = serve(&Shutdown::new(), Probes::new()).await;
    let addr = server.addr();
    telemetry::use_ring();
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(reqwest::get(format!("http://{addr}/live")).await.is_err());
}

#[tokio::test]
async fn sigterm_trips_the_shutdown() {
    let shutdown = Shutdown::listen().unwrap();
    let pid = std::process::id().to_string();
    // The shell's own `kill`: a bare system has no program of that name.
    let kill = ["-c", "kill -TERM \"$0\"", &pid];
    assert!(std::process::Command::new("sh").args(kill).status().unwrap().success());
    tokio::time::timeout(Duration::from_secs(2), shutdown.requested()).await.unwrap();
    assert!(shutdown.token().is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn a_drain_is_bounded() {
    let grace = Duration::from_secs(20);
    assert_eq!(Shutdown::drain("quick work", grace, async { 1 }).await, Some(1));
    assert_eq!(Shutdown::drain("endless work", grace, std::future::pending::<()>()).await, None);
}
