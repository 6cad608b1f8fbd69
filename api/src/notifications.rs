//! What the product told the caller.

mod views;

use chrono::{DateTime, Utc};
use database::notifications::{self, Column, Filter};
use domain::ids::{NotificationId, VehicleId};
use domain::paging::OrderBy;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use crate::body::Body;
use crate::error::ApiError;
use crate::paging::{self, Page};
use crate::security::Caller;
use crate::tags::Tag;
use crate::{filters, say};
use views::{AllRead, NotificationPatch, NotificationType, NotificationView, UnreadCount};

/// Newest first, unless asked otherwise.
const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

/// Notifications.
pub struct NotificationsApi;

#[OpenApi(prefix_path = "/api/notifications", tag = "Tag::Notifications")]
impl NotificationsApi {
    /// List my notifications
    ///
    /// Newest first unless ordered otherwise.
    #[oai(path = "/", method = "get", operation_id = "list_notifications")]
    async fn list_notifications(
        &self,
        caller: Caller,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// `created_at` or `-created_at`.
        ordering: Query<Option<String>>,
        /// What it is about.
        notification_type: Query<Option<NotificationType>>,
        /// What it is about, comma-separated.
        #[oai(name = "notification_type__in")]
        notification_type_in: Query<Option<String>>,
        /// Read (true), or not (false).
        is_read: Query<Option<bool>>,
        /// Number of the vehicle it is about.
        vehicle: Query<Option<i64>>,
        /// Written then or later.
        #[oai(name = "created_at__gte")]
        created_at_gte: Query<Option<DateTime<Utc>>>,
        /// Written then or earlier.
        #[oai(name = "created_at__lte")]
        created_at_lte: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<Page<NotificationView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let order = paging::ordering(ordering.0.as_deref(), Column::ALL, NEWEST)?;
        let types =
            filters::any_of(notification_type.0, "notification_type__in", notification_type_in.0.as_deref())?;
        let filter = Filter {
            kinds: types.map(|types| types.into_iter().map(Into::into).collect()),
            is_read: is_read.0,
            vehicle: vehicle.0.map(VehicleId),
            created_from: created_at_gte.0,
            created_to: created_at_lte.0,
        };
        let mut db = context.read().await?;
        let page = notifications::list(&mut db, caller.user(), &filter, &order, wanted).await?;
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, page).map(Json)
    }

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
        let wanted = paging::wanted(page.0, page_size.0)?;
        let filter = Filter { is_read: Some(false), ..Filter::default() };
        let mut db = context.read().await?;
        let page = notifications::list(&mut db, caller.user(), &filter, &[NEWEST], wanted).await?;
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, page).map(Json)
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

    /// Note that I have read all
    #[oai(path = "/mark_all_as_read", method = "post", operation_id = "mark_all_notifications_as_read")]
    async fn mark_all_notifications_as_read(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<AllRead>, ApiError> {
        let mut db = context.read().await?;
        let updated = notifications::mark_all_read(&mut db, caller.user(), context.clock.now()).await?;
        let message = match updated {
            0 => say!("Tout était déjà lu.", "All was read already."),
            1 => say!("Une notification marquée comme lue.", "One notification marked as read."),
            _ => say!("{} notifications marquées comme lues.", "{} notifications marked as read.", updated),
        };
        Ok(Json(AllRead { message, updated }))
    }

    /// Get one notification
    #[oai(path = "/:id", method = "get", operation_id = "get_notification")]
    async fn get_notification(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
    ) -> Result<Json<NotificationView>, ApiError> {
        let mut db = context.read().await?;
        let notification = notifications::get(&mut db, caller.user(), NotificationId(id.0)).await?;
        Ok(Json(notification.into()))
    }

    /// Note that I have read one, or not
    #[oai(path = "/:id", method = "patch", operation_id = "update_notification")]
    async fn update_notification(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
        patch: Body<NotificationPatch>,
    ) -> Result<Json<NotificationView>, ApiError> {
        self.set_read(&caller, &context, id.0, patch.0.is_read).await
    }

    /// Note that I have read one
    #[oai(path = "/:id/mark_as_read", method = "post", operation_id = "mark_notification_as_read")]
    async fn mark_notification_as_read(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
    ) -> Result<Json<NotificationView>, ApiError> {
        self.set_read(&caller, &context, id.0, true).await
    }
}

impl NotificationsApi {
    async fn set_read(
        &self,
        caller: &Caller,
        context: &Context,
        id: i64,
        is_read: bool,
    ) -> Result<Json<NotificationView>, ApiError> {
        let mut db = context.read().await?;
        let now = context.clock.now();
        let notification =
            notifications::set_read(&mut db, caller.user(), NotificationId(id), is_read, now).await?;
        Ok(Json(notification.into()))
    }
}
