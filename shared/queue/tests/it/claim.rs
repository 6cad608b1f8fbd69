//! Rule 3: a ticket becomes a claim once. Rule 5: the lease is renewed, and losing it cancels the run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::job::Queue;
use queue::{Enqueue, Finished, Handlers, JobError, Run, ledger};
use tokio::time::sleep;

use crate::support::Office;
use crate::support::kinds::{Note, Slow, write};

#[tokio::test(flavor = "multi_thread")]
async fn rule_3_a_duplicate_ticket_is_dropped() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("twice"), Enqueue::default()).await;
    office.tickets.send(Queue::Default, &[id, id, id, id]).await.unwrap();
    let (one, two) = (office.worker(Handlers::new().on(write)), office.worker(Handlers::new().on(write)));
    office.until(id, "done").await;
    while office.tickets.outstanding(Queue::Default).await.unwrap() > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(office.count("select count(*) from reminders_sent").await, 1);
    assert_eq!(office.row(id).await.attempt, 1);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_3_a_ticket_that_comes_too_early_is_dropped() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("early"), Enqueue::default().after(Duration::from_mins(1))).await;
    let worker = office.worker(Handlers::new().on(write));
    office.tickets.send(Queue::Default, &[id]).await.unwrap();
    while office.tickets.outstanding(Queue::Default).await.unwrap() > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    sleep(Duration::from_millis(300)).await;
    assert_eq!(office.row(id).await.state, "ready");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_a_long_run_keeps_its_lease() {
    let office = Office::open().await;
    let handlers = Handlers::new().on(|run: Run<Slow>| async move {
        sleep(Duration::from_secs(6)).await;
        run.finish().await?.done().await
    });
    let worker = office.worker(handlers);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(id, "running").await;
    office.execute("update jobs set lease_until = now() + interval '5 seconds'").await;
    sleep(Duration::from_secs(5)).await;
    assert_eq!(
        office.count("select count(*) from jobs where lease_until > now() + interval '5 seconds'").await,
        1
    );
    office.until(id, "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_5_a_lost_lease_cancels_the_token() {
    let office = Office::open().await;
    let cancelled = Arc::new(AtomicU32::new(0));
    let handlers = {
        let cancelled = Arc::clone(&cancelled);
        Handlers::new().on(move |run: Run<Slow>| until_cancelled(run, Arc::clone(&cancelled)))
    };
    let worker = office.worker(handlers);
    let id = office.enqueue(&Slow {}, Enqueue::default()).await;
    office.until(id, "running").await;
    let mut db = office.db.acquire().await.unwrap();
    assert!(ledger::cancel(&mut db, id).await.unwrap());
    while cancelled.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(50)).await;
    }
    sleep(Duration::from_millis(200)).await;
    assert_eq!(office.row(id).await.state, "cancelled");
    worker.stop().await;
}

async fn until_cancelled(run: Run<Slow>, cancelled: Arc<AtomicU32>) -> Result<Finished, JobError> {
    run.token().cancelled().await;
    cancelled.fetch_add(1, Ordering::SeqCst);
    run.finish().await?.done().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_can_be_called_off() {
    let office = Office::open().await;
    let id = office.enqueue(&Note::new("no"), Enqueue::default()).await;
    let mut db = office.db.acquire().await.unwrap();
    assert!(ledger::cancel(&mut db, id).await.unwrap());
    assert!(!ledger::cancel(&mut db, id).await.unwrap(), "it is over already");
    let worker = office.worker(Handlers::new().on(write));
    sleep(Duration::from_millis(500)).await;
    assert_eq!(office.row(id).await.state, "cancelled");
    assert_eq!(office.count("select count(*) from reminders_sent").await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_seen_while_the_job_runs() {
    let office = Office::open().await;
    let users = office.users(1).await;
    let handlers = Handlers::new().on(|run: Run<Slow>| async move {
        run.progress(40).await;
        run.token().cancelled().await;
        Err(JobError::LeaseLost)
    });
    let _worker = office.worker(handlers);
    let id = office.enqueue(&Slow {}, Enqueue::default().by(users[0])).await;
    while office.row(id).await.progress < 40 {
        sleep(Duration::from_millis(10)).await;
    }
    let mut db = office.db.acquire().await.unwrap();
    let task = ledger::task(&mut db, id).await.unwrap().unwrap();
    assert_eq!((task.progress, task.state), (40, domain::job::JobState::Running));
    assert_eq!(task.user, Some(users[0]));
}
