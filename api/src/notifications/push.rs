//! The browsers that take pushes for the caller.

mod forms;

use chrono::{DateTime, Utc};
use database::push_subscriptions::{self, NewSubscription, Subscription};
use domain::ids::PushSubscriptionId;
use operations::{Context, notifications};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::body::Body;
use crate::created::{Created, Gone};
use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::paging::{self, Page};
use crate::security::Caller;
use crate::tags::Tag;
use forms::SubscriptionForm;

/// The most browsers of one person; the one that was silent for longest makes room.
const MOST_BROWSERS: i64 = 20;

/// The key under which the product pushes.
#[derive(Debug, Clone, Object)]
pub struct VapidKey {
    /// A browser's `applicationServerKey`: a point of P-256, base64url.
    pub public_key: String,
}

/// A browser that takes pushes.
#[derive(Debug, Clone, Object)]
#[oai(rename = "PushSubscription")]
pub struct SubscriptionView {
    /// Its number.
    pub id: i64,
    /// Its address at its push service.
    pub endpoint: String,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Pushes in a row that it did not take.
    pub failures: i32,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it took a push last.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<Subscription> for SubscriptionView {
    fn from(subscription: Subscription) -> Self {
        Self {
            id: subscription.id.0,
            endpoint: subscription.endpoint,
            user_agent: subscription.user_agent,
            failures: subscription.failures,
            created_at: subscription.created_at,
            last_used_at: subscription.last_used_at,
        }
    }
}

/// Pushes.
pub(super) struct PushApi;

#[OpenApi(prefix_path = "/api/notifications/push", tag = "Tag::Notifications")]
impl PushApi {
    /// The key that a browser needs
    ///
    /// It may change: a browser that subscribed with an older one goes on taking pushes.
    #[oai(path = "/vapid-key", method = "get", operation_id = "get_vapid_key")]
    #[expect(clippy::unused_async, reason = "every operation is async")]
    async fn get_vapid_key(&self, context: Data<&Context>) -> Result<Json<VapidKey>, ApiError> {
        let keys =
            notifications::vapid_keys(&context.settings).map_err(|error| ApiError::internal(&error))?;
        Ok(Json(VapidKey { public_key: keys.public_key() }))
    }

    /// List my browsers that take pushes
    ///
    /// Newest first.
    #[oai(path = "/subscriptions", method = "get", operation_id = "list_push_subscriptions")]
    async fn list_push_subscriptions(
        &self,
        caller: Caller,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<SubscriptionView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let mut db = context.read().await?;
        let page = push_subscriptions::list(&mut db, caller.user(), wanted).await?;
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, page).map(Json)
    }

    /// Have pushes sent to a browser
    ///
    /// Takes what the browser's `PushSubscription` says. The same browser again is the same subscription, under its
    /// newest keys; one that changed hands is the caller's from now on.
    #[oai(path = "/subscriptions", method = "post", operation_id = "create_push_subscription")]
    async fn create_push_subscription(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Repeating a request with the same key gets the first answer (24 hours).
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: Body<SubscriptionForm>,
    ) -> Result<Created<SubscriptionView>, ApiError> {
        let (user, name) = (caller.user(), "create_push_subscription");
        let mut creation = match idempotency::begin(&context, user, key.0.as_deref(), name, &form.0).await? {
            Begun::Replay(view) => return Ok(created(view)),
            Begun::Fresh(creation) => creation,
        };
        let browser = form.0.parse(notifications::reach(&context.settings))?;
        let keys =
            notifications::vapid_keys(&context.settings).map_err(|error| ApiError::internal(&error))?;
        let new = NewSubscription {
            user,
            endpoint: &browser.endpoint,
            p256dh: &browser.p256dh,
            auth: &browser.auth,
            vapid_kid: keys.newest_kid(),
            user_agent: browser.user_agent.as_deref(),
        };
        let subscription = push_subscriptions::insert(&mut creation, &new, context.clock.now()).await?;
        push_subscriptions::make_room(&mut creation, user, subscription.id, MOST_BROWSERS).await?;
        let view = SubscriptionView::from(subscription);
        creation.commit(&view).await?;
        Ok(created(view))
    }

    /// Send no more pushes to a browser
    #[oai(path = "/subscriptions/:id", method = "delete", operation_id = "delete_push_subscription")]
    async fn delete_push_subscription(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Number of the subscription.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        let mut db = context.read().await?;
        push_subscriptions::delete(&mut db, caller.user(), PushSubscriptionId(id.0)).await?;
        Ok(Gone::NoContent)
    }
}

fn created(view: SubscriptionView) -> Created<SubscriptionView> {
    Created::at(format!("/api/notifications/push/subscriptions/{}/", view.id), view)
}
