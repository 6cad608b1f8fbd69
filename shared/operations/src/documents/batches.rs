//! Several papers read as one task, and the one word about them at the end.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::documents::{self, Summary};
use database::notifications::NewNotification;
use domain::access::Access;
use domain::document::BatchOutcome;
use domain::ids::{BatchId, DocumentId, UserId};
use domain::notification::NotificationKind;
use queue::{Enqueuer, Work};
use serde_json::json;
use uuid::Uuid;

use super::{start_reading, words};
use crate::notifications::{Notice, notify};

/// Has papers read as one task on behalf of `user`; the same papers asked for again while they are read are that task.
/// A paper that waits or is read already is not read twice.
///
/// # Errors
/// When the database refuses.
pub async fn read_all(
    work: &mut Work,
    access: Access,
    papers: &[DocumentId],
    now: DateTime<Utc>,
) -> Result<BatchId, DatabaseError> {
    let user = access.user;
    if let Some(open) = documents::find_open_batch(work, user, papers).await? {
        return Ok(open);
    }
    let batch = BatchId(Uuid::now_v7());
    documents::insert_batch(work, batch, user, papers, now).await?;
    // In one order, so that two batches of the same papers do not wait for each other in a circle.
    let mut papers = papers.to_vec();
    papers.sort_unstable();
    for id in papers {
        documents::get_for_update(work, access, id).await?;
        start_reading(work, id, user).await?;
    }
    Ok(batch)
}

/// Notes how a paper ended in the batches that wait for it; who asked for one that came to its end by it is told.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn ended(
    tx: &mut impl Enqueuer,
    paper: DocumentId,
    outcome: BatchOutcome,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let ended = documents::mark_ended(tx.work(), paper, outcome, now).await?;
    for batch in ended.into_iter().filter(|batch| batch.is_last) {
        let summary = documents::summary(tx.work(), batch.batch).await?;
        tell(tx, batch.batch, batch.user, summary, now).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut impl Enqueuer,
    batch: BatchId,
    user: UserId,
    summary: Summary,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let locale = database::users::get(tx.work(), user).await?.locale;
    let (title, message) = words::batch(summary, locale);
    let kind = match summary {
        Summary { needs_review: 1.., .. } => NotificationKind::DocumentNeedsReview,
        Summary { failed: 1.., .. } => NotificationKind::DocumentFailed,
        _ => NotificationKind::DocumentRead,
    };
    let Summary { analyzed, needs_review, failed, gone } = summary;
    let counts = json!({
        "task_id": batch, "read": analyzed, "to_review": needs_review, "failed": failed, "deleted": gone,
    });
    let new = NewNotification {
        user,
        kind,
        vehicle: None,
        document: None,
        title: &title,
        message: &message,
        link: Some("/documents"),
        metadata: &counts,
        dedup_key: Some(&format!("batch:{batch}")),
    };
    notify(tx, &Notice { new, letter: None }, now).await?;
    Ok(())
}
