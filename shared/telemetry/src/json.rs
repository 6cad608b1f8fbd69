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
