//! Exporters over OTLP (HTTP, protobuf), when a collector is configured.
//!
//! The blocking client is meant here: the batch processors run on threads of their own, so telemetry neither needs nor
//! disturbs the threads that serve requests.

use config::Url;
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig as _,
};

/// One exporter for each signal.
pub(crate) struct Exporters {
    pub(crate) spans: SpanExporter,
    pub(crate) metrics: MetricExporter,
    pub(crate) logs: LogExporter,
}

impl Exporters {
    pub(crate) fn to(collector: &Url) -> Result<Self, ExporterBuildError> {
        Ok(Self {
            spans: SpanExporter::builder().with_http().with_endpoint(path(collector, "v1/traces")).build()?,
            metrics: MetricExporter::builder()
                .with_http()
                .with_endpoint(path(collector, "v1/metrics"))
                .build()?,
            logs: LogExporter::builder().with_http().with_endpoint(path(collector, "v1/logs")).build()?,
        })
    }
}

/// The address of one signal below the collector's base address.
fn path(collector: &Url, signal: &str) -> String {
    format!("{}/{signal}", collector.as_str().trim_end_matches('/'))
}
