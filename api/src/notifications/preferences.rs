//! How the caller wants to be told of things.

mod forms;
mod views;

use database::notifications;
use domain::notification::NotificationKind;
use operations::Context;
use operations::notifications::{decide, try_channel};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::forms::TrialForm;
use super::views::DeliveryView;
use crate::body::Body;
use crate::error::ApiError;
use crate::limits::{Limiter, TRIALS_PER_USER};
use crate::security::Caller;
use crate::tags::Tag;
use crate::{locale, say};
use forms::PreferencesForm;
use views::{PreferencesView, TypeView};

/// How people want to be told of things.
pub(super) struct PreferencesApi;

#[OpenApi(prefix_path = "/api/notifications", tag = "Tag::Notifications")]
impl PreferencesApi {
    /// What there is to be told of
    ///
    /// Every type with the channels that it takes unless one decides otherwise. Letters of mandatory types cannot be
    /// switched off, and wait neither for the end of quiet hours nor for the digest.
    #[oai(path = "/types", method = "get", operation_id = "list_notification_types")]
    #[expect(clippy::unused_async, reason = "every operation is async")]
    async fn list_notification_types(&self, _caller: Caller) -> Result<Json<Vec<TypeView>>, ApiError> {
        let locale = locale::current();
        Ok(Json(NotificationKind::ALL.iter().map(|kind| TypeView::of(*kind, locale)).collect()))
    }

    /// How I want to be told of things
    #[oai(path = "/preferences", method = "get", operation_id = "get_notification_preferences")]
    async fn get_notification_preferences(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<PreferencesView>, ApiError> {
        let mut db = context.read().await?;
        PreferencesView::load(&mut db, caller.user()).await.map(Json)
    }

    /// Decide how I want to be told of things
    ///
    /// Replaces what was decided before: types and channels that are left away have their defaults. What comes in
    /// quiet hours, or is bundled, is sent later and never dropped. Letters that were declined by one click come again for
    /// the types whose `email` is `true` here.
    #[oai(path = "/preferences", method = "put", operation_id = "replace_notification_preferences")]
    async fn replace_notification_preferences(
        &self,
        caller: Caller,
        context: Data<&Context>,
        form: Body<PreferencesForm>,
    ) -> Result<Json<PreferencesView>, ApiError> {
        let kept = form.0.parse()?;
        let mut work = context.begin().await?;
        decide(&mut work, caller.user(), &kept, context.clock.now()).await?;
        let view = PreferencesView::load(&mut work, caller.user()).await?;
        work.commit().await?;
        Ok(Json(view))
    }

    /// Try a channel
    ///
    /// Sends a notification on this channel alone, at once, whatever one prefers.
    #[oai(path = "/test", method = "post", operation_id = "try_notification_channel")]
    async fn try_notification_channel(
        &self,
        caller: Caller,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        form: Body<TrialForm>,
    ) -> Result<Json<DeliveryView>, ApiError> {
        let user = caller.user();
        limiter.account(TRIALS_PER_USER, &user.to_string()).await?;
        let mut work = context.begin().await?;
        let tried = try_channel(&mut work, user, form.0.channel.into(), context.clock.now()).await?;
        let Some(id) = tried else {
            let message = say!(
                "Aucun navigateur n’est inscrit pour recevoir des notifications.",
                "No browser is registered for pushes."
            );
            return Err(ApiError::invalid_field("channel", message));
        };
        let delivery = notifications::delivery(&mut work, user, id).await?;
        work.commit().await?;
        Ok(Json(delivery.into()))
    }
}
