//! How things stand with the caller's notifications, and following them.

use database::notifications::{self, Column, Filter};
use domain::paging::OrderBy;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::{EventStream, Json};
use telemetry::Shutdown;

use super::stream::{News, NotificationEvent};
use super::views::{NotificationStats, NotificationType, NotificationView, UnreadCount};
use crate::error::ApiError;
use crate::events::{Events, Seats, follow};
use crate::paging::{self, Page};
use crate::security::Caller;
use crate::tags::Tag;

/// Newest first.
const NEWEST: [OrderBy<Column>; 1] = [OrderBy { column: Column::CreatedAt, descending: true }];

/// How things stand.
pub(super) struct OverviewApi;

#[OpenApi(prefix_path = "/api/notifications", tag = "Tag::Notifications")]
impl OverviewApi {
    /// List my unread notifications
    ///
    /// Newest first.
    #[oai(path = "/unread", method = "get", operation_id = "list_unread_notifications")]
    async fn list_unread_notifications(
        &self,
        caller: Caller,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<NotificationView>>, ApiError> {
        let filter = Filter { is_read: Some(false), ..Filter::default() };
        newest(&caller, &context, request, &filter, (page.0, page_size.0)).await
    }

    /// List my notifications of one type
    ///
    /// Newest first.
    #[oai(path = "/by_type", method = "get", operation_id = "list_notifications_by_type")]
    async fn list_notifications_by_type(
        &self,
        caller: Caller,
        context: Data<&Context>,
        request: &Request,
        /// What they are about.
        r#type: Query<NotificationType>,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<NotificationView>>, ApiError> {
        let filter = Filter { kinds: Some(vec![r#type.0.into()]), ..Filter::default() };
        newest(&caller, &context, request, &filter, (page.0, page_size.0)).await
    }

    /// Count my unread notifications
    #[oai(path = "/unread_count", method = "get", operation_id = "count_unread_notifications")]
    async fn count_unread_notifications(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<UnreadCount>, ApiError> {
        let mut db = context.read().await?;
        let unread_count = notifications::unread_count(&mut db, caller.user()).await?;
        Ok(Json(UnreadCount { unread_count }))
    }

    /// Count my notifications
    ///
    /// All, those that are not read, and both by type.
    #[oai(path = "/stats", method = "get", operation_id = "get_notification_stats")]
    async fn get_notification_stats(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<NotificationStats>, ApiError> {
        let mut db = context.read().await?;
        let counts = notifications::stats(&mut db, caller.user()).await?;
        Ok(Json(counts.into()))
    }

    /// Follow my notifications
    ///
    /// Server-sent events: how many are not read at once, then each new notification and each change of that number.
    /// Ends when the session is revoked, when the server stops, and after 15 minutes; follow again then.
    /// Five at most may be open at once.
    #[oai(path = "/stream", method = "get", operation_id = "follow_notifications")]
    async fn follow_notifications(
        &self,
        context: Data<&Context>,
        shutdown: Data<&Shutdown>,
        seats: Data<&Seats>,
        caller: Caller,
    ) -> Result<EventStream<Events<NotificationEvent>>, ApiError> {
        follow(&shutdown, &seats, News::of(&context, &caller)).await
    }
}

async fn newest(
    caller: &Caller,
    context: &Context,
    request: &Request,
    filter: &Filter,
    (page, page_size): (Option<u32>, Option<u32>),
) -> Result<Json<Page<NotificationView>>, ApiError> {
    let wanted = paging::wanted(page, page_size)?;
    let mut db = context.read().await?;
    let page = notifications::list(&mut db, caller.user(), filter, &NEWEST, wanted).await?;
    paging::envelope(context.settings.http.public_url.as_str(), request, wanted, page).map(Json)
}
