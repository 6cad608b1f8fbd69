//! Jobs over a real PostgreSQL and a real Redis, one file for each group of numbered rules.
//!
//! Every test has a database and a Redis namespace of its own, so that all run side by side.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod claim;
mod console;
mod cron;
mod drain;
mod enqueue;
mod finish;
mod payload;
mod process;
mod redis;
mod relay;
mod rescue;
mod retention;
mod retry;
mod support;
