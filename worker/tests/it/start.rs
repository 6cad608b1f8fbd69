//! What the programs refuse to start with.

use tempfile::TempDir;

use crate::house::{Program, Redis};

/// Settings with which production starts, but for its Redis.
fn production(redis: &Redis, folder: &TempDir) -> Vec<(String, String)> {
    let key = |seed: &str| format!("one:{}", seed.repeat(11));
    [
        ("AUTOTRACK_ENV", "production".to_owned()),
        ("DATABASE_URL", "postgres://autotrack@127.0.0.1:1/autotrack".to_owned()),
        ("REDIS_URL", redis.url()),
        ("AUTOTRACK_FRONTEND_URL", "https://app.autotrack.example".to_owned()),
        ("AUTOTRACK_PUBLIC_URL", "https://api.autotrack.example".to_owned()),
        ("AUTOTRACK_JWT_KEYS", key("and0")),
        ("AUTOTRACK_REFRESH_KEYS", key("cmVm")),
        ("AUTOTRACK_PEPPER_KEYS", key("cGVw")),
        ("AUTOTRACK_TOTP_KEYS", key("dG90")),
        ("AUTOTRACK_VAPID_KEYS", "one:dmFwaWQtcHJpdmF0ZS1rZXktb2YtMzItYnl0ZXMhISE=".to_owned()),
        ("AUTOTRACK_SMTP_URL", "smtps://user:secret@smtp.example:465".to_owned()),
        ("AUTOTRACK_MAIL_FROM", "AutoTrack <bonjour@autotrack.example>".to_owned()),
        ("AUTOTRACK_FILES_URL", format!("file://{}", folder.path().join("files").display())),
        ("AUTOTRACK_FILES_SHARED", "true".to_owned()),
        ("AUTOTRACK_HTTP_ADDR", "127.0.0.1:0".to_owned()),
        ("AUTOTRACK_OPS_ADDR", "127.0.0.1:0".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

#[tokio::test]
async fn production_does_not_start_on_a_redis_that_evicts() {
    let (redis, folder) = (Redis::start_forgetful().await, TempDir::new().unwrap());
    for name in ["api", "worker", "scheduler"] {
        let program = Program::start(name, &production(&redis, &folder), folder.path());
        let (status, said) = program.ended().await;
        assert!(!status.success(), "{name}: {said}");
        assert!(said.contains("maxmemory-policy to noeviction"), "{name}: {said}");
    }
}
