//! Accounts over HTTP: getting one, getting in, staying in, getting out, and one's own profile.

mod forms;
mod views;

pub(crate) use forms::LocaleWord;

use database::users;
use domain::email_address::EmailAddress;
use operations::Context;
use operations::accounts::{self, Origin};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use crate::body::{Body, MaybeBody};
use crate::client::Client;
use crate::error::ApiError;
use crate::limits::{AUTH_PER_ACCOUNT, Limiter};
use crate::security::Caller;
use crate::tags::Tag;
use crate::{locale, say};

use forms::{
    LoginForm, LogoutForm, ProfileForm, ProfilePatch, RefreshForm, RegisterForm, ResendForm, VerifyForm,
};
pub(crate) use views::{MessageView, UserView};

use views::{LoginView, MeView, Registered, RegisteredView, ResentView, TokensView, VerifiedView};

/// Accounts.
pub struct AccountsApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Accounts")]
impl AccountsApi {
    /// Get an account
    ///
    /// Sends a letter to the address with the code that `verify-otp` takes. The answer is the same whether or not the
    /// address has an account already; its holder is told by letter.
    #[oai(path = "/auth/register", method = "post", operation_id = "register")]
    async fn register(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        client: Client,
        form: Body<RegisterForm>,
    ) -> Result<Registered, ApiError> {
        let registration = form.0.parse()?;
        let email = registration.email.clone();
        slow_down(&context, &limiter, "register", &email, &client).await?;
        let challenge = accounts::register(&context, registration, &client.into()).await?;
        Ok(Registered::Created(Json(RegisteredView::new(&email, challenge))))
    }

    /// Prove my address with the code from the letter
    ///
    /// Signs in. A code is good for ten minutes, five tries and one use.
    #[oai(path = "/auth/verify-otp", method = "post", operation_id = "verify_otp")]
    async fn verify_otp(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        client: Client,
        form: Body<VerifyForm>,
    ) -> Result<Json<VerifiedView>, ApiError> {
        let (email, code, challenge) = form.0.parse()?;
        slow_down(&context, &limiter, "verify", &email, &client).await?;
        let signed_in = accounts::verify_code(&context, &email, &code, challenge, &client.into()).await?;
        Ok(Json(signed_in.into()))
    }

    /// Get another code
    ///
    /// The one before is dead from now on. Once a minute, and five times an hour. The answer is the same whether or not
    /// the address waits for a code.
    #[oai(path = "/auth/resend-otp", method = "post", operation_id = "resend_otp")]
    async fn resend_otp(
        &self,
        context: Data<&Context>,
        client: Client,
        form: Body<ResendForm>,
    ) -> Result<Json<ResentView>, ApiError> {
        let (email, challenge) = form.0.parse()?;
        let wait = accounts::resend(&context, &email, challenge, locale::current(), &client.into()).await?;
        let message = say!(
            "Si cette adresse attend un code, un nouveau vient de lui être envoyé.",
            "If this address is waiting for a code, a new one has just been sent."
        );
        Ok(Json(ResentView { message, retry_after: wait.as_secs() }))
    }

    /// Sign in
    ///
    /// An address that was never confirmed is asked for the code from its letter first: `requireOtp`.
    #[oai(path = "/auth/login", method = "post", operation_id = "login")]
    async fn login(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        client: Client,
        form: Body<LoginForm>,
    ) -> Result<Json<LoginView>, ApiError> {
        let (email, password, is_remembered) = form.0.parse()?;
        slow_down(&context, &limiter, "login", &email, &client).await?;
        let login = accounts::login(&context, &email, &password, is_remembered, &client.into()).await?;
        Ok(Json(LoginView::new(&email, login)))
    }

    /// Sign out
    ///
    /// Ends this session, access token included, at once; and the session of `refresh` if that is another one of mine.
    #[oai(path = "/auth/logout", method = "post", operation_id = "logout")]
    async fn logout(
        &self,
        context: Data<&Context>,
        caller: Caller,
        client: Client,
        form: MaybeBody<LogoutForm>,
    ) -> Result<Json<MessageView>, ApiError> {
        let origin = client.into();
        if form.0.all.unwrap_or(false) {
            accounts::logout_everywhere(&context, &caller.0, &origin).await?;
        } else {
            let refresh = form.0.refresh.map(Into::into);
            accounts::logout(&context, &caller.0, refresh.as_ref(), &origin).await?;
        }
        Ok(Json(MessageView { message: say!("Vous êtes déconnecté.", "You are signed out.") }))
    }

    /// Get the next pair of tokens
    ///
    /// A refresh token is good once. Within 20 seconds it gets the same successor again; after that its return ends the
    /// session, because somebody must have copied it.
    #[oai(path = "/token/refresh", method = "post", operation_id = "refresh_token")]
    async fn refresh_token(
        &self,
        context: Data<&Context>,
        client: Client,
        form: Body<RefreshForm>,
    ) -> Result<Json<TokensView>, ApiError> {
        let tokens = accounts::refresh(&context, &form.0.refresh.into(), &client.into()).await?;
        Ok(Json(tokens.into()))
    }

    /// Who I am
    #[oai(path = "/auth/me", method = "get", operation_id = "get_me")]
    async fn get_me(&self, context: Data<&Context>, caller: Caller) -> Result<Json<MeView>, ApiError> {
        let mut db = context.read().await?;
        Ok(Json(MeView::load(&mut db, caller.user()).await?))
    }

    /// Replace my profile
    #[oai(path = "/auth/me", method = "put", operation_id = "replace_me")]
    async fn replace_me(
        &self,
        context: Data<&Context>,
        caller: Caller,
        form: Body<ProfileForm>,
    ) -> Result<Json<MeView>, ApiError> {
        let mut work = context.begin().await?;
        let mut profile = users::get_profile_for_update(&mut work, caller.user()).await?;
        form.0.apply_to(&mut profile)?;
        users::save_profile(&mut work, caller.user(), &profile, context.clock.now()).await?;
        let me = MeView::load(&mut work, caller.user()).await?;
        work.commit().await?;
        Ok(Json(me))
    }

    /// Change my profile
    #[oai(path = "/auth/me", method = "patch", operation_id = "update_me")]
    async fn update_me(
        &self,
        context: Data<&Context>,
        caller: Caller,
        patch: Body<ProfilePatch>,
    ) -> Result<Json<MeView>, ApiError> {
        let mut work = context.begin().await?;
        let mut profile = users::get_profile_for_update(&mut work, caller.user()).await?;
        patch.0.apply_to(&mut profile)?;
        users::save_profile(&mut work, caller.user(), &profile, context.clock.now()).await?;
        let me = MeView::load(&mut work, caller.user()).await?;
        work.commit().await?;
        Ok(Json(me))
    }
}

/// Counts a try on an account: strangers together, each address that its holder signed in from by itself, so that
/// nobody can use up the tries of the holder.
pub(crate) async fn slow_down(
    context: &Context,
    limiter: &Limiter,
    deed: &str,
    email: &EmailAddress,
    client: &Client,
) -> Result<(), ApiError> {
    let key = accounts::limit_key(context, email, client.ip, &client.prefix()).await?;
    limiter.account(AUTH_PER_ACCOUNT, &format!("{deed}:{key}")).await
}

impl From<Client> for Origin {
    fn from(client: Client) -> Self {
        Self { ip: client.ip, user_agent: client.user_agent, request_id: client.request_id }
    }
}
