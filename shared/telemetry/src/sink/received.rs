//! What a collector received, in words that tests ask for.

use std::collections::{BTreeMap, BTreeSet};

use hyper::body::Bytes;
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
};
use prost::Message;

/// Everything that was received.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// Ended spans, in the order in which they came.
    pub spans: Vec<ReceivedSpan>,
    /// Log records.
    pub logs: Vec<ReceivedLog>,
    /// Names of metrics.
    pub metrics: BTreeSet<String>,
}

/// A span; ids are lower-case hexadecimal.
#[derive(Debug, Clone)]
pub struct ReceivedSpan {
    /// `service.name` of its sender.
    pub service: String,
    /// Its name.
    pub name: String,
    /// The trace it belongs to.
    pub trace_id: String,
    /// Its own id.
    pub span_id: String,
    /// The id of its parent; empty for a root.
    pub parent_id: String,
    /// Trace ids of the spans it is linked to.
    pub linked_traces: Vec<String>,
    /// Attributes as text.
    pub attributes: BTreeMap<String, String>,
}

/// A log record.
#[derive(Debug, Clone)]
pub struct ReceivedLog {
    /// `service.name` of its sender.
    pub service: String,
    /// Its message.
    pub body: String,
    /// The trace it was written in; empty outside of one.
    pub trace_id: String,
}

impl Received {
    /// The spans of one name.
    pub fn named(&self, name: &str) -> Vec<&ReceivedSpan> {
        self.spans.iter().filter(|span| span.name == name).collect()
    }

    /// Takes in one export; false when it is none.
    pub(super) fn take(&mut self, path: &str, body: Bytes) -> bool {
        match path {
            "/v1/traces" => {
                ExportTraceServiceRequest::decode(body).map(|export| self.take_spans(export)).is_ok()
            }
            "/v1/logs" => ExportLogsServiceRequest::decode(body).map(|export| self.take_logs(export)).is_ok(),
            "/v1/metrics" => {
                ExportMetricsServiceRequest::decode(body).map(|export| self.take_metrics(export)).is_ok()
            }
            _ => false,
        }
    }

    fn take_spans(&mut self, export: ExportTraceServiceRequest) {
        for group in export.resource_spans {
            let service = service(group.resource.as_ref());
            self.spans.extend(group.scope_spans.into_iter().flat_map(|scope| scope.spans).map(|span| {
                ReceivedSpan {
                    service: service.clone(),
                    name: span.name,
                    trace_id: hex::encode(&span.trace_id),
                    span_id: hex::encode(&span.span_id),
                    parent_id: hex::encode(&span.parent_span_id),
                    linked_traces: span.links.iter().map(|link| hex::encode(&link.trace_id)).collect(),
                    attributes: span.attributes.into_iter().map(attribute).collect(),
                }
            }));
        }
    }

    fn take_logs(&mut self, export: ExportLogsServiceRequest) {
        for group in export.resource_logs {
            let service = service(group.resource.as_ref());
            let records = group.scope_logs.into_iter().flat_map(|scope| scope.log_records);
            self.logs.extend(records.map(|record| ReceivedLog {
                service: service.clone(),
                body: text(record.body),
                trace_id: hex::encode(&record.trace_id),
            }));
        }
    }

    fn take_metrics(&mut self, export: ExportMetricsServiceRequest) {
        let scopes = export.resource_metrics.into_iter().flat_map(|group| group.scope_metrics);
        self.metrics.extend(scopes.flat_map(|scope| scope.metrics).map(|metric| metric.name));
    }
}

fn service(resource: Option<&Resource>) -> String {
    let named = |attribute: &&KeyValue| attribute.key == "service.name";
    let attributes = resource.map(|resource| resource.attributes.as_slice()).unwrap_or_default();
    attributes.iter().find(named).map(|attribute| text(attribute.value.clone())).unwrap_or_default()
}

fn attribute(attribute: KeyValue) -> (String, String) {
    (attribute.key, text(attribute.value))
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        Some(Value::BoolValue(flag)) => flag.to_string(),
        _ => String::new(),
    }
}
