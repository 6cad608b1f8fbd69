//! Declining a kind of reminder by one click (RFC 8058).

use operations::Context;
use operations::letters::unsubscribe;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::error::ApiError;
use crate::say;
use crate::tags::Tag;

/// What a click did.
#[derive(Debug, Clone, Object)]
pub struct Unsubscribed {
    /// In words, in the reader's language.
    pub message: String,
    /// The kind of letters that will not be sent any more.
    pub template: String,
}

/// One-click unsubscribing.
pub struct UnsubscribeApi;

#[OpenApi(prefix_path = "/api/notifications/unsubscribe", tag = "Tag::Notifications")]
impl UnsubscribeApi {
    /// Decline a kind of reminder
    ///
    /// The address stands in the header `List-Unsubscribe` of each reminder; mail programs call it when their reader
    /// clicks (RFC 8058). Any body is ignored. Only POST counts: programs that look at links beforehand decline nothing.
    #[oai(path = "/:token", method = "post", operation_id = "unsubscribe")]
    async fn unsubscribe(
        &self,
        context: Data<&Context>,
        /// The signed token of the address.
        token: Path<String>,
    ) -> Result<Json<Unsubscribed>, ApiError> {
        let (user, kind) =
            unsubscribe::open(&context.settings.keys.pepper, &token).ok_or_else(ApiError::not_found)?;
        let mut db = context.read().await?;
        unsubscribe::decline(&mut db, user, kind, context.clock.now()).await?;
        let message = say!(
            "C’est noté : vous ne recevrez plus ces rappels.",
            "Done: you will receive no more of these reminders."
        );
        Ok(Json(Unsubscribed { message, template: kind.as_str().to_owned() }))
    }
}
