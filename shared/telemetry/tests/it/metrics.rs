//! Names, units and labels as Prometheus sees them: dashboards and alerts answer to them.

use std::time::Duration;

use chrono::DateTime;
use domain::job::{JobState, Queue};
use telemetry::metrics::{self, FieldOutcome, JobOutcome, MailOutcome};

fn measure_everything() {
    metrics::http_request("GET", "/api/vehicles/:id", 200, Duration::from_millis(20));
    metrics::http_active(1);
    metrics::job_started(Queue::Ocr, Duration::from_millis(30));
    metrics::job_finished(Queue::Ocr, JobOutcome::Done, Duration::from_millis(1500));
    metrics::queue_depth(Queue::Ocr, JobState::Ready, 3);
    metrics::oldest_job_age(Queue::Ocr, Duration::from_secs(4));
    metrics::worker_slots(1, 2);
    metrics::schedule_tick("check_system_health", Duration::from_millis(250));
    metrics::schedule_succeeded("check_system_health", DateTime::UNIX_EPOCH);
    metrics::mail(MailOutcome::Sent);
    metrics::ocr_field("vin", FieldOutcome::Doubtful);
    metrics::ocr_page(Duration::from_secs(2));
    metrics::health("stripe", false);
    metrics::database_pool(2, 3, 10);
    metrics::database_wait(Duration::from_millis(1));
}

#[test]
fn every_metric_has_the_name_and_labels_that_dashboards_ask_for() {
    measure_everything();
    let text = metrics::render();
    for line in [
        "http_server_request_duration_seconds_bucket{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/api/vehicles/:id\",le=\"0.025\"} 1",
        "http_server_active_requests 1",
        "autotrack_job_wait_duration_seconds_bucket{queue=\"ocr\",le=\"0.05\"} 1",
        "autotrack_jobs_total{outcome=\"done\",queue=\"ocr\"} 1",
        "messaging_process_duration_seconds_count{messaging_destination_name=\"ocr\",messaging_operation_name=\"process\",messaging_system=\"autotrack\"} 1",
        "autotrack_queue_depth{queue=\"ocr\",state=\"ready\"} 3",
        "autotrack_queue_oldest_job_age_seconds{queue=\"ocr\"} 4",
        "autotrack_worker_slots{state=\"busy\"} 1",
        "autotrack_worker_slots{state=\"idle\"} 2",
        "autotrack_schedule_lag_seconds{task=\"check_system_health\"} 0.25",
        "autotrack_schedule_last_success_timestamp_seconds{task=\"check_system_health\"} 0",
        "autotrack_mail_total{outcome=\"sent\"} 1",
        "autotrack_ocr_fields_total{field=\"vin\",outcome=\"doubtful\"} 1",
        "autotrack_ocr_page_duration_seconds_count 1",
        "autotrack_health{check=\"stripe\"} 0",
        "db_client_connection_count{db_client_connection_pool_name=\"main\",db_client_connection_state=\"used\"} 2",
        "db_client_connection_max{db_client_connection_pool_name=\"main\"} 10",
        "db_client_connection_wait_time_seconds_count{db_client_connection_pool_name=\"main\"} 1",
    ] {
        assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
    }
}

#[test]
fn made_up_methods_share_one_label() {
    metrics::http_request("BREW", "/coffee", 405, Duration::ZERO);
    let text = metrics::render();
    assert!(text.contains("http_request_method=\"_OTHER\"") && !text.contains("BREW"), "{text}");
}
