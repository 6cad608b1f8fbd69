//! Examples of jobs, queues and the timetable.

use serde_json::{Value, json};

pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "Job.kind" | "JobDetail.kind" | "RunningJob.kind" | "RetryFailedForm.kind" => json!("send_letter"),
        "dead_reason" => json!("failed"),
        "attempt" => json!(3),
        "max_attempts" => json!(12),
        "worker" | "Worker.name" => json!("worker-1-01KB3Z9V5T2M8Q4W6X7Y8Z9A0B"),
        "host" => json!("worker-1"),
        "Job.error" | "JobDetail.error" | "JobAttempt.error" | "last_error" => {
            json!("450 4.2.1 greylisted, try again later")
        }
        "outcome" => json!("retry"),
        "payload" => json!({ "letter_id": 4711 }),
        "payload_version" => json!(1),
        "crash_count" | "priority" => json!(0),
        "unique_key" => json!("letter:4711"),
        "trace_id" => json!("4bf92f3577b34da6a3ce929d0e0e4736"),
        "done_per_minute" => json!(12.4),
        "failed_per_minute" => json!(0.2),
        "is_draining" | "last_run_by_hand" => json!(false),
        "JobSchedule.name" => json!("check_system_health"),
        "cron" => json!("0 0 * * * *"),
        "time_zone" => json!("Europe/Paris"),
        "JobsRetried.count" => json!(17),
        _ => return None,
    };
    Some(value)
}
