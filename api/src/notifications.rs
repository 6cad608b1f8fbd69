//! What the product told the caller.

mod forms;
mod notes;
mod overview;
mod preferences;
mod push;
mod stream;
mod views;

use chrono::{DateTime, Utc};
use database::notifications::{self, Column, Filter, Notification};
use domain::ids::{NotificationId, UserId, VehicleId};
use domain::paging::OrderBy;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use sqlx::PgConnection;

use crate::body::Body;
use crate::client::Client;
use crate::created::{Created, Gone};
use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::limits::{Limiter, NOTES_PER_USER};
use crate::paging::{self, Page};
use crate::security::Caller;
use crate::tags::Tag;
use crate::{filters, say};
use forms::{NotificationForm, NotificationPatch};
use views::{AllRead, Deleted, NotificationDetail, NotificationType, NotificationView};

/// Newest first, unless asked otherwise.
const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

/// Everything about notifications.
pub(crate) fn apis() -> impl OpenApi {
    (NotificationsApi, overview::OverviewApi, preferences::PreferencesApi, push::PushApi)
}

/// Notifications.
struct NotificationsApi;

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
            created_from: filters::moment("created_at__gte", created_at_gte.0)?,
            created_to: filters::moment("created_at__lte", created_at_lte.0)?,
        };
        let mut db = context.read().await?;
        let page = notifications::list(&mut db, caller.user(), &filter, &order, wanted).await?;
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, page).map(Json)
    }

    /// Write a note to myself
    ///
    /// Only of the type `info`: what is about papers, dates or money is written by the product. Staff who signed in with
    /// a second factor may write to others, by `user_ids`; the answer shows what the first of them got.
    #[oai(path = "/", method = "post", operation_id = "create_notification")]
    async fn create_notification(
        &self,
        caller: Caller,
        client: Client,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        /// Repeating a request with the same key gets the first answer instead of a second notification (24 hours).
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: Body<NotificationForm>,
    ) -> Result<Created<NotificationDetail>, ApiError> {
        let is_for_others = form.0.user_ids.is_some();
        if is_for_others {
            caller.check_staff()?;
        }
        let (user, name) = (caller.user(), "create_notification");
        limiter.account(NOTES_PER_USER, &user.to_string()).await?;
        let mut creation = match idempotency::begin(&context, user, key.0.as_deref(), name, &form.0).await? {
            Begun::Replay(view) => return Ok(created(view, is_for_others)),
            Begun::Fresh(creation) => creation,
        };
        let view = notes::write(&context, &mut creation, &caller, form.0.parse()?, client).await?;
        creation.commit(&view).await?;
        Ok(created(view, is_for_others))
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

    /// Delete what I have read
    #[oai(path = "/delete_all_read", method = "delete", operation_id = "delete_read_notifications")]
    async fn delete_read_notifications(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<Deleted>, ApiError> {
        let mut db = context.read().await?;
        let deleted = notifications::delete_all_read(&mut db, caller.user()).await?;
        Ok(Json(Deleted { deleted }))
    }

    /// Get one notification
    ///
    /// With what became of it on each channel.
    #[oai(path = "/:id", method = "get", operation_id = "get_notification")]
    async fn get_notification(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
    ) -> Result<Json<NotificationDetail>, ApiError> {
        let mut db = context.read().await?;
        detail(&mut db, caller.user(), NotificationId(id.0)).await.map(Json)
    }

    /// Note that I have read one, or not
    #[oai(path = "/:id", method = "put", operation_id = "replace_notification")]
    async fn replace_notification(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
        form: Body<NotificationPatch>,
    ) -> Result<Json<NotificationView>, ApiError> {
        self.set_read(&caller, &context, id.0, form.0.is_read).await
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

    /// Delete one notification
    ///
    /// What still waits to be sent of it is not sent any more.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_notification")]
    async fn delete_notification(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        let mut db = context.read().await?;
        notifications::delete(&mut db, caller.user(), NotificationId(id.0)).await?;
        Ok(Gone::NoContent)
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

    /// Note that I have not read one
    #[oai(path = "/:id/mark_as_unread", method = "post", operation_id = "mark_notification_as_unread")]
    async fn mark_notification_as_unread(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the notification.
        id: Path<i64>,
    ) -> Result<Json<NotificationView>, ApiError> {
        self.set_read(&caller, &context, id.0, false).await
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

async fn detail(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
) -> Result<NotificationDetail, ApiError> {
    let notification = notifications::get(db, user, id).await?;
    with_deliveries(db, user, notification).await
}

/// What has just been written, which the reader may have chosen not to see.
async fn written(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
) -> Result<NotificationDetail, ApiError> {
    let notification = notifications::written(db, user, id).await?;
    with_deliveries(db, user, notification).await
}

async fn with_deliveries(
    db: &mut PgConnection,
    user: UserId,
    notification: Notification,
) -> Result<NotificationDetail, ApiError> {
    let deliveries = notifications::deliveries(db, user, notification.id).await?;
    Ok(NotificationDetail {
        notification: notification.into(),
        deliveries: deliveries.into_iter().map(Into::into).collect(),
    })
}

/// What was written to others is not among the caller's own.
fn created(view: NotificationDetail, is_for_others: bool) -> Created<NotificationDetail> {
    let list = "/api/notifications/";
    let location = if is_for_others { list.to_owned() } else { format!("{list}{}/", view.notification.id) };
    Created::at(location, view)
}
