//! Telemetry as collectors, scrapers and probes see it: over HTTP.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod metrics;
mod ops;

use std::net::SocketAddr;

/// Status and body of a GET.
async fn get(addr: SocketAddr, path: &str) -> (u16, String) {
    telemetry::use_ring();
    let response = reqwest::get(format!("http://{addr}{path}")).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}
