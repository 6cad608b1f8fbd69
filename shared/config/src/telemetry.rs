//! Logs, traces and metrics.

use url::Url;

use crate::{Environment, Reader, Section};

/// What is told about the running process, and to whom.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// Stands on traces and metrics as `deployment.environment.name`.
    pub environment: Environment,
    /// Where traces, metrics and logs are sent over OTLP; nothing is sent when unset. The exporter itself reads the
    /// rest of OpenTelemetry's standard variables, such as the headers with the collector's token.
    pub otlp_endpoint: Option<Url>,
    /// Stands on everything sent instead of the binary's own name.
    pub service_name: Option<String>,
    /// What is logged: a level, or `level,target=level`.
    pub log: String,
}

impl Section for TelemetrySettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let endpoint = reader.text(ENDPOINT).unwrap_or_default();
        Self {
            environment: reader.environment(),
            otlp_endpoint: reader.url(ENDPOINT, &endpoint, &["https", "http"]),
            service_name: reader.text("OTEL_SERVICE_NAME"),
            log: reader.text("AUTOTRACK_LOG").unwrap_or_else(|| "info".to_owned()),
        }
    }
}
