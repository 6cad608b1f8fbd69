//! What is written when a job is given up without its handler: nobody's paper may wait for ever.

use domain::clock::Clock;
use futures::FutureExt;
use queue::kinds::{AnalyzeDocument, BuildExport, DeliverNotification, SendLetter, SendPush};
use queue::{DeadHook, DeadJob, Work};

use crate::documents::{self, Ended};
use crate::{letters, notifications, privacy};

/// The hook for workers and schedulers.
pub fn hook(clock: Clock) -> DeadHook {
    std::sync::Arc::new(move |work, job| {
        let now = clock.now();
        async move { Ok(bury(work, job, now).await?) }.boxed()
    })
}

/// Writes what its giving up means for those who wait for the job.
pub(crate) async fn bury(
    work: &mut Work,
    job: &DeadJob,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), database::DatabaseError> {
    if let Some(AnalyzeDocument { document_id, .. }) = job.decode() {
        return documents::given_up(work, Ended { document: document_id, job: job.id, now }).await;
    }
    if let Some(SendLetter { letter_id }) = job.decode() {
        return letters::given_up(work, letter_id, &job.error, now).await;
    }
    if let Some(order) = job.decode::<SendPush>() {
        return notifications::never_pushed(work, &order, &job.error, now).await;
    }
    if let Some(DeliverNotification { delivery_id }) = job.decode() {
        return notifications::never_delivered(work, delivery_id, &job.error, now).await;
    }
    if let Some(BuildExport { export_id }) = job.decode() {
        return privacy::export_given_up(work, export_id, now).await;
    }
    Ok(())
}
