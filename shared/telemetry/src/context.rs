//! W3C trace context: how one trace crosses from a request to a job and on to a letter.

use std::collections::HashMap;

use opentelemetry::{
    Context,
    propagation::TextMapPropagator,
    trace::{SpanContext, TraceContextExt},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const HEADER: &str = "traceparent";

/// The current span as a `traceparent` header, to be kept beside a job; nothing outside of a trace.
pub fn current_traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove(HEADER)
}

/// Makes `span` a child of `traceparent`, so that both belong to one trace.
///
/// Must be called before the span is entered for the first time; a malformed `traceparent` is ignored.
pub fn set_parent(span: &Span, traceparent: &str) {
    if let Some(remote) = parse(traceparent)
        && span.set_parent(Context::new().with_remote_span_context(remote)).is_err()
    {
        tracing::debug!("a span could not join its trace");
    }
}

/// Names `span` anew, once what it is about is known; recording `otel.name` has no effect on a span that was entered.
pub fn rename(span: &Span, name: String) {
    span.context().span().update_name(name);
}

/// Links `span`, which stays in a trace of its own, to `traceparent`: for retries, ticks and batches.
pub fn add_link(span: &Span, traceparent: &str) {
    if let Some(remote) = parse(traceparent) {
        span.add_link(remote);
    }
}

fn parse(traceparent: &str) -> Option<SpanContext> {
    let carrier = HashMap::from([(HEADER.to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    let span_context = context.span().span_context().clone();
    span_context.is_valid().then_some(span_context)
}
