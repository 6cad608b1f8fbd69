//! Keys with which programs act for a person.

mod forms;
mod views;

use database::api_keys;
use domain::ids::ApiKeyId;
use operations::Context;
use operations::accounts::{self, KeyRefusal};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;

use crate::body::Body;
use crate::client::Client;
use crate::created::{Created, Gone};
use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::limits::Limiter;
use crate::paging::{self, Page};
use crate::safety::slow_down_caller;
use crate::say;
use crate::security::Caller;
use crate::tags::Tag;

use forms::ApiKeyForm;
use views::{ApiKeyView, NewApiKeyView};

/// Keys of programs.
pub struct ApiKeysApi;

#[OpenApi(prefix_path = "/api/auth/api-keys", tag = "Tag::Accounts")]
impl ApiKeysApi {
    /// My keys for programs
    ///
    /// The newest first; revoked ones are gone. The key itself is never shown again, only its first letters.
    #[oai(path = "/", method = "get", operation_id = "list_api_keys")]
    async fn list_api_keys(
        &self,
        context: Data<&Context>,
        request: &Request,
        caller: Caller,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<ApiKeyView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let mut db = context.read().await?;
        let found = api_keys::list(&mut db, caller.user(), wanted).await?;
        let now = context.clock.now();
        let rows = found.rows.into_iter().map(|key| ApiKeyView::new(key, now)).collect();
        let found = domain::paging::Page { count: found.count, rows };
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, found).map(Json)
    }

    /// Make a key for a program
    ///
    /// It is sent as `X-API-Key` and reaches vehicles and documents, with the best of its scopes but never more than I may
    /// do myself. The key is in this answer and nowhere else; a repeated request gets the answer without it. At most 25
    /// keys. I am told of each by letter.
    #[oai(path = "/", method = "post", operation_id = "create_api_key")]
    async fn create_api_key(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        /// Repeating a request with the same key makes no second key (24 hours).
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: Body<ApiKeyForm>,
    ) -> Result<Created<NewApiKeyView>, ApiError> {
        let now = context.clock.now();
        let (mut form, client) = (form.0, client.into());
        // Taken out: nothing derived from it may be kept with the request's key.
        let password = form.password.take().map(Into::into);
        if password.is_some() {
            slow_down_caller(&limiter, &caller).await?;
        }
        accounts::prove_presence(&context, &caller.0, password.as_ref(), &client).await?;
        let begun =
            idempotency::begin(&context, caller.user(), key.0.as_deref(), "create_api_key", &form).await?;
        let mut creation = match begun {
            Begun::Replay(view) => return Ok(created(view)),
            Begun::Fresh(creation) => creation,
        };
        let wish = form.parse(now)?;
        let made = accounts::create_key(&context, &mut creation, &caller.0, &wish, &client).await;
        let minted = made.map_err(refused)?;
        let view = NewApiKeyView::new(&minted, wish, now);
        // The key itself is kept nowhere, not even for a repeated request.
        creation.commit(&view.without_key()).await?;
        Ok(created(view))
    }

    /// Revoke a key
    ///
    /// It opens nothing from its next use on.
    #[oai(path = "/:id", method = "delete", operation_id = "revoke_api_key")]
    async fn revoke_api_key(
        &self,
        context: Data<&Context>,
        caller: Caller,
        client: Client,
        /// Number of the key.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        accounts::revoke_key(&context, &caller.0, ApiKeyId(id.0), &client.into()).await?;
        Ok(Gone::NoContent)
    }
}

fn created(view: NewApiKeyView) -> Created<NewApiKeyView> {
    Created::at(format!("/api/auth/api-keys/{}/", view.id), view)
}

fn refused(refusal: KeyRefusal) -> ApiError {
    match refusal {
        KeyRefusal::TooMany => ApiError::conflict(
            "too_many_api_keys",
            say!(
                "Vous avez déjà {} clés : révoquez-en une.",
                "You have {} keys already: revoke one of them.",
                KeyRefusal::MAX
            ),
        ),
        KeyRefusal::UnknownVehicle(id) => ApiError::invalid_field(
            "vehicle_ids",
            say!("Le véhicule {} n’existe pas.", "There is no vehicle {}.", id),
        ),
        KeyRefusal::Database(error) => error.into(),
    }
}
