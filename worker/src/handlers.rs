//! Which function does which kind of job: the registry of this binary, on one screen.

mod analyze;
mod letters;
mod notices;
mod pictures;
mod privacy;
mod readers;
mod upkeep;

use std::sync::Arc;

use anyhow::ensure;
use operations::{Context, dead_jobs, notifications};
use queue::Handlers;

pub use readers::Readers;

/// Every handler, with what it needs.
pub fn all(context: &Context, readers: &Readers) -> anyhow::Result<Handlers> {
    let with = || context.clone();
    let (analyze_with, readers) = (with(), readers.clone());
    let (sessions, papers, notices, health) = (with(), with(), with(), with());
    let (bodies, log) = (with(), with());
    let (copies, old_copies, erasures, gone, unused) = (with(), with(), with(), with(), with());
    let (letters_with, post) = (with(), letters::Post::open(context)?);
    let (due, pushes, push) = (with(), with(), notifications::client(&context.settings)?);
    let handlers = Handlers::new()
        .on(move |run| analyze::analyze(analyze_with.clone(), readers.clone(), run))
        .on(move |run| letters::send(letters_with.clone(), Arc::clone(&post), run))
        .on(move |run| notices::deliver(due.clone(), run))
        .on(move |run| notices::push(pushes.clone(), push.clone(), run))
        .on(move |run| upkeep::cleanup_inactive_sessions(sessions.clone(), run))
        .on(move |run| upkeep::cleanup_old_documents(papers.clone(), run))
        .on(move |run| upkeep::cleanup_old_notifications(notices.clone(), run))
        .on(move |run| upkeep::purge_letter_bodies(bodies.clone(), run))
        .on(move |run| upkeep::check_system_health(health.clone(), run))
        .on(move |run| privacy::build_export(copies.clone(), run))
        .on(move |run| privacy::cleanup_exports(old_copies.clone(), run))
        .on(move |run| privacy::erase_due_accounts(erasures.clone(), run))
        .on(move |run| privacy::erase_account(gone.clone(), run))
        .on(move |run| privacy::check_unused_accounts(unused.clone(), run))
        .on(move |run| upkeep::verify_audit_log(log.clone(), run))
        .on(upkeep::prune_jobs)
        .on_dead(dead_jobs::hook(context.clock.clone()));
    ensure!(handlers.missing().is_empty(), "no handler for {}", handlers.missing().join(", "));
    Ok(handlers)
}
