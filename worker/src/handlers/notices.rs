//! Handing notifications over: what waited for its time, and pushes to browsers.

use operations::Context;
use operations::notifications::{self, Due, Outcome};
use partners::web_push::{Browser, Parcel, PushError, WebPush};
use queue::kinds::{DeliverNotification, SendPush};
use queue::{Finished, JobError, Run};
use tracing::info;

/// Hands over what waited for the end of quiet hours, or for the digest.
pub async fn deliver(context: Context, run: Run<DeliverNotification>) -> Result<Finished, JobError> {
    let mut tx = run.finish().await?;
    let due = notifications::deliver(&mut tx, run.job.delivery_id, context.clock.now()).await;
    match due.map_err(JobError::of)? {
        Due::Done => tx.done().await,
        Due::NotYet(wait) => Err(JobError::snooze(wait, "its time has not come")),
    }
}

/// Pushes a notification to one browser. A copy that is sent again after a crash replaces the first, by its topic.
pub async fn push(context: Context, client: WebPush, run: Run<SendPush>) -> Result<Finished, JobError> {
    let (delivery, browser) = (run.job.delivery_id, run.job.subscription_id);
    let mut db = run.db().acquire().await?;
    let prepared = notifications::prepare(&mut db, delivery, browser).await.map_err(JobError::of)?;
    drop(db);
    let Some(push) = prepared else { return run.finish().await?.done().await };
    let to = Browser {
        endpoint: &push.outgoing.endpoint,
        p256dh: &push.outgoing.p256dh,
        auth: &push.outgoing.auth,
        vapid_kid: &push.outgoing.vapid_kid,
    };
    let parcel = Parcel { payload: &push.payload, topic: &push.topic, is_urgent: push.is_urgent };
    let outcome = match client.send(to, parcel, context.clock.now()).await {
        Ok(()) => Outcome::Sent,
        Err(PushError::Gone) => Outcome::Gone,
        Err(PushError::Later { after: Some(after), .. }) if !run.is_last_attempt => {
            return Err(JobError::retry_after(after, "the push service asks to come back"));
        }
        Err(error @ (PushError::Later { .. } | PushError::Unreachable)) if !run.is_last_attempt => {
            return Err(JobError::retry(error));
        }
        Err(error) => Outcome::Failed(error.to_string()),
    };
    info!(push.browser = %browser, push.delivery = %delivery, push.outcome = word(&outcome), "push handed over");
    let mut tx = run.finish().await?;
    let now = context.clock.now();
    notifications::settle(&mut tx, delivery, browser, &outcome, now).await.map_err(JobError::of)?;
    // A push that failed is dealt with, too: operators have no part in what a browser gave for its address.
    tx.done().await
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent => "sent",
        Outcome::Gone => "gone",
        Outcome::Failed(_) => "failed",
    }
}
