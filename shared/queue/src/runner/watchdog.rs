//! Notices that the process's runtime no longer turns, because handlers hold all its threads, and ends the process.
//!
//! Nothing that runs on the runtime can notice that: so a thread of its own counts what a task ticks. A process that stands
//! still renews no lease and answers no probe; its supervisor starts another one, and its jobs are rescued.

use std::process::abort;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// Between two ticks.
const TICK: Duration = Duration::from_secs(1);
/// Between two looks of the thread.
const LOOK: Duration = Duration::from_secs(5);
/// Looks without a tick between them that end the process: half a minute.
const PATIENCE: u32 = 6;

/// Ticks until `over`, watched by a thread that ends with it.
pub(super) async fn run(over: CancellationToken) {
    let ticks = Arc::new(AtomicU64::new(0));
    // Cancelled with this task, too: a runtime that was shut down stands still by right.
    let until = over.child_token();
    let _end = until.clone().drop_guard();
    let watched = Arc::clone(&ticks);
    std::thread::Builder::new()
        .name("watchdog".to_owned())
        .spawn(move || watch(&watched, &until))
        .expect("a thread can be started");
    while over.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
        ticks.fetch_add(1, Ordering::Relaxed);
    }
}

#[expect(clippy::print_stderr, reason = "nothing else of the process works any more")]
#[expect(clippy::disallowed_methods, reason = "a thread of its own, which no async task shares")]
fn watch(ticks: &AtomicU64, over: &CancellationToken) {
    let mut seen = 0;
    let mut still = 0;
    while !over.is_cancelled() {
        let began = Instant::now();
        std::thread::sleep(LOOK);
        let now = ticks.load(Ordering::Relaxed);
        // A process that was stopped as a whole finds its runtime as still as itself.
        let was_stopped = began.elapsed() > LOOK * 2;
        still = if now != seen || was_stopped { 0 } else { still + 1 };
        seen = now;
        if still >= PATIENCE {
            eprintln!("the runtime has stood still for half a minute: handlers hold all its threads");
            abort();
        }
    }
}
