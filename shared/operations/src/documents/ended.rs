//! How a reading ends: the paper, the notification and the letter are written together, or not at all.

use std::time::Duration;

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::documents::{self, NewAnalysis, Reader, Verdict};
use database::notifications::NewNotification;
use domain::analysis::{Analysis, AnalysisStatus};
use domain::document::{BatchOutcome, FailureReason};
use domain::ids::{DocumentId, JobId, UserId};
use domain::letter::{DocumentFailed, DocumentNeedsReview, DocumentRead, Letter};
use domain::locale::Locale;
use domain::notification::NotificationKind;
use queue::Enqueuer;
use serde_json::json;

use super::{batches, words};
use crate::notifications::{Notice, notify};

/// Which reading ended, and when.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// The paper.
    pub document: DocumentId,
    /// The job that read it; makes the notification unique.
    pub job: JobId,
    /// Now, by the domain's clock.
    pub now: DateTime<Utc>,
}

/// Writes what was read, tells the owner inside the product and by letter.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn read(
    tx: &mut impl Enqueuer,
    ended: Ended,
    reader: &Reader,
    analysis: &Analysis,
    took: Duration,
) -> Result<(), DatabaseError> {
    let status = match analysis.status {
        AnalysisStatus::Analyzed => "analyzed",
        AnalysisStatus::NeedsReview => "needs_review",
    };
    keep_analysis(tx, ended.document, status, analysis, took).await?;
    let letter = if analysis.status == AnalysisStatus::Analyzed {
        Letter::DocumentRead(DocumentRead::of(ended.document, &reader.title, analysis))
    } else {
        Letter::DocumentNeedsReview(DocumentNeedsReview::of(ended.document, &reader.title, analysis))
    };
    let kind = match analysis.status {
        AnalysisStatus::Analyzed => NotificationKind::DocumentRead,
        AnalysisStatus::NeedsReview => NotificationKind::DocumentNeedsReview,
    };
    let outcome = match analysis.status {
        AnalysisStatus::Analyzed => BatchOutcome::Analyzed,
        AnalysisStatus::NeedsReview => BatchOutcome::NeedsReview,
    };
    tell(tx, ended, reader, kind, &letter).await?;
    batches::ended(tx, ended.document, outcome, ended.now).await
}

/// Writes why a paper could not be read, and tells its owner.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn failed(
    tx: &mut impl Enqueuer,
    ended: Ended,
    reader: &Reader,
    reason: FailureReason,
) -> Result<(), DatabaseError> {
    documents::mark_failed(tx.work(), ended.document, reason).await?;
    let content = DocumentFailed { document_id: ended.document, title: reader.title.clone(), reason };
    tell(tx, ended, reader, NotificationKind::DocumentFailed, &Letter::DocumentFailed(content)).await?;
    batches::ended(tx, ended.document, BatchOutcome::Failed, ended.now).await
}

/// Writes that the reading was given up by no fault of the paper; a paper that was purged needs no word.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn given_up(tx: &mut impl Enqueuer, ended: Ended) -> Result<(), DatabaseError> {
    match documents::reader(tx.work(), ended.document).await {
        Ok(reader) => failed(tx, ended, &reader, FailureReason::Internal).await,
        Err(DatabaseError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Notes that nobody reads a paper any more because it was deleted.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn gone(
    tx: &mut impl Enqueuer,
    document: DocumentId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    batches::ended(tx, document, BatchOutcome::Gone, now).await
}

async fn keep_analysis(
    tx: &mut impl Enqueuer,
    document: DocumentId,
    status: &str,
    analysis: &Analysis,
    took: Duration,
) -> Result<(), DatabaseError> {
    let pages = i32::try_from(analysis.pages).unwrap_or(i32::MAX);
    let new = NewAnalysis {
        engine: &analysis.engine,
        engine_version: &analysis.engine_version,
        document_type: analysis.document_type.as_str(),
        status,
        mean_confidence: analysis.mean_confidence,
        pages,
        fields: &json!(analysis.fields),
        warnings: &json!(analysis.warnings),
        duration_ms: i32::try_from(took.as_millis()).unwrap_or(i32::MAX),
    };
    documents::insert_analysis(tx.work(), document, &new).await?;
    let verdict = Verdict {
        status,
        kind: analysis.document_type,
        pages,
        analysis_data: &analysis.first_words().into(),
        text: &analysis.text,
        issued_on: analysis.issued_on(),
        expires_on: analysis.expires_on(),
    };
    documents::mark_read(tx.work(), document, &verdict).await
}

/// Tells the paper's owner; not if they wait for a batch with it, of which they hear once.
async fn tell(
    tx: &mut impl Enqueuer,
    ended: Ended,
    reader: &Reader,
    kind: NotificationKind,
    letter: &Letter,
) -> Result<(), DatabaseError> {
    let user = UserId(reader.user_id);
    if documents::is_awaited(tx.work(), ended.document, user).await? {
        return Ok(());
    }
    let locale = Locale::from_tag(&reader.locale).unwrap_or_default();
    let (title, message) = words::notice(letter, &reader.title, locale);
    let new = NewNotification {
        user,
        kind,
        vehicle: reader.vehicle_id.map(Into::into),
        document: Some(ended.document),
        title: &title,
        message: &message,
        link: Some(&format!("/documents/{}", ended.document)),
        metadata: &json!({ "document_id": ended.document }),
        dedup_key: Some(&format!("document:{}:{}", ended.document, ended.job)),
    };
    notify(tx, &Notice { new, letter: Some(letter) }, ended.now).await?;
    Ok(())
}
