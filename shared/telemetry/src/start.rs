//! Starting and stopping.

use std::{io, panic, thread, time::Duration};

use config::TelemetrySettings;
use opentelemetry::{KeyValue, global, trace::TracerProvider as _};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{ExporterBuildError, LogExporter, SpanExporter};
use opentelemetry_sdk::{
    Resource, logs::SdkLoggerProvider, metrics::SdkMeterProvider, propagation::TraceContextPropagator,
    trace::SdkTracerProvider,
};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt,
    registry::LookupSpan, util::SubscriberInitExt,
};

use crate::{json::JsonLayer, metrics::registry, otlp::Exporters};

/// Libraries that speak too much below this level; a directive in the setting overrides.
const QUIET: &str = "apalis=warn,h2=warn,hyper=warn,hyper_util=warn,opentelemetry=warn,opentelemetry_sdk=warn,\
                     opentelemetry_otlp=warn,reqwest=warn,rustls=warn,sqlx=warn,tower=warn";
/// What must not be sent to the collector, since sending it would make more of it.
const NEVER_SENT: &str = "info,h2=off,hyper=off,hyper_util=off,opentelemetry=off,opentelemetry_sdk=off,\
                          opentelemetry_otlp=off,reqwest=off,rustls=off";
/// Longest wait for the last batch at shutdown.
const FLUSH: Duration = Duration::from_secs(5);

/// Why telemetry could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The setting is no level and no list of directives.
    #[error("AUTOTRACK_LOG is no log level")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The collector's address cannot be used.
    #[error("the OTLP exporter cannot be built")]
    Exporter(#[from] ExporterBuildError),
    /// Somebody has started it already.
    #[error("telemetry is running already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Running telemetry; hand it to [`Telemetry::shutdown`] at the very end.
#[must_use = "without shutdown the last batch is lost"]
pub struct Telemetry {
    tracer: SdkTracerProvider,
    meter: SdkMeterProvider,
    logger: Option<SdkLoggerProvider>,
}

/// Starts JSON logs on standard output, traces, metrics, and export over OTLP when it is configured.
///
/// Also makes ring the one TLS provider of the process, and logs panics.
///
/// # Errors
/// When a setting cannot be used or telemetry runs already.
pub fn start(service: &'static str, settings: &TelemetrySettings) -> Result<Telemetry, StartError> {
    use_ring();
    global::set_text_map_propagator(TraceContextPropagator::new());
    let name = settings.service_name.clone().unwrap_or_else(|| service.to_owned());
    let resource = resource(&name, settings);
    let exporters = settings.otlp_endpoint.as_ref().map(Exporters::to).transpose()?;
    let (spans, metrics, logs) = match exporters {
        Some(Exporters { spans, metrics, logs }) => (Some(spans), Some(metrics), Some(logs)),
        None => (None, None, None),
    };
    let tracer = tracer(resource.clone(), spans);
    let logger = logs.map(|exporter| logger(resource.clone(), exporter));
    subscriber(&name, &settings.log, &tracer, logger.as_ref(), io::stdout)?.try_init()?;
    let meter = registry::start(resource, metrics);
    log_panics();
    Ok(Telemetry { tracer, meter, logger })
}

/// Makes ring the TLS provider of the process; needed before any HTTP client is made, even for plain HTTP.
///
/// [`start`] does it; tests that make clients without starting telemetry call it themselves.
pub fn use_ring() {
    // Fails only when a provider is installed already, and then there is nothing to do.
    drop(rustls::crypto::ring::default_provider().install_default());
}

impl Telemetry {
    /// Sends what is left, for at most five seconds; a collector that does not answer fails nothing.
    pub async fn shutdown(self) {
        // A thread of its own: the runtime would wait for a blocking task of its own without limit.
        let (done, finished) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            drop(self.tracer.shutdown_with_timeout(FLUSH));
            drop(self.meter.shutdown_with_timeout(FLUSH));
            self.logger.map(|logger| logger.shutdown_with_timeout(FLUSH));
            let _ = done.send(());
        });
        drop(tokio::time::timeout(FLUSH, finished).await);
    }
}

fn resource(name: &str, settings: &TelemetrySettings) -> Resource {
    Resource::builder()
        .with_service_name(name.to_owned())
        .with_attributes([
            KeyValue::new("service.namespace", "autotrack"),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()),
            KeyValue::new("deployment.environment.name", settings.environment.as_str()),
        ])
        .build()
}

/// Without an exporter spans still get their ids, which logs and jobs carry on.
fn tracer(resource: Resource, exporter: Option<SpanExporter>) -> SdkTracerProvider {
    let builder = SdkTracerProvider::builder().with_resource(resource);
    match exporter {
        Some(exporter) => builder.with_batch_exporter(exporter).build(),
        None => builder.build(),
    }
}

fn logger(resource: Resource, exporter: LogExporter) -> SdkLoggerProvider {
    SdkLoggerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()
}

/// Every layer filters for itself: a quiet log must not lose the traces.
pub(crate) fn subscriber<W>(
    service: &str,
    log: &str,
    tracer: &SdkTracerProvider,
    logger: Option<&SdkLoggerProvider>,
    writer: W,
) -> Result<impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync, StartError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(format!("{QUIET},{log}"))?;
    let traces = tracing_opentelemetry::layer().with_tracer(tracer.tracer("autotrack")).with_location(false);
    let sent =
        logger.map(|logger| OpenTelemetryTracingBridge::new(logger).with_filter(EnvFilter::new(NEVER_SENT)));
    Ok(Registry::default()
        .with(traces.with_filter(LevelFilter::INFO))
        .with(JsonLayer::new(service, writer).with_filter(filter))
        .with(sent))
}

/// A panic is a log line like any other; the message alone, since a backtrace is not JSON.
fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or("no message");
        tracing::error!(panic.message = message, panic.location = place, "a task panicked");
    }));
}
