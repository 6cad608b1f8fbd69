//! Logs, traces, metrics, the operations port and shutdown.
