//! One meter provider with two readers: text for Prometheus, and OTLP when it is configured.

use std::sync::OnceLock;

use opentelemetry::{
    global,
    metrics::{Meter, MeterProvider as _},
};
use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};
use prometheus::TextEncoder;

/// Set once: by [`start`], or by the first measurement of a process that never starts telemetry, such as a test.
static METRICS: OnceLock<Metrics> = OnceLock::new();

struct Metrics {
    provider: SdkMeterProvider,
    text: prometheus::Registry,
}

/// Starts the provider with an exporter.
pub(crate) fn start(resource: Resource, exporter: Option<MetricExporter>) -> SdkMeterProvider {
    let metrics = METRICS.get_or_init(|| Metrics::new(resource, exporter));
    global::set_meter_provider(metrics.provider.clone());
    metrics.provider.clone()
}

pub(super) fn meter() -> Meter {
    metrics().provider.meter("autotrack")
}

/// Every metric in the text format of Prometheus.
pub fn render() -> String {
    TextEncoder::new().encode_to_string(&metrics().text.gather()).unwrap_or_else(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "metrics cannot be written");
        String::new()
    })
}

fn metrics() -> &'static Metrics {
    METRICS.get_or_init(|| Metrics::new(Resource::builder().build(), None))
}

impl Metrics {
    fn new(resource: Resource, exporter: Option<MetricExporter>) -> Self {
        let text = prometheus::Registry::new();
        let reader = opentelemetry_prometheus::exporter()
            .with_registry(text.clone())
            .scope_info_enabled(false)
            .build()
            .expect("a fresh registry takes its only collector");
        let builder = SdkMeterProvider::builder().with_resource(resource).with_reader(reader);
        let provider = match exporter {
            Some(exporter) => builder.with_periodic_exporter(exporter).build(),
            None => builder.build(),
        };
        Self { provider, text }
    }
}
