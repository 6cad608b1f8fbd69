//! What people send about notifications.

use std::collections::BTreeSet;

use domain::ids::UserId;
use poem_openapi::Object;
use serde_json::{Map, Value};

use super::views::{ChannelWord, NotificationType};
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::{json, say};

/// Longest title, message and link.
const MAX_TITLE: usize = 255;
const MAX_MESSAGE: usize = 2000;
const MAX_LINK: usize = 500;
/// Most people that staff tell at once.
const MAX_READERS: usize = 100;
/// Most bytes of what programs add.
const MAX_METADATA: usize = 8 * 1024;

/// Whether it was read.
#[derive(Debug, Clone, Object)]
pub struct NotificationPatch {
    /// Whether it was read.
    pub is_read: bool,
}

impl Meaning for NotificationPatch {}

/// A note to oneself; from staff, also to others.
#[derive(Debug, Clone, Object)]
pub struct NotificationForm {
    /// What it is about; people can only write `info`.
    pub notification_type: Option<NotificationType>,
    /// Its title.
    #[oai(validator(max_length = 255))]
    pub title: String,
    /// What it says.
    #[oai(validator(max_length = 2000))]
    pub message: String,
    /// Where to go from it, a path of the frontend such as `/vehicles/7`.
    #[oai(validator(max_length = 500))]
    pub link: Option<String>,
    /// More for programs: an object of at most 8 KB.
    pub metadata: Option<Value>,
    /// Numbers of the accounts that it is for, at most 100; for staff. The caller's own when absent.
    #[oai(validator(max_items = 100))]
    pub user_ids: Option<Vec<i64>>,
}

/// A note that was understood.
pub(super) struct Note {
    pub title: String,
    pub message: String,
    pub link: Option<String>,
    pub metadata: Map<String, Value>,
    /// Each once, and in one order; nothing when it is to oneself.
    pub readers: Option<Vec<UserId>>,
}

/// A path of this site: browsers take a backslash for a slash, and drop control characters.
fn is_path(link: &str) -> bool {
    link.starts_with('/') && !link.starts_with("//") && !link.contains(|c: char| c == '\\' || c.is_control())
}

impl NotificationForm {
    /// The note, or everything that is wrong with it.
    pub(super) fn parse(self) -> Result<Note, ApiError> {
        let mut form = Form::default();
        let is_info = self.notification_type.is_none_or(|kind| kind == NotificationType::Info);
        form.check("notification_type", is_info, || {
            say!("Vous pouvez créer des notifications « info » seulement.", "You can create “info” only.")
        });
        let title = form.require_text("title", Some(&self.title), MAX_TITLE);
        let message = form.require_text("message", Some(&self.message), MAX_MESSAGE);
        let link = form.text("link", self.link.as_deref(), MAX_LINK);
        let is_path = link.as_deref().is_none_or(is_path);
        form.check("link", is_path, || {
            say!("Indiquez un chemin, par exemple /vehicles/7.", "Give a path, such as /vehicles/7.")
        });
        let metadata = json::object(&mut form, "metadata", self.metadata, MAX_METADATA);
        let readers = self.user_ids.map(|ids| ids.into_iter().collect::<BTreeSet<_>>());
        let is_good = readers.as_ref().is_none_or(|ids| (1..=MAX_READERS).contains(&ids.len()));
        form.check("user_ids", is_good, || {
            say!("Indiquez de 1 à {} comptes.", "Name 1 to {} accounts.", MAX_READERS)
        });
        form.finish()?;
        let readers = readers.map(|ids| ids.into_iter().map(UserId).collect());
        let sound = "a clean form has all its required fields";
        Ok(Note { title: title.expect(sound), message: message.expect(sound), link, metadata, readers })
    }
}

impl Meaning for NotificationForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

/// Which channel to try.
#[derive(Debug, Clone, Object)]
pub struct TrialForm {
    /// The channel.
    pub channel: ChannelWord,
}

impl Meaning for TrialForm {}
