//! Whether the answers to known and unknown addresses can be told apart by how long they take.
//!
//! `DATABASE_URL=.. REDIS_URL=.. cargo run -p api --example timing [PAIRS]` asks for each of register, resend, login and
//! forgot in random order and prints the chance that an answer to a known address took longer than one to an unknown one
//! (the area under the ROC curve, which is Mann and Whitney's U): 0.5 is a coin. It fails when the status or the body
//! differ, or when a figure is further from 0.5 than 0.03.
#![expect(clippy::print_stdout, reason = "a command's answer")]

use anyhow::{Context as _, ensure};
use chrono::Duration;
use domain::clock::Clock;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use testkit::{Answer, Client, PASSWORD, TestApp};
use tokio::time::Instant;

/// Pairs that open connections and fill caches, and are not counted.
const WARM_UP: usize = 20;
/// How far from a coin a figure may be.
const TOLERANCE: f64 = 0.03;

/// An address and the challenge that registering gave it.
struct Subject {
    email: String,
    is_known: bool,
    challenge: Value,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let pairs =
        std::env::args().nth(1).map_or(Ok(2000), |pairs| pairs.parse()).context("PAIRS is a number")?;
    let clock = Clock::fixed(Clock::system().now());
    let loose = [("AUTOTRACK_RATE_LIMIT_FACTOR", "1000000")];
    let app = TestApp::start_with(&loose, clock.clone()).await;
    let mut subjects = subjects(&app, pairs + WARM_UP).await;
    println!("{pairs} pairs each, medians in ms, and the chance that a known address takes longer\n");
    println!("{:<10} {:>8} {:>8} {:>8}", "", "known", "unknown", "AUC");
    let mut is_alike = true;
    for route in ["register", "resend", "login", "forgot"] {
        // Beyond the minute in which nobody gets a second letter.
        clock.advance(Duration::minutes(2));
        is_alike &= measure(&app.nobody(), route, &mut subjects).await?;
    }
    ensure!(is_alike, "an answer tells whether its address has an account");
    Ok(())
}

/// As many addresses with an account as without; all accounts have one password.
async fn subjects(app: &TestApp, pairs: usize) -> Vec<Subject> {
    app.accounts("known", pairs).await;
    let subject = |email, is_known| Subject { email, is_known, challenge: Value::Null };
    let known = (1..=pairs).map(|n| subject(format!("known{n}@exemple.fr"), true));
    let other = (1..=pairs).map(|n| subject(format!("other{n}@exemple.fr"), false));
    known.chain(other).collect()
}

/// Asks one route about everybody and prints what an observer learns. False when it is more than nothing.
async fn measure(nobody: &Client, route: &str, subjects: &mut [Subject]) -> anyhow::Result<bool> {
    subjects.shuffle(&mut rand::rng());
    let (mut known, mut unknown, mut shown) = (Vec::new(), Vec::new(), None);
    for (place, subject) in subjects.iter_mut().enumerate() {
        let asked = Instant::now();
        let answer = ask(nobody, route, subject).await;
        let ms = asked.elapsed().as_secs_f64() * 1000.0;
        let seen = visible(&answer, &subject.email);
        ensure!(*shown.get_or_insert_with(|| seen.clone()) == seen, "{route}: {seen}, but before {shown:?}");
        if route == "register" {
            subject.challenge = answer.json()["challenge_id"].clone();
        }
        match (place >= 2 * WARM_UP, subject.is_known) {
            (true, true) => known.push(ms),
            (true, false) => unknown.push(ms),
            (false, _) => {}
        }
    }
    let auc = area(&known, &unknown);
    println!("{route:<10} {:>8.2} {:>8.2} {auc:>8.3}", median(&mut known), median(&mut unknown));
    Ok((auc - 0.5).abs() <= TOLERANCE)
}

async fn ask(nobody: &Client, route: &str, subject: &Subject) -> Answer {
    let email = &subject.email;
    let (path, form) = match route {
        "register" => (
            "/api/auth/register/",
            json!({ "email": email, "password": PASSWORD, "first_name": "C", "last_name": "M", "accept_terms": true }),
        ),
        "resend" => ("/api/auth/resend-otp/", json!({ "email": email, "challenge_id": subject.challenge })),
        // A wrong password: to the right one a known address has another answer, as it must.
        "login" => ("/api/auth/login/", json!({ "email": email, "password": "wrong horse battery staple" })),
        _ => ("/api/auth/forgot-password/", json!({ "email": email })),
    };
    nobody.post(path, form).await
}

/// Status and body, without what names the request's own address or challenge.
fn visible(answer: &Answer, email: &str) -> String {
    let mut body = answer.json();
    if let Some(challenge) = body.get_mut("challenge_id") {
        *challenge = Value::Bool(challenge.is_string());
    }
    format!("{} {}", answer.status, body.to_string().replace(email, "ADDRESS"))
}

/// The chance that one of `first` is greater than one of `second`.
fn area(first: &[f64], second: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = first.iter().map(|ms| (*ms, true)).collect();
    all.extend(second.iter().map(|ms| (*ms, false)));
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let ranks = all.iter().zip(1_u32..).filter(|((_, is_first), _)| *is_first);
    let ranks: f64 = ranks.map(|(_, rank)| f64::from(rank)).sum();
    let (n, m) = (first.len() as f64, second.len() as f64);
    (ranks - n * (n + 1.0) / 2.0) / (n * m)
}

fn median(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}
