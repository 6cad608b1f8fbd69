//! Notes that people write to themselves, and staff to others.

use database::notifications::NewNotification;
use domain::ids::UserId;
use domain::notification::NotificationKind;
use operations::Context;
use operations::notifications::{Notice, announce, notify};
use queue::Work;

use super::forms::Note;
use super::views::NotificationDetail;
use super::written;
use crate::client::Client;
use crate::error::ApiError;
use crate::say;
use crate::security::Caller;

/// Writes a note; the answer is that of its first reader.
pub(super) async fn write(
    context: &Context,
    work: &mut Work,
    caller: &Caller,
    note: Note,
    client: Client,
) -> Result<NotificationDetail, ApiError> {
    let (writer, now) = (caller.user(), context.clock.now());
    let metadata = note.metadata.into();
    let new = NewNotification {
        user: writer,
        kind: NotificationKind::Info,
        vehicle: None,
        document: None,
        title: &note.title,
        message: &note.message,
        link: note.link.as_deref(),
        metadata: &metadata,
        dedup_key: None,
    };
    let Some(readers) = note.readers else {
        let id = notify(work, &Notice { new, letter: None }, now).await?;
        return written(work, writer, id.expect("what has no key is told each time")).await;
    };
    let told = announce(work, writer, &readers, &new, &client.into(), now).await?;
    let told = told.map_err(|unknown| ApiError::invalid_field("user_ids", nobody(&unknown)))?;
    let (reader, id) = *told.first().expect("what has no key is told each time");
    written(work, reader, id).await
}

fn nobody(unknown: &[UserId]) -> String {
    let ids = unknown.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    say!("Aucun compte actif : {}.", "No active account: {}.", ids)
}
