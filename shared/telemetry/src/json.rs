//! One JSON object per log line.

use std::io::Write;

use chrono::SecondsFormat;
use domain::clock::Clock;
use opentelemetry::{Context as OtelContext, trace::TraceContextExt};
use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    fmt::MakeWriter,
    layer::Context,
    registry::{LookupSpan, Scope},
};

use crate::fields::Fields;

/// Writes every event as one line: time, level, service, target, message, trace, then the dotted fields of the spans
/// around it and its own.
///
/// Its own layer because the one of `tracing-subscriber` neither flattens span fields nor knows the trace.
pub(crate) struct JsonLayer<W> {
    service: String,
    clock: Clock,
    writer: W,
}

impl<W> JsonLayer<W> {
    pub(crate) fn new(service: impl Into<String>, writer: W) -> Self {
        Self { service: service.into(), clock: Clock::system(), writer }
    }

    fn head(&self, event: &Event<'_>) -> Map<String, Value> {
        let mut line = Map::new();
        let time = self.clock.now().to_rfc3339_opts(SecondsFormat::Micros, true);
        line.insert("timestamp".to_owned(), time.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("service".to_owned(), self.service.as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        let context = OtelContext::current();
        let span = context.span();
        if span.span_context().is_valid() {
            line.insert("trace_id".to_owned(), span.span_context().trace_id().to_string().into());
            line.insert("span_id".to_owned(), span.span_context().span_id().to_string().into());
        }
        line
    }
}

impl<S, W> Layer<S> for JsonLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = self.head(event);
        line.extend(context.event_scope(event).map(span_fields).unwrap_or_default());
        let mut own = Fields::default();
        event.record(&mut own);
        line.extend(own.0);
        let mut bytes = serde_json::to_vec(&line).expect("a map of plain values is always JSON");
        bytes.push(b'\n');
        // A log that cannot be written must not stop the product, and there is nowhere to say so.
        drop(self.writer.make_writer_for(event.metadata()).write_all(&bytes));
    }
}

/// The fields of the spans around an event, outermost first. `otel.*` fields speak to the tracer only.
fn span_fields<'a, S: LookupSpan<'a>>(scope: Scope<'a, S>) -> Map<String, Value> {
    let mut gathered = Map::new();
    for span in scope.from_root() {
        if let Some(fields) = span.extensions().get::<Fields>() {
            let seen = fields.0.iter().filter(|(name, _)| !name.starts_with("otel."));
            gathered.extend(seen.map(|(name, value)| (name.clone(), value.clone())));
        }
    }
    gathered
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use config::SecretString;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use serde_json::Value;
    use tracing::{error, info, info_span};

    use super::*;
    use crate::start::subscriber;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that `speak` logs at the level of `filter`.
    fn logged(filter: &str, speak: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let tracer = SdkTracerProvider::builder().build();
        let subscriber = subscriber("autotrack-test", filter, &tracer, None, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, speak);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_is_json_with_trace_time_and_dotted_fields() {
        let lines = logged("info", || {
            let request =
                info_span!("request", http.route = "/api/documents", job.id = tracing::field::Empty);
            request.in_scope(|| {
                request.record("job.id", "j1");
                info_span!("store", otel.name = "put")
                    .in_scope(|| info!(document.pages = 3, "document stored"));
                info!("answered");
            });
        });
        let line = &lines[0];
        assert_eq!(line["message"], "document stored");
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["service"], "autotrack-test");
        assert_eq!(line["document.pages"], 3);
        assert_eq!(line["http.route"], "/api/documents");
        assert_eq!(line["job.id"], "j1");
        assert!(line.get("otel.name").is_none());
        assert!(chrono::DateTime::parse_from_rfc3339(line["timestamp"].as_str().unwrap()).is_ok());
        assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
        assert_eq!(line["span_id"].as_str().unwrap().len(), 16);
        assert_eq!(lines[1]["trace_id"], line["trace_id"]);
        assert_ne!(lines[1]["span_id"], line["span_id"]);
    }

    #[test]
    fn a_line_outside_of_a_trace_claims_none() {
        let lines = logged("info", || info!("started"));
        assert!(lines[0].get("trace_id").is_none());
    }

    #[test]
    fn a_quiet_log_keeps_the_trace() {
        let lines = logged("error", || {
            info_span!("request").in_scope(|| {
                info!("not shown");
                error!("shown");
            });
        });
        assert_eq!(lines.len(), 1);
        assert!(lines[0]["trace_id"].is_string());
    }

    #[test]
    fn secrets_are_redacted() {
        let secret = SecretString::from("hunter2".to_owned());
        let key = config::Key::new("2026-11", b"hunter2");
        let lines = logged("info", || info!(smtp.url = ?secret, jwt.key = ?key, "configured"));
        let text = lines[0].to_string();
        assert!(!text.contains("hunter2") && text.contains("REDACTED"), "{text}");
        assert!(!text.contains("104, 117"), "{text}");
    }

    #[test]
    fn an_error_is_told_with_its_causes_on_one_line() {
        #[derive(Debug, thiserror::Error)]
        #[error("the page cannot be stored")]
        struct Outer(#[source] io::Error);
        let outer = Outer(io::Error::other("disk\nfull"));
        let lines = logged("info", || error!(error = &outer as &dyn std::error::Error, "upload failed"));
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["error"], "the page cannot be stored: disk\nfull");
    }
}
