//! The instruments: names, units and bucket boundaries.

use std::sync::LazyLock;

use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};

use super::registry;

/// Answers to people, from 5 ms to 10 s: the boundaries that OpenTelemetry recommends for HTTP.
const REQUEST: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Work in the background, from 5 ms to 10 minutes.
const JOB: [f64; 15] =
    [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0];
/// Waiting in a queue: milliseconds when idle, an hour when something is wrong.
const WAIT: [f64; 15] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0];

pub(super) struct Instruments {
    pub(super) http_request: Histogram<f64>,
    pub(super) http_active: UpDownCounter<i64>,
    pub(super) jobs: Counter<u64>,
    pub(super) process: Histogram<f64>,
    pub(super) wait: Histogram<f64>,
    pub(super) depth: Gauge<u64>,
    pub(super) oldest: Gauge<f64>,
    pub(super) slots: Gauge<u64>,
    pub(super) lag: Gauge<f64>,
    pub(super) last_success: Gauge<f64>,
    pub(super) mail: Counter<u64>,
    pub(super) fields: Counter<u64>,
    pub(super) page: Histogram<f64>,
    pub(super) health: Gauge<u64>,
    pub(super) pool_count: Gauge<u64>,
    pub(super) pool_max: Gauge<u64>,
    pub(super) pool_wait: Histogram<f64>,
}

/// The instruments of this process.
pub(super) fn instruments() -> &'static Instruments {
    static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(|| Instruments::of(&registry::meter()));
    &INSTRUMENTS
}

impl Instruments {
    fn of(meter: &Meter) -> Self {
        Self {
            http_request: seconds(
                meter,
                "http.server.request.duration",
                "Time to answer a request",
                &REQUEST,
            ),
            http_active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_unit("{request}")
                .with_description("Requests being answered")
                .build(),
            jobs: counter(meter, "autotrack.jobs", "{job}", "Runs of jobs that ended"),
            process: seconds(meter, "messaging.process.duration", "Time a job was at work", &JOB),
            wait: seconds(meter, "autotrack.job.wait.duration", "Time from due to started", &WAIT),
            depth: gauge(meter, "autotrack.queue.depth", "{job}", "Jobs in a queue by state"),
            oldest: gauge_seconds(meter, "autotrack.queue.oldest_job.age", "Wait of the oldest due job"),
            slots: gauge(meter, "autotrack.worker.slots", "{slot}", "Slots of a worker by state"),
            lag: gauge_seconds(meter, "autotrack.schedule.lag", "Delay of the last tick"),
            last_success: gauge_seconds(
                meter,
                "autotrack.schedule.last_success.timestamp",
                "Unix time of the last successful end of a scheduled task",
            ),
            mail: counter(meter, "autotrack.mail", "{letter}", "Letters by outcome"),
            fields: counter(meter, "autotrack.ocr.fields", "{field}", "Fields read from papers by outcome"),
            page: seconds(meter, "autotrack.ocr.page.duration", "Time to read a page", &JOB),
            health: gauge(meter, "autotrack.health", "{check}", "1 when the last check was healthy, else 0"),
            pool_count: gauge(meter, "db.client.connection.count", "{connection}", "Connections of the pool"),
            pool_max: gauge(
                meter,
                "db.client.connection.max",
                "{connection}",
                "Most connections of the pool",
            ),
            pool_wait: seconds(meter, "db.client.connection.wait_time", "Wait for a connection", &REQUEST),
        }
    }
}

fn seconds(
    meter: &Meter,
    name: &'static str,
    description: &'static str,
    boundaries: &[f64],
) -> Histogram<f64> {
    let builder = meter.f64_histogram(name).with_unit("s").with_description(description);
    builder.with_boundaries(boundaries.to_vec()).build()
}

fn counter(meter: &Meter, name: &'static str, unit: &'static str, description: &'static str) -> Counter<u64> {
    meter.u64_counter(name).with_unit(unit).with_description(description).build()
}

fn gauge(meter: &Meter, name: &'static str, unit: &'static str, description: &'static str) -> Gauge<u64> {
    meter.u64_gauge(name).with_unit(unit).with_description(description).build()
}

fn gauge_seconds(meter: &Meter, name: &'static str, description: &'static str) -> Gauge<f64> {
    meter.f64_gauge(name).with_unit("s").with_description(description).build()
}
