//! Following a paper's reading by server-sent events.

use std::time::Duration;

use database::documents::{self, Progress};
use domain::document::DocumentStatus;
use domain::ids::DocumentId;
use futures::stream::{self, BoxStream, StreamExt};
use operations::Context;
use poem_openapi::Object;
use poem_openapi::payload::EventStream;
use telemetry::Shutdown;
use uuid::Uuid;

use super::view::StatusWord;
use super::why;
use crate::error::ApiError;
use crate::locale;
use crate::security::Caller;

/// A stream of events.
pub(super) type Events<T> = BoxStream<'static, T>;

/// How often the state is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// How often a silent stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Longest stream; clients reconnect.
const LONGEST: Duration = Duration::from_mins(15);

/// How far the reading of a paper is.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct DocumentEvent {
    /// The paper.
    pub document_id: i64,
    /// The task that reads it.
    pub task_id: Option<Uuid>,
    /// How far it is.
    pub status: StatusWord,
    /// How far it is, in per cent.
    pub progress: u8,
    /// Why it could not be read, in the caller's language.
    pub error: Option<String>,
}

/// Opens the stream; a paper that cannot be seen is not found.
pub(super) async fn follow(
    context: &Context,
    shutdown: &Shutdown,
    caller: &Caller,
    id: DocumentId,
) -> Result<EventStream<Events<DocumentEvent>>, ApiError> {
    let watch = Watch {
        context: context.clone(),
        caller: (caller.as_viewer(), caller.session()),
        id,
        locale: locale::current(),
        last: None,
        is_over: false,
    };
    // The first look is made before the answer begins, so that 404 can still be said.
    let first = watch.look().await?.ok_or_else(ApiError::token_not_valid)?;
    let stop = shutdown.token().cancelled_owned();
    let events = stream::unfold((watch, Some(first)), next)
        .take_until(async move { tokio::time::timeout(LONGEST, stop).await.is_ok() });
    Ok(EventStream::new(events.boxed()).keep_alive(KEEP_ALIVE))
}

struct Watch {
    context: Context,
    caller: (domain::access::Access, domain::ids::SessionId),
    id: DocumentId,
    locale: domain::locale::Locale,
    last: Option<DocumentEvent>,
    is_over: bool,
}

impl Watch {
    /// How far it is now; nothing when the session has ended.
    async fn look(&self) -> Result<Option<Progress>, database::DatabaseError> {
        let mut db = self.context.read().await?;
        let progress = documents::progress(&mut db, self.caller.0, self.caller.1, self.id).await?;
        Ok(Some(progress).filter(|progress| progress.is_session_active))
    }

    fn event(&self, progress: &Progress) -> DocumentEvent {
        DocumentEvent {
            document_id: self.id.0,
            task_id: progress.job_id,
            status: progress.status.into(),
            progress: if is_final(progress.status) {
                100
            } else {
                u8::try_from(progress.percent).unwrap_or(0)
            },
            error: progress.failure.map(|reason| why(reason, self.locale)),
        }
    }
}

/// Waits for the next change.
async fn next(
    (mut watch, mut known): (Watch, Option<Progress>),
) -> Option<(DocumentEvent, (Watch, Option<Progress>))> {
    if watch.is_over {
        return None;
    }
    loop {
        let progress = if let Some(progress) = known.take() {
            progress
        } else {
            tokio::time::sleep(EVERY).await;
            // A database that is away for a moment ends the stream; the client reconnects.
            watch.look().await.ok().flatten()?
        };
        let event = watch.event(&progress);
        if watch.last.as_ref() != Some(&event) {
            watch.is_over = is_final(progress.status);
            watch.last = Some(event.clone());
            return Some((event, (watch, None)));
        }
    }
}

fn is_final(status: DocumentStatus) -> bool {
    !matches!(status, DocumentStatus::Queued | DocumentStatus::Processing)
}
