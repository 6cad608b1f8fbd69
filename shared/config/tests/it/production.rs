//! What production refuses, and that it says what to set.

use crate::{changed, production, read, refused};

#[test]
fn complete_settings_start() {
    let settings = read(&production()).unwrap();
    assert_eq!(settings.http.cors_origins, ["https://app.autotrack.example"]);
    assert_eq!(settings.http.rate_limit_factor, 1);
}

#[test]
fn every_missing_setting_is_named_at_once() {
    let error = read(&[("AUTOTRACK_MAIL_FROM", "nobody".to_owned())].into()).unwrap_err();
    let names: Vec<_> = error.problems.iter().map(|problem| problem.name).collect();
    assert_eq!(
        names,
        [
            "DATABASE_URL",
            "REDIS_URL",
            "AUTOTRACK_FRONTEND_URL",
            "AUTOTRACK_PUBLIC_URL",
            "AUTOTRACK_JWT_KEYS",
            "AUTOTRACK_REFRESH_KEYS",
            "AUTOTRACK_PEPPER_KEYS",
            "AUTOTRACK_TOTP_KEYS",
            "AUTOTRACK_VAPID_KEYS",
            "AUTOTRACK_SMTP_URL",
            "AUTOTRACK_MAIL_FROM",
            "AUTOTRACK_FILES_URL",
        ]
    );
    let text = error.to_string();
    assert!(
        text.contains("\n  DATABASE_URL: is missing; set it, for example DATABASE_URL=postgres://"),
        "{text}"
    );
}

#[test]
fn a_development_key_is_refused() {
    let key =
        "old:c29tZSBieXRlcyB0aGF0IGFyZSBsb25nIGVub3VnaCE=,k:YXV0b3RyYWNrLWRldmVsb3BtZW50LWp3dC1rZXktMDAwMQ==";
    assert_eq!(refused(&[("AUTOTRACK_JWT_KEYS", key)]), ["AUTOTRACK_JWT_KEYS"]);
    let example = "2026-11:bWFrZSB5b3VyIG93biBrZXksIG5vdCB0aGlzIG9uZSE=";
    assert_eq!(refused(&[("AUTOTRACK_JWT_KEYS", example)]), ["AUTOTRACK_JWT_KEYS"]);
}

#[test]
fn a_local_folder_is_refused_unless_declared_shared() {
    let local = ("AUTOTRACK_FILES_URL", "file:///srv/papers");
    let error = changed(&[local]).unwrap_err();
    assert!(error.to_string().contains("AUTOTRACK_FILES_SHARED=true"), "{error}");
    changed(&[local, ("AUTOTRACK_FILES_SHARED", "true")]).unwrap();
}

#[test]
fn unencrypted_web_addresses_are_refused() {
    assert_eq!(
        refused(&[("AUTOTRACK_PUBLIC_URL", "http://api.autotrack.example")]),
        ["AUTOTRACK_PUBLIC_URL"]
    );
    assert_eq!(
        refused(&[("AUTOTRACK_FRONTEND_URL", "http://app.autotrack.example")]),
        ["AUTOTRACK_FRONTEND_URL"]
    );
}

#[test]
fn what_only_development_may_do_is_refused() {
    assert_eq!(refused(&[("AUTOTRACK_RATE_LIMIT_FACTOR", "50")]), ["AUTOTRACK_RATE_LIMIT_FACTOR"]);
    assert_eq!(refused(&[("AUTOTRACK_STRIPE_URL", "http://localhost:4242")]), ["AUTOTRACK_STRIPE_URL"]);
    assert_eq!(refused(&[("AUTOTRACK_CORS_ORIGINS", "*")]), ["AUTOTRACK_CORS_ORIGINS"]);
}

#[test]
fn an_unknown_environment_is_refused() {
    assert_eq!(refused(&[("AUTOTRACK_ENV", "prod")]), ["AUTOTRACK_ENV"]);
}

#[test]
fn neither_debug_nor_errors_show_a_secret() {
    let settings = changed(&[("AUTOTRACK_STRIPE_KEY", "sk_live_hunter2"), ("AWS_SESSION_TOKEN", "hunter2")]);
    let shown = format!("{:?}", settings.unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("long enough"), "{shown}");
    let error = changed(&[("AUTOTRACK_JWT_KEYS", "a:hunter2"), ("DATABASE_URL", "mysql://u:hunter2@db/x")])
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}
