//! Real processes: a worker is killed at each cut point, or stopped past its lease and woken again.
//!
//! The process is this very test program, which is asked to be a worker by its environment.

use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use queue::{Enqueue, Finished, Handlers, JobError, Run, no_hook};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::support::kinds::{Slow, put};
use crate::support::{Office, serve_as_process};

const CUT: &str = "QUEUE_TEST_CUT";
const LONG: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "is the worker process of the other tests"]
#[expect(clippy::disallowed_methods, reason = "the parent tells by the environment what to be")]
async fn be_a_worker() {
    let Ok(cut) = std::env::var(CUT) else { return };
    serve_as_process(Handlers::new().on(move |run| cut_at(cut.clone(), run))).await;
}

/// Writes its effect, and lingers where it is to be killed.
async fn cut_at(cut: String, run: Run<Slow>) -> Result<Finished, JobError> {
    let linger = |here: &'static str| {
        let time = if cut == here { LONG } else { Duration::ZERO };
        sleep(time)
    };
    linger("claimed").await;
    if cut == "stopped" {
        sleep(Duration::from_secs(1)).await;
    }
    let mut finish = run.finish().await?;
    put(&mut finish, &run.id.to_string()).await?;
    linger("effect done").await;
    let finished = finish.done().await?;
    linger("finished").await;
    Ok(finished)
}

fn process(office: &Office, cut: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process::be_a_worker", "--ignored", "--nocapture"])
        .envs(office.environment())
        .env(CUT, cut)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

fn signal(process: &Child, signal: Signal) {
    let id = process.id().expect("the process was not waited for");
    kill(Pid::from_raw(id.cast_signed()), signal).unwrap();
}

async fn killed_when(cut: &str, state: &str) {
    let office = Office::open().await;
    let mut doomed = process(&office, cut);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until_within(id, state, Duration::from_secs(30)).await;
    sleep(Duration::from_millis(500)).await;
    doomed.kill().await.unwrap();
    office.execute("update jobs set lease_until = now() where state = 'running'").await;
    let worker = office.worker(Handlers::new().on(|run| cut_at(String::new(), run)));
    let (_relay, _rescue) = (office.relay(), office.rescue(no_hook()));
    let row = office.until_within(id, "done", Duration::from_secs(20)).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(office.count("select count(*) from reminders_sent").await, 1, "exactly one effect");
    assert_eq!(row.crash_count, i16::from(state == "running"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_claim_the_job_is_done_once() {
    killed_when("claimed", "running").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_effect_and_before_the_end_the_job_is_done_once() {
    killed_when("effect done", "running").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_end_the_job_is_done_once() {
    killed_when("finished", "done").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_stopped_past_its_lease_and_woken_again_doubles_nothing() {
    let office = Office::open().await;
    let mut zombie = process(&office, "stopped");
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until_within(id, "running", Duration::from_secs(30)).await;
    signal(&zombie, Signal::SIGSTOP);
    office.execute("update jobs set lease_until = now()").await;
    let worker = office.worker(Handlers::new().on(|run| cut_at(String::new(), run)));
    let (_relay, _rescue) = (office.relay(), office.rescue(no_hook()));
    let row = office.until_within(id, "done", Duration::from_secs(20)).await;
    assert_eq!(row.fence, 2);
    signal(&zombie, Signal::SIGCONT);
    sleep(Duration::from_secs(3)).await;
    assert_eq!(office.count("select count(*) from reminders_sent").await, 1, "the zombie wrote nothing");
    assert_eq!(office.row(id).await.fence, 2);
    zombie.kill().await.unwrap();
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_process_that_is_asked_to_stop_hands_its_job_back() {
    let office = Office::open().await;
    let mut process = process(&office, "claimed");
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until_within(id, "running", Duration::from_secs(30)).await;
    let asked = Instant::now();
    signal(&process, Signal::SIGTERM);
    let row = office.until_within(id, "retry", Duration::from_secs(30)).await;
    assert_eq!((row.attempt, row.crash_count), (0, 0));
    process.wait().await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(50), "{:?}", asked.elapsed());
}
