//! What one may ask about one's account as a whole: its history, consents, a copy of everything, erasure.

mod forms;
mod views;

use chrono::{DateTime, Utc};
use database::audit::{self, Filter};
use database::privacy::{consents, exports};
use domain::ids::ExportId;
use files::{FileKey, FilesError};
use futures::TryStreamExt;
use operations::Context;
use operations::privacy::{self, ErasureError};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json, Response};

use crate::accounts::MessageView;
use crate::body::{Body, MaybeBody, Raw};
use crate::client::Client;
use crate::error::ApiError;
use crate::limits::{EXPORTS_PER_USER, Limiter};
use crate::paging::{self, Page};
use crate::safety::slow_down_caller;
use crate::security::Caller;
use crate::tags::Tag;
use crate::{filters, say};

use forms::{ConsentsForm, ErasureForm, ExportForm};
use views::{
    ActivityView, ConsentView, ErasureAsked, ExportAsked, ExportAskedView, ExportStatus, ExportView,
};

/// Privacy.
pub struct PrivacyApi;

#[OpenApi(prefix_path = "/api/auth/me", tag = "Tag::Privacy")]
impl PrivacyApi {
    /// What happened to my account
    ///
    /// Sign-ins, changes and what staff did to it, newest first.
    #[oai(path = "/activity", method = "get", operation_id = "list_my_activity")]
    async fn list_my_activity(
        &self,
        context: Data<&Context>,
        caller: Caller,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// What happened, such as `login`.
        action: Query<Option<String>>,
        /// Then or later.
        #[oai(name = "at__gte")]
        at_gte: Query<Option<DateTime<Utc>>>,
        /// Then or earlier.
        #[oai(name = "at__lte")]
        at_lte: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<Page<ActivityView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let filter = Filter {
            action: filters::text("action", action.0)?,
            from: filters::moment("at__gte", at_gte.0)?,
            to: filters::moment("at__lte", at_lte.0)?,
            ..Filter::default()
        };
        let rows = audit::list_own(&mut *context.read().await?, caller.user(), &filter, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// What I agreed to
    ///
    /// Every kind, with the version of the wording and the time when I said so.
    #[oai(path = "/consents", method = "get", operation_id = "list_my_consents")]
    async fn list_my_consents(
        &self,
        context: Data<&Context>,
        caller: Caller,
    ) -> Result<Json<Vec<ConsentView>>, ApiError> {
        let said = consents::list(&mut *context.read().await?, caller.user()).await?;
        Ok(Json(views::consents(&said)))
    }

    /// Agree to something, or no longer
    ///
    /// A kind that is absent stays as it is; one that does not exist is refused. What was said before is kept with its time.
    #[oai(path = "/consents", method = "put", operation_id = "set_my_consents")]
    async fn set_my_consents(
        &self,
        context: Data<&Context>,
        caller: Caller,
        client: Client,
        form: Raw<ConsentsForm>,
    ) -> Result<Json<Vec<ConsentView>>, ApiError> {
        forms::refuse_unknown(&form.bytes)?;
        let said = form.understand()?.said();
        let holding = privacy::set_consents(&context, caller.user(), &said, &client.into()).await?;
        Ok(Json(views::consents(&holding)))
    }

    /// Ask for a copy of everything that my account holds
    ///
    /// A ZIP with a JSON and a CSV file for each table, and the files of papers. It is made in the background; a letter
    /// tells when it can be fetched. While one waits, asking again gets that one. Three may be asked for at once, then one
    /// every eight hours.
    #[oai(path = "/exports", method = "post", operation_id = "ask_export")]
    async fn ask_export(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: MaybeBody<ExportForm>,
    ) -> Result<ExportAsked, ApiError> {
        limiter.account(EXPORTS_PER_USER, &caller.user().to_string()).await?;
        let include_files = form.0.include_files.unwrap_or(true);
        let export = privacy::ask_export(&context, caller.user(), include_files, &client.into()).await?;
        Ok(ExportAsked::Accepted(Json(ExportAskedView { export: export.into() })))
    }

    /// List the copies that I asked for
    ///
    /// Newest first.
    #[oai(path = "/exports", method = "get", operation_id = "list_exports")]
    async fn list_exports(
        &self,
        context: Data<&Context>,
        caller: Caller,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<ExportView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let rows = exports::list(&mut *context.read().await?, caller.user(), wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Fetch a copy
    ///
    /// For seven days after it was made.
    #[oai(path = "/exports/:id/download", method = "get", operation_id = "download_export")]
    async fn download_export(
        &self,
        context: Data<&Context>,
        caller: Caller,
        /// Number of the copy.
        id: Path<i64>,
    ) -> Result<Response<Binary<poem::Body>>, ApiError> {
        let export = exports::get(&mut *context.read().await?, caller.user(), ExportId(id.0)).await?;
        send(&context, export).await
    }

    /// Ask for the erasure of my account
    ///
    /// With the password alone, a code is sent by letter; with the code as well, the account is erased in 30 days. Other
    /// sessions end. Until then one can sign in to take a copy or to call it off, and nothing else.
    #[oai(path = "/delete", method = "post", operation_id = "ask_erasure")]
    async fn ask_erasure(
        &self,
        context: Data<&Context>,
        limiter: Data<&Limiter>,
        caller: Caller,
        client: Client,
        form: Body<ErasureForm>,
    ) -> Result<ErasureAsked, ApiError> {
        let wish = form.0.parse()?;
        slow_down_caller(&limiter, &caller).await?;
        let (code, reason) = (wish.code.as_deref(), wish.reason.as_deref());
        let asked =
            privacy::ask_erasure(&context, &caller.0, &wish.password, code, reason, &client.into()).await?;
        Ok(asked.into())
    }

    /// Call the erasure of my account off
    #[oai(path = "/delete/cancel", method = "post", operation_id = "cancel_erasure")]
    async fn cancel_erasure(
        &self,
        context: Data<&Context>,
        caller: Caller,
        client: Client,
    ) -> Result<Json<MessageView>, ApiError> {
        privacy::cancel_erasure(&context, &caller.0, &client.into()).await?;
        let message =
            say!("La suppression de votre compte est annulée.", "The erasure of your account is called off.");
        Ok(Json(MessageView { message }))
    }
}

async fn send(context: &Context, export: exports::Export) -> Result<Response<Binary<poem::Body>>, ApiError> {
    let name = format!("autotrack-export-{}.zip", export.id);
    let is_over = export.expires_at.is_some_and(|at| at <= context.clock.now());
    let key = export.storage_key.as_deref().and_then(FileKey::parse);
    let key = match ExportView::from(export).status {
        ExportStatus::Ready if !is_over => key.ok_or_else(ApiError::not_found)?,
        ExportStatus::Queued => {
            let detail = say!("Cet export n’est pas encore prêt.", "This copy is not ready yet.");
            return Err(ApiError::conflict("export_not_ready", detail));
        }
        _ => return Err(ApiError::not_found()),
    };
    let file = match context.files.get(key).await {
        Ok(file) => file,
        Err(FilesError::NotFound) => return Err(ApiError::not_found()),
        Err(error) => return Err(ApiError::unavailable(&error)),
    };
    let body = poem::Body::from_bytes_stream(file.stream.map_err(std::io::Error::other));
    Ok(Response::new(Binary(body))
        .header("Content-Type", "application/zip")
        .header("Content-Length", file.bytes.to_string())
        .header("Content-Disposition", format!("attachment; filename=\"{name}\""))
        .header("Accept-Ranges", "none")
        .header("Cache-Control", "private, no-store"))
}

impl From<ErasureError> for ApiError {
    fn from(error: ErasureError) -> Self {
        match error {
            ErasureError::WrongPassword => Self::invalid_field(
                "password",
                say!("Le mot de passe est incorrect.", "The password is wrong."),
            ),
            ErasureError::NoneAsked => Self::conflict(
                "no_deletion_pending",
                say!("Aucune suppression n’est en cours.", "No erasure is under way."),
            ),
            ErasureError::Erased => account_erased(),
            ErasureError::LastSuperuser => crate::admin::last_superuser(),
            ErasureError::Account(error) => error.into(),
        }
    }
}

/// 409: nothing can be done with an erased account.
pub(crate) fn account_erased() -> ApiError {
    ApiError::conflict("account_erased", say!("Ce compte a été supprimé.", "This account was erased."))
}
