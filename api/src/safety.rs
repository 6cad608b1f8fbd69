//! What keeps an account safe: its password, its address, and where it is signed in.

mod forms;
mod views;

use database::sessions;
use domain::ids::SessionId;
use operations::Context;
use operations::accounts::{self, AccountError};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use crate::accounts::{MessageView, UserView, slow_down};
use crate::body::Body;
use crate::client::Client;
use crate::created::Gone;
use crate::error::ApiError;
use crate::limits::{AUTH_PER_ACCOUNT, Limiter};
use crate::messages::Explain;
use crate::paging::{self, Page};
use crate::security::Caller;
use crate::tags::Tag;
use crate::{locale, say};

use forms::{ChangeEmailForm, ChangePasswordForm, ConfirmEmailForm, ForgotForm, LinkForm, ResetForm};
use views::{LinkView, RevokedView, SessionView};

/// Passwords, addresses, sessions.
pub struct SafetyApi;

#[OpenApi(prefix_path = "/api/auth", tag = "Tag::Accounts")]
impl SafetyApi {
    /// Change my password
    ///
    /// Ends all my other sessions; a letter tells of it.
    #[oai(path = "/change-password", method = "post", operation_id = "change_password")]
    async fn change_password(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: Body<ChangePasswordForm>,
    ) -> Result<Json<MessageView>, ApiError> {
        slow_down_caller(&limiter, &caller).await?;
        let (old, new) = form.0.parse()?;
        let changed = accounts::change_password(&context, &caller.0, &old, &new, &client.into()).await;
        changed.map_err(under_their_names)?;
        Ok(message(say!("Votre mot de passe a été changé.", "Your password has been changed.")))
    }

    /// Ask for a link to choose a new password with
    ///
    /// The answer is the same whether or not the address has an account. One link a minute, six an hour.
    #[oai(path = "/forgot-password", method = "post", operation_id = "forgot_password")]
    async fn forgot_password(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        client: Client,
        form: Body<ForgotForm>,
    ) -> Result<Json<MessageView>, ApiError> {
        let email = form.0.parse()?;
        slow_down(&context, &limiter, "forgot", &email, &client).await?;
        accounts::forgot_password(&context, &email, locale::current(), &client.into()).await?;
        Ok(message(say!(
            "Si cette adresse a un compte, un lien vient de lui être envoyé.",
            "If this address has an account, a link has just been sent to it."
        )))
    }

    /// Whether a link is still good
    #[oai(path = "/validate-reset-token", method = "post", operation_id = "validate_reset_token")]
    async fn validate_reset_token(
        &self,
        context: Data<&Context>,
        form: Body<LinkForm>,
    ) -> Result<Json<LinkView>, ApiError> {
        let (uid, token) = form.0.parse()?;
        accounts::check_reset_link(&context, uid, &token).await?;
        Ok(Json(LinkView { valid: true, message: say!("Ce lien est valable.", "This link is good.") }))
    }

    /// Choose a new password by a link
    ///
    /// A link is good for thirty minutes and one use. All sessions end.
    #[oai(path = "/reset-password", method = "post", operation_id = "reset_password")]
    async fn reset_password(
        &self,
        context: Data<&Context>,
        client: Client,
        form: Body<ResetForm>,
    ) -> Result<Json<MessageView>, ApiError> {
        let ((uid, token), new) = form.0.parse()?;
        accounts::reset_password(&context, (uid, &token), &new, &client.into()).await?;
        Ok(message(say!(
            "Votre mot de passe a été changé. Connectez-vous.",
            "Your password has been changed. Sign in."
        )))
    }

    /// Change my address
    ///
    /// A link is sent to the new address, and word to the old one; nothing changes until the link is followed.
    #[oai(path = "/change-email", method = "post", operation_id = "change_email")]
    async fn change_email(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: Body<ChangeEmailForm>,
    ) -> Result<Json<MessageView>, ApiError> {
        slow_down_caller(&limiter, &caller).await?;
        let (new, password) = form.0.parse()?;
        accounts::change_email(&context, &caller.0, &new, &password, &client.into()).await?;
        Ok(message(say!(
            "Un lien de confirmation a été envoyé à la nouvelle adresse.",
            "A link to confirm it has been sent to the new address."
        )))
    }

    /// Confirm my new address by the link that was sent to it
    #[oai(path = "/change-email/confirm", method = "post", operation_id = "confirm_email_change")]
    async fn confirm_email_change(
        &self,
        context: Data<&Context>,
        client: Client,
        form: Body<ConfirmEmailForm>,
    ) -> Result<Json<UserView>, ApiError> {
        let user = accounts::confirm_email(&context, &form.0.token, &client.into()).await?;
        Ok(Json(user.into()))
    }

    /// Where I am signed in
    ///
    /// The session used last comes first.
    #[oai(path = "/sessions", method = "get", operation_id = "list_sessions")]
    async fn list_sessions(
        &self,
        context: Data<&Context>,
        request: &Request,
        caller: Caller,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<SessionView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let mut db = context.read().await?;
        let found = sessions::list_live(&mut db, caller.user(), wanted, context.clock.now()).await?;
        let rows =
            found.rows.into_iter().map(|session| SessionView::new(session, caller.session())).collect();
        let found = domain::paging::Page { count: found.count, rows };
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, found).map(Json)
    }

    /// End one of my sessions
    ///
    /// Its access token fails at its next use.
    #[oai(path = "/sessions/:id", method = "delete", operation_id = "revoke_session")]
    async fn revoke_session(
        &self,
        context: Data<&Context>,
        caller: Caller,
        client: Client,
        /// Number of the session.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        accounts::end_session(&context, &caller.0, SessionId(id.0), &client.into()).await?;
        Ok(Gone::NoContent)
    }

    /// End all my sessions but this one
    #[oai(path = "/sessions/revoke-others", method = "post", operation_id = "revoke_other_sessions")]
    async fn revoke_other_sessions(
        &self,
        context: Data<&Context>,
        caller: Caller,
        client: Client,
    ) -> Result<Json<RevokedView>, ApiError> {
        let revoked = accounts::end_other_sessions(&context, &caller.0, &client.into()).await?;
        Ok(Json(RevokedView { revoked }))
    }
}

/// Counts a try at the password of somebody who is signed in: who found a phone unlocked must not guess it.
pub(crate) async fn slow_down_caller(limiter: &Limiter, caller: &Caller) -> Result<(), ApiError> {
    limiter.account(AUTH_PER_ACCOUNT, &format!("password:{}", caller.user())).await
}

/// This form has two passwords.
fn under_their_names(error: AccountError) -> ApiError {
    match error {
        AccountError::WrongPassword => ApiError::invalid_field(
            "old_password",
            say!("Le mot de passe est incorrect.", "The password is wrong."),
        ),
        AccountError::BadPassword(reason) => ApiError::invalid_field("new_password", reason.explain()),
        other => other.into(),
    }
}

fn message(message: String) -> Json<MessageView> {
    Json(MessageView { message })
}
