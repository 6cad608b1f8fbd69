//! Following one's notifications by server-sent events.

use std::collections::HashSet;
use std::time::Duration;

use database::DatabaseError;
use database::notifications::{self, Glance};
use domain::ids::{NotificationId, SessionId, UserId};
use operations::Context;
use poem_openapi::Object;

use super::views::NotificationView;
use crate::events::Source;
use crate::security::Caller;

/// Something new, or another number of notifications that are not read.
#[derive(Debug, Clone, Object)]
pub struct NotificationEvent {
    /// How many are not read now.
    pub unread_count: i64,
    /// What is new; nothing when only the number changed.
    pub notification: Option<NotificationView>,
}

/// The notifications of the caller.
pub(super) struct News {
    context: Context,
    user: UserId,
    session: SessionId,
    /// What was there, or was told.
    known: Option<HashSet<NotificationId>>,
    /// The lowest number that was there at first: what is older is not new.
    floor: NotificationId,
    unread: i64,
}

impl News {
    /// What is new for `caller` from now on.
    pub(super) fn of(context: &Context, caller: &Caller) -> Self {
        Self {
            context: context.clone(),
            user: caller.user(),
            session: caller.session(),
            known: None,
            floor: NotificationId(0),
            unread: 0,
        }
    }

    /// The numbers of what is new. Numbers are given before they can be seen, so the highest is no mark: a lower one
    /// may still appear.
    fn unknown(&mut self, glance: &Glance) -> Vec<NotificationId> {
        let Some(known) = &mut self.known else {
            self.floor = glance.newest.iter().copied().min().unwrap_or(NotificationId(0));
            self.known = Some(glance.newest.iter().copied().collect());
            return Vec::new();
        };
        let floor = self.floor;
        glance.newest.iter().copied().filter(|id| *id >= floor && known.insert(*id)).collect()
    }
}

impl Source for News {
    type Event = NotificationEvent;

    const NAME: &'static str = "notifications";
    const MOST: usize = 5;
    const EVERY: Duration = Duration::from_secs(2);

    fn reader(&self) -> UserId {
        self.user
    }

    async fn look(&mut self) -> Result<Option<Vec<NotificationEvent>>, DatabaseError> {
        let mut db = self.context.read().await?;
        let glance = notifications::glance(&mut db, self.user, self.session).await?;
        if !glance.is_session_active {
            return Ok(None);
        }
        let is_first = self.known.is_none();
        let fresh = self.unknown(&glance);
        let told = if fresh.is_empty() {
            Vec::new()
        } else {
            notifications::list_of(&mut db, self.user, &fresh).await?
        };
        let unread_count = glance.unread;
        let mut events: Vec<NotificationEvent> = told
            .into_iter()
            .map(|one| NotificationEvent { unread_count, notification: Some(one.into()) })
            .collect();
        if events.is_empty() && (is_first || unread_count != self.unread) {
            events.push(NotificationEvent { unread_count, notification: None });
        }
        self.unread = unread_count;
        Ok(Some(events))
    }
}
