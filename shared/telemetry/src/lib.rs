//! Logs, traces, metrics, the operations port and shutdown.
//!
//! A binary calls [`start`] first, [`Shutdown::listen`] next, and [`ops::serve`] with its probes; it ends with
//! [`Telemetry::shutdown`]. Everything else is plain `tracing` spans and events, and the functions of [`metrics`].

mod context;
mod fields;
mod json;
pub mod metrics;
pub mod ops;
mod otlp;
mod shutdown;
#[cfg(feature = "sink")]
pub mod sink;
mod start;

pub use context::{add_link, current_traceparent, rename, set_parent};
pub use shutdown::Shutdown;
pub use start::{StartError, Telemetry, start, use_ring};
