//! Single sections: defaults, key rings, queues and places.

use std::path::Path;

use config::{
    Environment, FilesPlace, S3Credentials, Settings, TelemetrySettings, WorkerSettings, load_from,
};
use domain::job::Queue;

use crate::{changed, refused};

fn development() -> Settings {
    Settings::from_lookup(|name| match name {
        "AUTOTRACK_ENV" => Some("development".into()),
        "DATABASE_URL" => Some("postgres:///autotrack?host=/tmp/pg".into()),
        "REDIS_URL" => Some("redis+unix:///tmp/redis.sock".into()),
        _ => None,
    })
    .unwrap()
}

#[test]
fn development_needs_only_the_two_services() {
    let settings = development();
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.ops.addr.port(), 0);
    assert!(settings.http.rate_limit_factor > 1);
    assert!(settings.stripe.key.is_none());
    assert!(matches!(settings.files.place, FilesPlace::Folder(path) if path == Path::new(".dev/files")));
}

#[test]
fn the_development_rings_differ() {
    let keys = development().keys;
    assert_ne!(keys.jwt.newest().secret(), keys.refresh.newest().secret());
    assert_ne!(keys.jwt.newest().secret(), keys.pepper.newest().secret());
}

#[test]
fn a_command_reads_only_its_own_section() {
    let worker: WorkerSettings = load_from(&|_| None).unwrap();
    assert_eq!(worker.queues, Queue::ALL);
    let telemetry: TelemetrySettings = load_from(&|_| None).unwrap();
    assert_eq!((telemetry.log.as_str(), telemetry.otlp_endpoint), ("info", None));
}

#[test]
fn the_newest_key_signs_and_an_older_one_is_found() {
    let ring = "new:bmV3ZXIgYnl0ZXMgdGhhdCBhcmUgbG9uZyBlbm91Z2ghISE=,old:b2xkZXIgYnl0ZXMgdGhhdCBhcmUgbG9uZyBlbm91Z2ghISE=";
    let jwt = changed(&[("AUTOTRACK_JWT_KEYS", ring)]).unwrap().keys.jwt;
    assert_eq!(jwt.newest().kid(), "new");
    assert_eq!(jwt.find("old").unwrap().secret(), b"older bytes that are long enough!!!");
    assert!(jwt.find("older").is_none());
    assert_eq!(jwt.all().len(), 2);
}

#[test]
fn unusable_rings_are_refused() {
    let good = "bmV3ZXIgYnl0ZXMgdGhhdCBhcmUgbG9uZyBlbm91Z2ghISE=";
    let bad =
        ["nothing", "k:c2hvcnQ=", "k:***", ":bm8=", &format!("a b:{good}"), &format!("a:{good},a:{good}")];
    for ring in bad {
        assert_eq!(refused(&[("AUTOTRACK_PEPPER_KEYS", ring)]), ["AUTOTRACK_PEPPER_KEYS"], "{ring}");
    }
}

#[test]
fn a_push_key_has_exactly_32_bytes() {
    let longer = "k:b2xkZXIgYnl0ZXMgdGhhdCBhcmUgbG9uZyBlbm91Z2ghISE=";
    changed(&[("AUTOTRACK_PEPPER_KEYS", longer)]).unwrap();
    assert_eq!(refused(&[("AUTOTRACK_VAPID_KEYS", longer)]), ["AUTOTRACK_VAPID_KEYS"]);
}

#[test]
fn queues_and_their_concurrency_are_chosen() {
    let chosen = [("AUTOTRACK_WORKER_QUEUES", "ocr, mail,ocr"), ("AUTOTRACK_WORKER_CONCURRENCY", "ocr=3")];
    let worker = changed(&chosen).unwrap().worker;
    assert_eq!(worker.queues, [Queue::Mail, Queue::Ocr]);
    assert_eq!(worker.concurrency(Queue::Ocr), 3);
    assert_eq!(worker.concurrency(Queue::Mail), 4);
    assert_eq!(refused(&[("AUTOTRACK_WORKER_QUEUES", "letters")]), ["AUTOTRACK_WORKER_QUEUES"]);
    assert_eq!(refused(&[("AUTOTRACK_WORKER_CONCURRENCY", "ocr=0")]), ["AUTOTRACK_WORKER_CONCURRENCY"]);
}

#[test]
fn a_bucket_is_reached_with_what_is_set() {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIA"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-3"),
        ("AWS_ENDPOINT_URL", "https://s3.example"),
    ];
    let FilesPlace::S3(s3) = changed(&keys).unwrap().files.place else { panic!("not S3") };
    assert_eq!(
        (s3.bucket.as_str(), s3.prefix.as_str(), s3.region.as_str()),
        ("papers", "autotrack", "eu-west-3")
    );
    assert!(matches!(s3.credentials, S3Credentials::Keys { .. }));
    assert_eq!(refused(&keys[..1]), ["AWS_SECRET_ACCESS_KEY"]);
}

#[test]
fn values_that_cannot_work_are_refused() {
    assert_eq!(refused(&[("AUTOTRACK_DATABASE_POOL", "0")]), ["AUTOTRACK_DATABASE_POOL"]);
    assert_eq!(refused(&[("AUTOTRACK_UPLOAD_LIMIT", "20MB")]), ["AUTOTRACK_UPLOAD_LIMIT"]);
    assert_eq!(refused(&[("AUTOTRACK_OPS_ADDR", "9090")]), ["AUTOTRACK_OPS_ADDR"]);
    assert_eq!(refused(&[("REDIS_URL", "rediss://redis:6379")]), ["REDIS_URL"]);
}

#[test]
fn operators_are_addresses_and_the_key_for_events_is_long() {
    let mail = |name: &'static str, value: &'static str| {
        load_from::<config::MailSettings>(&|asked| {
            if asked == name {
                Some(value.to_owned())
            } else {
                (asked == "AUTOTRACK_ENV").then(|| "test".to_owned())
            }
        })
    };
    let operators = mail("AUTOTRACK_OPERATORS", " ops@exemple.fr, zoe@exemple.fr ,").unwrap().operators;
    assert_eq!(
        operators.iter().map(domain::email_address::EmailAddress::as_str).collect::<Vec<_>>(),
        ["ops@exemple.fr", "zoe@exemple.fr"]
    );
    assert!(mail("AUTOTRACK_OPERATORS", "ops").unwrap_err().to_string().contains("AUTOTRACK_OPERATORS"));
    let short = mail("AUTOTRACK_MAIL_EVENTS_KEY", "short-secret").unwrap_err().to_string();
    assert!(short.contains("AUTOTRACK_MAIL_EVENTS_KEY") && !short.contains("short-secret"));
}
