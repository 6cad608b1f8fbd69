//! Following a paper's reading by server-sent events.

use std::time::Duration;

use database::DatabaseError;
use database::documents::{self, Progress};
use domain::access::Access;
use domain::document::DocumentStatus;
use domain::ids::{DocumentId, SessionId, UserId};
use domain::locale::Locale;
use operations::Context;
use poem_openapi::Object;
use uuid::Uuid;

use super::view::StatusWord;
use super::why;
use crate::events::Source;
use crate::locale;
use crate::security::Caller;

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

/// The reading of one paper; one that cannot be seen is not found.
pub(super) struct Reading {
    context: Context,
    caller: (Access, SessionId),
    id: DocumentId,
    locale: Locale,
    last: Option<DocumentEvent>,
    is_over: bool,
}

impl Reading {
    /// What `caller` sees of the reading of a paper.
    pub(super) fn of(context: &Context, caller: &Caller, id: DocumentId) -> Self {
        Self {
            context: context.clone(),
            caller: (caller.as_viewer(), caller.session()),
            id,
            locale: locale::current(),
            last: None,
            is_over: false,
        }
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

impl Source for Reading {
    type Event = DocumentEvent;

    const NAME: &'static str = "document";
    // A folder of papers at once.
    const MOST: usize = 20;
    const EVERY: Duration = Duration::from_millis(500);

    fn reader(&self) -> UserId {
        self.caller.0.user
    }

    async fn look(&mut self) -> Result<Option<Vec<DocumentEvent>>, DatabaseError> {
        let mut db = self.context.read().await?;
        let progress = documents::progress(&mut db, self.caller.0, self.caller.1, self.id).await?;
        if !progress.is_session_active {
            return Ok(None);
        }
        let event = self.event(&progress);
        if self.last.as_ref() == Some(&event) {
            return Ok(Some(Vec::new()));
        }
        self.is_over = is_final(progress.status);
        self.last = Some(event.clone());
        Ok(Some(vec![event]))
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}

fn is_final(status: DocumentStatus) -> bool {
    !matches!(status, DocumentStatus::Queued | DocumentStatus::Processing)
}
