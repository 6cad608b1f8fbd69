//! Rule 4: the effects and the end of a job are one transaction, guarded by the fence.

use std::sync::Arc;
use std::time::Duration;

use queue::kinds::PruneJobs;
use queue::{Enqueue, Finished, Handlers, JobError, Run};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::support::Office;
use crate::support::kinds::{Note, Slow, put};

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_effects_of_a_failed_run_are_rolled_back() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        let mut finish = run.finish().await?;
        put(&mut finish, "effect").await?;
        if run.attempt == 1 {
            return Err(JobError::retry_after(Duration::ZERO, "after the effect"));
        }
        finish.done().await
    });
    let (worker, _relay) = (office.worker(handlers), office.relay());
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let row = office.until(id, "done").await;
    assert_eq!(row.attempt, 2);
    assert_eq!(office.count("select count(*) from reminders_sent").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_a_zombie_that_lost_its_lease_writes_nothing() {
    let office = Office::open().await;
    let gate = Arc::new(Semaphore::new(0));
    let handlers = {
        let gate = Arc::clone(&gate);
        Handlers::new().on(move |run: Run<Slow>| zombie(run, Arc::clone(&gate)))
    };
    let worker = office.worker(handlers);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(id, "running").await;
    // Somebody else has taken the job over and is at work on it.
    office.execute("update jobs set fence = fence + 1").await;
    gate.add_permits(1);
    sleep(Duration::from_secs(1)).await;
    let row = office.row(id).await;
    assert_eq!((row.state.as_str(), row.fence), ("running", 2));
    assert_eq!(office.count("select count(*) from reminders_sent").await, 0);
    worker.stop().await;
}

async fn zombie(run: Run<Slow>, gate: Arc<Semaphore>) -> Result<Finished, JobError> {
    gate.acquire().await.unwrap().forget();
    let mut finish = run.finish().await?;
    put(&mut finish, "zombie").await?;
    finish.done().await
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_a_job_asked_for_while_finishing_is_there_only_if_the_end_is() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        let mut finish = run.finish().await?;
        finish.enqueue(&PruneJobs {}, Enqueue::default()).await?;
        if run.attempt == 1 {
            return Err(JobError::retry_after(Duration::ZERO, "not yet"));
        }
        finish.done().await
    });
    let (worker, _relay) = (office.worker(handlers), office.relay());
    let id = office.enqueue(&Note::new("parent"), Enqueue::default()).await;
    office.until(id, "done").await;
    assert_eq!(office.count("select count(*) from jobs where kind = 'prune_jobs'").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_a_handler_can_give_its_job_up_with_its_own_effects() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Note>| async move {
        let mut finish = run.finish().await?;
        put(&mut finish, "verdict").await?;
        finish.dead("unreadable").await
    });
    let worker = office.worker(handlers);
    let id = office.enqueue(&Note::new("x"), Enqueue::default()).await;
    let row = office.until(id, "dead").await;
    assert_eq!(row.dead_reason.as_deref(), Some("failed"));
    assert_eq!(row.last_error.as_deref(), Some("unreadable"));
    assert_eq!(office.count("select count(*) from reminders_sent").await, 1);
    worker.stop().await;
}
