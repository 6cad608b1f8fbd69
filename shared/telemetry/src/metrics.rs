//! What is measured, as one typed function for each thing that happens.
//!
//! Names and units follow OpenTelemetry's semantic conventions where they have one; durations are seconds. Labels are
//! words from short lists, never ids. The same instruments feed `/metrics` and OTLP.

mod instruments;
mod outcomes;
pub(crate) mod registry;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::job::{JobState, Queue};
use opentelemetry::KeyValue;

use instruments::instruments;
pub use outcomes::{FieldOutcome, JobOutcome, MailOutcome};
pub use registry::render;

/// A request was answered. `route` is the route's pattern, never the path that was asked for.
pub fn http_request(method: &str, route: &str, status: u16, duration: Duration) {
    let labels = [
        KeyValue::new("http.request.method", known_method(method)),
        KeyValue::new("http.route", route.to_owned()),
        KeyValue::new("http.response.status_code", i64::from(status)),
    ];
    instruments().http_request.record(duration.as_secs_f64(), &labels);
}

/// Anybody can make methods up; labels come from a short list.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

/// A request began (`1`) or ended (`-1`).
pub fn http_active(change: i64) {
    instruments().http_active.add(change, &[]);
}

/// A job's run ended after `duration` of work.
pub fn job_finished(queue: Queue, outcome: JobOutcome, duration: Duration) {
    let labels = [KeyValue::new("queue", queue.as_str()), KeyValue::new("outcome", outcome.as_str())];
    instruments().jobs.add(1, &labels);
    let labels = [
        KeyValue::new("messaging.system", "autotrack"),
        KeyValue::new("messaging.operation.name", "process"),
        KeyValue::new("messaging.destination.name", queue.as_str()),
    ];
    instruments().process.record(duration.as_secs_f64(), &labels);
}

/// A job began `wait` after it was due.
pub fn job_started(queue: Queue, wait: Duration) {
    instruments().wait.record(wait.as_secs_f64(), &[KeyValue::new("queue", queue.as_str())]);
}

/// Jobs in one state; report zeros too, or the last figure stays.
pub fn queue_depth(queue: Queue, state: JobState, jobs: u64) {
    let labels = [KeyValue::new("queue", queue.as_str()), KeyValue::new("state", state.as_str())];
    instruments().depth.record(jobs, &labels);
}

/// How long the oldest due job has waited; zero when none waits.
pub fn oldest_job_age(queue: Queue, age: Duration) {
    instruments().oldest.record(age.as_secs_f64(), &[KeyValue::new("queue", queue.as_str())]);
}

/// Slots of this worker that are at work and free.
pub fn worker_slots(busy: u64, idle: u64) {
    instruments().slots.record(busy, &[KeyValue::new("state", "busy")]);
    instruments().slots.record(idle, &[KeyValue::new("state", "idle")]);
}

/// A tick was decided `lag` after its time. `task` is a name of the timetable.
pub fn schedule_tick(task: &'static str, lag: Duration) {
    instruments().lag.record(lag.as_secs_f64(), &[KeyValue::new("task", task)]);
}

/// A scheduled task's last successful end.
pub fn schedule_succeeded(task: &'static str, at: DateTime<Utc>) {
    instruments().last_success.record(at.timestamp() as f64, &[KeyValue::new("task", task)]);
}

/// Something happened to a letter.
pub fn mail(outcome: MailOutcome) {
    instruments().mail.add(1, &[KeyValue::new("outcome", outcome.as_str())]);
}

/// A field of a paper was read or corrected. `field` is a key of the contract.
pub fn ocr_field(field: &str, outcome: FieldOutcome) {
    let labels = [KeyValue::new("field", field.to_owned()), KeyValue::new("outcome", outcome.as_str())];
    instruments().fields.add(1, &labels);
}

/// A page was read in `duration`.
pub fn ocr_page(duration: Duration) {
    instruments().page.record(duration.as_secs_f64(), &[]);
}

/// The result of a health check: `database`, `redis` or `stripe`.
pub fn health(check: &'static str, healthy: bool) {
    instruments().health.record(u64::from(healthy), &[KeyValue::new("check", check)]);
}

/// Connections of the database pool, by state, and its size.
pub fn database_pool(used: u64, idle: u64, max: u64) {
    let pool = || KeyValue::new("db.client.connection.pool.name", "main");
    let state = |state| KeyValue::new("db.client.connection.state", state);
    instruments().pool_count.record(used, &[pool(), state("used")]);
    instruments().pool_count.record(idle, &[pool(), state("idle")]);
    instruments().pool_max.record(max, &[pool()]);
}

/// A connection of the database pool was waited for.
pub fn database_wait(duration: Duration) {
    let label = [KeyValue::new("db.client.connection.pool.name", "main")];
    instruments().pool_wait.record(duration.as_secs_f64(), &label);
}
