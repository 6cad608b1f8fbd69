//! What staff tell people by hand.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::audit::Actor;
use database::notifications::{self, NewNotification};
use domain::ids::{NotificationId, UserId};
use queue::Work;
use serde_json::json;

use super::{Notice, notify};
use crate::accounts::Origin;

/// Tells each of `readers` the same, in the name of a member of staff; says the notification of each. Nobody is told
/// anything when one of them does not exist, or cannot sign in any more: then those are given back.
///
/// # Errors
/// When the database refuses; nothing may be committed then.
pub async fn announce(
    work: &mut Work,
    staff: UserId,
    readers: &[UserId],
    new: &NewNotification<'_>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Result<Vec<(UserId, NotificationId)>, Vec<UserId>>, DatabaseError> {
    let unknown = notifications::unknown_readers(work, readers).await?;
    if !unknown.is_empty() {
        return Ok(Err(unknown));
    }
    let mut told = Vec::with_capacity(readers.len());
    for &user in readers {
        let notice = Notice { new: NewNotification { user, ..new.clone() }, letter: None };
        let Some(id) = notify(work, &notice, now).await? else { continue };
        let particulars = json!({ "notification": id });
        origin.audit_with(work, Actor::Staff(staff), "notification_written", user, &particulars, now).await?;
        told.push((user, id));
    }
    Ok(Ok(told))
}
