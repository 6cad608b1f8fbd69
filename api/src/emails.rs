//! The letters that were sent, for staff, and what others tell about them: the mail provider, and readers by one click.

mod events;
pub(crate) mod gallery;
mod messages;
mod templates;
mod unsubscribe;
mod views;

use poem_openapi::OpenApi;

/// Everything about letters.
pub(crate) fn apis() -> impl OpenApi {
    (templates::TemplatesApi, messages::MessagesApi, events::EventsApi, unsubscribe::UnsubscribeApi)
}
