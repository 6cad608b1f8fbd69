//! From a request to a letter, through three processes: one trace.

use std::time::Duration;

use telemetry::sink::{OtlpSink, Received};

use crate::house::{House, PATIENCE};

/// Who makes which spans of one upload.
const SPANS: [(&str, &str); 4] = [
    ("autotrack-api", "POST /api/documents/"),
    ("autotrack-worker", "process analyze_document"),
    ("autotrack-worker", "read_paper"),
    ("autotrack-worker", "process send_letter"),
];

/// The traces of the spans of this name and service.
fn traces(received: &Received, (service, name): (&str, &str)) -> Vec<String> {
    let spans = received.named(name).into_iter().filter(|span| span.service == service);
    spans.map(|span| span.trace_id.clone()).collect()
}

#[tokio::test]
async fn one_upload_is_one_trace_from_the_request_to_the_letter() {
    let collector = OtlpSink::start().await.unwrap();
    let endpoint = collector.url();
    let quick = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "200")];
    let mut house = House::open_with(&quick).await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    let paper = camille.send("invoice/clean/inv_clean_002.pdf").await;
    camille.until_read(&paper).await;
    house.until_idle().await;

    let is_whole = |received: &Received| {
        let [request, rest @ ..] = SPANS.map(|span| traces(received, span));
        request.len() == 1 && rest.iter().all(|traces| traces.contains(&request[0]))
    };
    let received = collector.wait_until(PATIENCE.min(Duration::from_secs(30)), is_whole).await;
    let seen: Vec<_> =
        received.spans.iter().map(|span| (&span.service, &span.name, &span.trace_id)).collect();
    assert!(is_whole(&received), "{seen:#?}");
}
