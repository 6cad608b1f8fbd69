//! What the terminal shows.

use std::time::Duration;

use serde_json::Value;

use super::{product::Seeded, settings::Addresses};
use crate::{http::Client, terminal::say};

/// Names what is being done now.
pub fn step(what: &str) {
    say!("· {what}");
}

/// Everything answers.
pub fn up(took: Duration) {
    say!("· up in {}", seconds(took));
}

/// Where everything is.
pub async fn ready(addresses: &Addresses, seeded: &Seeded, detached: bool) {
    let Addresses { api, ops, mail, smtp } = addresses;
    let letters = match letters(addresses).await {
        Some(1) => "1 letter".to_owned(),
        Some(count) => format!("{count} letters"),
        None => "no answer; letters".to_owned(),
    };
    say!("");
    say!("  API        http://{api}/api/");
    say!("  browse it  http://{api}/api/docs/");
    say!("  document   http://{api}/api/schema/");
    for login in &seeded.logins {
        say!("  login      {} / {}        {}", login.email, login.password, login.about);
    }
    let staff = &seeded.staff;
    say!("  ops console  http://{api}/ops/        {} / {}", staff.email, staff.password);
    say!("               second factor: any authenticator with the secret {}", staff.totp_secret);
    say!("  mail       http://{mail}/        {letters} received, by SMTP on {smtp}");
    say!("  letters    http://{api}/api/dev/letters/        what each kind looks like");
    for (program, ops) in ["api", "worker", "scheduler"].iter().zip(ops) {
        say!("  metrics    http://{ops}/metrics        {program}");
    }
    say!("  try        curl http://{api}/api/health/");
    say!("  more       ./dev psql     ./dev logs [api|worker|scheduler]     ./dev reset");
    say!("  stop       {}", if detached { "./dev --stop" } else { "Ctrl-C stops everything" });
}

async fn letters(addresses: &Addresses) -> Option<usize> {
    let answer = Client::new(addresses.mail).get("/api/messages/").await.ok()?.json().ok()?;
    answer.as_array().map(Vec::len)
}

/// One field that was read, with what the paper really says.
pub fn field(name: &str, field: &Value, right: bool) {
    let value = field["value"].as_str().map_or_else(|| field["value"].to_string(), str::to_owned);
    let confidence = field["confidence"].as_f64().unwrap_or_default() * 100.0;
    say!("      {name:<32} {value:<20} {confidence:>3.0} %  {}", if right { "✓" } else { "✗" });
}

/// A length of time for people.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
