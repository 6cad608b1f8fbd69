//! Reading a paper and writing down what it says, or why it could not be read.

use std::time::{Duration, Instant};

use database::DatabaseError;
use database::documents::{self as papers, Reader as Row};
use domain::analysis::Analysis;
use domain::document::{DocumentKind, FailureReason};
use domain::ids::DocumentId;
use files::{FileKey, FilesError};
use ocr::thumbnail::Turning;
use ocr::{Paper, Progress, ReadError};
use operations::Context;
use operations::documents::{self, Ended};
use queue::kinds::AnalyzeDocument;
use queue::{FinishTransaction, Finished, JobError, Run};
use telemetry::metrics::{self, FieldOutcome};
use tempfile::TempPath;
use tokio::sync::mpsc;
use tokio::time::timeout_at;
use tracing::{Instrument, info, info_span};

use super::{pictures, readers::Readers};
use crate::reading::pipeline;

/// How long a paper waits when the store does not answer.
const STORE_PAUSE: Duration = Duration::from_secs(30);
/// Confidence from which a field counts as read without doubt.
const SURE: f32 = 0.9;

/// Reads the paper; its analysis, its notification and its letter are written with the job's end, or not at all.
pub async fn analyze(
    context: Context,
    readers: Readers,
    run: Run<AnalyzeDocument>,
) -> Result<Finished, JobError> {
    let id = run.job.document_id;
    let Some(mut row) = take(&run, id).await? else {
        let mut tx = run.finish().await?;
        documents::gone(&mut tx, id, context.clock.now()).await.map_err(JobError::of)?;
        return tx.done().await;
    };
    let mut file = fetch(&context, &row).await?;
    let mut drawn = None;
    run.progress(5).await;
    let started = Instant::now();
    let deadline = tokio::time::Instant::now() + context.settings.worker.ocr.paper_timeout;
    loop {
        let (read, turn) = timeout_at(deadline, read(&readers, &run, file.as_ref(), row.said()))
            .instrument(info_span!("read_paper", document.id = %id))
            .await
            .unwrap_or_else(|_| (Err(out_of_time(&run)), 0));
        let took = started.elapsed();
        if drawn.is_none() && is_drawn(&read, &run) {
            drawn = Some(pictures::draw(&context, &row, file.as_ref(), turn, readers.limits()).await);
        }
        let mut tx = run.finish().await?;
        let Some(now) = still_there(&mut tx, id).await? else {
            documents::gone(&mut tx, id, context.clock.now()).await.map_err(JobError::of)?;
            return tx.done().await;
        };
        // Somebody sent another file meanwhile: that is the paper now.
        if now.storage_key != row.storage_key {
            drop(tx);
            (row, drawn) = (now, None);
            file = fetch(&context, &row).await?;
            continue;
        }
        // Somebody said meanwhile that it is something else: the paper is read again, as that.
        if read.is_ok() && now.said() != row.said() {
            row = now;
            continue;
        }
        let drawn = drawn.unwrap_or_default();
        documents::keep_thumbnails(&mut tx, id, &drawn, context.clock.now()).await.map_err(JobError::of)?;
        let ended = Ended { document: id, job: run.id, now: context.clock.now() };
        return write(tx, &run, ended, &row, read, took).await;
    }
}

/// Whether a paper is drawn that was read so: one that could not be read may still be looked at, but what was too much for the
/// reader is not tried again, and what is read once more is drawn then.
fn is_drawn(read: &Result<Analysis, ReadError>, run: &Run<AnalyzeDocument>) -> bool {
    use FailureReason::{FileMissing, PasswordProtected, TooComplex, TooLarge};
    match read {
        Ok(_) => true,
        Err(ReadError::Verdict(reason)) => {
            !matches!(reason, FileMissing | PasswordProtected | TooComplex | TooLarge)
        }
        Err(ReadError::Crashed(_)) => run.attempt >= 2,
    }
}

/// A busy machine is not the paper's fault: only the second time is.
fn out_of_time(run: &Run<AnalyzeDocument>) -> ReadError {
    if run.attempt < 2 {
        ReadError::Crashed("the time for one paper was over".to_owned())
    } else {
        ReadError::Verdict(FailureReason::TooComplex)
    }
}

/// Writes how the reading ended, with the job's end.
async fn write(
    mut tx: FinishTransaction,
    run: &Run<AnalyzeDocument>,
    ended: Ended,
    row: &Row,
    read: Result<Analysis, ReadError>,
    took: Duration,
) -> Result<Finished, JobError> {
    let id = ended.document;
    match read {
        Ok(analysis) => {
            measure(&analysis, took);
            documents::read(&mut tx, ended, row, &analysis, took).await.map_err(JobError::of)?;
            info!(document.id = %id, document.pages = analysis.pages, "paper read");
            tx.done().await
        }
        Err(ReadError::Verdict(reason)) => {
            documents::failed(&mut tx, ended, row, reason).await.map_err(JobError::of)?;
            info!(document.id = %id, document.failure = %reason, "paper could not be read");
            tx.dead(reason.as_str()).await
        }
        // A crash is retried once: the second one is taken for the paper's doing.
        Err(ReadError::Crashed(reason)) if run.attempt < 2 => Err(JobError::retry(reason)),
        Err(ReadError::Crashed(reason)) => {
            documents::failed(&mut tx, ended, row, FailureReason::Internal).await.map_err(JobError::of)?;
            tx.dead(&reason).await
        }
    }
}

/// The paper as it is when its reading is written; nothing when it was deleted meanwhile, and nobody wants to hear of it.
async fn still_there(tx: &mut FinishTransaction, id: DocumentId) -> Result<Option<Row>, JobError> {
    match papers::reader_for_update(tx, id).await {
        Ok(row) => Ok(Some(row).filter(|row| !row.is_deleted)),
        Err(DatabaseError::NotFound) => Ok(None),
        Err(error) => Err(JobError::of(error)),
    }
}

/// What must be known of the paper; nothing when it was deleted meanwhile.
async fn take(run: &Run<AnalyzeDocument>, id: DocumentId) -> Result<Option<Row>, JobError> {
    let mut db = run.db().acquire().await?;
    match papers::reader(&mut db, id).await {
        Ok(row) if row.is_deleted => Ok(None),
        Ok(row) => {
            papers::mark_processing(&mut db, id).await.map_err(JobError::of)?;
            Ok(Some(row))
        }
        Err(DatabaseError::NotFound) => Ok(None),
        Err(error) => Err(JobError::of(error)),
    }
}

/// The paper's file; nothing when it is gone for good.
async fn fetch(context: &Context, row: &Row) -> Result<Option<TempPath>, JobError> {
    let Some(key) = FileKey::parse(&row.storage_key) else { return Ok(None) };
    match context.files.get_to_temporary(key).await {
        Ok(file) => Ok(Some(file)),
        Err(FilesError::NotFound) => Ok(None),
        // The store is away, which is nobody's failure.
        Err(error) => Err(JobError::snooze(STORE_PAUSE, format!("the file could not be fetched: {error}"))),
    }
}

/// What the paper says, and how its first page was turned for that.
async fn read(
    readers: &Readers,
    run: &Run<AnalyzeDocument>,
    file: Option<&TempPath>,
    kind: Option<DocumentKind>,
) -> (Result<Analysis, ReadError>, u16) {
    let Some(file) = file else { return (Err(ReadError::Verdict(FailureReason::FileMissing)), 0) };
    let (sender, mut pages) = mpsc::unbounded_channel::<Progress>();
    let mut slot = readers.take();
    let mut heard = move |progress| {
        // The receiver lives as long as this reading.
        let _ = sender.send(progress);
    };
    let reading = async {
        let mut reader = Turning::new(slot.reader());
        let result = pipeline::analyze(&mut reader, Paper::File(file), kind, &mut heard).await;
        drop(heard);
        (result, reader.turn)
    };
    let telling = async {
        while let Some(Progress { page, pages }) = pages.recv().await {
            run.progress(percent(page, pages)).await;
        }
    };
    let (result, ()) = tokio::join!(reading, telling);
    result
}

/// From 5 % when reading begins to 95 % when only writing is left.
fn percent(page: u32, pages: u32) -> u8 {
    let done = f64::from(page.saturating_sub(1)) / f64::from(pages.max(1));
    (5.0 + 90.0 * done) as u8
}

fn measure(analysis: &Analysis, took: Duration) {
    for _ in 0..analysis.pages {
        metrics::ocr_page(took / analysis.pages.max(1));
    }
    for field in &analysis.fields {
        let outcome = if field.confidence >= SURE { FieldOutcome::Sure } else { FieldOutcome::Doubtful };
        metrics::ocr_field(&field.key, outcome);
    }
    for warning in analysis.warnings.iter().filter(|warning| warning.code == "missing") {
        if let Some(field) = &warning.field {
            metrics::ocr_field(field, FieldOutcome::Missing);
        }
    }
}
