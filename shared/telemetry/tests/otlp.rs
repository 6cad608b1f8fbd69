//! Export to a collector, and one trace across processes. In a process of its own, since telemetry starts only once.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use config::TelemetrySettings;
use telemetry::{add_link, current_traceparent, metrics, set_parent, sink::OtlpSink};
use tracing::{Instrument as _, info, info_span};

async fn request() -> String {
    tokio::task::yield_now().await;
    info!("upload accepted");
    current_traceparent().unwrap()
}

#[tokio::test]
async fn one_trace_goes_on_in_the_job_and_a_retry_is_linked() {
    let sink = OtlpSink::start().await.unwrap();
    let url = sink.url();
    let settings: TelemetrySettings =
        config::load_from(&|name| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| url.clone())).unwrap();
    let telemetry = telemetry::start("autotrack-test", &settings).unwrap();
    assert!(telemetry::start("autotrack-test", &settings).is_err(), "telemetry started twice");

    assert!(current_traceparent().is_none());
    let traceparent = request().instrument(info_span!("request", http.route = "/api/documents")).await;
    let job = info_span!("job", queue = "ocr");
    set_parent(&job, &traceparent);
    job.in_scope(|| info_span!("page").in_scope(|| info!("page read")));
    let retry = info_span!("retry");
    add_link(&retry, &traceparent);
    retry.in_scope(|| ());
    let stray = info_span!("stray");
    set_parent(&stray, "00-nonsense");
    stray.in_scope(|| ());
    drop((job, retry, stray));
    metrics::mail(metrics::MailOutcome::Sent);
    telemetry.shutdown().await;

    let received =
        sink.wait_until(Duration::from_secs(5), |it| it.spans.len() >= 5 && !it.metrics.is_empty()).await;
    let one = |name: &str| {
        let spans = received.named(name);
        assert_eq!(spans.len(), 1, "{name}: {received:?}");
        spans[0].clone()
    };
    let (request, job, page, retry, stray) =
        (one("request"), one("job"), one("page"), one("retry"), one("stray"));
    assert_eq!(request.service, "autotrack-test");
    assert_eq!(request.attributes["http.route"], "/api/documents");
    assert_eq!(traceparent, format!("00-{}-{}-01", request.trace_id, request.span_id));
    assert_eq!((&job.trace_id, &job.parent_id), (&request.trace_id, &request.span_id));
    assert_eq!((&page.trace_id, &page.parent_id), (&request.trace_id, &job.span_id));
    assert_ne!(retry.trace_id, request.trace_id);
    assert_eq!(retry.linked_traces, [request.trace_id.as_str()]);
    assert!(stray.parent_id.is_empty());

    let log = received.logs.iter().find(|log| log.body == "page read").unwrap();
    assert_eq!(log.trace_id, request.trace_id);
    assert!(received.metrics.contains("autotrack.mail"), "{:?}", received.metrics);
}
